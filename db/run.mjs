// Runs a TypeScript file with Node itself. Plain JavaScript, so that an old Node can read at least this much.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
const atLeast = (wantedMajor, wantedMinor) => major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
const [file, ...words] = process.argv.slice(2)

if (!atLeast(22, 12)) {
  console.error(
    `Referloop needs Node 22.12 or later, and this is ${process.versions.node}: install it from https://nodejs.org, then run "npm ci" again.`,
  )
  process.exit(1)
} else if (atLeast(22, 18)) {
  process.argv.splice(1, 2, resolve(file))
  await import(pathToFileURL(resolve(file)).href)
} else {
  // Until 22.18 Node reads TypeScript only when it is told to at its start.
  const child = spawn(process.execPath, ['--experimental-strip-types', '--no-warnings', file, ...words], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
