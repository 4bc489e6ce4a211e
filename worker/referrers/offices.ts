import { z } from '@hono/zod-openapi'
import { and, asc, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { offices } from '../../db/schema.ts'
import type { Keep } from '../http.ts'
import { type After, following, page } from '../lists.ts'
import { phoneNumber } from '../practices/phone.ts'
import { emailAddress, line, lines } from '../text.ts'

export const NewOffice = z
  .strictObject({
    name: line(200),
    phone: phoneNumber.nullish(),
    fax: phoneNumber.nullish(),
    email: emailAddress.nullish(),
    address: lines(500).nullish().describe('Postal address, several lines'),
  })
  .openapi('NewOffice')

export const Office = z
  .object({
    id: z.string(),
    officeId: z.string().describe('The same as id'),
    name: z.string(),
    phone: z.string().nullable().describe('E.164'),
    fax: z.string().nullable().describe('E.164'),
    email: z.string().nullable(),
    address: z.string().nullable(),
  })
  .openapi('Office')
export type Office = z.infer<typeof Office>

/** Creates an office. */
export async function createOffice(
  db: Database,
  practiceId: string,
  asked: z.infer<typeof NewOffice>,
  keep: Keep,
  now: number,
): Promise<Office> {
  const { office, insert } = officeStatement(practiceId, asked, now)
  const kept = await keep(201, office)
  stored(await db.write((sql) => [insert(sql), ...kept(sql)]))
  return office
}

/** The same as a statement, for a write batch that does more. */
export function officeStatement(
  practiceId: string,
  { name, phone = null, fax = null, email = null, address = null }: z.infer<typeof NewOffice>,
  now: number,
): { office: Office; insert: (sql: Sql) => Built } {
  const id = nanoid()
  const row = { name, phone, fax, email, address: address || null }
  return {
    office: { id, officeId: id, ...row },
    insert: (sql) => sql.insert(offices).values({ practiceId, id, ...row, createdAt: now }),
  }
}

/** Offices, the oldest first. */
export async function listOffices(
  db: Database,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
): Promise<{ items: Office[]; next: string | null }> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(offices)
      .where(and(eq(offices.practiceId, practiceId), following(offices.createdAt, offices.id, cursor)))
      .orderBy(asc(offices.createdAt), asc(offices.id))
      .limit(limit + 1),
  )
  const { items, next } = page(rows, limit, ({ createdAt, id }) => ({ key: createdAt, id }))
  return {
    items: items.map(({ id, name, phone, fax, email, address }) => ({
      id,
      officeId: id,
      name,
      phone,
      fax,
      email,
      address,
    })),
    next,
  }
}
