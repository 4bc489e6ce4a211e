import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { hosts, LINK_CHANNELS } from '../../db/schema.ts'
import { line } from '../text.ts'
import { aliasRefusal } from './alias.ts'
import { displayCode } from './codes.ts'
import type { ResolvedRow } from './queries.ts'

const id = z.string().min(1).max(100)

export const NewLink = z
  .strictObject({
    referrerId: id
      .nullish()
      .describe(
        'Alone: the link belongs to the office where this referrer has worked the longest of where they work now',
      ),
    officeId: id.nullish().describe('Alone: a pad that the whole office shares'),
    service: z.string().min(1).max(100).describe('The slug or the id of the service that the link opens'),
    channel: z.enum(LINK_CHANNELS).describe('What carries the link'),
    label: line(100).nullish().describe('For your own lists, such as "Front desk"'),
    alias: z
      .string()
      .superRefine((alias, context) => {
        const refusal = aliasRefusal(alias)
        if (refusal) context.addIssue({ code: 'custom', message: refusal })
      })
      .nullish()
      .describe('For posters and letters: /r/ALIAS. 3 to 40 of a-z, 0-9 and hyphens; unique in the deployment'),
  })
  .openapi('NewLink')
export type NewLink = z.infer<typeof NewLink>

export const Link = z
  .object({
    id: z.string(),
    code: z.string().describe('Eight symbols, the last of which checks the others'),
    display: z.string().describe('The code as printed and read out: K7M4-HXR2'),
    url: z.string().describe('The address to click'),
    qrUrl: z.string().describe('The address inside the QR code, in upper case: it makes the symbol smaller'),
    landingUrl: z.string(),
    state: z.enum(['active', 'paused', 'expired', 'retired']),
    officeId: z.string(),
    office: z.string().describe("The office's name"),
    referrerId: z.string().nullable().describe('Null where the pad is shared'),
    referrer: z.string().nullable().describe("The referrer's name"),
    service: z.string().describe('The slug of the service'),
    channel: z.enum(LINK_CHANNELS),
    label: z.string().nullable(),
    alias: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Link')
export type Link = z.infer<typeof Link>

/** How the API shows a link. `origin` is that of the practice's cards (`cardOrigin`). */
export function shown(row: Shown, origin: string): Link {
  const { code, alias } = row
  return {
    id: row.linkId,
    code,
    display: displayCode(code),
    url: `${origin}/r/${alias ?? code}`,
    qrUrl: `${origin}/q/${code}`.toUpperCase(),
    landingUrl: `${origin}/p/${row.practiceSlug}/${row.serviceSlug}`,
    state: row.retiredAt === null ? 'active' : 'retired',
    officeId: row.officeId,
    office: row.officeName,
    referrerId: row.referrerId,
    referrer: row.referrerName,
    service: row.serviceSlug,
    channel: row.channel,
    label: row.label,
    alias,
    createdAt: new Date(row.createdAt).toISOString(),
  }
}

type Shown = Omit<
  ResolvedRow,
  'practiceId' | 'practiceName' | 'practicePhone' | 'timezone' | 'serviceId' | 'serviceName' | 'address'
>

/** Where the practice's cards lead: its own primary host, or PUBLIC_URL. Never taken from a request. */
export async function cardOrigin(db: Database, publicUrl: string, practiceId: string): Promise<string> {
  const [primary] = await db.read((sql) =>
    sql
      .select({ host: hosts.host })
      .from(hosts)
      .where(and(eq(hosts.practiceId, practiceId), eq(hosts.isPrimary, true)))
      .limit(1),
  )
  return primary ? `${new URL(publicUrl).protocol}//${primary.host}` : publicUrl
}
