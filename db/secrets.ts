import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openVault } from '../worker/practices/vault.ts'
import type { Database } from './database.ts'
import { practices } from './schema.ts'
import { Sentence } from './sentence.ts'

/** Each 32 random bytes, base64url. What they are for is said in worker/env.ts. */
export interface Secrets {
  MASTER_KEY: string
  SIGNING_KEY: string
}

const NAMES = ['MASTER_KEY', 'SIGNING_KEY'] as const

/**
 * The secrets of this data folder, generated on its first start and readable by its owner alone.
 * Given in the environment they are used from there, as with an outside database that another machine shares.
 */
export function openSecrets(dataDir: string, env: NodeJS.ProcessEnv = process.env): Secrets {
  const file = join(dataDir, 'secrets.json')
  const kept: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const secrets: Record<string, string> = {}
  for (const name of NAMES) {
    const value = env[name] ?? kept[name]
    secrets[name] = typeof value === 'string' ? value : randomBytes(32).toString('base64url')
  }
  const { MASTER_KEY = '', SIGNING_KEY = '' } = secrets
  if (!existsSync(file)) keep(file, { MASTER_KEY, SIGNING_KEY })
  return { MASTER_KEY, SIGNING_KEY }
}

/** Written beside and renamed: a start that is killed here leaves no half of a key. */
function keep(file: string, secrets: Secrets): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

/** @throws Sentence when the practices' data was sealed with another master key than this one */
export async function refuseOtherKey(db: Database, secrets: Secrets): Promise<void> {
  const [practice] = await db.read((sql) => sql.select({ id: practices.id }).from(practices).limit(1))
  if (!practice) return
  try {
    await openVault(db, secrets, practice.id)
  } catch {
    throw new Sentence(
      'The MASTER_KEY of this data folder does not open this database: put the secrets.json with which it was made into DATA_DIR.',
    )
  }
}
