import type { Database } from '../../db/database.ts'
import type { Clues } from '../attribution/credit.ts'
import { linksOfCodes } from '../attribution/links.ts'
import type { Env } from '../env.ts'
import { parseCode } from '../links/codes.ts'
import { provesCard, readReceipt, scanBehind } from '../scans/receipt.ts'
import type { CodeProblem } from './clues.ts'

export type CardProblem = CodeProblem | 'receipt-unknown'

/** By which card somebody came who booked elsewhere. */
export interface ProvenCard {
  clues: Clues
  /** To which the card leads now. */
  serviceId: string
  /** That of the receipt; null where a code was given. */
  scan: string | null
}

type Proven = ({ ok: true } & ProvenCard) | { ok: false; problem: CardProblem }

/**
 * The card behind the receipt or the code that another system reports. Unlike a patient's, this receipt must be genuine:
 * a system can be mended. One that is forged, too old, of another practice, or of a card that nobody was given yet is
 * refused.
 */
export async function provenCard(
  db: Database,
  env: Pick<Env, 'SIGNING_KEY'>,
  practiceId: string,
  { receipt: text, code: typed }: { receipt?: string | null | undefined; code?: string | null | undefined },
  now: number,
): Promise<Proven> {
  if (!text) return byCode(db, practiceId, typed ?? '', now)
  const receipt = readReceipt(env, practiceId, text, now)
  if (!receipt || !provesCard(receipt)) return { ok: false, problem: 'receipt-unknown' }
  const link = (await linksOfCodes(db, practiceId, [receipt.code], now)).get(receipt.code)
  if (!link) return { ok: false, problem: 'receipt-unknown' }
  const scanId = scanBehind(receipt)
  const clues = { receipt: { ...link, scanId, at: receipt.at } }
  return { ok: true, clues, serviceId: link.serviceId, scan: scanId ?? receipt.scanId }
}

async function byCode(db: Database, practiceId: string, typed: string, now: number): Promise<Proven> {
  const parsed = parseCode(typed)
  if (!parsed.ok) return { ok: false, problem: 'code-mistyped' }
  const code = (await linksOfCodes(db, practiceId, [parsed.code], now)).get(parsed.code)
  return code
    ? { ok: true, clues: { code }, serviceId: code.serviceId, scan: null }
    : { ok: false, problem: 'code-unknown' }
}
