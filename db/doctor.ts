import { existsSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { and, eq, gte, sum } from 'drizzle-orm'
import { sign } from '../worker/access/signature.ts'
import { quarterOf } from '../worker/counts/buckets.ts'
import { type Guessing, inWords as guessingInWords } from '../worker/links/alarm.ts'
import { standing } from '../worker/mail/outbox.ts'
import { sealedWithOlder } from '../worker/practices/reseal.ts'
import { openVault } from '../worker/practices/vault.ts'
import type { Said } from './admin.ts'
import { secretsFile } from './folder.ts'
import { knownMigrations, missingMigrations } from './migrate.ts'
import type { Reached } from './reach.ts'
import { practices, rollups } from './schema.ts'
import { knownSecrets, SECRETS } from './secrets.ts'
import { damaged, inWords } from './trouble.ts'

const LEAST_FREE_GB = 1
const LATE_DAYS = 7

/** What was looked at, and what was found in plain words. A check that throws has found that it is not well. */
type Check = (reached: Reached) => Promise<string> | string

const CHECKS: Record<string, Check> = {
  'data folder'({ dataDir }) {
    if (!existsSync(dataDir)) return `${dataDir} is not there yet: npm start makes it`
    const { bavail, bsize } = statfsSync(dataDir)
    const free = (bavail * bsize) / 1e9
    if (free < LEAST_FREE_GB) throw new Error(`only ${free.toFixed(1)} GB are free in ${dataDir}: make room`)
    return `${dataDir}, ${free.toFixed(0)} GB free`
  },
  async secrets({ db, dataDir }) {
    const known = await knownSecrets(db, dataDir)
    const file = secretsFile(dataDir)
    const mode = existsSync(file) ? statSync(file).mode & 0o777 : undefined
    if (mode && mode & 0o077) throw new Error(`others can read ${file}: chmod 600 it`)
    const lacking = SECRETS.filter((name) => !known[name])
    if (lacking.length > 0) return `the next npm start makes ${lacking.join(' and ')}`
    if (mode === undefined) return 'in the environment'
    return 'readable by this account alone; keep a copy of secrets.json in another place'
  },
  'test clock'() {
    if (process.env.TEST_CLOCK) throw new Error('TEST_CLOCK is set: unset it, it is for tests alone')
    return 'none'
  },
  async database({ db, address }) {
    // Reaching it has written to it already.
    const { rows } = await db.client.execute('PRAGMA quick_check')
    const [found = '', ...more] = rows
      .flatMap((row) => String(row[0]).split('\n'))
      .filter((line) => !/^\*\*\* in database/.test(line))
    if (found !== 'ok') throw damaged(more.length > 0 ? `${found}, and ${more.length} more` : found)
    const { rows: lost } = await db.client.execute('PRAGMA foreign_key_check')
    if (lost.length > 0) throw new Error(`${lost.length} rows refer to rows that are not there: restore a backup`)
    return `${address.url} is written to, undamaged and consistent`
  },
  async schema({ db }) {
    const missing = await missingMigrations(db)
    if (missing === knownMigrations().length) throw new Error('there is none yet: begin with npm start')
    if (missing > 0) throw new Error(`${missing} migrations are missing: run npm start`)
    return 'is the one of this code'
  },
  async 'patient data'({ db, dataDir }) {
    const { MASTER_KEY = '' } = await knownSecrets(db, dataDir)
    const all = await db.read((sql) => sql.select({ id: practices.id, slug: practices.slug }).from(practices))
    for (const { id, slug } of all)
      await openVault(db, { MASTER_KEY }, id).catch(() => {
        throw new Error(
          `the master key does not open ${slug}: put the secrets.json with which it was made into DATA_DIR`,
        )
      })
    return `the master key opens all practices (${all.length})`
  },
  async 'older keys'({ db }) {
    const all = await db.read((sql) => sql.select({ id: practices.id, slug: practices.slug }).from(practices))
    const rows = await Promise.all(all.map(async ({ id, slug }) => ({ slug, n: await sealedWithOlder(db, id) })))
    const left = rows.filter(({ n }) => n > 0).map(({ slug, n }) => `${n} rows of ${slug}`)
    if (left.length === 0) return "patients' data is sealed with the newest key of each practice"
    return `an older key has sealed ${left.join(', ')}: they open, and "npm run admin -- rotate --all --resume" seals them anew`
  },
  async 'scan log'({ db }) {
    const since = quarterOf(Date.now() - LATE_DAYS * 86_400_000)
    const [late] = await db.read((sql) =>
      sql
        .select({ n: sum(rollups.n).mapWith(Number) })
        .from(practices)
        .innerJoin(
          rollups,
          and(eq(rollups.practiceId, practices.id), eq(rollups.grain, 'quarter'), gte(rollups.bucket, since)),
        )
        .where(eq(rollups.measure, 'late')),
    )
    return `${late?.n ?? 0} scans of the last ${LATE_DAYS} days left before they were on disk`
  },
  async mail({ db, dataDir, serviceUrl }) {
    const now = Date.now()
    const { waiting, late, given } = await standing(db, { now, since: now - LATE_DAYS * 86_400_000 })
    const dropped = given.map(({ why, n }) => `${n}: ${why}`).join('; ')
    const says = [
      `here it leaves as files in ${join(dataDir, 'mail')}, at Cloudflare through its Email Service`,
      `${waiting} wait for their time`,
      dropped ? `in the last ${LATE_DAYS} days these were not sent: ${dropped}` : '',
    ]
    if (late > 0 && serviceUrl) throw new Error(`${late} letters should have left by now: see what the service prints`)
    return says.filter(Boolean).join('; ')
  },
  'public address'({ publicUrl }) {
    const { protocol, hostname } = new URL(publicUrl)
    if (protocol === 'https:' || hostname === 'localhost') return publicUrl
    return `${publicUrl} is plain http: fine to try it out, but set PUBLIC_URL to an https address before patients use it`
  },
  async service({ serviceUrl }) {
    if (!serviceUrl) return 'does not run at the moment'
    const answer = await fetch(`${serviceUrl}/readyz`, { signal: AbortSignal.timeout(10_000) })
    if (!answer.ok) throw new Error(`${serviceUrl} runs and says: ${(await answer.text()).trim()}`)
    return `${serviceUrl} runs and is ready`
  },
  async guessing({ db, dataDir, serviceUrl }) {
    if (!serviceUrl) return 'only a service that runs here can be asked; elsewhere its log says it'
    const { SIGNING_KEY = '' } = await knownSecrets(db, dataDir)
    const signature = sign({ SIGNING_KEY }, 'operator', 'guesses', Math.floor(Date.now() / 60_000))
    const answer = await fetch(`${serviceUrl}/healthz/guesses`, {
      headers: { Authorization: `Bearer ${signature}` },
      signal: AbortSignal.timeout(10_000),
    })
    if (!answer.ok) return 'the service that runs does not say; it may be an older one'
    const guessing: Guessing = await answer.json()
    if (guessing.codes === 0) return 'nobody guesses codes'
    throw new Error(
      `${guessingInWords(guessing)}. Codes that exist still work and show nothing of patients; turn those networks away at your proxy`,
    )
  },
}

/** Checks that can find nothing out, and would only repeat it, where another found something wrong. */
const NEEDS: Record<string, string> = {
  schema: 'database',
  'patient data': 'schema',
  'older keys': 'schema',
  'scan log': 'schema',
  mail: 'schema',
  guessing: 'service',
}

/** `ok` is null where it was not looked at. */
interface Finding {
  ok: boolean | null
  says: string
}

/** `doctor`: looks at everything, says what it found, and changes nothing. */
export async function doctor(reached: Reached): Promise<Said> {
  const findings = new Map<string, Finding>()
  for (const [name, check] of Object.entries(CHECKS)) {
    const needed = NEEDS[name]
    const isPossible = !needed || findings.get(needed)?.ok
    findings.set(
      name,
      isPossible ? await found(check, reached) : { ok: null, says: `looked at once ${needed} is well` },
    )
  }
  const checks = [...findings].map(([name, finding]) => ({ name, ...finding }))
  const wrong = checks.filter(({ ok }) => ok === false).length
  return {
    lines: [
      ...checks.map(({ name, ok, says }) => `${ok === null ? 'later' : ok ? 'well ' : 'WRONG'}  ${name}: ${says}`),
      wrong === 0 ? 'All is well.' : `${wrong} of ${checks.length} need you.`,
    ],
    json: { ok: wrong === 0, checks },
    ok: wrong === 0,
  }
}

async function found(check: Check, reached: Reached): Promise<Finding> {
  try {
    return { ok: true, says: await check(reached) }
  } catch (error) {
    const told = inWords(error)
    return { ok: false, says: told instanceof Error ? told.message : String(told) }
  }
}
