import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { hosts, LINK_CHANNELS } from '../../db/schema.ts'
import { isDay, localDay, worksThere } from '../practices/day.ts'
import { line } from '../text.ts'
import { aliasRefusal } from './alias.ts'
import { displayCode } from './codes.ts'
import type { ResolvedRow } from './queries.ts'
import { EVERYWHERE_MS } from './resolve.ts'
import { stateOn } from './state.ts'

export const LINK_STATES = ['active', 'paused', 'expired', 'retired'] as const
export type LinkState = (typeof LINK_STATES)[number]

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

const day = z.string().refine(isDay, 'Give a day of the calendar, YYYY-MM-DD.').openapi({ format: 'date' })

export const LinkChange = z
  .strictObject({
    service: z.string().min(1).max(100).describe('The slug or the id of the service that it opens from now on'),
    label: line(100).nullable().describe('Null takes it away'),
    pause: z
      .strictObject({
        from: day.nullish().describe('Its first day; today where left out'),
        until: day.nullish().describe('Its last day; where left out it lasts until it is ended'),
      })
      .refine(({ from, until }) => !from || !until || from <= until, {
        path: ['until'],
        message: 'Give a day that is not before "from".',
      })
      .nullable()
      .describe("Local days of the practice's zone, both included; null ends it, or calls it off"),
    expires: day.nullable().describe('The last local day on which it is active; null: it never expires'),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Give at least one member to change.')
  .openapi('LinkChange')
export type LinkChange = z.infer<typeof LinkChange>

/** What was decided about a link, as answers show it. */
export const Decided = z.object({
  service: z.string().describe('The slug of the service'),
  label: z.string().nullable(),
  pause: z
    .object({ from: z.string(), until: z.string().nullable() })
    .nullable()
    .describe('Local days, both included, to come, going on or over; null where there is none'),
  expires: z.string().nullable().describe('The last local day on which it is active'),
})

/** A print run. */
const Batch = z
  .object({
    ofLinkId: z.string().describe('The link of which cards were printed'),
    quantity: z.int(),
    handOutDay: z
      .string()
      .describe("Local date, YYYY-MM-DD, in the practice's zone. Hits before it are tests: neither scans nor visits"),
    desk: z.string().nullable(),
    note: z.string().nullable(),
  })
  .openapi('Batch')

export const Link = z
  .object({
    id: z.string(),
    code: z.string().describe('Eight symbols, the last of which checks the others'),
    display: z.string().describe('The code as printed and read out: K7M4-HXR2'),
    url: z.string().describe('The address to click'),
    qrUrl: z.string().describe('The address inside the QR code, in upper case: it makes the symbol smaller'),
    landingUrl: z.string(),
    state: z.enum(LINK_STATES).describe("As of today in the practice's zone"),
    officeId: z.string(),
    office: z.string().describe("The office's name"),
    referrerId: z
      .string()
      .nullable()
      .describe('Null where the pad is shared, and once the referrer has left the office'),
    referrer: z.string().nullable().describe("The referrer's name"),
    channel: z.enum(LINK_CHANNELS),
    ...Decided.shape,
    alias: z.string().nullable(),
    batch: z.union([Batch, z.null()]).describe('The print run that has this code; null where the link is none'),
    createdAt: z.iso.datetime(),
    everywhereAt: z.iso
      .datetime()
      .nullable()
      .describe(
        'When the last edit has reached every address, 60 seconds after it; null where nothing was ever edited',
      ),
  })
  .openapi('Link')
export type Link = z.infer<typeof Link>

/** How the API shows a link. `origin` is that of the practice's cards (`cardOrigin`). */
export function shown(row: Shown, origin: string, now: number): Link {
  const { code, alias } = row
  const today = localDay(now, row.timezone)
  const isThere = worksThere(row.referrerLastDay, today)
  return {
    id: row.linkId,
    code,
    display: displayCode(code),
    url: `${origin}/r/${alias ?? code}`,
    qrUrl: `${origin}/q/${code}`.toUpperCase(),
    landingUrl: `${origin}/p/${row.practiceSlug}/${row.serviceSlug}`,
    state: stateOn(row, today),
    officeId: row.officeId,
    office: row.officeName,
    referrerId: isThere ? row.referrerId : null,
    referrer: isThere ? row.referrerName : null,
    channel: row.channel,
    ...decided(row),
    alias,
    batch: row.batch,
    createdAt: new Date(row.createdAt).toISOString(),
    everywhereAt: row.editedAt === null ? null : new Date(row.editedAt + EVERYWHERE_MS).toISOString(),
  }
}

export const decided = ({
  serviceSlug: service,
  label,
  pausedFromDay: from,
  pausedUntilDay: until,
  expiresDay: expires,
}: Pick<Shown, 'serviceSlug' | 'label' | 'pausedFromDay' | 'pausedUntilDay' | 'expiresDay'>): z.infer<
  typeof Decided
> => ({ service, label, pause: from === null ? null : { from, until }, expires })

type Shown = Omit<
  ResolvedRow,
  'practiceId' | 'practiceName' | 'practicePhone' | 'serviceId' | 'serviceName' | 'address' | 'version'
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
