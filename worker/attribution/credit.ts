import { EVIDENCE } from '../../db/schema.ts'

export type Evidence = (typeof EVIDENCE)[number]

/** Goes up with every change of the rules below; a credit keeps the version by which it was given. */
const RULE_VERSION = 2
/** A browser that holds a receipt credits for so long. */
const WINDOW_DAYS = 90
/** A receipt that comes with the booking is of the same visit for so long: a page may stay open over night. */
const VISIT_HOURS = 24

const HOUR_MS = 3_600_000

/** Whose card it was. A shared pad has no referrer: it proves the office alone. */
export interface CreditedLink {
  linkId: string
  officeId: string
  referrerId: string | null
}

/**
 * A scan whose receipt was read and found genuine (worker/scans/receipt.ts); without an id where the hit was not counted
 * as a scan. `at` in milliseconds.
 */
export interface ScanClue extends CreditedLink {
  scanId: string | null
  at: number
}

/** What is known of how a patient came. Retired links are clues like any other: cards outlive them. */
export interface Clues {
  /** The code was typed by the patient, or said and entered by staff. */
  code?: CreditedLink | null | undefined
  /** The receipt that came with the booking. */
  receipt?: ScanClue | null | undefined
  /** The receipt that the browser kept. */
  browser?: ScanClue | null | undefined
  /** The patient named somebody when asked who told them about the practice; the words stay with the referral. */
  stated?: boolean | undefined
  /** The clinician whom the patient chose from the list of an office, and the offices where that one works now. */
  chosen?: { referrerId: string; officeIds: readonly string[] } | null | undefined
}

/** To whom a referral is credited, at two levels, each with its evidence. */
export interface Credit {
  officeId: string | null
  officeEvidence: Evidence
  referrerId: string | null
  referrerEvidence: Evidence
  linkId: string | null
  /** The scan that led here, even where a code decided otherwise: then scan and credit show a disagreement. */
  scanId: string | null
  windowDays: number
  ruleVersion: number
}

/**
 * The strongest clue decides: a code, the visit of a scan, the same browser within the window, the patient's own words,
 * none. The office is credited first; the clinician by the strongest clue that names one at that office, so that a
 * clue of another office never names a doctor of this one. A clinician whom the patient chose is named where nothing
 * stronger names one, and only at the office that is credited. Words credit nobody until staff match them to somebody.
 */
export function creditOf(clues: Clues, now: number): Credit {
  const ranked = rank(clues, now)
  const office = ranked[0]
  const clinician = ranked.find(({ link }) => link.referrerId && link.officeId === office?.link.officeId)
  const words = clues.stated || clues.chosen ? 'patient' : 'none'
  const chosen = office && clues.chosen?.officeIds.includes(office.link.officeId) ? clues.chosen.referrerId : null
  return {
    officeId: office?.link.officeId ?? null,
    officeEvidence: office?.evidence ?? words,
    referrerId: clinician?.link.referrerId ?? chosen,
    referrerEvidence: clinician?.evidence ?? words,
    linkId: office?.link.linkId ?? null,
    scanId: ranked.find(({ scanId }) => scanId)?.scanId ?? null,
    windowDays: WINDOW_DAYS,
    ruleVersion: RULE_VERSION,
  }
}

/**
 * What a referral's credit becomes when more is found out later, as with a further booking; null where it stays as it
 * is. Only stronger evidence moves a credit. Weaker evidence may still name the clinician at the same office whom the
 * stronger does not know.
 */
export function strengthened(held: Credit, found: Credit): Credit | null {
  const sameOffice = held.officeId === found.officeId
  const names = sameOffice && isStronger(found.referrerEvidence, held.referrerEvidence)
  const clinician = names || !sameOffice ? found : held
  const { referrerId, referrerEvidence } = clinician
  if (isStronger(found.officeEvidence, held.officeEvidence))
    return { ...found, referrerId, referrerEvidence, scanId: found.scanId ?? held.scanId }
  return names && referrerId ? { ...held, referrerId, referrerEvidence } : null
}

/** EVIDENCE lists the strongest first. */
const isStronger = (one: Evidence, other: Evidence) => EVIDENCE.indexOf(one) < EVIDENCE.indexOf(other)

/** Nobody is known. */
export const NO_CREDIT: Credit = creditOf({}, 0)

interface Clue {
  evidence: Evidence
  link: CreditedLink
  scanId?: string | null
}

/** The clues that count, strongest first. */
function rank({ code, receipt, browser }: Clues, now: number): Clue[] {
  const ranked: Clue[] = []
  const within = (scan: ScanClue, hours: number) => scan.at > now - hours * HOUR_MS
  if (code) ranked.push({ evidence: 'code', link: code })
  if (receipt && within(receipt, VISIT_HOURS)) ranked.push({ evidence: 'visit', link: receipt, scanId: receipt.scanId })
  const scans = [receipt, browser].filter((scan) => scan !== null && scan !== undefined)
  for (const scan of scans.sort((a, b) => b.at - a.at))
    if (within(scan, WINDOW_DAYS * 24)) ranked.push({ evidence: 'browser', link: scan, scanId: scan.scanId })
  return ranked
}
