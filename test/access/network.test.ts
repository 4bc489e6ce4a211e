import { expect, test } from 'vitest'
import { Limit } from '../../worker/access/limit.ts'
import { networkOf, prefixOf } from '../../worker/access/network.ts'

const SIGNING_KEY = 'a key of the tests'
const seen = (said: Record<string, string>, env: { ON_CLOUDFLARE?: string; TRUST_PROXY?: string } = {}) =>
  networkOf({ SIGNING_KEY, ...env }, new Headers(said))
const TRUSTED = { TRUST_PROXY: '1' }
const nobody = seen({})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:51344', '192.0.2.7'],
  [' 192.0.2.7 ', '192.0.2.7'],
  ['2001:db8:0:7::1', '2001:db8:0:7'],
  ['2001:0DB8:0000:0007:ffff:ffff:ffff:ffff', '2001:db8:0:7'],
  ['[2001:db8:0:7::1]:443', '2001:db8:0:7'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['2001:db8::', '2001:db8:0:0'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
])('%s is of the network %s', (address, prefix) => expect(prefixOf(address)).toBe(prefix))

test.each(['', 'unknown', '256.1.1.1', '1.2.3', '_hidden', '12:34', 'example.org', '2001:db8::1::2', "'; drop"])(
  '%j is no address',
  (text) => expect(prefixOf(text)).toBeNull(),
)

test('neighbours in one /64 are one network, and no network can be read from what is remembered', () => {
  const said = (address: string) => seen({ 'X-Forwarded-For': address }, TRUSTED)
  expect(said('2001:db8:0:7::1')).toBe(said('2001:db8:0:7:a:b:c:d'))
  expect(said('2001:db8:0:7::1')).not.toBe(said('2001:db8:0:8::1'))
  expect(said('192.0.2.7')).toMatch(/^[\w-]{22}$/)
})

test('nothing that a client says is believed where nobody vouches for it', () => {
  const made = { 'X-Forwarded-For': '192.0.2.7', 'CF-Connecting-IP': '192.0.2.7', 'MF-CF-Blob': '{"country":"US"}' }
  expect(seen(made)).toBe(nobody)
})

test('on Cloudflare the platform says who it is, and X-Forwarded-For is not asked', () => {
  const at = { ON_CLOUDFLARE: '1' }
  const one = seen({ 'CF-Connecting-IP': '192.0.2.7', 'X-Forwarded-For': '192.0.2.8' }, at)
  expect(one).toBe(seen({ 'CF-Connecting-IP': '192.0.2.7' }, at))
  expect(one).not.toBe(nobody)
})

test('behind a proxy the last address outside counts, whatever the client put in front', () => {
  const real = seen({ 'X-Forwarded-For': '198.51.100.9' }, TRUSTED)
  for (const said of ['192.0.2.7, 198.51.100.9', '192.0.2.7, 198.51.100.9, 10.0.0.5', 'x, 198.51.100.9,fd00::1'])
    expect(seen({ 'X-Forwarded-For': said }, TRUSTED)).toBe(real)
  expect(seen({ 'X-Forwarded-For': '198.51.100.9', 'CF-Connecting-IP': '192.0.2.7' }, TRUSTED)).toBe(real)
  expect(seen({ 'CF-Connecting-IP': '198.51.100.9' }, TRUSTED)).toBe(real)
  expect(seen({ 'X-Forwarded-For': '10.0.0.4, 10.0.0.5' }, TRUSTED)).toBe(
    seen({ 'X-Forwarded-For': '10.0.0.5' }, TRUSTED),
  )
})

test('a limit lets so many tries through, then says how long to wait, and each key has its own', () => {
  const limit = new Limit({ name: 'tries', tries: 2, seconds: 60 })
  for (const at of [0, 10_000]) {
    expect(limit.wait('a', at)).toBe(0)
    limit.count('a', at)
  }
  expect([limit.wait('a', 10_000), limit.wait('a', 59_999), limit.wait('a', 60_000)]).toEqual([50, 1, 0])
  expect(limit.wait('b', 10_000)).toBe(0)
})

test('a limit remembers ten thousand keys, and lets go of those that tried longest ago', () => {
  const limit = new Limit({ name: 'tries', tries: 1, seconds: 60 })
  for (let n = 0; n < 100_000; n++) limit.count(`network ${n}`, n / 10)
  expect(limit.size).toBe(10_000)
  expect([limit.wait('network 99999', 10_000), limit.wait('network 1', 10_000)]).toEqual([60, 0])
})
