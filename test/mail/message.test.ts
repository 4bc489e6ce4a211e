import { expect, test } from 'vitest'
import { html } from '../../worker/mail/html.ts'
import { type Letter, plainText } from '../../worker/mail/letter.ts'
import { message } from '../../worker/mail/message.ts'
import { opened } from '../../worker/mail/opened.ts'

const LETTER: Letter = {
  to: 'zsófia+canary@example.com',
  from: 'عيادة الظهر & “Søster” 🐝 <b>Spine</b>',
  sender: 'appointments@example.org',
  locale: 'ar',
  direction: 'rtl',
  subject: `${'موعدك يوم الخميس 🐝 '.repeat(12)}end`,
  heading: '<script>alert(1)</script>',
  when: { day: 'الخميس', time: '٩:٣٠ ص', zone: 'بتوقيت Chicago' },
  paragraphs: ['One & "two"', '.'],
  facts: [{ label: 'Telephone', lines: ['(312) 555-0100'], telephone: '+13125550100' }],
  button: { words: 'Change', address: 'https://example.org/visit?t=a.b.c&x="1"' },
  foot: 'Foot',
  calendar: { method: 'REQUEST', text: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n' },
}
const written = message(LETTER, { id: 'V1StGXR8_Z5jdHi6B-myT', at: Date.parse('2026-11-24T18:05:09Z') })

test('the same letter under the same id is the same bytes', () => {
  expect(message(LETTER, { id: 'V1StGXR8_Z5jdHi6B-myT', at: Date.parse('2026-11-24T18:05:09Z') })).toBe(written)
})

test('headers are ASCII on short lines, and say again what was put in', () => {
  const headers = written.slice(0, written.indexOf('\r\n\r\n'))
  for (const line of headers.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
  expect(headers.replace(LETTER.to, '')).toMatch(/^[\x20-\x7e\r\n]*$/)
  const read = opened(written)
  expect(read.subject).toBe(LETTER.subject)
  expect(read.from).toBe(`${LETTER.from} <appointments@example.org>`)
  expect(read.date).toBe('Tue, 24 Nov 2026 18:05:09 +0000')
  expect(read.headers.get('message-id')).toBe('<V1StGXR8_Z5jdHi6B-myT@example.org>')
  expect([...read.headers.keys()].filter((name) => name.startsWith('list-'))).toEqual([])
})

test('a mail program finds text, HTML and the invitation to choose from, and the file attached', () => {
  const { parts } = opened(written)
  expect(parts.map(({ type }) => type.split(';')[0])).toEqual([
    'text/plain',
    'text/html',
    'text/calendar',
    'text/calendar',
  ])
  expect(parts[0]?.text).toBe(plainText(LETTER).replaceAll('\n', '\r\n'))
  expect(parts[1]?.text).toBe(html(LETTER).replaceAll('\n', '\r\n'))
  expect(parts[2]?.type).toContain('method=REQUEST')
  expect(parts[3]?.disposition).toBe('attachment; filename="appointment.ics"')
  expect(parts[3]?.text).toBe(LETTER.calendar?.text)
  expect(written.split('\r\n').every((line) => line.length <= 78 && !/[\r\n]/.test(line))).toBe(true)
})

test('words are never markup', () => {
  const page = html(LETTER)
  expect(page).not.toContain('<script>')
  expect(page).not.toContain('<b>')
  expect(page).not.toContain('&x="1"')
  expect(page).toContain('dir="rtl"')
})
