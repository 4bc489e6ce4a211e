import { createHmac } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Said } from './admin.ts'
import { pages } from './dump.ts'
import { knownMigrations } from './migrate.ts'
import type { Reached } from './reach.ts'
import { openSecrets, refuseOtherKey, type Secrets } from './secrets.ts'
import { Sentence } from './sentence.ts'

/** The first line of a backup; each other line is a page of a table, the last one the number of rows. */
export interface Header {
  referloop: 1
  /** Milliseconds since 1970. */
  at: number
  /** Hashes of the migrations, in order: where they are the same, so is every column. */
  schema: string[]
  /** Tells whether a master key is the right one, and nothing else about it. */
  key: string
}

/**
 * `backup FILE`: every row as it is at one instant, patients' sealed; the master key stays behind.
 * The file appears when it is complete, and replaces none.
 */
export async function backup({ db, dataDir }: Reached, file: string): Promise<Said> {
  refuseExisting(file)
  const secrets = await openSecrets(db, dataDir)
  await refuseOtherKey(db, secrets)
  const header: Header = { referloop: 1, at: Date.now(), schema: knownMigrations(), key: fingerprint(secrets) }
  let count = 0
  async function* lines() {
    yield `${JSON.stringify(header)}\n`
    for await (const page of pages(db.client)) {
      count += page.rows.length
      yield `${JSON.stringify(page)}\n`
    }
    yield `${JSON.stringify({ end: count })}\n`
  }
  const unfinished = `${file}.unfinished`
  try {
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(unfinished, { mode: 0o600, flush: true }))
    refuseExisting(file)
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOSPC' || code === 'EISDIR')
      throw new Sentence(`${file} cannot be written (${code}): give a file in a folder that exists and has room.`)
    throw error
  }
  return {
    lines: [
      `${count} rows are in ${file}.`,
      `The master key is not: keep a copy of ${dataDir}/secrets.json in another place, as without it no patient's data can be read.`,
      'Nor are scans of the last seconds that had not reached the database yet.',
    ],
    json: { file, rows: count, masterKeyIncluded: false },
  }
}

function refuseExisting(file: string): void {
  if (existsSync(file))
    throw new Sentence(`${file} is there already, and a backup replaces nothing: give the name of a new file.`)
}

/** A keyed hash of nothing secret: without the key it cannot be made, and the key cannot be found from it. */
export const fingerprint = ({ MASTER_KEY }: Pick<Secrets, 'MASTER_KEY'>) =>
  createHmac('sha256', MASTER_KEY).update('referloop backup').digest('base64url')
