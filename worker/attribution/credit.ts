import type { EVIDENCE } from '../../db/schema.ts'

export type Evidence = (typeof EVIDENCE)[number]

/** Goes up with every change of the rules below; a credit keeps the version by which it was given. */
const RULE_VERSION = 1
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

/** A scan whose receipt was read and found genuine (worker/scans/receipt.ts). `at` in milliseconds. */
export interface ScanClue extends CreditedLink {
  scanId: string
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
 * clue of another office never names a doctor of this one. Words credit nobody until staff match them to somebody.
 */
export function creditOf(clues: Clues, now: number): Credit {
  const ranked = rank(clues, now)
  const office = ranked[0]
  const clinician = ranked.find(({ link }) => link.referrerId && link.officeId === office?.link.officeId)
  const words = clues.stated ? 'patient' : 'none'
  return {
    officeId: office?.link.officeId ?? null,
    officeEvidence: office?.evidence ?? words,
    referrerId: clinician?.link.referrerId ?? null,
    referrerEvidence: clinician?.evidence ?? words,
    linkId: office?.link.linkId ?? null,
    scanId: ranked.find(({ scanId }) => scanId)?.scanId ?? null,
    windowDays: WINDOW_DAYS,
    ruleVersion: RULE_VERSION,
  }
}

/** Nobody is known. */
export const NO_CREDIT: Credit = creditOf({}, 0)

interface Clue {
  evidence: Evidence
  link: CreditedLink
  scanId?: string
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
