import type { OpenAPIHono } from '@hono/zod-openapi'
import { type Permission, permissionsOf } from './access/allow.ts'
import { API_BASE, type Api } from './http.ts'
import { PROBLEMS, type Problem } from './problems.ts'

type V1 = OpenAPIHono<Api>
export type ApiDocument = ReturnType<V1['getOpenAPI31Document']>

const ABOUT = `What a practice's own systems may do: keep its referring offices and clinicians, make links and their \
QR codes, take bookings, log calls, and read who sent whom.

Send a key as \`Authorization: Bearer KEY\`; \`npm run admin -- key create --practice SLUG --scopes links:write,stats:read\` \
makes one. Errors are problems after RFC 9457 with a stable \`type\`. Every list has \
\`items\` and \`next\`, the \`cursor\` of the list that follows, null at the end. Every write takes an \
\`Idempotency-Key\`: sent again within 30 days with the same request it gets the same answer, and nothing is done twice.`

/** Each practice's systems find here what the API takes and answers, made of the schemas that check it. */
function documentOf(v1: V1, publicUrl: string): ApiDocument {
  const document = v1.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Referloop', version: '1', description: ABOUT },
    servers: [{ url: publicUrl + API_BASE }],
    tags: tagsOf(v1),
  })
  document.components = {
    ...document.components,
    securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key of the practice' } },
  }
  for (const permission of permissionsOf(v1.routes)) complete(document, permission)
  return document
}

/** The tags in the order in which the routes first use them. */
const tagsOf = (v1: V1) =>
  [
    ...new Set(v1.openAPIRegistry.definitions.flatMap((one) => (one.type === 'route' ? (one.route.tags ?? []) : []))),
  ].map((name) => ({ name }))

/** Adds what no route says of itself, because it holds for all: the key, its scope, and what the guard answers. */
function complete(document: ApiDocument, { method, path, scope }: Permission): void {
  const operation = operationOf(document, method, path)
  if (!operation)
    throw new Error(`${method} ${path} is not in the document: register it with openapi(createRoute(...))`)
  const isPublic = scope === 'anybody'
  operation.operationId ??= operationId(method, path)
  operation.security = isPublic ? [] : [{ key: [] }]
  const needs = isPublic ? 'Needs no key.' : `Needs the scope \`${scope}\`.`
  operation.description = [operation.description, needs].filter(Boolean).join('\n\n')
  const writes = method !== 'GET'
  const problems: Problem[] = [
    ...(isPublic ? [] : (['key-missing', 'key-unknown', 'scope-missing'] as const)),
    ...(writes ? (['not-json', 'too-large', 'key-reused'] as const) : []),
    'broken',
    'database-unavailable',
  ]
  const responses = operation.responses ?? {}
  for (const problem of problems) addProblem(responses, problem)
  if (writes && !operation.parameters?.some((one) => 'name' in one && one.name.toLowerCase() === 'idempotency-key'))
    operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY]
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  schema: { type: 'string' as const, maxLength: 255 },
  description: 'A new random value; the same one when the request is sent again',
}

type Responses = Record<string, { description: string; content?: Record<string, { schema?: object }> }>

function addProblem(responses: Responses, name: Problem): void {
  const [status, title] = PROBLEMS[name]
  const there = responses[status]
  if (there?.description.includes(title)) return
  responses[status] = {
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    ...there,
    description: there ? `${there.description}; ${title}` : title,
  }
}

function operationOf(document: ApiDocument, method: string, path: string) {
  const item = document.paths?.[path.replaceAll(/:(\w+)/g, '{$1}')]
  switch (method) {
    case 'GET':
      return item?.get
    case 'POST':
      return item?.post
    case 'PUT':
      return item?.put
    case 'PATCH':
      return item?.patch
    case 'DELETE':
      return item?.delete
    default:
      return undefined
  }
}

/** `POST /referrers/:id/offices` is `postReferrersIdOffices`: what generated clients call it. */
const operationId = (method: string, path: string) =>
  method.toLowerCase() +
  path
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** The document, made once per isolate, and its own address as the last route of the API. */
export function serveDocument(v1: V1): (publicUrl: string) => ApiDocument {
  let document: ApiDocument | undefined
  const made = (publicUrl: string) => {
    document ??= documentOf(v1, publicUrl)
    return document
  }
  v1.openAPIRegistry.registerPath({
    method: 'get',
    path: '/openapi.json',
    tags: ['About'],
    summary: 'This document',
    responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } } },
  })
  v1.get('/openapi.json', (c) => c.json(made(c.env.PUBLIC_URL)))
  return made
}
