import { openDatabase } from '../../db/database.ts'
import type { Env } from '../env.ts'
import { resolveLink } from '../links/resolve.ts'
import { RULES_VERSION } from './classify.ts'
import { codeOfReceipt, type Receipt, readReceipt } from './receipt.ts'
import { hitOf, logged } from './redirect.ts'
import { encode, type Hit, type Visit } from './rows.ts'

/**
 * A landing page was shown, and its receipt proves which scan led there. What proves nothing is ignored: receipts that
 * are forged, of another practice, of a machine's hit, or of a browser that has visited by this link a moment ago.
 * Works while the database is away.
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
  if (!receipt || receipt.repeats) return
  const proven = provenScan(receipt)
  if (!proven) return
  const scan: Hit = { ...hitOf(link, request, receipt.via, now), ...proven, rulesVersion: RULES_VERSION }
  await logged(env.SCAN_LOG.getByName(link.practiceId).append(encode({ visit: { scan, at: now, how } })), ctx)
}

/**
 * The scan that a receipt proves, should it not have arrived. A prefetched page that is shown after all was opened by a
 * person: the browser asks no second time, so that scan is written now, beside the prefetch.
 */
function provenScan({ class: hitClass, scanId, at }: Receipt): Pick<Hit, 'id' | 'at' | 'class' | 'rules'> | null {
  if (hitClass === 'person') return { id: scanId, at, class: 'person', rules: 'receipt' }
  if (hitClass === 'prefetch') return { id: `${scanId}-shown`, at, class: 'person', rules: 'prefetch-shown' }
  return null
}
