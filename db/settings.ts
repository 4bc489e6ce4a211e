import { networkInterfaces } from 'node:os'
import { urlHere } from './ports.ts'
import { Sentence } from './sentence.ts'
import type { ServeOptions } from './serve.ts'

/** What the environment says, checked. Names and defaults: the README. */
export type Settings = ServeOptions & { host: string; port: number }

const DEFAULT_PORT = 8787

/** @throws Sentence when a variable does not hold what it should */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const port = portFrom(env.PORT)
  const host = env.HOST === 'localhost' ? '127.0.0.1' : env.HOST || '127.0.0.1'
  return {
    dataDir: env.DATA_DIR || '.data',
    host,
    port,
    publicUrl: env.PUBLIC_URL ? originFrom(env.PUBLIC_URL) : addressOf(host, port),
    ...databaseFrom(env),
    trustProxy: env.TRUST_PROXY === '1',
    ...(env.MAIL_FROM ? { bindings: { MAIL_FROM: env.MAIL_FROM } } : {}),
  }
}

/** @throws Sentence when DATABASE_URL is not an address */
function databaseFrom(env: NodeJS.ProcessEnv): Pick<ServeOptions, 'databaseUrl' | 'databaseAuthToken'> {
  const databaseUrl = env.DATABASE_URL || undefined
  if (databaseUrl && !/^(https?|libsql|wss?):$/.test(urlFrom(databaseUrl)?.protocol ?? ''))
    throw new Sentence('DATABASE_URL is not the address of a libSQL database: give one such as libsql://name.turso.io.')
  return { databaseUrl, databaseAuthToken: env.DATABASE_AUTH_TOKEN || undefined }
}

function portFrom(text = String(DEFAULT_PORT)): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Sentence(`PORT=${text} is not a port: give a number from 1 to 65535, such as ${DEFAULT_PORT}.`)
}

function originFrom(text: string): string {
  const url = urlFrom(text)
  const bare = url && url.pathname === '/' && !url.search && !url.hash && !url.username
  if (bare && /^https?:$/.test(url.protocol)) return url.origin
  throw new Sentence(
    `PUBLIC_URL=${text} is not an origin: give scheme and host alone, such as https://refer.example.org.`,
  )
}

const urlFrom = (text: string) => (URL.canParse(text) ? new URL(text) : undefined)

/** Where others reach it when nobody says: nothing for loopback, where `localhost` will do. */
function addressOf(host: string, port: number): string | undefined {
  if (host === '127.0.0.1' || host === '::1' || port === 0) return undefined
  const reached = host === '0.0.0.0' || host === '::' ? (lanAddress() ?? 'localhost') : host
  return urlHere(reached, port)
}

/** The address of this machine on the local network: a private one before any other, never a container's bridge. */
function lanAddress(): string | undefined {
  const addresses = Object.entries(networkInterfaces())
    .filter(([name]) => !/^(docker|br-|veth|virbr|vmnet)/.test(name))
    .flatMap(([, found]) => found ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
  return addresses.find((address) => /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(address)) ?? addresses[0]
}
