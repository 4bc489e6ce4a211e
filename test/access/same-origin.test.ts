import { expect, test } from 'vitest'
import { cookieName, readCookie, setCookie } from '../../worker/access/cookies.ts'
import { isOwn } from '../../worker/access/same-origin.ts'

const PUBLIC_URL = 'https://refer.example'
const post = (headers: Record<string, string>, url = `${PUBLIC_URL}/practice/sign-out`) =>
  isOwn(new Request(url, { method: 'POST', headers }), PUBLIC_URL)

test.each([
  [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }],
  [{ 'Sec-Fetch-Site': 'none' }],
  [{ Origin: PUBLIC_URL }],
  [{ Origin: 'null' }],
  [{}],
])('%j is our own page, or no page', (headers) => {
  expect(post(headers)).toBe(true)
})

test.each([
  [{ 'Sec-Fetch-Site': 'cross-site', Origin: PUBLIC_URL }],
  [{ 'Sec-Fetch-Site': 'same-site', Origin: 'https://other.refer.example' }],
  [{ Origin: 'https://elsewhere.example' }],
  [{ Origin: 'https://refer.example.elsewhere.example' }],
  [{ Origin: 'https://refer.example:8443' }],
  [{ Origin: 'nonsense' }],
])('%j is another site', (headers) => {
  expect(post(headers)).toBe(false)
})

test('on a network of one’s own the address that was typed is our own', () => {
  const at = 'http://192.168.1.20:8787/practice/sign-out'
  expect(post({ Origin: 'http://192.168.1.20:8787' }, at)).toBe(true)
  expect(post({ Origin: 'http://192.168.1.21:8787' }, at)).toBe(false)
})

test('cookies carry what a browser keeps: prefix and Secure over https, neither over http', () => {
  const https = { PUBLIC_URL }
  const http = { PUBLIC_URL: 'http://192.168.1.20:8787' }
  expect(setCookie(https, 'rl_session', 'a b', 60)).toBe(
    '__Host-rl_session=a%20b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
  )
  expect(setCookie(http, 'rl_session', 'a', 60)).toBe('rl_session=a; Path=/; Max-Age=60; HttpOnly; SameSite=Lax')
  const request = new Request(PUBLIC_URL, { headers: { Cookie: 'rl_session=evil; __Host-rl_session=a%20b; x=%' } })
  expect(readCookie(https, request, 'rl_session')).toBe('a b')
  expect(readCookie(http, request, 'rl_session')).toBe('evil')
  expect(readCookie(http, request, 'x')).toBeNull()
  expect(cookieName(http, 'y')).toBe('y')
})
