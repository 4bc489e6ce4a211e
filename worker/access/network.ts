import type { Env } from '../env.ts'
import { sign } from './signature.ts'

type Keys = Pick<Env, 'ON_CLOUDFLARE' | 'TRUST_PROXY' | 'SIGNING_KEY'>

export const EVERYBODY = 'everybody'

/**
 * The network that a request comes from, as a keyed hash: an IPv4 address, or the /64 of an IPv6 address, of which one
 * household or one phone has all. For limits, in memory alone; the address itself is neither kept nor logged. Where
 * nobody vouches for an address, all clients are one network, EVERYBODY.
 *
 * On Cloudflare the platform says it. `request.cf` does not tell that we are there: on one machine a client can send it
 * in a header of Miniflare's. The deployment says so instead (db/deploy.ts).
 */
export function networkOf(env: Keys, headers: Headers): string {
  const prefix = prefixOf(addressOf(env, headers))
  return prefix === null ? EVERYBODY : sign(env, 'network', prefix)
}

/** The /48 around it, of which one site may have 65,536 networks; of an IPv4 address the same as `networkOf`. */
export function siteOf(env: Keys, headers: Headers): string {
  const prefix = prefixOf(addressOf(env, headers))
  return prefix === null ? EVERYBODY : sign(env, 'network', prefix.split(':').slice(0, 3).join(':'))
}

/**
 * Behind a proxy, X-Forwarded-For before CF-Connecting-IP: a proxy adds to the first, and may pass the second on as the
 * client made it up. Addresses inside the operator's own network are further proxies, unless there are no others.
 */
function addressOf(env: Keys, headers: Headers): string {
  const connecting = headers.get('CF-Connecting-IP') ?? ''
  if (env.ON_CLOUDFLARE === '1') return connecting
  if (env.TRUST_PROXY !== '1') return ''
  const way = (headers.get('X-Forwarded-For') ?? '').split(',').reverse()
  const outside = way.find((address) => !INSIDE.test(prefixOf(address) ?? EVERYBODY))
  return (outside ?? way[0])?.trim() || connecting
}

/** Loopback, private, shared and link-local addresses, in the form that prefixOf gives; and what is no address. */
const INSIDE =
  /^(everybody|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0:0:0:0$|f[cd]..:|fe[89ab].:)/

/** `192.0.2.7`, or the first four groups of an IPv6 address: `2001:db8:0:7`. Null for what is no address. */
export function prefixOf(address: string): string | null {
  const [, four] = /^(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.exec(address.trim()) ?? []
  if (four) return four.split('.').every((part) => Number(part) <= 255) ? four.split('.').map(Number).join('.') : null
  const [, six = ''] = /^\[?([0-9a-f:.]+)(?:%\w+)?(?:\](?::\d+)?)?$/i.exec(address.trim()) ?? []
  if (!six.includes(':') || !URL.canParse(`http://[${six}]`)) return null
  // The platform writes every address in one form: lower case, without leading zeros, the longest zeros left out.
  const [head = '', tail = ''] = new URL(`http://[${six}]`).hostname.slice(1, -1).split('::')
  const [before, behind] = [head, tail].map((part) => (part ? part.split(':') : []))
  if (!before || !behind) return null
  const groups = [...before, ...Array(8 - before.length - behind.length).fill('0'), ...behind]
  return groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff' ? mapped(groups[6], groups[7]) : groups.slice(0, 4).join(':')
}

/** The IPv4 address inside an IPv6 one. */
const mapped = (...pair: string[]) =>
  pair
    .map((group) => Number.parseInt(group, 16))
    .flatMap((both) => [both >> 8, both & 255])
    .join('.')
