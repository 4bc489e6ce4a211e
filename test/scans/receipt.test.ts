import { expect, test } from 'vitest'
import { codeOfReceipt, RECEIPT_DAYS, readReceipt, signReceipt } from '../../worker/scans/receipt.ts'

const env = { SIGNING_KEY: 'test-signing-key' }
const now = Date.parse('2026-11-23T18:00Z')
const scan = { practiceId: 'oak', scanId: 'V1StGXR8_Z5jdHi6B-myT', code: 'K7M4HXR2', at: now }

test('a receipt says what was signed, in few characters that need no escaping', async () => {
  const text = signReceipt(env, { ...scan, class: 'prefetch', via: 'typed' })
  expect(text).toMatch(/^[\w.-]{1,64}$/)
  expect(readReceipt(env, 'oak', text, now)).toEqual({
    ...scan,
    class: 'prefetch',
    via: 'typed',
  })
  expect(codeOfReceipt(text)).toBe('K7M4HXR2')
})

test('a receipt altered in any one character is no receipt', async () => {
  const text = signReceipt(env, scan)
  for (let i = 0; i < text.length; i++)
    for (const other of ['A', 'z', '9', '.', '-']) {
      if (text[i] === other) continue
      const altered = text.slice(0, i) + other + text.slice(i + 1)
      expect([altered, readReceipt(env, 'oak', altered, now)]).toEqual([altered, null])
    }
})

test('a receipt of another practice or of another key is no receipt', async () => {
  const text = signReceipt(env, scan)
  expect(readReceipt(env, 'elm', text, now)).toBeNull()
  expect(readReceipt({ SIGNING_KEY: 'another' }, 'oak', text, now)).toBeNull()
})

test('a receipt is good for the attribution window, also when the clock was put back by hours, and not from a later day', async () => {
  const text = signReceipt(env, scan)
  const day = 86_400_000
  expect(readReceipt(env, 'oak', text, now + RECEIPT_DAYS * day)).toMatchObject({ class: 'person', via: 'qr' })
  expect(readReceipt(env, 'oak', text, now + RECEIPT_DAYS * day + 1)).toBeNull()
  expect(readReceipt(env, 'oak', text, now - 5 * 3_600_000)).toMatchObject({ at: now })
  expect(readReceipt(env, 'oak', text, now - day - 1)).toBeNull()
})

test.each(['', 'x', '.', '..', 'K7M4HXR2', 'a'.repeat(5000), '\u0000'])('%j is no receipt', async (text) => {
  expect(readReceipt(env, 'oak', text, now)).toBeNull()
  expect(codeOfReceipt(text)).toBeNull()
})
