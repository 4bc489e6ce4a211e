import { openDatabase } from '../db/database.ts'
import { forgetReplies } from './access/replies.ts'
import { app } from './app.ts'
import { cleanHolds } from './bookings/hold.ts'
import type { Env } from './env.ts'
import { refreshOutageCopy } from './links/outage.ts'

export { ScanLog } from './scans/log.ts'

export default {
  fetch: app.fetch,

  /** Once a minute, and once right after the start. */
  async scheduled(event, env) {
    const db = openDatabase({ url: env.DATABASE_URL, authToken: env.DATABASE_AUTH_TOKEN })
    await refreshOutageCopy(env, db)
    await cleanHolds(db, event.scheduledTime)
    await forgetReplies(db, event.scheduledTime)
  },
} satisfies ExportedHandler<Env>
