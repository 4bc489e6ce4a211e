import { classify } from '../../worker/scans/classify.ts'
import { KINDS } from '../scans/corpus/corpus.ts'
import { HELD_OUT } from '../scans/corpus/held-out.ts'
import { type Asked, toRequest } from '../scans/corpus/shapes.ts'
import { atLeast, atMost, type Figure, type Finding, shown } from './finding.ts'

/** Of those who are no persons so many must be told from persons, and of persons so few be taken for something else. */
const RECALL = 0.95
const FALSE_POSITIVES = 0.005

/** What the labelled requests (test/scans/corpus) are taken for, kind by kind; those held out are reported apart. */
export function hitsTaken(): Finding {
  const all = Object.values(KINDS).flat()
  return {
    title: `${all.length} labelled requests, and ${HELD_OUT.length} that no rule was made for`,
    figures: [
      ...judged('', all),
      ...Object.entries(KINDS).map(([kind, some]) =>
        shown(kind, `${right(some)} of ${some.length} taken for what they are`),
      ),
      ...judged('held out: ', HELD_OUT),
    ],
    notes: [
      ...missed([...all, ...HELD_OUT]),
      'All were written by the team from forms that are public; none is a log.',
    ],
  }
}

function judged(which: string, some: Asked[]): Figure[] {
  const people = some.filter(({ is }) => is === 'person')
  const others = some.filter(({ is }) => is !== 'person')
  const told = others.filter((one) => taken(one) !== 'person')
  const lost = people.filter((one) => taken(one) !== 'person')
  return [
    atLeast(`${which}told from persons, of ${others.length} others`, rounded(told.length / others.length), RECALL),
    atMost(
      `${which}taken for something else, of ${people.length} persons`,
      rounded(lost.length / people.length),
      FALSE_POSITIVES,
    ),
    atLeast(`${which}of those told, of the right class`, rounded(right(told) / told.length), RECALL),
  ]
}

const taken = (one: Asked) => {
  const { method, headers, url } = toRequest(one)
  return classify(method, headers, url).class
}
const right = (some: Asked[]) => some.filter((one) => taken(one) === one.is).length
const missed = (some: Asked[]) =>
  some.filter((one) => taken(one) !== one.is).map((one) => `${one.who}: ${one.is}, taken for ${taken(one)}`)
const rounded = (share: number) => Math.round(share * 10_000) / 10_000
