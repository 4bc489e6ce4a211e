import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { refusalsOf } from '../../db/deployable.ts'

const COMPLETE = {
  DATABASE_URL: 'libsql://north-bay.turso.io',
  DATABASE_AUTH_TOKEN: 'a token',
  PUBLIC_URL: 'https://refer.example.org',
}

function deploy(env: Record<string, string>, ...words: string[]): Promise<{ status: number | null; said: string }> {
  const all = { PATH: process.env.PATH, HOME: '/nonexistent', ...env }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['db/run.mjs', 'db/deploy.ts', ...words], { env: all }, (_, out, err) =>
      resolve({ status: child.exitCode, said: `${out}${err}`.trim() }),
    )
  })
}

test('a complete configuration is not refused', () => {
  expect(refusalsOf(COMPLETE)).toEqual([])
})

test.each([
  [{ DATABASE_URL: '' }, 'DATABASE_URL is missing'],
  [{ DATABASE_URL: 'http://127.0.0.1:8080' }, 'Cloudflare cannot reach DATABASE_URL=http://127.0.0.1:8080'],
  [{ DATABASE_URL: 'http://192.168.1.5:8080' }, 'Cloudflare cannot reach'],
  [{ DATABASE_AUTH_TOKEN: '' }, 'DATABASE_AUTH_TOKEN is missing'],
  [{ PUBLIC_URL: '' }, 'PUBLIC_URL is missing'],
  [{ PUBLIC_URL: 'http://refer.example.org' }, 'is not https'],
  [{ TEST_CLOCK: '2026-01-01' }, 'TEST_CLOCK is set'],
])('%o is refused in one sentence', (change, sentence) => {
  const refusals = refusalsOf({ ...COMPLETE, ...change })
  expect(refusals).toHaveLength(1)
  expect(refusals[0]).toContain(sentence)
})

test('a deployment that lacks everything says all of it at once, and changes nothing', async () => {
  const { status, said } = await deploy({})
  expect(status).toBe(1)
  expect(said.split('\n')).toEqual([
    expect.stringContaining('DATABASE_URL is missing'),
    expect.stringContaining('PUBLIC_URL is missing'),
    expect.stringContaining('You are not signed in to Cloudflare'),
  ])
})
