import { openDatabase } from '../db/database.ts'
import { readRest } from './access/body.ts'
import { forgetReplies } from './access/replies.ts'
import { app } from './app.ts'
import { cleanHolds } from './bookings/hold.ts'
import { post } from './bookings/post.ts'
import { forgetEvents } from './counts/events.ts'
import type { Env } from './env.ts'
import { wayOut } from './hours/fetch.ts'
import { readFeeds } from './hours/reading.ts'
import { refreshOutageCopy } from './links/outage.ts'
import { eraseOld } from './referrals/retention.ts'
import { shortcut } from './scans/shortcut.ts'
import { wakeScanLogs } from './scans/wake.ts'

export { ScanLog } from './scans/log.ts'

export default {
  async fetch(request, env, ctx) {
    const scanned = shortcut(request, env, ctx)
    if (scanned) return scanned
    const answer = await app.fetch(request, env, ctx)
    await readRest(request)
    return answer
  },

  /** Once a minute, and once right after the start. What fails stops nothing else and is done the next time. */
  async scheduled(event, env) {
    const db = openDatabase({ url: env.DATABASE_URL, authToken: env.DATABASE_AUTH_TOKEN })
    const outside = wayOut(env)
    const done = await Promise.allSettled([
      refreshOutageCopy(env, db),
      wakeScanLogs(env, db, event.scheduledTime),
      cleanHolds(db, event.scheduledTime),
      forgetReplies(db, event.scheduledTime),
      forgetEvents(db, event.scheduledTime),
      post(db, env, event.scheduledTime),
      eraseOld(db, env, event.scheduledTime),
      ...(outside ? [readFeeds(db, env, outside, event.scheduledTime)] : []),
    ])
    for (const one of done) if (one.status === 'rejected') console.error(`scheduled: ${one.reason}`)
  },
} satisfies ExportedHandler<Env>
