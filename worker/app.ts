import { cf } from '@astrojs/cloudflare/hono'
import { FetchState } from 'astro/fetch'
import { astro } from 'astro/hono'
import { Hono } from 'hono'
import { openDatabase } from '../db/database.ts'
import { permissionsOf } from './access/allow.ts'
import { formsOnly, pageMethods } from './access/form.ts'
import { guard } from './access/guard.ts'
import { sameOrigin } from './access/same-origin.ts'
import { callRoutes } from './bookings/call-routes.ts'
import { conversionRoutes } from './bookings/conversion-routes.ts'
import { publicRoutes } from './bookings/public-routes.ts'
import { bookingRoutes } from './bookings/routes.ts'
import { qrRoutes } from './cards/qr-routes.ts'
import { cardRoutes } from './cards/routes.ts'
import { signatureRoutes } from './cards/signature-routes.ts'
import { failed } from './failure.ts'
import { headers } from './headers.ts'
import { healthRoutes } from './health.ts'
import { hourRoutes } from './hours/routes.ts'
import { API_BASE, type Api, api } from './http.ts'
import { batchRoutes } from './links/batch-routes.ts'
import { bulkRoutes } from './links/bulk-routes.ts'
import { linkRoutes } from './links/routes.ts'
import { serveDocument } from './openapi.ts'
import { withPatience } from './patience.ts'
import { idempotent } from './practices/once.ts'
import { questionRoutes } from './practices/question-routes.ts'
import { practiceRoutes } from './practices/routes.ts'
import { textRoutes } from './practices/text-routes.ts'
import { forgetKeys } from './practices/vault.ts'
import { referralRoutes } from './referrals/routes.ts'
import { referrerRoutes } from './referrers/routes.ts'
import { scanRoutes } from './scans/routes.ts'
import { liveRoutes } from './stats/live-routes.ts'
import { statsRoutes } from './stats/routes.ts'

/** Every route, in the order in which it is asked. */
export const app = new Hono<Api>()

app.onError(failed)
// First: a scan waits for nothing that it does not need.
app.route('/', scanRoutes)
app.use(headers)

app.use(async (c, next) => {
  c.set('now', Date.now())
  forgetKeys(c.var.now)
  c.set('db', openDatabase({ url: c.env.DATABASE_URL, authToken: c.env.DATABASE_AUTH_TOKEN }))
  return next()
})

app.route('/', healthRoutes)

const v1 = api()
v1.use(guard(v1), idempotent)
v1.route('/', practiceRoutes)
v1.route('/', textRoutes)
v1.route('/', questionRoutes)
v1.route('/', referrerRoutes)
v1.route('/', linkRoutes)
v1.route('/', bulkRoutes)
v1.route('/', batchRoutes)
v1.route('/', qrRoutes)
v1.route('/', cardRoutes)
v1.route('/', signatureRoutes)
v1.route('/', referralRoutes)
v1.route('/', publicRoutes)
v1.route('/', bookingRoutes)
v1.route('/', conversionRoutes)
v1.route('/', callRoutes)
v1.route('/', hourRoutes)
v1.route('/', statsRoutes)
v1.route('/', liveRoutes)
const document = serveDocument(v1)
// A route without a permission stops the Worker here, before it serves anything.
permissionsOf(v1.routes)
app.route(API_BASE, v1)

app.use(pageMethods, sameOrigin, formsOnly)

// Pages find in Astro.locals what routes find in their context.
app.use(async (c, next) => {
  const state = new FetchState(c.req.raw)
  Object.assign(state.locals, {
    db: withPatience(c.var.db, c.var.now),
    now: c.var.now,
    env: c.env,
    api: () => document(c.env.PUBLIC_URL),
  })
  // The name under which astro/hono looks for it; our context's type says nothing of Astro.
  c.set('fetchState' as never, state as never)
  return next()
})
app.use(cf())
app.use(astro())
