import { nanoid } from 'nanoid'
import type { Database } from '../../db/database.ts'
import { memberships, practices, staff } from '../../db/schema.ts'
import { demoSetup } from '../../db/seed/practice.ts'
import { DEMO_QUESTIONS } from '../../db/seed/questions.ts'
import { keyStatement } from '../access/keys.ts'
import { SCOPES } from '../access/scopes.ts'
import { signInLinkStatement } from '../access/sign-in.ts'
import type { FieldError } from '../http.ts'
import { questionStatements } from './questions.ts'
import { dataKeyStatement, type Secrets } from './vault.ts'

export interface NewPractice {
  name: string
  slug: string
  /** IANA zone in which days and months are counted. */
  timezone: string
  phone?: string
  /** Gives it the demo's locations, providers, services and hours, without history. */
  demo?: boolean
  /** A new one where left out. The demo gives its own, so that it is the same on every machine. */
  id?: string
}

export type CreatedPractice =
  | {
      ok: true
      practice: { id: string; slug: string }
      /** Has every scope; shown this once. */
      apiKey: string
      /** Signs the owner in once, within 24 hours: `/practice/sign-in/TOKEN`. */
      signInToken: string
      /** The owner's. */
      staffId: string
    }
  | { ok: false; problem: 'invalid' | 'slug-taken'; errors: FieldError[] }

/** Creates a practice with its data key, its owner, an API key and a one-time sign-in link, in one write batch. */
export async function createPractice(
  db: Database,
  secrets: Secrets,
  { name, slug, timezone, phone = '', demo = false, id: practiceId = nanoid() }: NewPractice,
  now: number,
): Promise<CreatedPractice> {
  const errors = errorsOf({ name, slug, timezone })
  if (errors.length > 0) return { ok: false, problem: 'invalid', errors }

  const staffId = nanoid()
  const dataKey = await dataKeyStatement(secrets, practiceId, now)
  const key = await keyStatement({ practiceId, name: 'First key', scopes: SCOPES }, now)
  const link = await signInLinkStatement({ practiceId, staffId }, now)
  const written = await db.write((sql) => [
    sql.insert(practices).values({ id: practiceId, slug, name: name.trim(), timezone, phone, createdAt: now }),
    dataKey(sql),
    sql.insert(staff).values({ id: staffId, name: 'Owner', createdAt: now }),
    sql.insert(memberships).values({ practiceId, staffId, role: 'owner', createdAt: now }),
    key.insert(sql),
    link.insert(sql),
    ...(demo ? [...demoSetup(sql, practiceId), ...questionStatements(sql, practiceId, DEMO_QUESTIONS)] : []),
  ])
  if (written.ok)
    return { ok: true, practice: { id: practiceId, slug }, apiKey: key.apiKey, signInToken: link.token, staffId }
  if (written.refused === 'slug taken')
    return { ok: false, problem: 'slug-taken', errors: [{ field: 'slug', detail: 'Choose another: it is taken.' }] }
  throw new Error(`the database refused: ${written.refused}`)
}

const NAME_LENGTH = 200
const SLUG = /^(?=.{2,60}$)[a-z0-9]+(-[a-z0-9]+)*$/

function errorsOf({ name, slug, timezone }: { name: string; slug: string; timezone: string }): FieldError[] {
  const errors: FieldError[] = []
  if (name.trim() === '' || name.length > NAME_LENGTH)
    errors.push({ field: 'name', detail: `Give a name of 1 to ${NAME_LENGTH} characters.` })
  if (!SLUG.test(slug))
    errors.push({ field: 'slug', detail: 'Use 2 to 60 of a-z, 0-9 and hyphens, such as "north-bay".' })
  if (!isTimezone(timezone)) errors.push({ field: 'timezone', detail: 'Give an IANA zone, such as "America/Chicago".' })
  return errors
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone.includes('/') || zone === 'UTC'
  } catch {
    return false
  }
}
