import { type Random, randomFrom } from '../../db/seed/random.ts'
import { ask } from '../api.ts'
import { PATIENT, scan, slotsOf, testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { atLeast, exactly, type Finding, shown } from './finding.ts'
import { quantile } from './scanning.ts'
import { broken, fitting, type Known, nonsense, type Schema, type Schemas, textOf } from './schema.ts'

interface Described {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Schemas }
}
interface Operation {
  parameters?: { in: string; name: string; required?: boolean; schema?: Schema }[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const AT_ONCE = 8
const SLOW_MS = 5_000

/**
 * Requests made after the API's own description, two thirds of them with something wrong: none may be answered 5xx,
 * and every refusal says so in the one form that the contract gives it.
 */
export async function fuzzed(stack: Stack, { requests }: { requests: number }): Promise<Finding> {
  const practice = await testPractice(stack, `fuzz-${requests}`)
  const described = (await ask<Described>(stack.url, 'GET /api/v1/openapi.json')).body
  const schemas = described.components?.schemas ?? {}
  const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => /^(get|post|put|patch|delete)$/.test(method))
      .map(([method, operation]) => ({ method: method.toUpperCase() as Method, path, operation })),
  )
  const { receipt } = await scan(stack.url, practice.link.code)
  const slots = await slotsOf(stack.url, practice, 60)
  const known: Known = {
    id: [practice.link.id, practice.referrer.id, practice.office.id],
    linkId: [practice.link.id],
    referrerId: [practice.referrer.id],
    officeId: [practice.office.id],
    practice: [practice.slug],
    service: [practice.service, 'spine', 'imaging'],
    code: [practice.link.code, practice.link.display, '0000-0000'],
    start: slots.map((slot) => slot.start),
    providerId: slots.map((slot) => slot.providerId),
    patient: [PATIENT],
    npi: ['1234567893', '2987654326', '1234567890'],
    channel: ['card', 'poster'],
    receipt: [receipt],
    from: ['2026-01-01', '2020-02-29'],
    to: ['2026-12-31'],
    interval: ['hour', 'day', 'week', 'month'],
  }
  const random = randomFrom(`${requests} requests`)
  const asked = Array.from({ length: requests }, () =>
    request(random.pick(operations), schemas, random, known, practice.key),
  )
  const tally = new Map<string, number>()
  const failures: string[] = []
  const latencies: number[] = []
  const next = asked.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of next) {
        const from = performance.now()
        const answer = await ask(stack.url, one.line, one).catch((error: unknown) => ({
          status: 0,
          headers: new Headers(),
          body: error instanceof Error ? `${error.message}: ${String(error.cause)}` : String(error),
        }))
        latencies.push(performance.now() - from)
        tally.set(`${Math.floor(answer.status / 100)}xx`, (tally.get(`${Math.floor(answer.status / 100)}xx`) ?? 0) + 1)
        const why = wrongWith(answer)
        if (why) failures.push(`${why}: ${one.line.slice(0, 200)} ${JSON.stringify(one.body)?.slice(0, 300)}`)
      }
    }),
  )
  const alive = (await ask(stack.url, 'GET /readyz')).status
  return {
    title: 'Fuzz: requests after the description of the API, most of them broken',
    figures: [
      shown('operations', operations.length),
      shown('requests', asked.length),
      ...[...tally].sort().map(([status, n]) => shown(`answered ${status}`, n)),
      atLeast('good requests among them', tally.get('2xx') ?? 0, 1),
      exactly('answered 5xx, not at all, or in another form', failures.length, 0),
      shown('p99, ms', Math.round(quantile(latencies, 0.99))),
      exactly(`slower than ${SLOW_MS} ms`, latencies.filter((ms) => ms > SLOW_MS).length, 0),
      exactly('ready afterwards', alive, 200),
    ],
    notes: [...new Set(failures)].slice(0, 20),
  }
}

function wrongWith(answer: { status: number; headers: Headers; body: unknown }): string | undefined {
  const { status, headers, body } = answer
  if (status === 0) return `no answer (${String(body).slice(0, 160)})`
  if (status >= 500) return `answered ${status}`
  if (status < 400) return undefined
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return `${status} is not a problem document`
  const problem = body as Record<string, unknown>
  const whole =
    problem.status === status && typeof problem.title === 'string' && /\/problems\/[a-z-]+$/.test(String(problem.type))
  return whole ? undefined : `${status} with a problem that lacks something`
}

function request(
  { method, path, operation }: { method: Method; path: string; operation: Operation },
  schemas: Schemas,
  random: Random,
  known: Known,
  key: string,
) {
  const breaks = random.chance(0.66)
  const text = (value: unknown) => encodeURIComponent(textOf(value).toWellFormed())
  const parameters = operation.parameters ?? []
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((one) => one.in === 'path' && one.name === name)?.schema
    const value = breaks && random.chance(0.2) ? nonsense(random) : fitting(schema, schemas, random, known, name)
    return text(value) || 'x'
  })
  const query = parameters
    .filter((one) => one.in === 'query' && (one.required || random.chance(0.5)))
    .map(
      (one) =>
        `${one.name}=${text(breaks && random.chance(0.4) ? nonsense(random) : fitting(one.schema, schemas, random, known, one.name))}`,
    )
  const schema = operation.requestBody?.content?.['application/json']?.schema
  const good = schema && fitting(schema, schemas, random, known)
  const body = breaks && schema && random.chance(0.8) ? broken(good, random) : good
  const headers: Record<string, string> = random.chance(0.8) ? { 'Idempotency-Key': random.id() } : {}
  const line = `${method} ${filled.startsWith('/api/v1') ? '' : '/api/v1'}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`
  return {
    line: line as `GET /${string}`,
    headers,
    ...(method === 'GET' || body === undefined ? {} : { body: random.chance(0.03) ? '{"' : body }),
    key: breaks && random.chance(0.05) ? 'rl_wrong' : key,
  }
}
