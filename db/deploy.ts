import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { build, QUIET, ROOT } from './build.ts'
import { type DatabaseAddress, openDatabase } from './database.ts'
import { refusalsOf } from './deployable.ts'
import { migrate, missingMigrations } from './migrate.ts'
import { openSecrets, refuseOtherKey, SECRETS } from './secrets.ts'
import { Sentence } from './sentence.ts'
import { writable } from './serve.ts'
import { settingsFrom } from './settings.ts'

/*
 * `npm run deploy`: builds, checks the configuration, migrates the remote database, uploads the secrets that are missing
 * there (never replacing one) and deploys. With `--dry-run` nothing leaves this machine but reads of the database.
 */

const CONFIG = ['-c', 'dist/server/wrangler.json']
const say = (line: string) => console.log(`  ${line}`)

async function deploy(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { 'dry-run': { type: 'boolean' } } })
  const dryRun = values['dry-run'] ?? false
  const refusals = refusalsOf(process.env)
  const loggedIn = dryRun || (await isLoggedIn())
  if (!loggedIn)
    refusals.push('You are not signed in to Cloudflare: run "npx wrangler login", or set CLOUDFLARE_API_TOKEN.')
  if (refusals.length > 0) throw new Sentence(refusals.join('\n'))

  const { dataDir, databaseUrl = '', databaseAuthToken, publicUrl = '' } = settingsFrom(process.env)
  const address: DatabaseAddress = { url: databaseUrl, authToken: databaseAuthToken }
  await build(say)
  say(`Checking the database at ${databaseUrl}`)
  const db = openDatabase(address)
  if (!dryRun) await writable(address)
  const missing = await missingMigrations(db)
  say(mailInWords(publicUrl))
  const { MAIL_FROM } = process.env
  const from = MAIL_FROM ? [`MAIL_FROM:${MAIL_FROM}`] : []
  const vars = [`PUBLIC_URL:${publicUrl}`, `DATABASE_URL:${databaseUrl}`, 'ON_CLOUDFLARE:1', ...from].flatMap((one) => [
    '--var',
    one,
  ])
  if (dryRun) {
    say(`${missing} migrations would run`)
    await wrangler('deploy', ...CONFIG, ...vars, '--dry-run')
    say('All that can be checked from here is in order; nothing was changed.')
    return
  }

  const there = await secretsThere()
  // Keys that are there stay, so it is those which must open the database; only new ones can be made or checked here.
  const secrets = SECRETS.every((name) => there.includes(name)) ? undefined : await openSecrets(db, dataDir)
  if (secrets && !there.includes('MASTER_KEY') && missing === 0) await refuseOtherKey(db, secrets)
  if (missing > 0) {
    say(`Migrating the database (${missing})`)
    await migrate(address)
  }
  const mine = { ...secrets, DATABASE_AUTH_TOKEN: databaseAuthToken ?? '' }
  const uploads = Object.entries(mine).filter(([name, value]) => value && !there.includes(name))
  say(uploads.length > 0 ? `Deploying, with new secrets ${uploads.map(([name]) => name).join(', ')}` : 'Deploying')
  await withSecretsFile(uploads, (file) =>
    wrangler('deploy', ...CONFIG, ...vars, ...(file ? ['--secrets-file', file] : [])),
  )
  console.log(`\nReferloop is deployed at ${publicUrl}`)
  if (uploads.some(([name]) => name === 'MASTER_KEY'))
    console.log(`Keep a copy of ${dataDir}/secrets.json in another place: without it no patient's data can be read.`)
}

/** Letters wait in the outbox, and none is lost, until there is a way out. */
function mailInWords(publicUrl: string): string {
  const config: { send_email?: { name?: string }[] } = JSON.parse(
    readFileSync(join(ROOT, 'dist/server/wrangler.json'), 'utf8'),
  )
  const from = process.env.MAIL_FROM || `appointments@${new URL(publicUrl).hostname}`
  return config.send_email?.some(({ name }) => name === 'EMAIL')
    ? `Letters leave through the Email Service, from ${from}: its domain must be set up there`
    : 'Letters wait: wrangler.toml has no send_email binding of the name EMAIL'
}

async function isLoggedIn(): Promise<boolean> {
  const account: { loggedIn?: boolean } = JSON.parse(await wrangler('whoami', '--json').catch(() => '{}'))
  return account.loggedIn ?? false
}

/** Names of the secrets that the deployed Worker has; none where it was never deployed. */
async function secretsThere(): Promise<string[]> {
  try {
    const secrets: { name: string }[] = JSON.parse(await wrangler('secret', 'list', ...CONFIG, '--format', 'json'))
    return secrets.map(({ name }) => name)
  } catch (error) {
    if (error instanceof Sentence && /10007|does not exist|not found/i.test(error.message)) return []
    throw error
  }
}

/** The file is readable by this account alone, and gone afterwards. */
async function withSecretsFile(secrets: [string, string][], use: (file: string) => Promise<unknown>): Promise<void> {
  if (secrets.length === 0) return void (await use(''))
  const folder = mkdtempSync(join(tmpdir(), 'referloop-deploy-'))
  try {
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(Object.fromEntries(secrets)), { mode: 0o600 })
    await use(join(folder, 'secrets.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @throws Sentence with what wrangler said */
async function wrangler(...args: string[]): Promise<string> {
  const env = { ...process.env, ...QUIET, NO_COLOR: '1', CI: '1' }
  try {
    const program = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
    return (await promisify(execFile)(process.execPath, [program, ...args], { cwd: ROOT, env })).stdout
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error && 'stdout' in error ? `${error.stderr}${error.stdout}` : ''
    throw new Sentence(`wrangler ${args[0]} failed:\n${said.trim() || error}`)
  }
}

deploy(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Sentence ? error.message : error)
  process.exit(1)
})
