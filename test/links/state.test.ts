import { describe, expect, test } from 'vitest'
import { type Database, DatabaseUnavailable } from '../../db/database.ts'
import type { Env } from '../../worker/env.ts'
import { newCode } from '../../worker/links/codes.ts'
import type { KeptLink } from '../../worker/links/kept.ts'
import { outageKey, resolveLink } from '../../worker/links/resolve.ts'
import { stateOn, UNDATED } from '../../worker/links/state.ts'
import { localDay } from '../../worker/practices/day.ts'

const on = (dates: Partial<typeof UNDATED>, today: string) => stateOn({ ...UNDATED, ...dates }, today)

test('a pause includes its first and its last day', () => {
  const pause = { pausedFromDay: '2026-11-24', pausedUntilDay: '2026-11-26' }
  const days = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']
  expect(days.map((day) => on(pause, day))).toEqual(['active', 'paused', 'paused', 'paused', 'active'])
  expect(on({ pausedFromDay: '2026-11-24' }, '2031-01-01')).toBe('paused')
})

test('a link is active on its last day, and what is more final wins', () => {
  expect(on({ expiresDay: '2026-12-31' }, '2026-12-31')).toBe('active')
  expect(on({ expiresDay: '2026-12-31' }, '2027-01-01')).toBe('expired')
  expect(on({ expiresDay: '2026-12-31', pausedFromDay: '2026-01-01' }, '2027-01-01')).toBe('expired')
  expect(on({ expiresDay: '2026-12-31', retiredAt: 1 }, '2027-01-01')).toBe('retired')
})

/** Each with an instant of the last second of its day, on days on which the clock changes and others. */
const MIDNIGHTS: [zone: string, lastDay: string, nextMidnight: string][] = [
  ['America/Chicago', '2026-11-24', '2026-11-25T06:00:00Z'],
  ['America/Chicago', '2026-03-08', '2026-03-09T05:00:00Z'],
  ['America/Chicago', '2026-11-01', '2026-11-02T06:00:00Z'],
  ['Asia/Kathmandu', '2026-11-24', '2026-11-24T18:15:00Z'],
  ['Australia/Lord_Howe', '2026-10-04', '2026-10-04T13:00:00Z'],
  // Midnight itself is left out: the day begins at one o'clock.
  ['America/Santiago', '2026-09-05', '2026-09-06T04:00:00Z'],
]

describe('in memory', () => {
  /** Its database can be asked once, and is away from then on: what follows is memory's own doing. */
  const remembering = (kept: Partial<KeptLink>, zone: string) => {
    const code = newCode()
    const row = {
      linkId: 'link',
      code,
      timezone: zone,
      ...UNDATED,
      referrerId: null,
      referrerName: null,
      referrerLastDay: null,
      editedAt: null,
      ...kept,
    }
    let reads = 0
    const db: Pick<Database, 'read'> = {
      async read() {
        if (reads++ > 0) throw new DatabaseUnavailable('away')
        return [row] as never
      },
    }
    const env = { OUTAGE: { get: async () => null } } as unknown as Pick<Env, 'OUTAGE'>
    const at = async (now: number) => {
      const link = await resolveLink(env, db as Database, code, now)
      if (typeof link === 'string') throw new Error(link)
      return link
    }
    return { at, reads: () => reads }
  }

  test.each(MIDNIGHTS)(
    'in %s a link whose last day is %s expires at midnight, without asking anybody',
    async (zone, day, next) => {
      const midnight = Date.parse(next)
      expect([localDay(midnight - 1, zone), localDay(midnight, zone) > day]).toEqual([day, true])
      const { at, reads } = remembering({ expiresDay: day }, zone)
      expect((await at(midnight - 10_000)).state).toBe('active')
      expect((await at(midnight - 1)).state).toBe('active')
      expect((await at(midnight)).state).toBe('expired')
      expect((await at(midnight + 10_000)).state).toBe('expired')
      expect(reads()).toBe(1)
    },
  )

  test.each(MIDNIGHTS)(
    'in %s a pause that ends on %s is over at midnight, and a referrer who left is named no more',
    async (zone, day, next) => {
      const midnight = Date.parse(next)
      const pause = { pausedFromDay: '2026-01-01', pausedUntilDay: day }
      const who = { referrerId: 'okonjo', referrerName: 'Dr Amara Okonjo', referrerLastDay: day }
      const { at, reads } = remembering({ ...pause, ...who }, zone)
      expect(await at(midnight - 1)).toMatchObject({
        state: 'paused',
        referrerId: 'okonjo',
        referrerName: 'Dr Amara Okonjo',
      })
      expect(await at(midnight)).toMatchObject({ state: 'active', referrerId: null, referrerName: null })
      expect(reads()).toBe(1)
    },
  )

  test('what was last known still pauses at midnight while the database is away', async () => {
    const midnight = Date.parse('2026-11-25T06:00:00Z')
    const { at, reads } = remembering({ pausedFromDay: '2026-11-25' }, 'America/Chicago')
    expect((await at(midnight - 60_000)).state).toBe('active')
    expect(await at(midnight + 60_000)).toMatchObject({ state: 'paused', source: 'outage copy' })
    expect(reads()).toBe(2)
  })
})

test('an edit is everywhere within a minute: memory asks again before, and in an outage the newer of memory and copy holds', async () => {
  const { EVERYWHERE_MS } = await import('../../worker/links/resolve.ts')
  expect(EVERYWHERE_MS).toBe(60_000)
  const code = newCode()
  const kept = {
    code,
    timezone: 'UTC',
    ...UNDATED,
    referrerId: null,
    referrerName: null,
    referrerLastDay: null,
    editedAt: null,
    serviceSlug: 'old',
  }
  const edited = { ...kept, serviceSlug: 'new', editedAt: 1_000 }
  let answer: (() => unknown) | null = () => [kept]
  const db = {
    async read() {
      if (!answer) throw new DatabaseUnavailable('away')
      return answer()
    },
  } as unknown as Database
  const copies = new Map<string, unknown>()
  const env = { OUTAGE: { get: async (key: string) => copies.get(key) ?? null } } as unknown as Pick<Env, 'OUTAGE'>
  const where = async (now: number) => {
    const link = await resolveLink(env, db, code, now)
    return typeof link === 'string' ? link : link.serviceSlug
  }
  // Asked a moment before the edit, so that it is believed for as long as may be.
  expect(await where(999)).toBe('old')
  answer = () => [edited]
  expect(await where(30_998)).toBe('old')
  expect(await where(30_999)).toBe('new')

  answer = () => [kept]
  expect(await where(100_000)).toBe('old')
  answer = null
  copies.set(outageKey(code), edited)
  expect(await where(130_000)).toBe('new')
  // A copy that is older than what is remembered changes nothing.
  copies.set(outageKey(code), kept)
  expect(await where(140_000)).toBe('new')
})

test('no typo is looked up: neither the database nor the copy is asked', async () => {
  const never = async () => {
    throw new Error('was asked')
  }
  const db = { read: never } as unknown as Database
  const env = { OUTAGE: { get: never } } as unknown as Pick<Env, 'OUTAGE'>
  const code = newCode()
  const typos = new Set<string>()
  for (let place = 0; place < code.length; place++) {
    for (const symbol of '0124789CFHKLMRXY') typos.add(code.slice(0, place) + symbol + code.slice(place + 1))
    typos.add(code.slice(0, place) + code.charAt(place + 1) + code.charAt(place) + code.slice(place + 2))
  }
  typos.delete(code)
  expect(typos.size).toBeGreaterThan(120)
  for (const typo of typos)
    for (const typed of [typo, typo.toLowerCase(), `${typo.slice(0, 4)}-${typo.slice(4)}`])
      expect(await resolveLink(env, db, typed, 0)).toBe('unknown')
})
