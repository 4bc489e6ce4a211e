import { cf } from '@astrojs/cloudflare/hono'
import { FetchState } from 'astro/fetch'
import { astro } from 'astro/hono'
import { Hono } from 'hono'
import { openDatabase } from '../db/database.ts'
import type { Api } from './http.ts'
import { referrerRoutes } from './referrers/routes.ts'
import { statsRoutes } from './stats/routes.ts'

/** Every route, in the order in which it is asked. */
export const app = new Hono<Api>()

app.use(async (c, next) => {
  c.set('now', Date.now())
  c.set('db', openDatabase({ url: c.env.DATABASE_URL, authToken: c.env.DATABASE_AUTH_TOKEN }))
  return next()
})

app.route('/api/v1', referrerRoutes)
app.route('/api/v1', statsRoutes)

// Pages find in Astro.locals what routes find in their context.
app.use(async (c, next) => {
  const state = new FetchState(c.req.raw)
  Object.assign(state.locals, { db: c.var.db, now: c.var.now, env: c.env })
  c.set('fetchState' as never, state as never)
  return next()
})
app.use(cf())
app.use(astro())
