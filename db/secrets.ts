import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { getTableName, sql as raw } from 'drizzle-orm'
import { openVault } from '../worker/practices/vault.ts'
import type { Database } from './database.ts'
import { openDataDir, secretsFile } from './folder.ts'
import { practices } from './schema.ts'
import { Sentence } from './sentence.ts'

/** Each 32 random bytes, base64url. What they are for is said in worker/env.ts. */
export interface Secrets {
  MASTER_KEY: string
  SIGNING_KEY: string
}

export const SECRETS = ['MASTER_KEY', 'SIGNING_KEY'] as const
const BYTES = 32

/**
 * The secrets with which this database's data are sealed and signed. One that is missing is made and kept: a MASTER_KEY
 * while there is no practice yet, a SIGNING_KEY at any time, as it opens nothing that is stored (links that it signed stop
 * working). Given in the environment they are used from there, as with an outside database that another machine shares.
 * @throws Sentence when they are damaged, or the master key of a practice is missing
 */
export async function openSecrets(db: Database, dataDir: string, env = process.env): Promise<Secrets> {
  const known = await knownSecrets(db, dataDir, env)
  const { MASTER_KEY = made(), SIGNING_KEY = made() } = known
  const secrets = { MASTER_KEY, SIGNING_KEY }
  const kept = fromFile(dataDir)
  if (SECRETS.some((name) => !kept[name])) keep(secretsFile(openDataDir(dataDir)), { ...secrets, ...kept })
  return secrets
}

/**
 * The secrets that there are, and none that is made for it.
 * @throws Sentence as `openSecrets`
 */
export async function knownSecrets(db: Database, dataDir: string, env = process.env): Promise<Partial<Secrets>> {
  const known = { ...fromFile(dataDir), ...present(env) }
  const { MASTER_KEY } = known
  if (MASTER_KEY && Buffer.from(MASTER_KEY, 'base64url').length !== BYTES)
    throw new Sentence(
      `The MASTER_KEY in ${env.MASTER_KEY ? 'the environment' : secretsFile(dataDir)} is not ${BYTES} bytes in base64url: put the one back with which this database was made.`,
    )
  if (!MASTER_KEY && (await firstPractice(db)))
    throw new Sentence(
      `${secretsFile(dataDir)} ${existsSync(secretsFile(dataDir)) ? 'holds no MASTER_KEY' : 'is missing'}, and patients' data here is sealed with its MASTER_KEY: put your copy of that file back, or set MASTER_KEY.`,
    )
  return known
}

/** @throws Sentence when the practices' data was sealed with another master key than this one */
export async function refuseOtherKey(db: Database, secrets: Pick<Secrets, 'MASTER_KEY'>): Promise<void> {
  const practiceId = await firstPractice(db)
  if (!practiceId) return
  try {
    await openVault(db, secrets, practiceId)
  } catch {
    throw new Sentence(
      'The MASTER_KEY of this data folder does not open this database: put the secrets.json with which it was made into DATA_DIR.',
    )
  }
}

/** Of a database that may not have its schema yet. */
async function firstPractice(db: Database): Promise<string | undefined> {
  const tables = await db.read((sql) =>
    sql.all(raw`SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ${getTableName(practices)}`),
  )
  if (tables.length === 0) return undefined
  const [practice] = await db.read((sql) => sql.select({ id: practices.id }).from(practices).limit(1))
  return practice?.id
}

function fromFile(dataDir: string): Partial<Secrets> {
  const file = secretsFile(dataDir)
  if (!existsSync(file)) return {}
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!kept || typeof kept !== 'object' || Array.isArray(kept)) throw new SyntaxError('no object')
    return present({ ...kept })
  } catch (error) {
    // What JSON.parse says quotes the file.
    const why = error instanceof Error && 'code' in error ? error.code : 'it is empty or cut'
    throw new Sentence(
      `${file} cannot be read (${why}): put your copy of it back, or remove it where there is no practice yet.`,
    )
  }
}

function present(from: Partial<Record<string, unknown>>): Partial<Secrets> {
  const found = SECRETS.map((name) => [name, from[name]]).filter(([, value]) => typeof value === 'string' && value)
  return Object.fromEntries(found)
}

const made = () => randomBytes(BYTES).toString('base64url')

/** Written beside and renamed: a start that is killed here leaves no half of a key. */
function keep(file: string, secrets: Secrets): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
