import type { Random } from '../../db/seed/random.ts'

/** What of JSON Schema the description of the API uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  example?: unknown
  examples?: unknown[]
  default?: unknown
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}
export type Schemas = Record<string, Schema>

const REF = '#/components/schemas/'

/** A value that mostly fits the schema; `known` gives values that mean something here, by the name of their place. */
export function fitting(
  schema: Schema | undefined,
  schemas: Schemas,
  random: Random,
  known: Known,
  name = '',
): unknown {
  if (!schema) return nonsense(random)
  if (schema.$ref) return fitting(schemas[schema.$ref.replace(REF, '')], schemas, random, known, name)
  const meant = known[name]
  if (meant && meant.length > 0 && random.chance(0.8)) return random.pick(meant)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return random.pick(schema.enum)
  const choice = schema.anyOf ?? schema.oneOf
  if (choice) return fitting(random.pick(choice), schemas, random, known, name)
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => fitting(one, schemas, random, known, name)))
  const sample = schema.example ?? schema.examples?.[0] ?? schema.default
  if (sample !== undefined && random.chance(0.7)) return sample
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type
  if (type === 'object' || schema.properties) {
    const properties = Object.entries(schema.properties ?? {})
    const kept = properties.filter(([key]) => schema.required?.includes(key) || random.chance(0.6))
    return Object.fromEntries(kept.map(([key, one]) => [key, fitting(one, schemas, random, known, key)]))
  }
  if (type === 'array')
    return Array.from({ length: random.between(0, 3) }, () => fitting(schema.items, schemas, random, known, name))
  if (type === 'boolean') return random.chance(0.5)
  if (type === 'null') return null
  if (type === 'integer' || type === 'number') return random.between(schema.minimum ?? 0, schema.maximum ?? 100)
  if (schema.format === 'date') return `20${random.between(10, 40)}-0${random.between(1, 9)}-${random.between(10, 31)}`
  if (schema.format === 'date-time') return new Date(random.between(0, 4e9) * 1000).toISOString()
  if (schema.format === 'email') return 'somebody@example.com'
  return 'x'.repeat(Math.max(schema.minLength ?? 1, random.between(1, Math.min(schema.maxLength ?? 20, 20))))
}

export type Known = Record<string, unknown[]>

/** The value with something wrong somewhere in it: a member missing, too many, of another kind, or absurd. */
export function broken(value: unknown, random: Random): unknown {
  if (random.chance(0.1) || typeof value !== 'object' || value === null) return nonsense(random)
  if (Array.isArray(value)) return random.chance(0.5) ? [...value, nonsense(random)] : {}
  const keys = Object.keys(value)
  const copy: Record<string, unknown> = { ...value }
  const key = keys.length > 0 ? random.pick(keys) : 'added'
  if (random.chance(0.2)) delete copy[key]
  else if (random.chance(0.1)) copy[textOf(nonsense(random)).slice(0, 200)] = nonsense(random)
  else copy[key] = broken(copy[key], random)
  return copy
}

const NONSENSE: unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1e308,
    2 ** 53,
    -0.5,
    '',
    ' ',
    '\u0000',
    '\uD800',
    'null',
    '[object Object]',
    'undefined',
  ],
  ...[
    'x'.repeat(5_000),
    'ü'.repeat(300),
    '\u202Eevil',
    '👩‍⚕️',
    "'; drop table bookings; --",
    '" or 1=1',
    '#{7*7}',
    '{{7*7}}',
  ],
  ...[
    '../../etc/passwd',
    '%00',
    '%',
    '<script>alert(1)</script>',
    '=cmd()',
    '0x1F',
    '1e3',
    '２０２６-０１-０１',
    '2026-02-30',
    '2026-13-01',
  ],
  ...[
    '9999999999999999999',
    '2026-01-01T25:00:00Z',
    '+99999-01-01T00:00:00Z',
    'NaN',
    'Infinity',
    '-1',
    'javascript:alert(1)',
  ],
  ...[
    [],
    {},
    [[]],
    [null],
    { __proto__: null },
    { constructor: 'x' },
    { length: 1e9 },
    [1, 2, 3],
    { toString: 1 },
    { toJSON: 'x' },
  ],
]

export const nonsense = (random: Random): unknown => random.pick(NONSENSE)

/** As text, also what has a `toString` of its own that is none. */
export const textOf = (value: unknown): string =>
  typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value)
