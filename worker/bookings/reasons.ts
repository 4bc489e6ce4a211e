/** What a patient may choose when they cancel; it is kept sealed, in these words (booking_events.reason). */
export const CANCEL_REASONS = [
  'another time',
  'no longer needed',
  'seen elsewhere',
  'cannot get there',
  'other',
] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]
