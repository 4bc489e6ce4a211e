/** One letter to one person, in the words of their language. Subject and calendar file tell nothing of what it is about. */
export interface Letter {
  to: string
  /** The practice. */
  from: string
  /** Its address, `appointments@example.org`. */
  sender: string
  /** For the language and direction of the whole letter. */
  locale: string
  direction: 'ltr' | 'rtl'
  subject: string
  heading: string
  /** Day and time, large; null where the letter is about none. */
  when: { day: string; time: string; zone: string } | null
  paragraphs: string[]
  /** What to know, by its name; an address or a telephone number is one of these. */
  facts: Fact[]
  button: { words: string; address: string } | null
  /** The last line: why they get this letter. */
  foot: string
  calendar: CalendarFile | null
}

export interface Fact {
  label: string
  lines: string[]
  /** A telephone number, E.164: it is read from left to right and can be tapped. */
  telephone?: string
}

/** Of iTIP (RFC 5546): something to keep, an invitation that takes an older one's place, or that it is off. */
export type CalendarMethod = 'PUBLISH' | 'REQUEST' | 'CANCEL'

export interface CalendarFile {
  method: CalendarMethod
  text: string
}

/** The letter as plain text, for whoever reads no HTML. */
export function plainText({ heading, when, paragraphs, facts, button, foot }: Letter): string {
  const blocks = [
    heading,
    ...(when ? [`${when.day}\n${when.time} (${when.zone})`] : []),
    ...paragraphs,
    ...facts.map(({ label, lines }) => [`${label}:`, ...lines].join('\n')),
    ...(button ? [`${button.words}:\n${button.address}`] : []),
    foot,
  ]
  return `${blocks.join('\n\n')}\n`
}
