import { type ServiceQuestion, wordsIn } from '../../worker/practices/questions.ts'
import type { Asked, Flow, Question } from './question.ts'
import { wrong } from './question.ts'
import { chosenOf, waysOf } from './ways.ts'

/** The questions that the practice itself sets, as pages of radios: up to three for the way, one for the reason. */
export const choices: readonly Question[] = [0, 1, 2].map((n) => setByPractice(`choice-${n + 1}`, nthWay(n)))

export const reason = setByPractice('reason', ({ service }) =>
  service.questions.find(({ purpose }) => purpose === 'reason'),
)

type Find = (flow: Flow) => ServiceQuestion | undefined

function setByPractice(step: string, find: Find): Question {
  const found = (asked: Asked) => {
    const question = find(asked)
    return { question, words: question && said(question, asked) }
  }
  const chosen = (flow: Flow) => {
    const question = find(flow)
    return question && chosenOf(question, flow.draft)
  }
  return {
    step,
    fields: [step],
    isAsked: (flow) => find(flow) !== undefined,
    isAnswered: (flow) => ['on', 'request'].includes(chosen(flow)?.leadsTo ?? ''),
    title: (asked) => found(asked).words?.text ?? '',
    filled: (_, flow) => ({ [step]: chosen(flow)?.id ?? '' }),
    answer(fields, asked) {
      const question = find(asked)
      const answer = question?.answers.find(({ id }) => id === fields[step])
      if (!question || !answer) return wrong(`${step}-0`, asked.text.questions.choose)
      const others = asked.draft.answers?.filter((id) => !question.answers.some((one) => one.id === id)) ?? []
      // Who asks to be called keeps no time from others.
      const noTime = { day: undefined, slot: undefined, hold: undefined, heldSlot: undefined, gone: undefined }
      return {
        ok: true,
        adds: { answers: [...others, answer.id], ...(answer.leadsTo === 'request' ? noTime : {}) },
        toServiceId: answer.leadsTo === 'service' ? answer.toServiceId : null,
      }
    },
    row(asked) {
      const answer = chosen(asked)
      return { label: found(asked).words?.text ?? '', value: answer ? said(answer, asked).text : '' }
    },
    radios(asked) {
      const { question, words } = found(asked)
      const options = (question?.answers ?? []).map((answer) => {
        const { text, hint, locale } = said(answer, asked)
        return { value: answer.id, label: text, hint, lang: locale }
      })
      return { why: words?.hint, lang: words?.locale ?? asked.lang, choices: options }
    },
  }
}

/** The nth question for the way, unless an earlier one has led elsewhere. */
function nthWay(n: number): Find {
  return (flow) => {
    const ways = waysOf(flow)
    const led = ways.slice(0, n).some((way) => (chosenOf(way, flow.draft)?.leadsTo ?? 'on') !== 'on')
    return led ? undefined : ways[n]
  }
}

const said = ({ words }: Pick<ServiceQuestion, 'words'>, { lang, published }: Asked) =>
  wordsIn(words, [lang, published.practice.locale, 'en'])
