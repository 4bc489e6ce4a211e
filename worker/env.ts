import type { ScanLog } from './scans/log.ts'

/** What the platform binds to the Worker (wrangler.toml; db/worker.ts on one machine). */
export interface Env {
  DATABASE_URL: string
  DATABASE_AUTH_TOKEN?: string
  /** Origin in QR codes, mails and links, without a slash at the end. Never taken from the Host header. */
  PUBLIC_URL: string
  /** '1' where db/deploy.ts put it: the platform says in CF-Connecting-IP who asks, and no client can. */
  ON_CLOUDFLARE?: string
  /** '1': a proxy in front sets CF-Connecting-IP or X-Forwarded-For. */
  TRUST_PROXY?: string
  /** 32 random bytes, base64url. Wraps every practice's data key. */
  MASTER_KEY: string
  /** 32 random bytes, base64url. Signs receipts and tokens, seals cookies. */
  SIGNING_KEY: string
  SCAN_LOG: DurableObjectNamespace<ScanLog>
  /** The copy of the links for the time of an outage: a cache, never a counter. */
  OUTAGE: KVNamespace
  /** Counts unknown codes for all isolates of a location; on Cloudflare alone (worker/links/guesses.ts). */
  GUESSES?: RateLimit
  ASSETS: Fetcher
  /** Cloudflare's Email Service; on one machine a folder takes its place (worker/mail/transport.ts). */
  EMAIL?: SendEmail
  MAIL_FILES?: Fetcher
  /** Whom letters are from; `appointments@` the host of PUBLIC_URL when left out. */
  MAIL_FROM?: string
  /** The public internet and nothing else: for addresses that somebody typed. At Cloudflare fetch itself is that. */
  OUTSIDE?: Fetcher
}
