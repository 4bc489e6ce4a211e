import { openDatabase } from '../db/database.ts'
import { app } from './app.ts'
import type { Env } from './env.ts'
import { refreshOutageCopy } from './links/outage.ts'

export { ScanLog } from './scans/log.ts'

export default {
  fetch: app.fetch,

  /** Once a minute, and once right after the start. */
  async scheduled(_, env) {
    const db = openDatabase({ url: env.DATABASE_URL, authToken: env.DATABASE_AUTH_TOKEN })
    await refreshOutageCopy(env, db)
  },
} satisfies ExportedHandler<Env>
