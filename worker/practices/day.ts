/** The local date, YYYY-MM-DD, on which an instant (milliseconds since 1970) falls in an IANA zone. */
export function dayIn(timezone: string, at: number): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' }).format(at)
}
