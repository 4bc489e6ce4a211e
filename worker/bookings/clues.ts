import type { Database } from '../../db/database.ts'
import type { Clues, ScanClue } from '../attribution/credit.ts'
import { type CodedLink, linksOfCodes } from '../attribution/links.ts'
import type { Env } from '../env.ts'
import { parseCode } from '../links/codes.ts'
import { worksThere } from '../practices/day.ts'
import { today } from '../practices/find.ts'
import { findReferrer, type Referrer } from '../referrers/queries.ts'
import { provesCard, type Receipt, readReceipt, scanBehind } from '../scans/receipt.ts'

export type CodeProblem = 'code-mistyped' | 'code-unknown'

/** `stated`: whom the patient named, in words, also where they chose a name from a list. */
export type ReadClues = { ok: true; clues: Clues; stated: string | null } | { ok: false; problem: CodeProblem }

/**
 * What is known of how a patient came. A code that somebody typed must be right; a receipt that is forged, too old or
 * of another practice is left out of account: the patient cannot mend it.
 */
export async function readClues(
  db: Database,
  env: Pick<Env, 'SIGNING_KEY'>,
  practiceId: string,
  given: {
    code?: string | undefined
    receipt?: string | undefined
    browserReceipt?: string | undefined
    statedReferrer?: string | undefined
    sawReferrerId?: string | undefined
  },
  now: number,
): Promise<ReadClues> {
  const typed = given.code?.trim() ? parseCode(given.code) : null
  if (typed && !typed.ok) return { ok: false, problem: 'code-mistyped' }
  const read = (text: string | undefined) => (text ? readReceipt(env, practiceId, text, now) : null)
  const [receipt, browser] = [read(given.receipt), read(given.browserReceipt)]

  const codes = [typed?.code, receipt?.code, browser?.code].filter((code) => code !== undefined)
  const links = await linksOfCodes(db, practiceId, codes, now)
  const code = typed ? links.get(typed.code) : null
  if (typed && !code) return { ok: false, problem: 'code-unknown' }
  const saw = given.sawReferrerId ? await findReferrer(db, practiceId, given.sawReferrerId, now) : null
  const scans = { receipt: scanOf(receipt, links), browser: scanOf(browser, links) }
  const stated = given.statedReferrer ?? saw?.name ?? null
  const chosen = saw && { referrerId: saw.id, officeIds: officesOn(saw, await today(db, practiceId, now)) }
  return { ok: true, clues: { code, ...scans, stated: stated !== null, chosen }, stated }
}

const officesOn = ({ offices }: Referrer, day: string): string[] =>
  offices.filter(({ from, until }) => from <= day && worksThere(until, day)).map(({ officeId }) => officeId)

function scanOf(receipt: Receipt | null, links: Map<string, CodedLink>): ScanClue | null {
  const link = receipt && links.get(receipt.code)
  return link && provesCard(receipt) ? { ...link, scanId: scanBehind(receipt), at: receipt.at } : null
}
