import { DurableObject } from 'cloudflare:workers'
import { cf } from '@astrojs/cloudflare/hono'
import { astro } from 'astro/hono'
import { Hono } from 'hono'

export class ScanLog extends DurableObject {
  async hit() {
    this.ctx.storage.sql.exec('create table if not exists t(a)')
    this.ctx.storage.sql.exec('insert into t values(1)')
    return 1
  }
}
const app = new Hono()
app.get('/q/:code', async (c) => {
  await (c.env as any).SCAN_LOG.getByName('x').hit()
  return c.redirect('/p/a/b')
})
app.get('/bare', (c) => c.redirect('/p/a/b'))
app.use(cf())
app.use(astro())
export default {
  fetch: app.fetch,
  scheduled() {
    console.log('tick')
  },
}
