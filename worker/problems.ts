import type { ContentfulStatusCode } from 'hono/utils/http-status'

/**
 * Every problem that the API answers with: its name (the end of its `type`), status, and what the person should do.
 * Each has a page at /problems/NAME.
 */
export const PROBLEMS = {
  'not-json': [400, 'The body is not JSON', 'Send a JSON object with the header Content-Type: application/json.'],
  'not-a-form': [
    415,
    'This is not a form',
    'Open the page here and send its form. Programs use the API: see /api/docs.',
  ],
  'key-missing': [
    401,
    'No API key',
    'Send your key as "Authorization: Bearer KEY". An owner creates keys with "npm run admin -- key create".',
  ],
  'key-unknown': [
    401,
    'This API key is not valid',
    'It may be mistyped, expired or revoked. Ask an owner of the practice for another.',
  ],
  'scope-missing': [403, 'This API key may not do that', 'Use a key with the scope named in the detail.'],
  'foreign-origin': [403, 'This came from another site', 'Open the page here and send it from there.'],
  'not-found': [
    404,
    'There is no such thing here',
    'Check the address and the id. An id of another practice is not found either.',
  ],
  'method-not-allowed': [405, 'This address does not take that method', 'See its header Allow, and /api/docs.'],
  'npi-taken': [
    409,
    'A referrer with this NPI exists already',
    'Use the existing referrer, whose id is in "referrerId".',
  ],
  'slug-taken': [409, 'This slug is taken', 'Choose another slug.'],
  'alias-taken': [409, 'This alias is taken', 'Choose another alias: they are unique in the whole deployment.'],
  'link-retired': [409, 'This link is retired', 'A retired link stays as it is. Create another link.'],
  'slot-taken': [409, 'This time is no longer free', 'Choose one of the times in "nearest".'],
  'booked-often': [
    409,
    'Too many appointments are booked with this telephone number or address',
    'Call the practice to book another.',
  ],
  'not-bookable': [
    409,
    'This is not booked online',
    'The practice takes no online bookings for this service. Call the practice instead.',
  ],
  'appointment-ahead': [
    409,
    'The patient has an appointment to come',
    'Cancel the bookings in "bookingIds" first; then nobody waits for a patient whose name is gone.',
  ],
  'no-requests': [
    409,
    'Nobody is called back for this',
    'The practice takes no requests to be called for this service. Call the practice instead.',
  ],
  'request-closed': [409, 'This request is closed', 'Somebody has written down already what became of it.'],
  'calendar-unread': [
    409,
    'A calendar of a provider was not read',
    'Every provider of the service needs a calendar feed that was read within 24 hours: see "providers" for whose is missing.',
  ],
  'status-final': [409, 'The booking cannot change to that status', 'See "bookingStatus" for where it stands.'],
  'too-large': [413, 'The body is too large', 'Send at most 100 kB.'],
  invalid: [422, 'Something in the request is not right', 'See "errors": each names its field and what to send.'],
  'key-reused': [422, 'This Idempotency-Key was used for another request', 'Use a new key for a new request.'],
  'idempotency-key-required': [
    422,
    'An Idempotency-Key is required',
    'Send a header Idempotency-Key with a new random value, and the same one when you try again.',
  ],
  'code-mistyped': [422, 'The code is mistyped', 'Check the code on the card: eight symbols, such as K7M4-HXR2.'],
  'code-unknown': [422, 'No card has this code', 'Check the code on the card, or log the office instead.'],
  'receipt-unknown': [
    422,
    'This receipt proves nothing here',
    'Send the parameter "referloop" as it came in the address: unaltered, of this practice, at most 90 days old.',
  ],
  'service-unknown': [422, 'There is no such service', 'See GET /api/v1/services for the slugs.'],
  'slot-unknown': [422, 'This is not a time that is offered', 'See the slots of the service for the times that are.'],
  'slot-past': [422, 'This time is in the past', 'Choose a later time.'],
  'too-many-requests': [429, 'Too many requests', 'Wait as long as Retry-After says.'],
  broken: [500, 'Something went wrong on our side', 'Try again. If it stays, tell the operator what you did and when.'],
  'database-unavailable': [503, 'The database cannot be reached', 'Nothing was written. Try again in a moment.'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string, string]>
export type Problem = keyof typeof PROBLEMS

/** The address of the page about a problem. */
export const problemType = (env: { PUBLIC_URL: string }, name: Problem): string => `${env.PUBLIC_URL}/problems/${name}`

export const isProblem = (name: string): name is Problem => Object.hasOwn(PROBLEMS, name)
