import { Buffer } from 'node:buffer'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { practiceKeys } from '../../db/schema.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { dataKeyStatement, openVault, type Secrets, VaultError } from '../../worker/practices/vault.ts'
import { startDatabase } from '../database.ts'

let database: Awaited<ReturnType<typeof startDatabase>>
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database?.stop())

const newSecrets = (): Secrets => ({
  MASTER_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
})
let made = 0
async function practice(secrets = newSecrets()) {
  const asked = { name: 'Larkfield', slug: `larkfield-${++made}`, timezone: 'UTC' }
  const created = await createPractice(database.db, secrets, asked, 1)
  if (!created.ok) throw new Error(created.problem)
  const { id } = created.practice
  return { id, secrets, vault: await openVault(database.db, secrets, id) }
}
const NAME = 'Maria Delgado-Hughes ‏مريم 🌼'

describe('what is sealed', () => {
  test('opens again, is different every time, and shows nothing', async () => {
    const { vault } = await practice()
    const [one, two] = [
      await vault.seal('patients', 'p1', 'name', NAME),
      await vault.seal('patients', 'p1', 'name', NAME),
    ]
    expect(one).not.toBe(two)
    expect(one).not.toContain('Maria')
    expect(await vault.open('patients', 'p1', 'name', one)).toBe(NAME)
    expect(await vault.open('patients', 'p1', 'name', await vault.seal('patients', 'p1', 'name', ''))).toBe('')
  })

  test('opens at its own place alone', async () => {
    const { vault } = await practice()
    const other = await practice()
    const sealed = await vault.seal('patients', 'p1', 'name', NAME)
    const places = [
      () => vault.open('calls', 'p1', 'name', sealed),
      () => vault.open('patients', 'p2', 'name', sealed),
      () => vault.open('patients', 'p1', 'email', sealed),
      () => vault.open('patients/p1', 'name', '', sealed),
      () => other.vault.open('patients', 'p1', 'name', sealed),
    ]
    for (const open of places) await expect(open()).rejects.toThrow(VaultError)
  })

  test('does not open once a symbol was changed', async () => {
    const { vault } = await practice()
    const sealed = await vault.seal('patients', 'p1', 'name', NAME)
    for (let at = 0; at < sealed.length; at += 7) {
      const altered = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
      await expect(vault.open('patients', 'p1', 'name', altered)).rejects.toThrow(VaultError)
    }
    for (const nonsense of ['', '.', 'x', `${sealed}.`.slice(0, 30)])
      await expect(vault.open('patients', 'p1', 'name', nonsense)).rejects.toThrow(VaultError)
  })

  test('is refused to another master key, and the refusal names neither', async () => {
    const { id } = await practice()
    const other = newSecrets()
    const refused = await openVault(database.db, other, id).catch((error: unknown) => String(error))
    expect(refused).toMatch(/^VaultError: /)
    expect(refused).not.toContain(other.MASTER_KEY)
    await expect(openVault(database.db, { MASTER_KEY: 'short' }, (await practice()).id)).rejects.toThrow(/32 bytes/)
  })
})

describe('a new data key', () => {
  test('seals from now on, while the old one opens what it sealed and look-ups stay', async () => {
    const { id, secrets, vault } = await practice()
    const before = await vault.seal('patients', 'p1', 'name', NAME)
    const index = await vault.index('phone', '+13125550177')
    const insert = await dataKeyStatement(secrets, id, 2)
    await database.db.write((sql) => [insert(sql)])

    // Another isolate, which has not seen the practice before.
    const fresh = await openVault(database.db, { MASTER_KEY: `${secrets.MASTER_KEY}=` }, id)
    const after = await fresh.seal('patients', 'p1', 'name', NAME)
    expect(after.split('.')[0]).not.toBe(before.split('.')[0])
    expect(await fresh.open('patients', 'p1', 'name', before)).toBe(NAME)
    expect(await fresh.index('phone', '+13125550177')).toBe(index)
    // This one knows the old key alone, and looks for the new one when it meets it.
    expect(await vault.open('patients', 'p1', 'name', after)).toBe(NAME)
  })
})

test('an index is the same for the same value and differs by kind and practice', async () => {
  const one = await practice()
  const two = await practice()
  const index = await one.vault.index('phone', '+13125550177')
  expect(await one.vault.index('phone', '+13125550177')).toBe(index)
  expect(await one.vault.index('name', '+13125550177')).not.toBe(index)
  expect(await one.vault.index('phone', '+13125550178')).not.toBe(index)
  expect(await two.vault.index('phone', '+13125550177')).not.toBe(index)
})

test('the database holds the data key wrapped', async () => {
  const { id } = await practice()
  const rows = await database.db.read((sql) => sql.select().from(practiceKeys).where(eq(practiceKeys.practiceId, id)))
  expect(rows).toHaveLength(1)
  // 12 bytes of nonce, 32 of the key, 16 of the tag.
  expect(Buffer.from(rows[0]?.wrapped ?? '', 'base64url')).toHaveLength(60)
})
