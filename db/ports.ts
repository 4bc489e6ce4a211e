import { createServer } from 'node:net'
import { Sentence } from './sentence.ts'

/** Below the ports that systems give to connections that go out: one of these could take it before it is used. */
const [LOWEST, HIGHEST] = [10_000, 32_000]
const TRIES = 20

/** A port that is free on this address at this moment. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (await bound(host, port).catch(() => false)) return port
  }
  return bound(host, 0)
}

/**
 * Makes sure that the port can be used on this address.
 * @throws Sentence when it is taken, forbidden, or the address is not this machine's
 */
export async function claimPort(host: string, port: number): Promise<void> {
  try {
    await bound(host, port)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE')
      throw new Sentence(`Port ${port} is taken: stop what uses it, or choose another with PORT=${port + 1} npm start.`)
    if (code === 'EACCES')
      throw new Sentence(
        `Port ${port} may not be used by this account: choose one above 1023 with PORT=8787 npm start.`,
      )
    throw new Sentence(`HOST=${host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them.`)
  }
}

/** Where this machine reaches what listens on an address of its own, or on all of them. */
export function urlHere(host: string, port: number): string {
  const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`
}

const bound = (host: string, port: number) =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
