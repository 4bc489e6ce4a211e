import { expect, test } from 'vitest'
import { urlHere } from '../../db/ports.ts'
import { settingsFrom } from '../../db/settings.ts'

test('with an empty environment it is the loopback alone, on port 8787', () => {
  expect(settingsFrom({})).toMatchObject({ dataDir: '.data', host: '127.0.0.1', port: 8787, publicUrl: undefined })
})

test('a service that all addresses reach is announced at one of this machine, not at 0.0.0.0', () => {
  expect(settingsFrom({ HOST: '0.0.0.0', PORT: '9000' }).publicUrl).toMatch(/^http:\/\/(?!0\.0\.0\.0)[\w.]+:9000$/)
})

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8787'],
  ['0.0.0.0', 'http://127.0.0.1:8787'],
  ['::1', 'http://[::1]:8787'],
  ['192.168.1.20', 'http://192.168.1.20:8787'],
])('what listens on %s is reached from this machine at %s', (host, url) => {
  expect(urlHere(host, 8787)).toBe(url)
})

test('PUBLIC_URL wins over HOST and loses its slash', () => {
  const { publicUrl } = settingsFrom({ HOST: '0.0.0.0', PUBLIC_URL: 'https://refer.example.org/' })
  expect(publicUrl).toBe('https://refer.example.org')
})

test.each([
  [{ PORT: '80a' }, 'PORT=80a is not a port'],
  [{ PORT: '70000' }, 'PORT=70000 is not a port'],
  [{ PUBLIC_URL: 'refer.example.org' }, 'PUBLIC_URL=refer.example.org is not an origin'],
  [{ PUBLIC_URL: 'https://refer.example.org/cards' }, 'is not an origin'],
  [{ DATABASE_URL: 'name.turso.io' }, 'DATABASE_URL is not the address of a libSQL database'],
  [{ DATABASE_URL: 'file:local.db' }, 'DATABASE_URL is not the address of a libSQL database'],
])('%o is answered with a sentence', (env, sentence) => {
  expect(() => settingsFrom(env)).toThrow(sentence)
})
