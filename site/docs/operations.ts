import type { ApiDocument } from '../../worker/openapi.ts'
import { type Field, fieldsOf, typeOf } from './fields.ts'

export interface Operation {
  id: string
  method: string
  /** With the base of the API. */
  path: string
  summary: string
  /** Paragraphs. */
  description: string[]
  parameters: (Field & { where: string })[]
  body: Field[]
  answer: Field[]
  answers: { status: string; description: string }[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** The operations of the API under their tags, in the order of the document. */
export function operationsByTag(document: ApiDocument): Map<string, Operation[]> {
  const base = new URL(document.servers?.[0]?.url ?? 'http://localhost').pathname
  const all = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ tag: operation.tags?.[0] ?? '', one: read(document, method, base + path, operation) }] : []
    }),
  )
  const byTag = Map.groupBy(all, ({ tag }) => tag)
  return new Map([...byTag].map(([tag, entries]) => [tag, entries.map(({ one }) => one)]))
}

type Item = NonNullable<NonNullable<ApiDocument['paths']>[string][(typeof METHODS)[number]]>

function read(document: ApiDocument, method: string, path: string, operation: Item): Operation {
  const parameters = (operation.parameters ?? []).flatMap((one) => ('name' in one ? [one] : []))
  const body = operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : {}
  const responses = Object.entries(operation.responses ?? {})
  const good: unknown = responses.find(([status]) => status.startsWith('2'))?.[1]
  return {
    id: operation.operationId ?? `${method}${path}`,
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? '',
    description: (operation.description ?? '').split('\n\n').filter(Boolean),
    parameters: parameters.map((one) => ({
      name: one.name,
      where: one.in,
      type: typeOf(document, one.schema),
      required: one.required ?? false,
      meaning: one.description ?? described(one.schema),
    })),
    body: fieldsOf(document, body['application/json']?.schema),
    // That a member is required says nothing of an answer.
    answer: fieldsOf(document, jsonOf(good)).map((field) => ({ ...field, required: false })),
    answers: responses.map(([status, response]) => ({ status, description: String(response.description ?? '') })),
  }
}

const described = (schema: unknown): string =>
  typeof schema === 'object' && schema && 'description' in schema ? String(schema.description) : ''

/** The schema of a response that is JSON. */
function jsonOf(response: unknown): unknown {
  const of = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined
  return of(of(of(response, 'content'), 'application/json'), 'schema')
}
