import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { nanoid } from 'nanoid'
import type { Said } from './admin.ts'
import { fingerprint, type Header } from './backup.ts'
import { stored } from './database.ts'
import { clear, type Page, rowCount, writePage } from './dump.ts'
import { knownMigrations } from './migrate.ts'
import type { Reached } from './reach.ts'
import { restores } from './schema.ts'
import { knownSecrets, refuseOtherKey } from './secrets.ts'
import { Sentence } from './sentence.ts'

/**
 * `restore FILE`: into an empty database, all or nothing. It is noted last, for the scan logs: what they still keep, and
 * the backup may lack, they then send again (worker/scans/wake.ts).
 */
export async function restore({ db, dataDir }: Reached, file: string): Promise<Said> {
  const { client } = db
  if ((await rowCount(client)) > 0)
    throw new Sentence(
      'This database is not empty: restore into a new DATA_DIR (with the secrets.json of the old one), or an empty DATABASE_URL.',
    )
  const { MASTER_KEY } = await knownSecrets(db, dataDir)
  const lines = linesOf(file)
  const header = await headerOf(lines, file)
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
    stored(await db.write((sql) => [sql.insert(restores).values({ id: nanoid(), at: Date.now() })]))
  } catch (error) {
    await clear(client)
    if (error instanceof Sentence) throw error
    throw new Sentence(
      `${file} cannot be read to its end (${error instanceof Error ? error.message : error}): nothing was restored, use another backup.`,
    )
  }
  return {
    lines: [
      `${count} rows are restored, as of ${new Date(header.at).toISOString()}.`,
      'Scans since then, of the last 7 days, follow by themselves within minutes of the start, where the scan logs are still there: on one machine, the folder worker of the old DATA_DIR.',
    ],
    json: { rows: count },
  }
}

/** Lines end at a newline alone: JSON leaves U+2028 and U+2029 as they are, and `readline` would end a line there too. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file)
  const unzipped = createGunzip()
  input.on('error', (error) => unzipped.destroy(error))
  let line = ''
  for await (const text of input.pipe(unzipped).setEncoding('utf8')) {
    const [rest, ...next] = String(text).split('\n')
    line += rest
    for (const start of next) {
      yield line
      line = start
    }
  }
  if (line !== '') yield line
}

const GIVE = 'give a FILE that "npm run admin -- backup FILE" has made.'

async function headerOf(lines: AsyncGenerator<string>, file: string): Promise<Header> {
  try {
    const line: string | undefined = (await lines.next()).value
    if (line?.startsWith('{"referloop":1,')) return JSON.parse(line)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT') throw new Sentence(`${file} is not there: ${GIVE}`)
    if (code === 'Z_BUF_ERROR') throw new Sentence(`${file} is cut short: use another backup.`)
    // Not for what else zlib says, of a file that could be read.
    if (code.startsWith('E')) throw new Sentence(`${file} cannot be read (${code}): ${GIVE}`)
  }
  throw new Sentence(`${file} is no backup of Referloop: ${GIVE}`)
}

async function checkWhole(client: Reached['db']['client']): Promise<void> {
  const { rows } = await client.execute('PRAGMA foreign_key_check')
  if (rows.length > 0) throw new Sentence('The backup lacks rows that others refer to: use another backup.')
}
