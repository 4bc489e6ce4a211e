import type { Problem } from '../../worker/problems.ts'

/** What each problem of the API means, for its page at /problems/NAME. What to do about it stands beside its status. */
export const MEANING: Record<Problem, string> = {
  'not-json': 'The request has a body that cannot be read as JSON, or its Content-Type says that it is something else.',
  'not-a-form': 'A page here takes the fields of its own form, and the request has a body of another type.',
  'key-missing': 'This address is not public, and the request came without an API key.',
  'key-unknown': 'The request came with a key that no practice has, or has no longer.',
  'scope-missing': 'The key is valid, but it was made for other things than this one.',
  'foreign-origin':
    'A page of another site sent this form. It was refused, so that no other site can act in the name of somebody who is signed in here.',
  'not-found':
    'Nothing is at this address, or the practice that the key belongs to has nothing with this id. What belongs to another practice is not found either.',
  'method-not-allowed': 'The address exists, but not for this method. The header Allow names those that it takes.',
  'npi-taken': 'An NPI belongs to one clinician, and this practice has a referrer with it already.',
  'slug-taken': 'A slug is part of public addresses, so each practice needs one of its own.',
  'alias-taken': 'An alias is a public address of its own, and another link has it.',
  'link-retired': 'The link was retired, which is for good: what is printed with its code still helps the patient.',
  'slot-taken': 'Somebody else took or holds this time, perhaps a moment ago. Nothing was booked.',
  'booked-often':
    'So many appointments to come are booked online with the same telephone number or e-mail address that a person should look at them. Nothing was booked.',
  'appointment-ahead':
    'A patient is erased once nobody waits for them any more. Nothing was erased: cancel the bookings that are named, and send it again.',
  'not-bookable':
    'The practice has not switched online booking on, or has this service booked elsewhere or by telephone. Nothing was booked.',
  'no-requests':
    'The practice stores no patients, or has this service booked in another system, so that it calls nobody back. Nothing was stored.',
  'request-closed': 'What became of a request is written down once, and somebody has done so already.',
  'calendar-unread':
    'The providers have calendars elsewhere, and one of them is not known or was not read of late: times that are taken would look free.',
  'status-final':
    'A booking that was cancelled, kept or missed stays what it is: the change that was asked for is not possible from there.',
  'too-large': 'The body has more than 100 kB, which no request of this API needs.',
  invalid:
    'The request was understood, but a member of the body or a parameter is missing, unknown or not of the right form. Nothing was written.',
  'key-reused':
    'An Idempotency-Key stands for one request. This one came before with another method, address or body, so it is not clear which was meant. Nothing was written.',
  'idempotency-key-required':
    'Bookings are made over telephone networks that lose answers. The key makes sure that a booking that is sent again is not made twice.',
  'code-mistyped':
    'The last symbol of a code checks the others, and here it does not fit: a symbol is wrong, or two changed places.',
  'code-unknown': 'The code is well formed, but no card of this practice has it.',
  'receipt-unknown':
    'The receipt was altered, is older than 90 days, comes from another practice, or from a card that nobody was given yet.',
  'service-unknown': 'The practice has no service with this slug or id.',
  'slot-unknown':
    'The time is not one at which this service is offered: outside the opening hours, or not where a slot begins.',
  'slot-past': 'The time has begun already, or is too soon to be booked.',
  'too-many-requests': 'More requests came than this address takes in so short a time.',
  broken:
    'This is a fault of the software or of the machine that it runs on, and not of the request. Nothing about it is shown here; the operator finds it in the log.',
  'database-unavailable':
    'The database did not answer in time. Cards still lead to their pages; everything else waits until it is back.',
}
