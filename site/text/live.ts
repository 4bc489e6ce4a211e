/** What the live line of the stats page says; for the page and for its script. */
export const live = {
  idle: 'Live: scans and bookings appear here as they happen.',
  away: 'Not live just now; trying again.',
  anew: 'Show new figures',
  kinds: { scan: 'Card scanned', call: 'Call with a code', booking: 'Booked' },
  unknown: 'source not known',
  more: (n: number) => (n === 0 ? '' : `, and ${n} more`),
  moment: 'a moment ago',
}
