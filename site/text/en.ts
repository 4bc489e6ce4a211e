/**
 * Every word that a patient reads, in English. Another language is one more file with the same shape
 * (site/text/languages.ts); the compiler names what it lacks.
 */
export const en = {
  language: 'English',
  dir: 'ltr',
  skip: 'Skip to the page',
  languages: 'Language',
  back: 'Back',
  errorTitle: (title: string) => `Error: ${title}`,
  problem: 'There is a problem',
  call: (number: string) => `Call ${number}`,
  findBooking: 'Find or cancel a booking',
  emergency: 'In an emergency, call 911.',
}
