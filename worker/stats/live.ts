import { z } from '@hono/zod-openapi'
import { and, eq, gt, sql as raw } from 'drizzle-orm'
import { type Database, DatabaseUnavailable } from '../../db/database.ts'
import { EVENT_KINDS, events, offices, referrers } from '../../db/schema.ts'

const POLL_MS = 800
/** Then the client comes again, which checks its key anew; Cloudflare's free plan lets a request ask 50 times. */
const POLLS = 40
const RETRY_MS = 1_000
/** Events of one poll; where there are more, the next follows at once. */
const AT_ONCE = 200

/** What the stream sends as `data`, under the event's kind. */
const LiveEvent = z.object({
  at: z.iso.datetime(),
  officeId: z.string().nullable(),
  office: z.string().nullable(),
  referrerId: z.string().nullable(),
  referrer: z.string().nullable(),
  linkId: z.string().nullable(),
})
type LiveEvent = z.infer<typeof LiveEvent>

export const LIVE_ABOUT = `Server-Sent Events: \`event\` is ${EVENT_KINDS.join(', ')} or reset, and \`id\` rises with \
each. \`data\` is an object with \`${Object.keys(LiveEvent.shape).join('`, `')}\`: when it happened, and to whom it is \
credited; null where that is not known. It tells nothing of a patient.

They come in the order in which they were stored: after an outage also those of before, with the \`at\` of then. The \
stream ends after half a minute, and clients such as EventSource come again with the last id as \`Last-Event-ID\`: \
nothing is missed and nothing comes twice.

\`reset\` comes first where that id is more than two days old, or from before a restored backup: what lies between is \
not told. Load the figures anew; its \`data\` is \`{newest}\`, the id to go on from.`

/**
 * The practice's live feed as Server-Sent Events, from the first event after `seen`, or after now where that is left
 * out, until POLLS are over or nobody reads any more. While the database is away it sends comments, and goes on after.
 * @throws DatabaseUnavailable before the stream begins
 */
export async function liveFeed(db: Database, practiceId: string, seen?: number): Promise<ReadableStream<Uint8Array>> {
  const { newest, oldest } = await keptEvents(db)
  const hasMissed = seen !== undefined && (seen > newest || seen < oldest - 1)
  const since = seen === undefined || hasMissed ? newest : seen
  const encoder = new TextEncoder()
  const blocks = polled(db, practiceId, since)
  // An id without data is remembered by the client and shown to nobody: it comes again from here though nothing came.
  const first = `retry: ${RETRY_MS}\n${hasMissed ? `event: reset\ndata: ${JSON.stringify({ newest })}\n` : ''}id: ${since}\n\n`
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(first)),
    async pull(controller) {
      const { done, value } = await blocks.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await blocks.return()
    },
  })
}

/** The seq from which a page follows what happens after its figures were read. */
export const newestEvent = async (db: Database): Promise<number> => (await keptEvents(db)).newest

/** A block of text for each poll: its events, or a comment, which shows that the connection lives. */
async function* polled(db: Database, practiceId: string, since: number): AsyncGenerator<string, void, undefined> {
  let seen = since
  for (let poll = 1; poll <= POLLS; poll++) {
    const found = await eventsAfter(db, practiceId, seen).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) return null
      throw error
    })
    seen = found?.at(-1)?.seq ?? seen
    yield found === null ? ': the database is away\n\n' : found.map(blockOf).join('') || ':\n\n'
    if (poll < POLLS && found?.length !== AT_ONCE) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

type Row = Awaited<ReturnType<typeof eventsAfter>>[number]

/** One line of data: JSON holds no line break. */
function blockOf({ seq, kind, at, ...credited }: Row): string {
  const data: LiveEvent = { at: new Date(at).toISOString(), ...credited }
  return `id: ${seq}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`
}

const eventsAfter = (db: Database, practiceId: string, seq: number) =>
  db.read((sql) =>
    sql
      .select({
        seq: events.seq,
        kind: events.kind,
        at: events.at,
        officeId: events.officeId,
        office: offices.name,
        referrerId: events.referrerId,
        referrer: referrers.name,
        linkId: events.linkId,
      })
      .from(events)
      .leftJoin(offices, and(eq(offices.practiceId, events.practiceId), eq(offices.id, events.officeId)))
      .leftJoin(referrers, and(eq(referrers.practiceId, events.practiceId), eq(referrers.id, events.referrerId)))
      .where(and(eq(events.practiceId, practiceId), gt(events.seq, seq)))
      .orderBy(events.seq)
      .limit(AT_ONCE),
  )

/** The newest seq ever given, and the oldest that is not forgotten (worker/counts/events.ts) or would come next. */
async function keptEvents(db: Database): Promise<{ newest: number; oldest: number }> {
  const [row] = await db.read((sql) =>
    sql.all<{ newest: number | null; oldest: number | null }>(raw`
      SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'events') AS newest, (SELECT min(seq) FROM events) AS oldest`),
  )
  const newest = row?.newest ?? 0
  return { newest, oldest: row?.oldest ?? newest + 1 }
}
