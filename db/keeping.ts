import { and, asc, eq, isNull } from 'drizzle-orm'
import { createKey } from '../worker/access/keys.ts'
import { isScope, SCOPES } from '../worker/access/scopes.ts'
import { createSignInLink, SIGN_IN_LINK_HOURS } from '../worker/access/sign-in.ts'
import { createPractice } from '../worker/practices/create.ts'
import type { Said } from './admin.ts'
import type { Flags } from './commands.ts'
import type { Database } from './database.ts'
import type { Reached } from './reach.ts'
import { memberships, practices } from './schema.ts'
import { openSecrets, refuseOtherKey } from './secrets.ts'
import { Sentence } from './sentence.ts'

/** `practice create --name N --slug S --timezone Z [--demo]` */
export async function createNamed({ db, dataDir, publicUrl }: Reached, flags: Flags): Promise<Said> {
  const { name, slug, timezone, demo = false } = flags
  if (!name || !slug || !timezone)
    throw new Sentence(
      'Give --name, --slug and --timezone, such as --name "North Bay" --slug north-bay --timezone America/Chicago.',
    )
  const secrets = await openSecrets(db, dataDir)
  await refuseOtherKey(db, secrets)
  const created = await createPractice(db, secrets, { name, slug, timezone, demo }, Date.now())
  if (!created.ok) throw new Sentence(created.errors.map(({ field, detail }) => `--${field}: ${detail}`).join(' '))
  const { practice, apiKey, signInToken } = created
  const signInUrl = `${publicUrl}/practice/sign-in/${signInToken}`
  return {
    lines: [
      `${name} is created, as ${practice.slug}.`,
      `API key (every scope, shown this once): ${apiKey}`,
      `Sign in once, within ${SIGN_IN_LINK_HOURS} hours: ${signInUrl}`,
    ],
    json: { practice, apiKey, signInUrl },
  }
}

/** `key create --practice S --scopes a,b` */
export async function createKeyFor({ db }: Reached, { practice: slug, scopes: text, name }: Flags): Promise<Said> {
  if (!slug || !text)
    throw new Sentence('Give --practice and --scopes, such as --practice north-bay --scopes links:read,stats:read.')
  const words = text.split(',').map((word) => word.trim())
  const scopes = words.filter(isScope)
  const unknown = words.filter((word) => !isScope(word))
  if (unknown.length > 0)
    throw new Sentence(`There is no scope ${unknown.join(', ')}: use some of ${SCOPES.join(', ')}.`)
  const { apiKey } = await createKey(
    db,
    { practiceId: await practiceOf(db, slug), name: name ?? 'By command line', scopes },
    Date.now(),
  )
  return { lines: [`API key (shown this once): ${apiKey}`], json: { apiKey } }
}

/** `sign-in create --practice S`: another one-time link for the practice's owner. */
export async function createSignInFor({ db, publicUrl }: Reached, { practice: slug }: Flags): Promise<Said> {
  if (!slug) throw new Sentence('Give --practice, such as --practice north-bay.')
  const token = await ownersLink(db, await practiceOf(db, slug), Date.now())
  if (!token) throw new Sentence(`The practice ${slug} has no owner any more.`)
  const signInUrl = `${publicUrl}/practice/sign-in/${token}`
  return { lines: [`Sign in once, within ${SIGN_IN_LINK_HOURS} hours: ${signInUrl}`], json: { signInUrl } }
}

/** The token of a new sign-in link for the practice's first owner; undefined where there is none. */
export async function ownersLink(db: Database, practiceId: string, now: number): Promise<string | undefined> {
  const [owner] = await db.read((sql) =>
    sql
      .select({ staffId: memberships.staffId })
      .from(memberships)
      .where(and(eq(memberships.practiceId, practiceId), eq(memberships.role, 'owner'), isNull(memberships.endedAt)))
      .orderBy(asc(memberships.createdAt))
      .limit(1),
  )
  return owner && createSignInLink(db, { practiceId, staffId: owner.staffId }, now)
}

async function practiceOf(db: Database, slug: string): Promise<string> {
  const [practice] = await db.read((sql) =>
    sql.select({ id: practices.id }).from(practices).where(eq(practices.slug, slug)),
  )
  if (!practice) throw new Sentence(`There is no practice ${slug}: make it with "npm run admin -- practice create".`)
  return practice.id
}
