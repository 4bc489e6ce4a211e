import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from '../stack.ts'
import { longAway } from './backlog.ts'
import { slotsOverYears } from './clocks.ts'
import { everyTypo } from './codes.ts'
import { brokenOf, type Finding } from './finding.ts'
import { flooded } from './flood.ts'
import { fuzzed } from './fuzz.ts'
import { guessed } from './guessing.ts'
import { killsInMidLoad, killsWhileDraining } from './kills.ts'
import { killsWhileSending } from './letters.ts'
import { moveAndCancel } from './moves.ts'
import { databaseAway } from './outages.ts'
import { everyPrint } from './printing.ts'
import { oneSlot, randomIntervals } from './races.ts'

/* Samples of `npm run proof`, on one stack, one after another: each must leave it whole for the next. */

let stack: Stack

beforeAll(async () => {
  stack = await startStack()
}, 120_000)
afterAll(() => stack?.stop())

const holds = (finding: Finding) => expect(brokenOf(finding), JSON.stringify(finding, null, 1)).toEqual([])

test('every single typo of a code is refused', () => holds(everyTypo({ codes: 500 })))

test('slots keep their wall times through every change of the clock', () =>
  holds(slotsOverYears({ years: 6, weeks: 2 })))

test('many patients want one slot: one gets it', async () => holds(await oneSlot(stack, { patients: 100 })))

test('random intervals never overlap', async () => holds(await randomIntervals(stack, { tries: 200 })))

test('booked, moved, cancelled and booked again by many at once: nothing overlaps and nothing is lost', async () =>
  holds(await moveAndCancel(stack, { acts: 200 })))

test(
  'kills while letters leave: each leaves once',
  async () => holds(await killsWhileSending(stack, { letters: 300, kills: 5 })),
  120_000,
)

test('every code of every layout is read', async () =>
  holds(await everyPrint(stack, { referrers: 21, locales: ['ar'] })))

test('no request, however broken, is answered 5xx', async () => holds(await fuzzed(stack, { requests: 300 })))

test('scans are answered while the database is stopped', async () =>
  holds(await databaseAway(stack, 'stopped', { seconds: 5 })))

test('scans are answered while the database hangs', async () =>
  holds(await databaseAway(stack, 'hung', { seconds: 5 })))

test('guessed codes are limited, and keep no card waiting', async () => holds(await guessed(stack, { guesses: 2_000 })))

test(
  'kills in mid-load lose nothing and double nothing',
  async () => holds(await killsInMidLoad(stack, { kills: 4 })),
  120_000,
)

test(
  'a database that is killed while the log drains makes it lose nothing and double nothing',
  async () => holds(await killsWhileDraining(stack, { kills: 3, seconds: 4 })),
  120_000,
)

// How soon is for the proof alone: the machine of a test is shared.
test(
  'a log that holds very many scans takes more, and drains',
  async () => holds(await longAway({ scans: 20_000, mostMs: 5_000 })),
  120_000,
)

test('a flood of bookings leaves the day to people', async () => {
  holds(await flooded({ bookings: 300, from: 'one address and one /48' }))
  holds(await flooded({ bookings: 300, from: 'thousands of networks' }))
}, 120_000)
