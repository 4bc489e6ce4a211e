import { Buffer } from 'node:buffer'

/** A message that worker/mail/message.ts wrote, read again: for the page that shows what left as files. */
export interface Opened {
  to: string
  from: string
  subject: string
  date: string
  headers: ReadonlyMap<string, string>
  parts: { type: string; disposition: string; text: string }[]
}

export function opened(message: string): Opened {
  const { headers, parts } = entity(message)
  const header = (name: string) => headers.get(name) ?? ''
  return {
    to: header('to').replace(/^<|>$/g, ''),
    from: decoded(header('from')),
    subject: decoded(header('subject')),
    date: header('date'),
    headers,
    parts,
  }
}

function entity(text: string): { headers: Map<string, string>; parts: Opened['parts'] } {
  const end = text.indexOf('\r\n\r\n')
  const lines = text
    .slice(0, end)
    .replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n')
  const headers = new Map(lines.map((line) => [nameOf(line), line.slice(line.indexOf(':') + 1).trim()]))
  const body = text.slice(end + 4)
  const type = headers.get('content-type') ?? ''
  const boundary = /boundary="([^"]+)"/.exec(type)?.[1]
  if (boundary) {
    const within = body.split(`--${boundary}`).slice(1, -1)
    return { headers, parts: within.flatMap((one) => entity(one.replace(/^\r\n/, '')).parts) }
  }
  const disposition = headers.get('content-disposition') ?? ''
  return { headers, parts: [{ type, disposition, text: Buffer.from(body, 'base64').toString() }] }
}

const nameOf = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase()

/** Encoded words; the space between two of them belongs to neither. */
const decoded = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word: string) => Buffer.from(word, 'base64').toString())
