import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Words that occur nowhere else, one and two for each thing that a patient or the desk may write. */
export const CANARIES = {
  name: 'Zephyrina Quokkabottom',
  secondName: 'Xanthippe Wobblegong',
  actingName: 'Philippa Grundelsnatch',
  email: 'quokkabottom.canary@example.com',
  secondEmail: 'snufflewump.canary@example.com',
  phone: '(312) 555-0187',
  dateOfBirth: '1931-10-07',
  reason: 'snarklebone clicks at night',
  answer: 'gribblewort since Easter',
  stated: 'Dr Plumbusworth',
  note: 'flimflamming about the parking',
  cancelled: 'whiffletree broke on the way',
} as const

/** What of them is looked for: every word that is found nowhere else, and what numbers and days may be written as. */
const NEEDLES = [
  ...Object.values(CANARIES)
    .flatMap((text) => text.match(/[A-Za-z]{8,}/g) ?? [])
    .filter((word) => !['example', 'flimflamming'].includes(word)),
  'flimflamming',
  ...['3125550187', '312) 555-0187', '312-555-0187', '312 555 0187', '312.555.0187'],
  ...['1931-10-07', '10/7/1931', '10/07/1931', '7.10.1931', '07.10.1931', '19311007', 'October 7, 1931'],
]

interface Form {
  needle: string
  form: string
  /** As latin1 text; in lower case where that is how it is looked for. */
  text: string
  anyCase: boolean
}

const distinct = (forms: [string, string][]) => [...new Map(forms.map((form) => [form[1], form])).values()]

/** Each needle as it stands, and as what it may have been turned into. */
const FORMS: Form[] = [...new Set(NEEDLES)].flatMap((needle) => {
  const utf8 = Buffer.from(needle)
  const wide = Buffer.from(needle, 'utf16le')
  const escaped = (of: (code: number) => string) => [...needle].map((sign) => of(sign.charCodeAt(0))).join('')
  const hex = (code: number, width: number) => code.toString(16).padStart(width, '0')
  const plain: [string, string][] = [
    ['as it stands', needle],
    ['encoded for a URL', encodeURIComponent(needle)],
    ['encoded for a form', new URLSearchParams({ q: needle }).toString().slice(2)],
    ['every sign encoded for a URL', escaped((code) => `%${hex(code, 2)}`)],
    ['hexadecimal', utf8.toString('hex')],
    ['hexadecimal UTF-16', wide.toString('hex')],
    ['escaped as in JSON', escaped((code) => `\\u${hex(code, 4)}`)],
    ['escaped as in HTML', escaped((code) => `&#${code};`)],
    ['UTF-16, low byte first', wide.toString('latin1')],
    ['UTF-16, high byte first', Buffer.from(wide).swap16().toString('latin1')],
  ]
  const base64 = [utf8, wide, Buffer.from(needle.toLowerCase()), Buffer.from(needle.toUpperCase())].flatMap((bytes) =>
    [0, 1, 2].flatMap((at): [string, string][] => [
      ['base64', inBase64(bytes, at, 'base64')],
      ['base64url', inBase64(bytes, at, 'base64url')],
    ]),
  )
  return [
    ...distinct(plain).map(([form, text]) => ({ needle, form, text: text.toLowerCase(), anyCase: true })),
    ...distinct(base64).map(([form, text]) => ({ needle, form, text, anyCase: false })),
  ]
})

/** What is the same of it wherever it stands in a longer text, so many bytes after a whole group of three. */
function inBase64(bytes: Buffer, at: number, alphabet: 'base64' | 'base64url'): string {
  const whole = Buffer.concat([Buffer.alloc(at), bytes]).toString(alphabet)
  return whole.slice(Math.ceil((at * 8) / 6), Math.floor(((at + bytes.length) * 8) / 6))
}

/** Which canaries a text or the bytes of a file hold, and in what form; empty where none. */
export function canariesIn(content: string | Uint8Array): string[] {
  const text = Buffer.from(content).toString('latin1')
  const lower = text.toLowerCase()
  return FORMS.filter((form) => (form.anyCase ? lower : text).includes(form.text)).map(
    ({ needle, form }) => `${needle} ${form}`,
  )
}

/** Every file below a folder, with the canaries that it holds; `looked` names all that were looked through. */
export function canariesBelow(folder: string): { found: string[]; looked: string[] } {
  const looked = filesIn(folder)
  return { looked, found: looked.flatMap((file) => canariesIn(contentOf(file)).map((what) => `${file}: ${what}`)) }
}

/** Empty for what has gone meanwhile: a log file whose rows have just moved into the database, and are found there. */
export function contentOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Every way in which a leak may be written, for the control: what finds none of these finds nothing. */
export const LEAKS: Record<string, (word: string) => string | Uint8Array> = {
  plain: (word) => `x${word}y`,
  'lower case': (word) => word.toLowerCase(),
  'in an address': (word) => `/visit?name=${encodeURIComponent(word)}`,
  'in a form': (word) => new URLSearchParams({ name: word }).toString(),
  'in JSON': (word) => JSON.stringify({ name: word }),
  'escaped in JSON': (word) =>
    [...word].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'in base64, anywhere': (word) => Buffer.from(`{"n":"${word}"}`).toString('base64'),
  'in base64, one later': (word) => Buffer.from(`{"na":"${word}"}`).toString('base64'),
  'in base64url, two later': (word) => Buffer.from(`{"nam":"${word}"}`).toString('base64url'),
  'in hexadecimal': (word) => Buffer.from(word).toString('hex').toUpperCase(),
  'in UTF-16': (word) => Buffer.from(`..${word}`, 'utf16le'),
  'in UTF-16, one byte later': (word) => Buffer.concat([Buffer.from('.'), Buffer.from(word, 'utf16le')]),
  'in UTF-16, high byte first': (word) => Buffer.from(word, 'utf16le').swap16(),
}
