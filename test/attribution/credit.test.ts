import { describe, expect, test } from 'vitest'
import {
  type Clues,
  type CreditedLink,
  creditOf,
  type ScanClue,
  strengthened,
} from '../../worker/attribution/credit.ts'

const NOW = Date.parse('2027-03-01T15:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Riverside's doctor has a card of her own; Riverside and Lakeside each have a pad that several doctors share. */
const OKONJO: CreditedLink = { linkId: "Okonjo's card", officeId: 'Riverside', referrerId: 'Dr Okonjo' }
const RIVERSIDE_PAD: CreditedLink = { linkId: "Riverside's pad", officeId: 'Riverside', referrerId: null }
const LAKESIDE_PAD: CreditedLink = { linkId: "Lakeside's pad", officeId: 'Lakeside', referrerId: null }
const PATEL: CreditedLink = { linkId: "Patel's card", officeId: 'Lakeside', referrerId: 'Dr Patel' }

const scanned = (link: CreditedLink, ago: number): ScanClue => ({
  ...link,
  scanId: `scan of ${link.linkId}`,
  at: NOW - ago,
})
const credit = (clues: Clues) => {
  const { officeId, officeEvidence, referrerId, referrerEvidence } = creditOf(clues, NOW)
  return `${officeId ?? 'nobody'} (${officeEvidence}), ${referrerId ?? 'nobody'} (${referrerEvidence})`
}

describe('who is credited, and on what evidence', () => {
  test.each<[string, Clues, string]>([
    ['the code of a doctor’s own card was said', { code: OKONJO }, 'Riverside (code), Dr Okonjo (code)'],
    ['the code of a shared pad was said', { code: RIVERSIDE_PAD }, 'Riverside (code), nobody (none)'],
    ['booked in the visit of a scan', { receipt: scanned(OKONJO, HOUR) }, 'Riverside (visit), Dr Okonjo (visit)'],
    ['the same, from a shared pad', { receipt: scanned(RIVERSIDE_PAD, HOUR) }, 'Riverside (visit), nobody (none)'],
    [
      'the page stayed open for two days',
      { receipt: scanned(OKONJO, 2 * DAY) },
      'Riverside (browser), Dr Okonjo (browser)',
    ],
    [
      'the same browser, 89 days later',
      { browser: scanned(OKONJO, 89 * DAY) },
      'Riverside (browser), Dr Okonjo (browser)',
    ],
    ['the same browser, 91 days later', { browser: scanned(OKONJO, 91 * DAY) }, 'nobody (none), nobody (none)'],
    ['the patient named somebody, in words', { stated: true }, 'nobody (patient), nobody (patient)'],
    ['nothing is known', {}, 'nobody (none), nobody (none)'],
  ])('%s', (_, clues, expected) => expect(credit(clues)).toBe(expected))
})

describe('where clues differ, the strongest wins', () => {
  test.each<[string, Clues, string]>([
    [
      'a code beats the scan of another office, whose doctor is not credited either',
      { code: LAKESIDE_PAD, receipt: scanned(OKONJO, HOUR) },
      'Lakeside (code), nobody (none)',
    ],
    [
      'a code of the pad and the scan of a doctor’s card of the same office',
      { code: RIVERSIDE_PAD, receipt: scanned(OKONJO, HOUR) },
      'Riverside (code), Dr Okonjo (visit)',
    ],
    [
      'the visit beats what the browser kept',
      { receipt: scanned(PATEL, HOUR), browser: scanned(OKONJO, HOUR / 2) },
      'Lakeside (visit), Dr Patel (visit)',
    ],
    [
      'of two old scans the newer one',
      { receipt: scanned(PATEL, 5 * DAY), browser: scanned(OKONJO, 3 * DAY) },
      'Riverside (browser), Dr Okonjo (browser)',
    ],
    [
      'a scan beats words, but words are what is known of the doctor',
      { receipt: scanned(RIVERSIDE_PAD, HOUR), stated: true },
      'Riverside (visit), nobody (patient)',
    ],
  ])('%s', (_, clues, expected) => expect(credit(clues)).toBe(expected))
})

describe('what is found out later', () => {
  const later = (held: Clues, found: Clues) => {
    const credit = strengthened(creditOf(held, NOW), creditOf(found, NOW))
    if (!credit) return 'as it was'
    const { officeId, officeEvidence, referrerId, referrerEvidence } = credit
    return `${officeId ?? 'nobody'} (${officeEvidence}), ${referrerId ?? 'nobody'} (${referrerEvidence})`
  }

  test.each<[string, Clues, Clues, string]>([
    ['a code, where nothing was known', {}, { code: OKONJO }, 'Riverside (code), Dr Okonjo (code)'],
    ['words, where nothing was known', {}, { stated: true }, 'nobody (patient), nobody (patient)'],
    ['a code, where words were', { stated: true }, { code: RIVERSIDE_PAD }, 'Riverside (code), nobody (none)'],
    [
      'a code of another office than the scan',
      { receipt: scanned(OKONJO, HOUR) },
      { code: PATEL },
      'Lakeside (code), Dr Patel (code)',
    ],
    ['a scan of another office than the code', { code: PATEL }, { receipt: scanned(OKONJO, HOUR) }, 'as it was'],
    ['another code', { code: PATEL }, { code: OKONJO }, 'as it was'],
    ['nothing', { code: OKONJO }, {}, 'as it was'],
    [
      'the code of the pad, after the scan of a doctor’s card of the same office',
      { receipt: scanned(OKONJO, HOUR) },
      { code: RIVERSIDE_PAD },
      'Riverside (code), Dr Okonjo (visit)',
    ],
    [
      'the scan of a doctor’s card, after the code of the same office’s pad',
      { code: RIVERSIDE_PAD },
      { receipt: scanned(OKONJO, HOUR) },
      'Riverside (code), Dr Okonjo (visit)',
    ],
  ])('%s', (_, held, found, expected) => expect(later(held, found)).toBe(expected))
})

test('a credit keeps the scan that led here even where a code decided, so that the disagreement can be seen', () => {
  const { linkId, scanId } = creditOf({ code: LAKESIDE_PAD, receipt: scanned(OKONJO, HOUR) }, NOW)
  expect({ linkId, scanId }).toEqual({ linkId: "Lakeside's pad", scanId: "scan of Okonjo's card" })
})

test('a credit keeps the window and the version of the rules by which it was given', () => {
  expect(creditOf({ code: OKONJO }, NOW)).toMatchObject({ windowDays: 90, ruleVersion: 2, scanId: null })
})
