import { openDatabase } from '../../db/database.ts'
import type { Env } from '../env.ts'
import { resolveLink } from '../links/resolve.ts'
import { RULES_VERSION } from './classify.ts'
import { codeOfReceipt, readReceipt, scanBehind } from './receipt.ts'
import { hitOf, logged } from './redirect.ts'
import { type CallStart, type Event, encode, type Hit, type Visit } from './rows.ts'

interface Entry {
  env: Env
  ctx: Pick<ExecutionContext, 'waitUntil'>
  now: number
}

/** What a page of a practice sends: the practice's slug and a receipt. */
interface Sent {
  practice: string
  text: string
}

/**
 * A landing page was shown, or used to book, and its receipt proves which scan led there. What proves nothing is ignored:
 * receipts that are forged, of another practice or of a machine's hit. Confirmed again it stays one visit. Works while
 * the database is away.
 */
export async function confirmVisit(
  entry: Entry,
  request: Request,
  { how, ...sent }: Sent & { how: Visit['how'] },
): Promise<void> {
  const found = await scanOf(entry, sent)
  if (!found) return
  const { id, link, receipt } = found
  // Should the scan itself not have arrived, it is written with its visit; where it has, it stays as it is. What this
  // request looks like says nothing of the one that the scan was.
  const rules = receipt.class === 'prefetch' ? 'prefetch-shown' : 'receipt'
  const proven = { id, at: receipt.at, class: 'person', rules, rulesVersion: RULES_VERSION, features: '' } as const
  const scan: Hit = { ...hitOf(link, request, receipt.via, entry.now), ...proven }
  await append(entry, link.practiceId, { visit: { scan, at: entry.now, how } })
}

/** The telephone number of a landing page was tapped. Proven as a visit is, and one a visit however often it is tapped. */
export async function startCall(entry: Entry, sent: Sent): Promise<void> {
  const found = await scanOf(entry, sent)
  if (!found) return
  const { practiceId, timezone, linkId, officeId, referrerId } = found.link
  const scan: CallStart['scan'] = { id: found.id, practiceId, timezone, linkId, officeId, referrerId }
  await append(entry, practiceId, { callStart: { scan, at: entry.now } })
}

/** The person's scan that a receipt proves, with its link as it is now. */
async function scanOf({ env, now }: Entry, { practice, text }: Sent) {
  const code = codeOfReceipt(text)
  if (!code) return null
  const db = openDatabase({ url: env.DATABASE_URL, authToken: env.DATABASE_AUTH_TOKEN })
  const link = await resolveLink(env, db, code, now)
  if (typeof link === 'string' || link.practiceSlug !== practice) return null
  const receipt = readReceipt(env, link.practiceId, text, now)
  const id = receipt && scanBehind(receipt)
  return id ? { id, link, receipt } : null
}

const append = ({ env, ctx }: Entry, practiceId: string, event: Event) =>
  logged(env.SCAN_LOG.getByName(practiceId).append(encode(event)), ctx)
