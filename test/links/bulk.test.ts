import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCode } from '../../worker/links/codes.ts'
import { type Answer, ask } from '../api.ts'
import { type Link, type TestPractice, testPractice } from '../practice.ts'
import { ride } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'

interface Card extends Link {
  officeId: string
  office: string
  referrerId: string | null
  referrer: string | null
  service: string
  channel: string
  label: string | null
}
interface Result {
  dryRun: boolean
  created: number
  exists: number
  refused: number
  rows: { row: number; status: string; link: Card | null; errors: { field: string; detail: string }[] }[]
}
interface Refusal {
  type: string
  errors: { field: string; detail: string }[]
}

let stack: Stack
let oak: TestPractice
let elm: TestPractice
/** Of oak: Dr Okonjo, and these. */
const ids: Record<string, string> = {}
const DOCTORS = [
  ['Dr Søren Ångström', '1245319599', 'Elm Street Clinic'],
  ['Dr María José Núñez', '1993999998', 'Elm Street Clinic'],
  ['Dr Lee', null, 'North Side Medical'],
  ['Dr Lee', '1234567893', 'South Side Medical'],
] as const

beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
  elm = await testPractice(stack, 'elm', '2987654326')
  const offices: Record<string, string> = {}
  for (const [name, npi, office] of DOCTORS) {
    const at = offices[office] ? { officeId: offices[office] } : { office: { name: office } }
    const { body } = await ask<{ id: string; officeId: string }>(stack.url, 'POST /api/v1/referrers', {
      key: oak.key,
      body: { name, npi, ...at },
    })
    offices[office] = body.officeId
    ids[office + name] = body.id
    ids[office] = body.officeId
  }
})
afterAll(() => stack?.stop())

const bulk = <T = Result>(
  body: unknown,
  { query = '', type = '', key = oak.key, ...headers }: Record<string, string> = {},
) =>
  ask<T>(stack.url, `POST /api/v1/links/bulk${query}`, {
    key,
    body,
    headers: { 'Content-Type': type || (typeof body === 'string' ? 'text/csv' : 'application/json'), ...headers },
  })
const linksOf = async (key = oak.key) =>
  (await ask<{ items: Card[] }>(stack.url, 'GET /api/v1/links?limit=200', { key })).body.items
const said = ({ body }: Answer<Result>) => body.rows.map(({ row, status, errors }) => [row, status, errors[0]?.field])
const table = (...rows: string[]) => rows.join('\n')

describe('a list of referrers', () => {
  test('gets a link each; asked for again, the same links', async () => {
    const asked = { referrers: 'all', service: 'spine', channel: 'letter', label: 'Autumn' }
    const first = await bulk(asked)
    expect([first.status, first.body.created, first.body.exists, first.body.refused]).toEqual([200, 5, 0, 0])
    const links = first.body.rows.map(({ link }) => link)
    expect(new Set(links.map((link) => link?.referrerId)).size).toBe(5)
    expect(new Set(links.map((link) => link?.code)).size).toBe(5)
    for (const link of links) {
      expect(link).toMatchObject({ service: 'spine', channel: 'letter', label: 'Autumn', state: 'active' })
      expect(parseCode(link?.code ?? '')).toEqual({ ok: true, code: link?.code })
      expect((await ride(stack, `/q/${link?.code}`)).status).toBe(302)
    }
    const again = await bulk(asked)
    expect([again.body.created, again.body.exists]).toEqual([0, 5])
    expect(again.body.rows.map(({ link }) => link)).toEqual(links)
  })

  test('is answered row by row: one that is not there leaves the others alone', async () => {
    const referrers = [oak.referrer.id, 'nobody', elm.referrer.id, oak.referrer.id]
    const { body } = await bulk({ referrers, service: oak.service, channel: 'ehr' })
    expect(body).toMatchObject({ dryRun: false, created: 1, exists: 1, refused: 2 })
    expect(said({ body } as Answer<Result>)).toEqual([
      [1, 'created', undefined],
      [2, 'refused', 'referrer'],
      [3, 'refused', 'referrer'],
      [4, 'exists', undefined],
    ])
    expect(body.rows[3]?.link).toEqual(body.rows[0]?.link)
  })

  test('of many requests at the same moment each link is made by one', async () => {
    const asked = { referrers: 'all', service: 'imaging', channel: 'email' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => bulk(asked)))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(answers.reduce((sum, { body }) => sum + body.created, 0)).toBe(5)
    const codes = answers.map(({ body }) => body.rows.map(({ link }) => link?.code))
    expect(new Set(codes.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(
      (await linksOf()).filter(({ service, channel }) => service === 'imaging' && channel === 'email'),
    ).toHaveLength(5)
  })

  test('a dry run says what would come of it, and writes nothing', async () => {
    const asked = { referrers: 'all', service: 'joint-class', channel: 'other' }
    const before = await linksOf()
    const dry = await bulk(asked, { query: '?dryRun=true' })
    expect(dry.body).toMatchObject({ dryRun: true, created: 5, exists: 0 })
    expect(dry.body.rows.map(({ link }) => link)).toEqual(Array(5).fill(null))
    expect(await linksOf()).toEqual(before)
    await bulk(asked)
    expect((await bulk(asked, { query: '?dryRun=true' })).body).toMatchObject({ created: 0, exists: 5 })
  })

  test('another service, channel or label is another link; a retired one and a print run are not taken for it', async () => {
    const asked = { referrers: [oak.referrer.id], service: 'spine', channel: 'card', label: 'Desk' }
    const made = (await bulk(asked)).body.rows[0]?.link
    const others = [{ service: 'imaging' }, { channel: 'poster' }, { label: 'desk' }, { label: null }]
    for (const other of others) expect((await bulk({ ...asked, ...other })).body.created).toBe(1)
    await ask(stack.url, `POST /api/v1/links/${made?.id}/batches`, { key: oak.key, body: { quantity: 100 } })
    expect((await bulk(asked)).body.rows[0]).toMatchObject({ status: 'exists', link: { id: made?.id } })
    await ask(stack.url, `POST /api/v1/links/${made?.id}/retirement`, { key: oak.key })
    const anew = (await bulk(asked)).body.rows[0]
    expect([anew?.status, anew?.link?.id === made?.id]).toEqual(['created', false])
  })

  test('a link that was changed is taken for what it is now, and one that is over for none', async () => {
    const asked = { referrers: [oak.referrer.id], service: 'spine', channel: 'card', label: 'Changing' }
    const made = (await bulk(asked)).body.rows[0]?.link
    const decide = (version: number, expires: string | null) =>
      stack.db.client.execute({
        sql: `INSERT INTO link_changes (practice_id, link_id, version, service_id, label, expires_day, at, "by")
          SELECT practice_id, id, ?, 'imaging', 'Changed', ?, 0, 'system' FROM links WHERE id = ?`,
        args: [version, expires, made?.id ?? ''],
      })
    const now = { ...asked, service: 'imaging', label: 'Changed' }
    const would = async (body: object) => (await bulk(body, { query: '?dryRun=true' })).body.rows[0]?.status
    await decide(1, null)
    expect([await would(asked), await would(now)]).toEqual(['created', 'exists'])
    await decide(2, '2026-01-31')
    expect(await would(now)).toBe('created')
  })

  test.each([
    [{}, 'referrers', 'invalid'],
    [{ referrers: 'some', service: 'spine', channel: 'card' }, 'referrers', 'invalid'],
    [{ referrers: [], service: 'spine', channel: 'card' }, 'referrers', 'invalid'],
    [{ referrers: [7], service: 'spine', channel: 'card' }, 'referrers', 'invalid'],
    [{ referrers: 'all', service: 'spine', channel: 'pigeon' }, 'channel', 'invalid'],
    [{ referrers: 'all', service: 'nothing', channel: 'card' }, 'service', 'service-unknown'],
    [{ referrers: 'all', service: 'spine', channel: 'card', alias: 'x' }, 'alias', 'invalid'],
  ])('%j is refused as a whole, with the field that is wrong', async (body, field, name) => {
    const refused = await bulk<Refusal>(body)
    expect([refused.status, refused.body.errors[0]?.field]).toEqual([422, field])
    expect(refused.body.type).toBe(`${stack.publicUrl}/problems/${name}`)
  })

  test('of more than 500 is refused, and says how to go on', async () => {
    const practice = await testPractice(stack, 'many', '1234567893')
    const numbers = JSON.stringify(Array.from({ length: 500 }, (_, i) => i))
    await stack.db.client.batch(
      [
        `INSERT INTO referrers (practice_id, id, name, created_at)
          SELECT '${practice.id}', 'r' || value, 'Dr ' || value, 0 FROM json_each('${numbers}')`,
        `INSERT INTO referrer_offices (practice_id, referrer_id, office_id, from_day)
          SELECT '${practice.id}', 'r' || value, '${practice.office.id}', '2020-01-01' FROM json_each('${numbers}')`,
      ],
      'write',
    )
    const same = { service: 'spine', channel: 'card' }
    const refused = await bulk<Refusal>({ ...same, referrers: 'all' }, { key: practice.key })
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ field: 'referrers', detail: '501 work at an office today. Send the ids of at most 500 at a time.' }],
    ])
    const referrers = Array.from({ length: 500 }, (_, i) => `r${i}`)
    expect((await bulk({ ...same, referrers }, { key: practice.key })).body).toMatchObject({ created: 500, refused: 0 })
  })

  test('with the same Idempotency-Key the answer is the same, to the letter', async () => {
    const asked = { referrers: 'all', service: 'hip-and-knee', channel: 'poster' }
    const [first, second] = [
      await bulk(asked, { 'Idempotency-Key': 'bulk-1' }),
      await bulk(asked, { 'Idempotency-Key': 'bulk-1' }),
    ]
    expect(first.body.created).toBe(5)
    expect(second.body).toEqual(first.body)
  })
})

describe('a table', () => {
  test('says for whom by name, NPI or office, and numbers its rows as a spreadsheet does', async () => {
    const answer = await bulk(
      table(
        'Referrer,NPI,Office,Service,Channel,Label',
        '  dr amara   okonjo ,,,consultation,card,"Desk, ""front"""',
        ',1245 3195 99,,consultation,card,',
        ',,Elm Street Clinic,consultation,card,',
        '',
        'Dr Lee,,,consultation,card,',
        'Dr Lee,1234567893,,consultation,card,',
        `${ids['North Side MedicalDr Lee']},,,consultation,card,`,
        'Dr Amara Okonjo,1993999998,,consultation,card,',
        ',1234567890,,consultation,card,',
        ',2000000119,,consultation,card,',
        'Dr Nobody,,,consultation,card,',
        'Dr Lee,1234567893,Elm Street Clinic,consultation,card,',
        ',,Nowhere,consultation,card,',
        ',,,consultation,card,',
        'Dr María José Núñez,,,nothing,card,',
        'Dr María José Núñez,,,consultation,pigeon,',
        'Dr María José Núñez,,,,card,',
        'Dr María José Núñez,,,consultation,card,x,y',
      ),
    )
    expect(said(answer)).toEqual([
      [2, 'created', undefined],
      [3, 'created', undefined],
      [4, 'created', undefined],
      [6, 'refused', 'referrer'],
      [7, 'created', undefined],
      [8, 'created', undefined],
      [9, 'refused', 'npi'],
      [10, 'refused', 'npi'],
      [11, 'refused', 'npi'],
      [12, 'refused', 'referrer'],
      [13, 'refused', 'office'],
      [14, 'refused', 'office'],
      [15, 'refused', 'referrer'],
      [16, 'refused', 'service'],
      [17, 'refused', 'channel'],
      [18, 'refused', 'service'],
      [19, 'refused', ''],
    ])
    for (const { status, errors } of answer.body.rows)
      if (status === 'refused') expect(errors[0]?.detail).toMatch(/^[A-Z].*\.$/)
    expect(answer.body.rows.slice(0, 3).map(({ link }) => link)).toMatchObject([
      { referrerId: oak.referrer.id, label: 'Desk, "front"' },
      { referrer: 'Dr Søren Ångström', office: 'Elm Street Clinic', label: null },
      { referrerId: null, officeId: ids['Elm Street Clinic'] },
    ])
  })

  test.each([
    ['with a byte order mark and CRLF', '\uFEFFreferrer,service,channel,label\r\nDr Amara Okonjo,imaging,card,bom\r\n'],
    ['with semicolons', 'referrer;service;channel;label\nDr Amara Okonjo;imaging;card;a, b\n'],
    ['with tabs', 'referrer\tservice\tchannel\tlabel\nDr Amara Okonjo\timaging\tcard\ttabs'],
    ['with old Mac line ends', 'referrer,service,channel,label\rDr Amara Okonjo,imaging,card,mac\r'],
    ['with quotes around everything', '"referrer","service","channel","label"\n"Dr Amara Okonjo","imaging","card","q"'],
    [
      'with empty columns and rows at the end',
      'service,channel,referrer,label,,\nimaging,card,Dr Amara Okonjo,end,,\n,,,,,\n',
    ],
  ])('%s is read', async (_, text) => {
    const { status, body } = await bulk(text, { type: 'text/csv; charset=utf-8' })
    expect([status, body.created, body.rows[0]?.link?.referrerId]).toEqual([200, 1, oak.referrer.id])
  })

  test.each([
    ['a first line "sep=;"', 'sep=;\r\nreferrer;service;channel;label\r\nDr Amara Okonjo;imaging;card;s,e,p\r\n', 2],
    [
      '"sep=," and a byte order mark',
      '\uFEFF"sep=,"\nreferrer,service,channel,label\nDr Amara Okonjo,imaging,card,;',
      2,
    ],
    ['sep= a tab', 'SEP=\t\nreferrer\tservice\tchannel\tlabel\nDr Amara Okonjo\timaging\tcard\t;;;;', 2],
    ['empty lines first', '\n \n;;;\nreferrer;service;channel;label\n\nDr Amara Okonjo;imaging;card;empty', 6],
  ])('with %s is read, and its rows are numbered as in a spreadsheet', async (_, text, row) => {
    const { status, body } = await bulk(text)
    expect([status, body.created, body.rows[0]?.row]).toEqual([200, 1, row])
  })

  test.each([
    ['no rows', 'referrer,service,channel\n', ''],
    ['an unknown column', 'referrer,service,channel,colour\nx,y,card,red', 'colour'],
    ['an unknown column with commas', 'referrer;service;channel;"a,b,c,d,e"\nx;y;card;red', 'a,b,c,d,e'],
    ['a column twice', 'referrer,service,channel,service\nx,y,card,y', 'service'],
    ['no service', 'referrer,channel\nx,card', 'service'],
    ['nobody', 'service,channel\nspine,card', 'referrer'],
    ['an open quote', 'referrer,service,channel\n"x,spine,card\n', ''],
    ['a stray quote', 'referrer,service,channel\nx "y" z,spine,card\n', ''],
    ['too many rows', `office,service,channel\n${'x,y,card\n'.repeat(501)}`, ''],
    ['only blanks', ' \n', 'service'],
    ['letters of another encoding', Buffer.from('referrer,service,channel\nDr N\xfa\xf1ez,spine,card', 'latin1'), ''],
  ])('with %s is refused as a whole', async (_, text, field) => {
    const refused = await fetch(`${stack.url}/api/v1/links/bulk`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${oak.key}`, 'Content-Type': 'text/csv' },
      body: text,
    })
    const body = (await refused.json()) as Refusal
    expect([refused.status, body.errors[0]?.field]).toEqual([422, field])
    expect(body.errors[0]?.detail).toMatch(/\.$/)
  })

  test('with very many wrong columns is answered briefly, and with what else is wrong', async () => {
    const same = await bulk<Refusal>('a,'.repeat(49_000))
    expect(same.body.errors.map(({ field }) => field)).toEqual(['a', 'service', 'channel', 'referrer'])
    const names = Array.from({ length: 400 }, (_, i) => `${i}${'ü'.repeat(100)}`)
    const { status, body } = await bulk<Refusal>(`${names.join()}\n`)
    expect([status, body.errors.length]).toEqual([422, 23])
    for (const { field } of body.errors) expect(field.length).toBeLessThanOrEqual(50)
  })

  test('that is too large is 413, another type is 400, and nothing at all 422', async () => {
    const large = await bulk<Refusal>(`office,service,channel,label\n${'x'.repeat(100_001)}`)
    const form = await bulk<Refusal>('a=b', { type: 'application/x-www-form-urlencoded' })
    const nothing = await bulk<Refusal>(undefined)
    expect([large.status, form.status, nothing.status]).toEqual([413, 400, 422])
    const elsewhere = await ask<Refusal>(stack.url, 'POST /api/v1/links', {
      key: oak.key,
      body: 'a,b',
      headers: { 'Content-Type': 'text/csv' },
    })
    expect(elsewhere.status).toBe(400)
  })

  test('of 500 rows is made at once, and again finds them all', async () => {
    const text = `office,service,channel,label\n${Array.from({ length: 500 }, (_, i) => `Elm Street Clinic,spine,card,Pad ${i}`).join('\n')}`
    expect((await bulk(text)).body).toMatchObject({ created: 500, exists: 0, refused: 0 })
    expect((await bulk(text)).body).toMatchObject({ created: 0, exists: 500, refused: 0 })
  })

  test('of another practice finds nobody here, and makes nothing', async () => {
    const text = `referrer,service,channel\n${oak.referrer.id},consultation,card\n`
    const before = await linksOf(elm.key)
    expect((await bulk(text, { key: elm.key })).body).toMatchObject({ created: 0, refused: 1 })
    expect(await linksOf(elm.key)).toEqual(before)
  })
})
