import { connect, type Socket } from 'node:net'

/*
 * A load generator that costs little: raw sockets, keep-alive, one request at a time on each connection, nothing parsed
 * that is not counted. Run as a process of its own (`node load.ts JSON`), so that it does not share a thread with what it
 * measures. With `rate`, requests are due at fixed moments and their latency counts from the moment due, so that a
 * stall is not hidden by the requests that it kept from being sent.
 */

export interface Load {
  /** http://host:port, no path. */
  origin: string
  /** Asked in turn. */
  paths: string[]
  headers?: Record<string, string>
  connections: number
  seconds: number
  /** Requests a second over all connections; as fast as answers come when absent. */
  rate?: number
}

export interface Measured {
  requests: number
  seconds: number
  perSecond: number
  /** Milliseconds. */
  p50: number
  p95: number
  p99: number
  max: number
  /** How many answers had which status; `error` stands for a broken or refused connection. */
  statuses: Record<string, number>
}

/** Applies the load and returns when every answer is in, or has failed. */
export async function apply(load: Load): Promise<Measured> {
  const { hostname, port, host } = new URL(load.origin)
  const extra = Object.entries({ Host: host, ...load.headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const requests = load.paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\n${extra.join('')}\r\n`))
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  const started = performance.now()
  const end = started + load.seconds * 1000
  let sent = 0

  /** The next request and when it is due; undefined when there are no more. */
  function next() {
    const due = load.rate ? started + (sent * 1000) / load.rate : performance.now()
    return due < end ? { due, request: requests[sent++ % requests.length] ?? Buffer.alloc(0) } : undefined
  }

  await Promise.all(
    Array.from({ length: load.connections }, async () => {
      let line: Line | undefined
      for (let one = next(); one; one = next()) {
        const { due, request } = one
        const early = due - performance.now()
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
        // A timer fires up to a millisecond late; that is ours, not the server's.
        const from = load.rate && early > 0 ? performance.now() : due
        let status = 'error'
        try {
          line ??= await open(hostname, Number(port))
          status = await line.ask(request)
        } catch {
          line?.close()
          line = undefined
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
        latencies.push(performance.now() - from)
        statuses[status] = (statuses[status] ?? 0) + 1
      }
      line?.close()
    }),
  )

  const seconds = (performance.now() - started) / 1000
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return {
    requests: sorted.length,
    seconds: rounded(seconds),
    perSecond: Math.round(sorted.length / seconds),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
    statuses,
  }
}

const rounded = (value: number) => Math.round(value * 100) / 100
const ANSWER_WITHIN_MS = 15_000

interface Line {
  ask(request: Buffer): Promise<string>
  close(): void
}

function open(host: string, port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(lineOf(socket))
    })
  })
}

function lineOf(socket: Socket): Line {
  let answered: ((status: string) => void) | undefined
  let failed: ((error: Error) => void) | undefined
  let text = ''
  socket.setEncoding('latin1')
  socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('no answer in time')))
  socket.on('error', (error) => failed?.(error))
  socket.on('close', () => failed?.(new Error('closed')))
  socket.on('data', (chunk: string) => {
    text += chunk
    if (!complete(text)) return
    const status = text.slice(9, 12)
    text = ''
    answered?.(status)
  })
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        answered = resolve
        failed = reject
        if (socket.destroyed) return reject(new Error('closed'))
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** Has the whole answer come? Its length is in a header, or it ends with an empty chunk. */
function complete(text: string): boolean {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head + 2))
  if (length) return text.length >= head + 4 + Number(length[1])
  if (/\r\ntransfer-encoding: *chunked/i.test(text.slice(0, head + 2))) return text.endsWith('\r\n0\r\n\r\n')
  return true
}

if (import.meta.main) {
  const load: Load = JSON.parse(process.argv[2] ?? '')
  console.log(JSON.stringify(await apply(load)))
}
