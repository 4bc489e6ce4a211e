import { afterAll, beforeAll, expect, test } from 'vitest'
import { displayCode } from '../../worker/links/codes.ts'
import { receiptIn, ride, type Scene, scene, until } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let at: Scene
beforeAll(async () => {
  stack = await startStack()
  at = await scene(stack, 'larkfield')
  await stack.worker.scheduled(Date.now())
})
afterAll(() => stack?.stop())

const landing = async () => {
  const receipt = receiptIn(await ride(stack, `/q/${at.codes[0]}`))
  const page = await ride(stack, `/p/larkfield/${at.service}?s=${receipt}`)
  // Names stand in marks that keep their direction apart from the text's.
  return { status: page.status, text: (await page.text()).replace(/[\u2066-\u2069]/g, '') }
}

test.each([
  ['stopped', 'warm'],
  ['stopped', 'cold'],
  ['hung', 'warm'],
  ['hung', 'cold'],
] as const)(
  'with the database %s and a %s Worker, the page of a card says who sent you and how to call',
  async (how, worker) => {
    await until(landing, ({ text }) => text.includes('Book online'))
    await (how === 'stopped' ? stack.database.stop() : stack.database.freeze())
    try {
      if (worker === 'cold') await stack.killWorker()
      const from = performance.now()
      for (let reader = 0; reader < 10; reader++) {
        const { status, text } = await landing()
        expect(status).toBe(200)
        for (const shown of [
          ...['Dr Amara Okonjo', 'Riverside Family Medicine', displayCode(at.codes[0]), 'href="tel:+13125550100"'],
          ...['1400 Larkfield Avenue'],
        ])
          expect(text).toContain(shown)
        expect(text).not.toContain('Book online')
      }
      const booking = await ride(stack, `/p/larkfield/${at.service}/book/day`)
      if (worker === 'cold') expect(await booking.text()).toContain('Please call us to book')
      // Each of them would have waited for 5 seconds; the first alone waits, and not so long.
      expect(performance.now() - from).toBeLessThan(10_000)
    } finally {
      await (how === 'stopped' ? stack.database.start() : stack.database.thaw())
    }
    expect((await until(landing, ({ text }) => text.includes('Book online'))).status).toBe(200)
  },
)
