import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { Said } from './admin.ts'
import { fingerprint, type Header } from './backup.ts'
import { clear, type Page, rowCount, writePage } from './dump.ts'
import { knownMigrations } from './migrate.ts'
import type { Reached } from './reach.ts'
import { knownSecrets, refuseOtherKey } from './secrets.ts'
import { Sentence } from './sentence.ts'

/** `restore FILE`: into an empty database, all or nothing. */
export async function restore({ db, dataDir }: Reached, file: string): Promise<Said> {
  const { client } = db
  if ((await rowCount(client)) > 0)
    throw new Sentence(
      'This database is not empty: restore into a new DATA_DIR (with the secrets.json of the old one), or an empty DATABASE_URL.',
    )
  const { MASTER_KEY } = await knownSecrets(db, dataDir)
  const lines = linesOf(file)
  const header = headerOf((await lines.next()).value, file)
  if (!MASTER_KEY || header.key !== fingerprint({ MASTER_KEY }))
    throw new Sentence(
      `This backup was made with ${MASTER_KEY ? 'another master key' : 'a master key that is not here'}: put the secrets.json of that installation into ${dataDir}, and run it again.`,
    )
  if (header.schema.join() !== knownMigrations().join())
    throw new Sentence(
      'This backup was made by another version of Referloop: restore it with that one, then start this one on it.',
    )
  let count = 0
  let end: number | undefined
  try {
    for await (const line of lines) {
      const page: Page | { end: number } = JSON.parse(line)
      if ('end' in page) end = page.end
      else {
        await writePage(client, page)
        count += page.rows.length
      }
    }
    if (end !== count) throw new Sentence(`${file} is not complete: use another backup.`)
    await checkWhole(client)
    await refuseOtherKey(db, { MASTER_KEY })
  } catch (error) {
    await clear(client)
    if (error instanceof Sentence) throw error
    throw new Sentence(
      `${file} cannot be read to its end (${error instanceof Error ? error.message : error}): nothing was restored.`,
    )
  }
  return { lines: [`${count} rows are restored, as of ${new Date(header.at).toISOString()}.`], json: { rows: count } }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file)
  const unzipped = createGunzip()
  input.on('error', (error) => unzipped.destroy(error))
  try {
    yield* createInterface({ input: input.pipe(unzipped) })
  } catch (error) {
    throw new Sentence(`${file} cannot be read as a backup (${error instanceof Error ? error.message : error}).`)
  }
}

function headerOf(line: string | undefined, file: string): Header {
  const header: Header | undefined = line?.startsWith('{"referloop":1,') ? JSON.parse(line) : undefined
  if (!header) throw new Sentence(`${file} is not a backup of Referloop.`)
  return header
}

async function checkWhole(client: Reached['db']['client']): Promise<void> {
  const { rows } = await client.execute('PRAGMA foreign_key_check')
  if (rows.length > 0) throw new Sentence('The backup lacks rows that others refer to: use another backup.')
}
