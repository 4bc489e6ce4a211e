import { and, eq, ne } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { links, offices, referrerOffices, referrers, services } from '../../db/schema.ts'
import { newCode } from '../../worker/links/codes.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { PHONE } from '../practice.ts'
import type { Stack } from '../stack.ts'

/** A practice with one office, one referrer and cards, written straight into the database. */
export interface Scene {
  practiceId: string
  slug: string
  apiKey: string
  service: string
  officeId: string
  referrerId: string
  /** Of a link each: a pad of Dr Okonjo's, and one that the office shares. */
  codes: [string, string]
}

export async function scene(stack: Stack, slug: string): Promise<Scene> {
  const made = await createPractice(
    stack.db,
    stack.secrets,
    { name: slug, slug, timezone: 'America/Chicago', demo: true },
    Date.now(),
  )
  if (!made.ok) throw new Error(made.problem)
  const practiceId = made.practice.id
  const [service] = await stack.db.read((sql) =>
    sql.select().from(services).where(eq(services.practiceId, practiceId)).orderBy(services.position).limit(1),
  )
  if (!service) throw new Error('the demo has services')
  const [officeId, referrerId, codes] = [nanoid(), nanoid(), [newCode(), newCode()] as [string, string]]
  const card = { practiceId, officeId, serviceId: service.id, channel: 'card', createdAt: 0, by: 'system' } as const
  stored(
    await stack.db.write((sql) => [
      sql.insert(offices).values({ practiceId, id: officeId, name: 'Riverside Family Medicine', createdAt: 0 }),
      sql.insert(referrers).values({ practiceId, id: referrerId, name: 'Dr Amara Okonjo', createdAt: 0 }),
      sql.insert(referrerOffices).values({ practiceId, referrerId, officeId, fromDay: '2020-01-01' }),
      sql.insert(links).values({ ...card, id: nanoid(), code: codes[0], referrerId }),
      sql.insert(links).values({ ...card, id: nanoid(), code: codes[1], alias: `${slug}-poster` }),
    ]),
  )
  return { practiceId, slug, apiKey: made.apiKey, service: service.slug, officeId, referrerId, codes }
}

/** A request as a phone makes it, unless told otherwise; redirects are not followed. */
export const ride = (stack: Stack, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(stack.url + path, {
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    ...init,
    headers: { 'User-Agent': PHONE, ...init.headers },
  })

export const receiptIn = (answer: Response): string =>
  new URL(answer.headers.get('location') ?? '', 'http://x').searchParams.get('s') ?? ''

/** Waits until a reading of the database is as wished, and returns the last one. */
export async function until<T>(read: () => Promise<T>, good: (value: T) => boolean, limitMs = 30_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; ) {
    const value = await read().catch(() => undefined)
    if (value !== undefined && (good(value) || Date.now() > end)) return value
    if (Date.now() > end) throw new Error('nothing could be read')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The rollups of a practice for whole months, by measure; without `late`, which says how busy the machine was. */
export async function counted(db: Database, practiceId: string): Promise<Record<string, number>> {
  const { rollups } = await import('../../db/schema.ts')
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(rollups)
      .where(and(eq(rollups.practiceId, practiceId), eq(rollups.grain, 'month'), ne(rollups.measure, 'late'))),
  )
  const sums: Record<string, number> = {}
  for (const { measure, n } of rows) sums[measure] = (sums[measure] ?? 0) + n
  return sums
}
