/** What stands in the way of a deployment, a sentence each; none when all is set. */
export function refusalsOf(env: NodeJS.ProcessEnv): string[] {
  const { DATABASE_URL = '', DATABASE_AUTH_TOKEN, PUBLIC_URL = '', TEST_CLOCK } = env
  const refusals: string[] = []
  if (!DATABASE_URL)
    refusals.push(
      'DATABASE_URL is missing: set it to a Turso or libSQL database that Cloudflare can reach, such as libsql://name.turso.io.',
    )
  else if (isLocal(DATABASE_URL))
    refusals.push(`Cloudflare cannot reach DATABASE_URL=${DATABASE_URL}: set it to a public one.`)
  else if (!DATABASE_AUTH_TOKEN)
    refusals.push(
      'DATABASE_AUTH_TOKEN is missing: set it, as a database that everybody can reach must not be open to everybody.',
    )
  if (!PUBLIC_URL)
    refusals.push('PUBLIC_URL is missing: set it to the address of the service, such as https://refer.example.org.')
  else if (!PUBLIC_URL.startsWith('https://'))
    refusals.push(`PUBLIC_URL=${PUBLIC_URL} is not https: patients' data needs it.`)
  if (TEST_CLOCK) refusals.push('TEST_CLOCK is set: unset it, it is for tests alone.')
  return refusals
}

function isLocal(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|0\.0\.0\.0)/.test(host)
}
