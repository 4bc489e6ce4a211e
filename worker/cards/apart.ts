/** Keeps a name together, whichever way it runs, within a sentence (Unicode's first strong isolate). */
export const apart = (text: string): string => `\u2068${text}\u2069`

/** The same on one line: a telephone number that is broken is misread. */
export const unbroken = (text: string): string => apart(text.replaceAll(' ', '\u00a0'))
