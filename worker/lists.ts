import { Buffer } from 'node:buffer'
import { z } from '@hono/zod-openapi'
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { wholeNumber } from './text.ts'

/** What every list takes: `limit` rows, after `cursor`. */
export const ListQuery = z.object({
  limit: wholeNumber(1, 200, 50).openapi({ description: 'How many at most' }),
  cursor: z
    .string()
    .max(1000)
    .transform((text, context) => {
      const after = parse(text)
      if (after) return after
      context.addIssue({ code: 'custom', message: 'Give the "next" of the list before, unchanged.' })
      return z.NEVER
    })
    .optional()
    .openapi({ type: 'string', description: 'The "next" of the list before' }),
})

/** Where the next list begins: after the row with this sort key and id. */
export interface After {
  key: number
  id: string
}

/** The condition for the rows that follow a cursor in the order of these two columns; none without a cursor. */
export const following = (key: SQLWrapper, id: SQLWrapper, after: After | undefined): SQL | undefined =>
  after && sql`(${key}, ${id}) > (${after.key}, ${after.id})`

/** The same for a list that begins with the newest. */
export const preceding = (key: SQLWrapper, id: SQLWrapper, after: After | undefined): SQL | undefined =>
  after && sql`(${key}, ${id}) < (${after.key}, ${after.id})`

/** The answer of a list: `items`, and `next` as its cursor, null at the end. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('The cursor of the list that follows; null at the end'),
  })

/**
 * Cuts a list to size. Ask the database for `limit + 1` rows that come after the cursor in the order of (key, id).
 * `of` gives a row's place in that order.
 */
export function page<T>(rows: readonly T[], limit: number, of: (row: T) => After): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  if (rows.length <= limit || last === undefined) return { items, next: null }
  const { key, id } = of(last)
  return { items, next: Buffer.from(JSON.stringify([key, id])).toString('base64url') }
}

function parse(text: string): After | null {
  try {
    const [key, id] = z
      .tuple([z.number(), z.string().refine((id) => id.isWellFormed())])
      .parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { key, id }
  } catch {
    return null
  }
}
