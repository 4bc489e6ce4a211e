import type { ServiceAnswer, ServiceQuestion } from '../../worker/practices/questions.ts'
import { isBookedOnline } from '../calendar.ts'
import type { Draft } from './draft.ts'
import type { Flow } from './question.ts'

/** What the practice asks before times are shown. */
export const waysOf = ({ service }: Pick<Flow, 'service'>): ServiceQuestion[] =>
  service.questions.filter(({ purpose }) => purpose === 'way')

export const chosenOf = (question: ServiceQuestion, draft: Draft): ServiceAnswer | undefined =>
  question.answers.find(({ id }) => draft.answers?.includes(id))

/** Where the answers lead so far: the first that does not lead on decides. */
export function leadOf(flow: Flow): ServiceAnswer['leadsTo'] {
  for (const question of waysOf(flow)) {
    const { leadsTo = 'on' } = chosenOf(question, flow.draft) ?? {}
    if (leadsTo !== 'on') return leadsTo
  }
  return 'on'
}

/** Does the patient ask to be called, rather than book a time? As it was when the last page was sent. */
export const asksForCall = (flow: Flow): boolean =>
  !isBookedOnline(flow.published, flow.service, flow.draft.at) || leadOf(flow) === 'request'
