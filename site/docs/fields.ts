import { z } from 'zod'
import type { ApiDocument } from '../../worker/openapi.ts'

/** As much of JSON Schema as our own schemas use. */
const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
})
type Schema = z.infer<typeof Schema>

/** A member of a body or an answer, as a row of a table. */
export interface Field {
  /** With the names of what it lies in: `office.phone`, `items[].id`. */
  name: string
  type: string
  required: boolean
  meaning: string
}

/** The members of a schema, those of what lies in them after them. */
export function fieldsOf(document: ApiDocument, schema: unknown): Field[] {
  return members(document, resolve(document, schema), '')
}

function members(document: ApiDocument, schema: Schema, path: string): Field[] {
  if (path.split('.').length > 5) return []
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const member = resolve(document, value)
    const inner = member.items === undefined ? member : resolve(document, member.items)
    const place = `${path}${name}${member.items === undefined ? '' : '[]'}`
    const field = {
      name: `${path}${name}`,
      type: typeOf(document, member),
      required: schema.required?.includes(name) ?? false,
      meaning: member.description ?? '',
    }
    return [field, ...members(document, inner, `${place}.`)]
  })
}

/** What a value may be, in words: `string or null`, `card, poster or letter`. */
export function typeOf(document: ApiDocument, schema: unknown): string {
  const resolved = resolve(document, schema)
  if (resolved.enum) return resolved.enum.map(String).join(', ')
  if (resolved.items !== undefined) return `list of ${typeOf(document, resolved.items)}`
  const types = [resolved.type ?? (resolved.properties ? 'object' : 'any')].flat()
  return types.map((type) => (type === 'string' && resolved.format ? resolved.format : type)).join(' or ')
}

/** Follows references, puts together what is said in several places, and takes null out of an alternative. */
function resolve(document: ApiDocument, schema: unknown): Schema {
  const parsed = Schema.parse(schema ?? {})
  const named = parsed.$ref?.split('/').at(-1)
  if (named) return { ...resolve(document, document.components?.schemas?.[named]), ...described(parsed) }
  const parts = [...(parsed.allOf ?? []), ...(parsed.anyOf ?? []), ...(parsed.oneOf ?? [])].map((part) =>
    resolve(document, part),
  )
  if (parts.length === 0) return parsed
  const types = [...new Set(parts.flatMap(({ type = 'object' }) => type))]
  return { ...Object.assign({}, ...parts), type: types.length > 1 ? types : types[0], ...described(parsed) }
}

const described = ({ description }: Schema) => (description ? { description } : {})
