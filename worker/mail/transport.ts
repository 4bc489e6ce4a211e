import { html } from './html.ts'
import { type CalendarFile, type Letter, plainText } from './letter.ts'
import { AUTOMATIC, message } from './message.ts'

/** How letters leave: at Cloudflare by its Email Service, on one machine as files. */
export interface Ways {
  EMAIL?: SendEmail
  /** The folder `mail` in DATA_DIR, as a service that stores what it is sent whole or not at all (db/worker.ts). */
  MAIL_FILES?: Fetcher
}

/** `final`: trying again would help nothing. `why` is in plain words, without an address. */
export type Delivered = { ok: true } | { ok: false; final: boolean; why: string }

/**
 * Sends one letter. As a file it has its id for a name: sent again it is the same file. The Email Service gives every
 * message an id of its own and knows no key to send under, so that a letter whose answer was lost is sent once more.
 */
export async function deliver(ways: Ways, letter: Letter, mail: { id: string; at: number }): Promise<Delivered> {
  if (ways.MAIL_FILES) return toFile(ways.MAIL_FILES, letter, mail)
  if (ways.EMAIL) return byService(ways.EMAIL, letter, mail.id)
  return { ok: false, final: false, why: 'no way to send mail is set up' }
}

async function toFile(files: Fetcher, letter: Letter, mail: { id: string; at: number }): Promise<Delivered> {
  const body = message(letter, mail)
  const answer = await files.fetch(`http://mail/${fileName(mail.id)}`, { method: 'PUT', body })
  return answer.ok ? { ok: true } : { ok: false, final: false, why: `the file could not be written (${answer.status})` }
}

export const fileName = (id: string): string => `${id}.eml`

/** What the Email Service says of a letter that it will never take. */
const NEVER = ['E_RECIPIENT_SUPPRESSED', 'E_RECIPIENT_NOT_ALLOWED', 'E_VALIDATION_ERROR', 'E_CONTENT_TOO_LARGE']

async function byService(service: SendEmail, letter: Letter, id: string): Promise<Delivered> {
  try {
    await service.send({
      from: { name: letter.from, email: letter.sender },
      to: letter.to,
      subject: letter.subject,
      text: plainText(letter),
      html: html(letter),
      // The service takes headers of a list of its own and any that begins with X-.
      headers: { 'X-Auto-Response-Suppress': AUTOMATIC['X-Auto-Response-Suppress'], 'X-Referloop-Mail': id },
      ...(letter.calendar ? { attachments: [attached(letter.calendar)] } : {}),
    })
    return { ok: true }
  } catch (error) {
    // Its code alone: the message may name the address.
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const known = /^E_[A-Z_]+$/.test(code) ? code : 'no reason given'
    return { ok: false, final: NEVER.includes(code), why: `the Email Service refused it (${known})` }
  }
}

const attached = ({ method, text }: CalendarFile): EmailAttachment => ({
  disposition: 'attachment',
  filename: 'appointment.ics',
  type: `text/calendar; charset=utf-8; method=${method}`,
  content: new TextEncoder().encode(text),
})
