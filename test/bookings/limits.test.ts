import { afterAll, beforeAll, expect, test } from 'vitest'
import { PATIENT } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ trustProxy: true })
})
afterAll(() => stack?.stop())

const SLOTS = '/api/v1/practices/nobody/services/none/slots'
const BOOKINGS = '/api/v1/practices/nobody/bookings'

const BOOKING = { service: 'none', start: '2030-01-07T15:00:00Z', patient: PATIENT, shareWithReferrer: false }

/** The answers of so many requests from one address; without one the proxy says nothing. */
async function asked(n: number, path: string, address: string | null): Promise<Response[]> {
  const init = path === BOOKINGS ? { method: 'POST', body: JSON.stringify(BOOKING) } : {}
  const headers = {
    'Content-Type': 'application/json',
    ...(address ? { 'X-Forwarded-For': address } : {}),
  }
  const answers: Response[] = []
  while (answers.length < n)
    answers.push(
      ...(await Promise.all(Array.from({ length: 20 }, () => fetch(stack.url + path, { ...init, headers })))),
    )
  return answers
}
const limitedOf = (answers: Response[]) => answers.filter(({ status }) => status === 429)

test.each([
  [SLOTS, 'slots', 600],
  [BOOKINGS, 'bookings', 120],
])(
  '%s is answered 429 beyond its limit, and others are not',
  async (path, name, tries) => {
    const answers = await asked(tries + 20, path, '192.0.2.7')
    const [limited, ...more] = limitedOf(answers)
    expect(more).toHaveLength(19)
    const seconds = limited?.headers.get('retry-after')
    expect(limited?.headers.get('ratelimit')).toBe(`"${name}";r=0;t=${seconds}`)
    expect(limited?.headers.get('content-type')).toBe('application/problem+json')
    expect(limitedOf(await asked(20, path, '192.0.2.8'))).toEqual([])
  },
  60_000,
)

test('where nobody says who asks there is no limit: it would be the same for all', async () => {
  expect(limitedOf(await asked(700, SLOTS, null))).toEqual([])
}, 60_000)
