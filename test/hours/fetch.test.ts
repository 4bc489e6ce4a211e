import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { addressTrouble, calendarAddress } from '../../worker/hours/address.ts'
import { type Fetch, fetchCalendar, wayOut } from '../../worker/hours/fetch.ts'

describe('an address that may not be read', () => {
  test.each([
    ...[
      'http://calendar.example.com/a.ics',
      'ftp://calendar.example.com/',
      'file:///etc/passwd',
      'data:text/calendar,x',
    ],
    ...[
      'javascript:alert(1)',
      'calendar.example.com/a.ics',
      '//calendar.example.com',
      '',
      ' ',
      'https://',
      'https:///a',
    ],
    ...['https://calendar.example.com:8443/', 'https://calendar.example.com:22/', 'https://calendar.example.com:80/'],
    ...[
      'https://somebody:secret@calendar.example.com/',
      'https://somebody@calendar.example.com/',
      'https://:x@a.example/',
    ],
    // Of this machine, in every way of writing numbers.
    ...['https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f000001/', 'https://0177.0.0.1/'],
    ...[
      'https://0x7f.1/',
      'https://017700000001/',
      'https://127.0.0.1./',
      'https://①②⑦.0.0.1/',
      'https://0/',
      'https://0.0.0.0/',
    ],
    ...[
      'https://%31%32%37.0.0.1/',
      'https://127。0。0。1/',
      'https://[::1]/',
      'https://[::]/',
      'https://[::ffff:127.0.0.1]/',
    ],
    ...[
      'https://[0:0:0:0:0:ffff:7f00:1]/',
      'https://[::ffff:7f00:1]/',
      'https://[::127.0.0.1]/',
      'https://[64:ff9b::7f00:1]/',
    ],
    // Private, link-local, of carriers, of clouds' metadata; and any number at all.
    ...[
      'https://10.0.0.1/',
      'https://172.16.0.1/',
      'https://192.168.1.1/',
      'https://169.254.169.254/latest/meta-data/',
    ],
    ...[
      'https://100.64.0.1/',
      'https://100.100.100.200/',
      'https://192.0.0.192/',
      'https://[fd00:ec2::254]/',
      'https://[fe80::1]/',
    ],
    ...[
      'https://[fc00::1]/',
      'https://[::ffff:169.254.169.254]/',
      'https://0xa9fea9fe/',
      'https://2852039166/',
      'https://8.8.8.8/',
    ],
    // Names that only a network of one's own knows.
    ...[
      'https://localhost/',
      'https://LOCALHOST/',
      'https://localhost./',
      'https://a.localhost/',
      'https://db/',
      'https://db./',
    ],
    ...[
      'https://metadata.google.internal/',
      'https://metadata.google.internal./',
      'https://printer.local/',
      'https://nas.LAN/',
    ],
    ...[
      'https://a.internal../',
      'https://ｌｏｃａｌｈｏｓｔ/',
      'https://router.home.arpa/',
      'https://vault.corp/',
      'https://x.onion/',
    ],
    `https://calendar.example.com/${'x'.repeat(3_000)}`,
  ])('%s', (address) => {
    expect(addressTrouble(address)).toMatch(/^(Give|Only|Leave)/)
  })

  test.each([
    'https://calendar.example.com/private-0123/basic.ics',
    'https://calendar.example.com:443/a.ics?token=x',
    'https://CALENDAR.example.com./a.ics',
    'https://internal.example.com/',
    'https://kalender.müller.example/a.ics',
    calendarAddress('webcal://calendar.example.com/a.ics'),
    calendarAddress('  WEBCAL://calendar.example.com/a.ics '),
  ])('but %s may', (address) => {
    expect(addressTrouble(address)).toBeNull()
  })
})

test('where no way out ends at the public internet, nothing is fetched at all', () => {
  expect(wayOut({})).toBeNull()
  expect(wayOut({ ON_CLOUDFLARE: '0' })).toBeNull()
  expect(wayOut({ ON_CLOUDFLARE: '1' })).not.toBeNull()
})

const CALENDAR = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n'
const HERE = 'https://calendar.example.com/a.ics'

describe('reading an address', () => {
  const servers: ReturnType<typeof createServer>[] = []
  afterAll(() => {
    for (const server of servers) server.close().closeAllConnections()
  })

  /** A real server for whatever is asked of a public address, and what was asked of it. */
  async function calendarServer(answer: RequestListener) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`https://${request.headers['x-name']}${request.url}`)
      answer(request, response)
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const reach: Fetch = (address, init) => {
      const { host, pathname } = new URL(address)
      return fetch(`http://127.0.0.1:${port}${pathname}`, { ...init, headers: { 'X-Name': host } })
    }
    return { reach, asked }
  }
  const answering = (body: string | Uint8Array, headers: Record<string, string> = {}, status = 200) =>
    calendarServer((_, response) => response.writeHead(status, headers).end(body))

  test('a calendar is read, whatever it calls itself', async () => {
    for (const type of ['text/calendar; charset=utf-8', 'text/plain', 'application/octet-stream']) {
      const { reach } = await answering(CALENDAR, { 'Content-Type': type })
      expect(await fetchCalendar(reach, HERE)).toEqual({ ok: true, text: CALENDAR })
    }
  })

  test('three redirects are followed, a fourth is not', async () => {
    const { reach, asked } = await calendarServer(({ url = '' }, response) => {
      const n = Number(url.slice(1))
      if (n === 0) response.end(CALENDAR)
      else response.writeHead(n % 2 ? 302 : 307, { Location: `https://other${n - 1}.example.com/${n - 1}` }).end('on')
    })
    expect(await fetchCalendar(reach, 'https://one.example.com/3')).toMatchObject({ ok: true })
    expect(asked).toEqual([
      ...['https://one.example.com/3', 'https://other2.example.com/2', 'https://other1.example.com/1'],
      'https://other0.example.com/0',
    ])
    expect(await fetchCalendar(reach, 'https://one.example.com/4')).toMatchObject({ ok: false })
  })

  test.each([
    ...['http://calendar.example.com/', 'https://127.0.0.1/', 'https://localhost/', 'https://[::ffff:10.0.0.1]/'],
    ...[
      'https://metadata.google.internal/',
      '//169.254.169.254/latest',
      'https://a:b@c.example.com/',
      'file:///etc/passwd',
    ],
    'https://calendar.example.com:6379/',
  ])('a redirect to %s is not followed', async (location) => {
    const { reach, asked } = await answering('', { Location: location }, 302)
    expect(await fetchCalendar(reach, HERE)).toEqual({
      ok: false,
      trouble: 'It leads to an address that may not be read.',
    })
    expect(asked).toHaveLength(1)
  })

  test('more than 2 MB is not read to its end, though it says nothing of its size', async () => {
    let sent = 0
    const { reach } = await calendarServer((_, response) => {
      const more = () => {
        while (!response.destroyed && sent < 200e6 && response.write('x'.repeat(100_000))) sent += 100_000
        if (!response.destroyed) response.once('drain', more)
      }
      response.write(CALENDAR)
      more()
    })
    expect(await fetchCalendar(reach, HERE)).toEqual({ ok: false, trouble: 'It is larger than 2 MB.' })
    expect(sent).toBeLessThan(100e6)
  })

  test('one that never ends, or never begins, is given up', async () => {
    const never = await calendarServer(() => {})
    expect(await fetchCalendar(never.reach, HERE, 200)).toEqual({
      ok: false,
      trouble: 'It took longer than 0.2 seconds.',
    })
    const slow = await calendarServer((_, response) => response.write('BEGIN:VCALENDAR\r\n'))
    expect(await fetchCalendar(slow.reach, HERE, 200)).toEqual({
      ok: false,
      trouble: 'It took longer than 0.2 seconds.',
    })
  })

  test('what is not there, not a calendar, or not reached is told without the address', async () => {
    const gone = await answering('gone', {}, 410)
    expect(await fetchCalendar(gone.reach, HERE)).toEqual({ ok: false, trouble: 'It answered with the status 410.' })
    const page = await answering('<!doctype html>', { 'Content-Type': 'text/html' })
    expect(await fetchCalendar(page.reach, HERE)).toEqual({ ok: false, trouble: 'It is not a calendar.' })
    const broken: Fetch = () => Promise.reject(new TypeError(`cannot reach ${HERE}`))
    expect(await fetchCalendar(broken, HERE)).toEqual({ ok: false, trouble: 'It could not be reached.' })
  })

  test('bytes that are no UTF-8 do not matter', async () => {
    const bytes = Buffer.concat([
      Buffer.from(CALENDAR.slice(0, 20)),
      Buffer.from([0xff, 0xc3, 0x28, 0x80]),
      Buffer.from('X'),
    ])
    const { reach } = await answering(bytes)
    expect(await fetchCalendar(reach, HERE)).toMatchObject({ ok: true, text: expect.stringMatching(/\ufffd/) })
  })
})
