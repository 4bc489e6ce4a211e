import { Buffer } from 'node:buffer'
import { html } from './html.ts'
import { type Letter, plainText } from './letter.ts'

const LINE_BYTES = 76
/** As base64 between `=?UTF-8?B?` and `?=`, and after `Subject: `, these fit into a line of 76 (RFC 2047, 2). */
const WORD_BYTES = 39
const CRLF = '\r\n'

/**
 * A letter as a mail program opens it: text and HTML to choose from, and the calendar file both within (so that an
 * invitation is understood) and attached (so that it can be kept). The same letter under the same id gives the same
 * bytes. Everything but the headers is base64, which no way of delivery alters.
 * @param id the mail's, in the alphabet of nanoid
 */
export function message(letter: Letter, { id, at }: { id: string; at: number }): string {
  const { calendar } = letter
  const choice = part('multipart/alternative', `choice-${id}`, [
    leaf('text/plain; charset=utf-8', plainText(letter)),
    leaf('text/html; charset=utf-8', html(letter)),
    ...(calendar ? [leaf(`text/calendar; charset=utf-8; method=${calendar.method}`, calendar.text)] : []),
  ])
  const whole = calendar
    ? part('multipart/mixed', `whole-${id}`, [
        choice,
        leaf('text/calendar; charset=utf-8; name="appointment.ics"', calendar.text, [
          'Content-Disposition: attachment; filename="appointment.ics"',
        ]),
      ])
    : choice
  const headers = [
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `From: ${words(letter.from)}${CRLF} <${letter.sender}>`,
    `To: <${letter.to}>`,
    `Subject: ${words(letter.subject)}`,
    `Message-ID: <${id}@${domainOf(letter.sender)}>`,
    `Content-Language: ${letter.locale}`,
    ...Object.entries(AUTOMATIC).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
  ]
  return headers.join(CRLF) + CRLF + whole
}

/** Nobody wrote it by hand: no answering machine should answer (RFC 3834). */
export const AUTOMATIC = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

function part(type: string, boundary: string, parts: string[]): string {
  const within = parts.map((one) => `--${boundary}${CRLF}${one}`).join('')
  return `Content-Type: ${type}; boundary="${boundary}"${CRLF}${CRLF}${within}--${boundary}--${CRLF}`
}

function leaf(type: string, text: string, more: string[] = []): string {
  const headers = [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', ...more]
  const lines =
    Buffer.from(text.replaceAll(/\r?\n/g, CRLF))
      .toString('base64')
      .match(new RegExp(`.{1,${LINE_BYTES}}`, 'g')) ?? []
  return [...headers, '', ...lines, ''].join(CRLF)
}

/** Words in a header: as encoded words, none of which parts a letter, unless they need none wherever they stand. */
function words(text: string): string {
  if (/^[A-Za-z0-9 -]{1,60}$/.test(text)) return text
  const encoded: string[] = []
  let chunk = ''
  for (const sign of text) {
    if (Buffer.byteLength(chunk + sign) > WORD_BYTES) {
      encoded.push(chunk)
      chunk = ''
    }
    chunk += sign
  }
  return [...encoded, chunk].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(`${CRLF} `)
}
