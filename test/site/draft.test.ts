import { expect, test } from 'vitest'
import { randomFrom } from '../../db/seed/random.ts'
import { type Draft, OFFICE_LONGEST, readDraft, writeDraft } from '../../site/questions/draft.ts'
import { NAME_LONGEST } from '../../site/questions/name.ts'
import { kept } from '../../site/questions/send.ts'

/** What a browser keeps of a cookie, name and value together. */
const COOKIE_BYTES = 4096

/** Astro's cookies, as far as drafts go. */
function page() {
  const jar = new Map<string, string>()
  return {
    jar,
    params: { practice: 'p'.repeat(60), service: 's'.repeat(60) },
    cookies: {
      get: (name: string) => ({ value: jar.get(name) }),
      set: (name: string, value: string) => jar.set(name, value),
    },
    locals: { now: 1_800_000_000_000, env: { SIGNING_KEY: 'a key of a test', PUBLIC_URL: 'http://localhost' } },
  } as unknown as Parameters<typeof readDraft>[0] & { jar: Map<string, string> }
}

const random = randomFrom('the longest answers')
const letters = (low: number, high: number) => (n: number) =>
  Array.from({ length: n }, () => String.fromCodePoint(random.between(low, high))).join('')
const SCRIPTS: [string, (n: number) => string][] = [
  ['Latin letters', letters(0x61, 0x7a)],
  ['Arabic letters', letters(0x621, 0x64a)],
  ['Chinese characters', letters(0x4e00, 0x9fff)],
  ['emoji', letters(0x1f300, 0x1f64f)],
]

test.each(SCRIPTS)(
  'the longest answers in %s, with a mistake on the page, fit into one cookie and come back',
  async (_, write) => {
    const slot = { start: 1_800_000_000_000, end: 1_800_001_800_000, timezone: 'America/Argentina/ComodRivadavia' }
    const place = { providerId: random.id(), locationId: random.id() }
    const draft: Draft = {
      key: random.id(),
      begun: 1_800_000_000_000,
      at: 1_800_000_000_000,
      receipt: { text: random.id() + random.id() + random.id() + random.id(), from: 'address' },
      office: write(OFFICE_LONGEST),
      officeId: random.id(),
      code: 'K7M4HXR2',
      answers: Array.from({ length: 7 }, () => random.id()),
      from: random.id(),
      day: '2026-11-24',
      slot: { ...slot, ...place },
      hold: { id: random.id(), until: 1_800_000_000_000 },
      heldSlot: { ...slot, ...place },
      when: [1, 2, 3, 4, 5, 6, 7].flatMap((day) => [`when-${day}-morning`, `when-${day}-afternoon`]),
      callWhen: 'afternoon',
      own: write(150),
      for: 'else',
      name: write(NAME_LONGEST),
      acting: write(NAME_LONGEST),
      relationship: 'guardian',
      email: `${letters(0x61, 0x7a)(240)}@example.com`,
      phone: '+13125550188',
      birth: '1951-02-27',
      message: true,
      mail: 'remind',
      seen: random.id(),
      share: true,
      told: write(100),
    }
    for (const fields of [{ own: write(2_000) }, { email: write(2_000), phone: write(2_000), neither: 'yes' }]) {
      const there = page()
      const typed = { ...draft, typed: { step: 'a step', fields: kept(fields) } }
      await writeDraft(there, typed)
      const [[name, value] = ['', '']] = there.jar
      expect(name.length + value.length).toBeLessThan(COOKIE_BYTES)
      expect(await readDraft(there)).toEqual(typed)
    }
  },
)
