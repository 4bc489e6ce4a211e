import { createPractice } from '../worker/practices/create.ts'
import { type Answer, ask } from './api.ts'
import type { Stack } from './stack.ts'

/** A practice with the demo's services, and the people and the card of the tests, all made through the API. */
export interface TestPractice {
  id: string
  slug: string
  key: string
  signInUrl: string
  office: { id: string; name: string }
  referrer: { id: string; name: string }
  link: Link
  /** The service with one patient a slot that is booked online. */
  service: string
}

export interface Link {
  id: string
  code: string
  display: string
  url: string
  qrUrl: string
  landingUrl: string
  state: string
}

export interface Slot {
  start: string
  end: string
  timezone: string
  providerId: string
  locationId: string
}

const REFERRER = 'Dr Amara Okonjo'
const OFFICE = 'Riverside Family Medicine'

export async function testPractice(stack: Stack, slug: string, npi = '2000000002'): Promise<TestPractice> {
  const made = await createPractice(
    stack.db,
    stack.secrets,
    { name: `Practice ${slug}`, slug, timezone: 'America/Chicago', demo: true },
    Date.now(),
  )
  if (!made.ok) throw new Error(`no practice: ${made.problem}`)
  const key = made.apiKey
  const referrer = await ask<{ id: string; officeId: string }>(stack.url, 'POST /api/v1/referrers', {
    key,
    body: { name: REFERRER, npi, office: { name: OFFICE, phone: '+1 312 555 0142' } },
  })
  must(referrer, 201)
  const services = await ask<{ items: { slug: string; mode: string }[] }>(stack.url, 'GET /api/v1/services', { key })
  const service = services.body.items[0]?.slug ?? ''
  const link = await ask<Link>(stack.url, 'POST /api/v1/links', {
    key,
    body: { referrerId: referrer.body.id, service, channel: 'card' },
  })
  must(link, 201)
  return {
    id: made.practice.id,
    slug,
    key,
    signInUrl: `${stack.url}/practice/sign-in/${made.signInToken}`,
    office: { id: referrer.body.officeId, name: OFFICE },
    referrer: { id: referrer.body.id, name: REFERRER },
    link: link.body,
    service,
  }
}

/** The free slots of the coming days, as the public sees them. */
export async function slotsOf(origin: string, practice: { slug: string; service: string }, days = 30): Promise<Slot[]> {
  const today = new Date().toISOString().slice(0, 10)
  const path =
    `/api/v1/practices/${practice.slug}/services/${practice.service}/slots?from=${today}&days=${days}` as const
  const answer = await ask<{ slots: Slot[] }>(origin, `GET ${path}`)
  must(answer, 200)
  return answer.body.slots
}

/** A patient, telephone from the range for fiction. */
export const PATIENT = {
  name: 'Maria Delgado-Hughes',
  email: 'maria.delgado@example.com',
  phone: '+1 312 555 0177',
  dateOfBirth: '1961-02-28',
}

/** A scan as a phone makes one: the redirect's location, and the receipt in it. */
export async function scan(
  origin: string,
  code: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; location: string; receipt: string }> {
  const answer = await ask(origin, `GET /q/${code}`, { headers: { 'User-Agent': PHONE, ...headers } })
  const location = answer.headers.get('location') ?? ''
  const receipt = location ? (new URL(location, origin).searchParams.get('s') ?? '') : ''
  return { status: answer.status, location, receipt }
}

export const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

/** What a test stands on and does not itself test. */
function must({ status, body }: Answer<unknown>, expected: number): void {
  if (status !== expected) throw new Error(`expected ${expected}, got ${status}: ${JSON.stringify(body)}`)
}
