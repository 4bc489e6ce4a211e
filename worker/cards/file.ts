import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Api, responses } from '../http.ts'

/* What the addresses of everything that is printed have in common. */

export const tags = ['Cards']
export const ofId = { params: z.object({ id: z.string().describe("The link's id") }) }

export const file = (description: string, type: string, schema: z.ZodType) => ({
  ...responses(200, '', z.string(), 'invalid', 'not-found'),
  200: { description, content: { [type]: { schema } } },
})
export const binary = z.string().openapi({ format: 'binary' })

/** It learns whether there is something to print; nothing is drawn for it. */
export const isHead = (c: Context<Api>) => c.req.method === 'HEAD'
export const asking = (c: Context<Api>) => ({ publicUrl: c.env.PUBLIC_URL, ...c.var.caller })

export const fileHeaders = (type: string, name: string) => ({
  'Content-Type': type,
  'Content-Disposition': `inline; filename="${name}"`,
})
