import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, stored } from '../../db/database.ts'
import { practices } from '../../db/schema.ts'
import { count, type Fact } from '../../worker/counts/count.ts'
import { changeOf } from '../../worker/stats/change.ts'
import { choiceOf } from '../../worker/stats/choices.ts'
import { overviewOf } from '../../worker/stats/overview.ts'
import { startDatabase } from '../database.ts'

/*
 * A practice in Chicago that began to count on 1 November and has 60 scans a day: 10 in the first quarter of an hour after
 * midnight, the others at noon. On the 23rd it is 25 minutes past midnight, and 11 have come.
 */
const practice = { id: 'north', timezone: 'America/Chicago' }
const NOW = Date.parse('2026-11-23T00:25-06:00')

let db: Database
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ db, stop } = await startDatabase())
  const scans = (at: string, n: number): Fact => {
    return { measure: 'hit:person', at: Date.parse(at), officeId: '', referrerId: '', linkId: '', n }
  }
  const days = Array.from({ length: 22 }, (_, i) => `2026-11-${String(i + 1).padStart(2, '0')}`)
  const facts = [
    ...days.flatMap((day) => [scans(`${day}T00:05-06:00`, 10), scans(`${day}T12:00-06:00`, 50)]),
    scans('2026-11-23T00:05-06:00', 11),
  ]
  const row = { ...practice, slug: 'north', name: 'North', createdAt: 0 }
  stored(await db.write((sql) => [sql.insert(practices).values(row), ...count(sql, practice, facts)]))
})
afterAll(() => stop())

const shown = (address: string, now = NOW) =>
  overviewOf(db, practice, choiceOf(new URLSearchParams(address), practice.timezone, now), now)

test('shortly after midnight today is compared with the first quarter of an hour of yesterday', async () => {
  const { summary, before } = await shown('range=today')
  expect([summary.totals.scans, before?.counts.scans]).toEqual([11, 10])
  expect(changeOf(summary.totals.scans, before?.counts.scans ?? 0).says).toBe('may be chance')
})

test('a week that is not over is compared with six days and the same part of the seventh', async () => {
  const { summary, before } = await shown('range=7')
  expect([summary.totals.scans, before?.counts.scans]).toEqual([6 * 60 + 11, 6 * 60 + 10])
})

test('days that are over are compared with whole days', async () => {
  const { summary, before } = await shown('from=2026-11-22&to=2026-11-22')
  expect([summary.totals.scans, before?.counts.scans]).toEqual([60, 60])
})

test('days that begin before counting did are no measure of anything', async () => {
  expect((await shown('from=2026-11-12&to=2026-11-22')).before?.counts.scans).toBe(11 * 60)
  for (const address of ['from=2026-11-11&to=2026-11-22', 'range=90', 'range=7&compare=year'])
    expect((await shown(address)).before).toBeUndefined()
})

test('in the first minutes of a day there is nothing to compare it with', async () => {
  expect((await shown('range=today', Date.parse('2026-11-23T00:14-06:00'))).before).toBeUndefined()
})
