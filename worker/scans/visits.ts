import { openDatabase } from '../../db/database.ts'
import type { Env } from '../env.ts'
import { resolveLink } from '../links/resolve.ts'
import { RULES_VERSION } from './classify.ts'
import { codeOfReceipt, readReceipt, scanBehind } from './receipt.ts'
import { hitOf, logged } from './redirect.ts'
import { encode, type Hit, type Visit } from './rows.ts'

/**
 * A landing page was shown, or used to book, and its receipt proves which scan led there. What proves nothing is ignored:
 * receipts that are forged, of another practice or of a machine's hit. Confirmed again it stays one visit. Works while
 * the database is away.
 */
export async function confirmVisit(
  { env, ctx, now }: { env: Env; ctx: Pick<ExecutionContext, 'waitUntil'>; now: number },
  request: Request,
  { practice, text, how }: { practice: string; text: string; how: Visit['how'] },
): Promise<void> {
  const code = codeOfReceipt(text)
  if (!code) return
  const db = openDatabase({ url: env.DATABASE_URL, authToken: env.DATABASE_AUTH_TOKEN })
  const link = await resolveLink(env, db, code, now)
  if (typeof link === 'string' || link.practiceSlug !== practice) return
  const receipt = readReceipt(env, link.practiceId, text, now)
  const id = receipt && scanBehind(receipt)
  if (!id) return
  // Should the scan itself not have arrived, it is written with its visit; where it has, it stays as it is. What this
  // request looks like says nothing of the one that the scan was.
  const rules = receipt.class === 'prefetch' ? 'prefetch-shown' : 'receipt'
  const proven = { id, at: receipt.at, class: 'person', rules, rulesVersion: RULES_VERSION, features: '' } as const
  const scan: Hit = { ...hitOf(link, request, receipt.via, now), ...proven }
  await logged(env.SCAN_LOG.getByName(link.practiceId).append(encode({ visit: { scan, at: now, how } })), ctx)
}
