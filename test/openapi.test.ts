import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROBLEMS } from '../worker/problems.ts'
import type { Schema } from './proof/schema.ts'
import { type Stack, startStack } from './stack.ts'

let stack: Stack
let document: ApiDocument
beforeAll(async () => {
  stack = await startStack()
  document = await (await fetch(`${stack.url}/api/v1/openapi.json`)).json()
})
afterAll(() => stack?.stop())

interface Operation {
  summary?: string
  tags?: string[]
  operationId: string
  security: unknown[]
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>
}
interface ApiDocument {
  openapi: string
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: unknown; schemas: Record<string, Schema> }
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

test('the document is OpenAPI 3.1 of this installation', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(document.servers).toEqual([{ url: `${stack.publicUrl}/api/v1` }])
  expect(operations().length).toBeGreaterThan(8)
})

test('every operation in the document is there, and asks for a key unless it says that it does not', async () => {
  for (const { method, path, operation } of operations()) {
    const answer = await fetch(`${stack.url}/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`, {
      method,
      ...(method === 'GET' ? {} : { body: '{}', headers: { 'Content-Type': 'application/json' } }),
    })
    const kind = String(Object(await answer.json()).type)
      .split('/')
      .at(-1)
    if (operation.security.length > 0)
      expect([method, path, answer.status, kind]).toEqual([method, path, 401, 'key-missing'])
    else expect([method, path, kind]).not.toEqual([method, path, 'key-missing'])
    expect([method, path, kind]).not.toEqual([method, path, 'method-not-allowed'])
  }
})

test('every operation has a name, a tag, a summary, an answer and its problems', () => {
  for (const { path, operation } of operations()) {
    expect([path, operation.summary, operation.tags]).not.toContain(undefined)
    const statuses = Object.keys(operation.responses)
    expect(statuses.some((status) => status.startsWith('2'))).toBe(true)
    expect(statuses).toContain('503')
    if (operation.security.length > 0) expect(statuses).toEqual(expect.arrayContaining(['401', '403']))
    for (const [status, { content }] of Object.entries(operation.responses))
      if (Number(status) >= 400)
        expect(content?.['application/problem+json']?.schema.$ref).toBe('#/components/schemas/Problem')
  }
  const names = operations().map(({ operation }) => operation.operationId)
  expect(new Set(names).size).toBe(names.length)
})

test('every reference in the document leads somewhere', () => {
  const found = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)
  for (const [, path = ''] of found) {
    const target = path.split('/').reduce<unknown>((at, name) => Reflect.get(Object(at), name), document)
    expect([path, typeof target]).toEqual([path, 'object'])
  }
})

test('what may be null says so beside the schema that it refers to, and not in it', () => {
  for (const [name, { type }] of Object.entries(document.components.schemas))
    expect([name, type].flat()).not.toContain('null')
  // All of several schemas, one of which knows no null, is never null.
  expect(JSON.stringify(document)).not.toMatch(/"allOf":\[\{"\$ref":"[^"]+"\},\{"type":\[/)
  const ofRow = document.components.schemas.BulkResult?.properties?.rows?.items?.properties
  expect(ofRow?.link?.anyOf).toEqual([{ $ref: '#/components/schemas/Link' }, { type: 'null' }])
})

test('the page at /api/docs shows every operation without a script', async () => {
  const page = await (await fetch(`${stack.url}/api/docs`)).text()
  expect(page).not.toMatch(/<script/)
  for (const { path, operation } of operations()) {
    expect(page).toContain(`id="${operation.operationId}"`)
    expect(page).toContain(`/api/v1${path}`)
  }
})

test('every problem has a page', async () => {
  for (const [name, [, title]] of Object.entries(PROBLEMS)) {
    const answer = await fetch(`${stack.url}/problems/${name}`)
    expect([name, answer.status]).toEqual([name, 200])
    expect(await answer.text()).toContain(title)
  }
  expect((await fetch(`${stack.url}/problems/nothing`)).status).toBe(404)
})
