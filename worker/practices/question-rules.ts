import type { FieldError } from '../http.ts'
import type { Service } from './find.ts'
import type { Given } from './question-set.ts'
import type { ServiceQuestion } from './questions.ts'

/** Asked before times are shown, of one service. */
export const MOST_WAYS = 3

/** By its id, else by its slug. */
export const named = (services: readonly Service[], slugOrId: string | null | undefined): Service | undefined =>
  services.find(({ id }) => id === slugOrId) ?? services.find(({ slug }) => slug === slugOrId)

interface Around {
  service: Service
  services: readonly Service[]
  /** What is asked of it so far, and of the other services. */
  there: readonly ServiceQuestion[]
  others: readonly ServiceQuestion[]
  hasTelephone: boolean
}

/** What cannot be asked like this, field by field; circles of services among it. */
export function errorsOf(
  { questions }: Given,
  { service, services, there, others, hasTelephone }: Around,
): FieldError[] {
  const errors: FieldError[] = []
  for (const [purpose, most] of [
    ['way', MOST_WAYS],
    ['reason', 1],
  ] as const)
    if (questions.filter((question) => question.purpose === purpose).length > most)
      errors.push({ field: 'questions', detail: `Ask at most ${most} with the purpose "${purpose}".` })
  const used = new Set<string>()
  const checkId = (field: string, id: string | undefined, known: readonly { id: string }[]) => {
    if (id === undefined) return
    if (used.has(id) || !known.some((one) => one.id === id))
      errors.push({ field, detail: 'Give the id of one of this service, once, or leave it out.' })
    used.add(id)
  }
  for (const [i, { id, purpose, answers }] of questions.entries()) {
    checkId(`questions/${i}/id`, id, there)
    for (const [j, answer] of answers.entries()) {
      const at = `questions/${i}/answers/${j}`
      checkId(
        `${at}/id`,
        answer.id,
        there.flatMap((question) => question.answers),
      )
      const leads = leadError(answer, purpose, hasTelephone)
      if (leads) errors.push({ field: `${at}/${leads.field}`, detail: leads.detail })
      else if (answer.leadsTo === 'service') {
        const to = named(services, answer.toService)
        const detail = !to ? 'This practice has no such service.' : reaches(others, to.id, service.id) ? CIRCLE : null
        if (detail) errors.push({ field: `${at}/toService`, detail })
      }
    }
  }
  return errors
}

const CIRCLE = 'From there the answers lead back to this service. Lead to another one, or to the telephone.'

function leadError(
  { leadsTo, toService }: Given['questions'][number]['answers'][number],
  purpose: 'way' | 'reason',
  hasTelephone: boolean,
): FieldError | null {
  if (purpose === 'reason' && leadsTo !== 'on')
    return { field: 'leadsTo', detail: 'A reason leads on and nowhere else. Ask for the way to lead elsewhere.' }
  if (leadsTo === 'phone' && !hasTelephone)
    return { field: 'leadsTo', detail: 'The practice has no telephone number yet: PATCH /practice comes first.' }
  if (leadsTo !== 'service' && toService) return { field: 'toService', detail: 'Leave it out: nothing leads there.' }
  return null
}

/** Do the answers of other services lead from one to the other? */
function reaches(others: readonly ServiceQuestion[], from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return others
    .filter(({ serviceId }) => serviceId === from)
    .flatMap(({ answers }) => answers)
    .some(({ toServiceId }) => toServiceId !== null && reaches(others, toServiceId, to, seen))
}
