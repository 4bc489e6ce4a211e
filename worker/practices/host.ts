import { eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { hosts, practices } from '../../db/schema.ts'

/** What a page on a practice's own host says of the practice, whatever it is about. */
export type HostPractice = Pick<typeof practices.$inferSelect, 'name' | 'slug' | 'phone' | 'accent'>

/** Hosts are few and hardly ever change: all of them are remembered, so that a made-up host costs no look-up. */
const REMEMBER_MS = 60_000
const LIMIT_MS = 100
let known = new Map<string, HostPractice>()
let askedAt = Number.NEGATIVE_INFINITY

/** Whose own host this is, such as `cards.example.org`; undefined where it is nobody's, or the database is away. */
export async function practiceOfHost(db: Database, host: string, now: number): Promise<HostPractice | undefined> {
  if (now - askedAt >= REMEMBER_MS) {
    askedAt = now
    const read = readHosts(db).then(
      (all) => {
        known = all
      },
      () => {},
    )
    // Nobody waits for long: the page is complete without the name, and the next one has it.
    await Promise.race([read, new Promise((resolve) => setTimeout(resolve, LIMIT_MS))])
  }
  return known.get(host)
}

async function readHosts(db: Database): Promise<Map<string, HostPractice>> {
  const { name, slug, phone, accent } = practices
  const rows = await db.read((sql) =>
    sql
      .select({ host: hosts.host, practice: { name, slug, phone, accent } })
      .from(hosts)
      .innerJoin(practices, eq(practices.id, hosts.practiceId)),
  )
  return new Map(rows.map(({ host, practice }) => [host, practice]))
}
