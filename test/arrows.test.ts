import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

/** In the order in which they may be imported: right may use left, never back. */
const FOLDERS =
  'mail access practices referrers links cards counts attribution scans referrals bookings hours stats loop outreach feedback'.split(
    ' ',
  )
/** Beside the routes, the few files that know of requests and answers; the last two are what several files of routes share. */
const KNOWS_REQUESTS =
  /^worker\/(\w+\.ts|\w+\/(\w+-)?routes\.ts|access\/(allow|form|guard|same-origin)\.ts|practices\/once\.ts|bookings\/asking\.ts|cards\/file\.ts)$/
/** Entries: what reads the clock, once per request. */
const READS_THE_CLOCK = /^worker\/(app\.ts|scans\/(routes|shortcut|log)\.ts)$/

const ROOT = resolve(import.meta.dirname, '..')

interface Import {
  from: string
  /** A path below the root where it is ours, else the name of a package. */
  to: string
  isType: boolean
}

const files = ['worker', 'db', 'site'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|astro)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !/node_modules|\.astro\/|worker-configuration/.test(file)),
)
const source = (file: string) => readFileSync(join(ROOT, file), 'utf8')

const imports: Import[] = files.flatMap((from) =>
  [...source(from).matchAll(/^\s*(?:import|export)\s(?:(type)\s)?[^'"]*?from\s'([^']+)'|^\s*import\s'([^']+)'/gm)].map(
    ([, type, path = '', bare = '']) => {
      const to = path || bare
      return {
        from,
        to: to.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(from), to)) : to,
        isType: type === 'type',
      }
    },
  ),
)
const ours = imports.filter(({ to }) => /^(worker|db|site)\//.test(to))
const shown = (some: Import[]) => some.map(({ from, to }) => `${from} -> ${to}`)
const folderOf = (file: string) => /^worker\/(\w+)\//.exec(file)?.[1]

test('the imports that are looked at are those of the product', () => {
  expect(files).toContain('worker/app.ts')
  expect(shown(ours)).toContain('worker/referrers/routes.ts -> worker/http.ts')
  expect(shown(imports)).toContain('worker/scans/log.ts -> cloudflare:workers')
})

describe('folders', () => {
  test('are the nouns of the field', () => {
    expect(
      [...new Set(files.flatMap((file) => folderOf(file) ?? []))].filter((name) => !FOLDERS.includes(name)),
    ).toEqual([])
  })

  test('use those to their left, never back', () => {
    const back = ours.filter(({ from, to }) => {
      const [user, used] = [folderOf(from), folderOf(to)]
      return user && used && FOLDERS.indexOf(used) > FOLDERS.indexOf(user)
    })
    expect(shown(back)).toEqual([])
  })

  test('of the Worker know nothing of the pages, and the pages nothing of the routes', () => {
    const wrong = ours.filter(
      ({ from, to }) =>
        (from.startsWith('worker/') && to.startsWith('site/')) ||
        (from.startsWith('site/') && /^worker\/(app|index)\.ts$|routes\.ts$/.test(to)),
    )
    expect(shown(wrong)).toEqual([])
  })
})

describe('files', () => {
  test('named routes are imported by the app alone', () => {
    expect(shown(ours.filter(({ from, to }) => to.endsWith('routes.ts') && from !== 'worker/app.ts'))).toEqual([])
  })

  test('below the routes know of no request: they take a database and values', () => {
    const hono = imports.filter(({ from, to }) => /^hono($|\/)/.test(to) && !KNOWS_REQUESTS.test(from))
    expect(shown(hono)).toEqual([])
  })

  test('that Node runs too never import the platform', () => {
    const platform = imports.filter(({ to }) => to.startsWith('cloudflare:'))
    expect(new Set(platform.map(({ from }) => from))).toEqual(new Set(['worker/scans/log.ts']))
    const astro = imports.filter(({ from, to }) => /^@?astro/.test(to) && !from.startsWith('site/'))
    expect(new Set(astro.map(({ from }) => from))).toEqual(new Set(['worker/app.ts']))
  })

  test('of the database that the Worker uses know nothing of the Worker', () => {
    const used = new Set<string>()
    const follow = (file: string) => {
      if (used.has(file)) return
      used.add(file)
      for (const one of ours) if (one.from === file && !one.isType) follow(one.to)
    }
    for (const { from, to } of ours) if (from.startsWith('worker/') && to.startsWith('db/')) follow(to)
    expect(used).toContain('db/database.ts')
    expect([...used].filter((file) => !file.startsWith('db/'))).toEqual([])
  })

  test('do not import each other in a circle', () => {
    const circles: string[] = []
    const done = new Set<string>()
    const follow = (file: string, path: string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (done.has(file) || path.includes(file)) return
      for (const one of ours) if (one.from === file && !one.isType) follow(one.to, [...path, file])
      done.add(file)
    }
    for (const file of files) follow(file, [])
    expect(circles).toEqual([])
  })
})

describe('time', () => {
  test('is read where a request comes in, and is an argument everywhere else', () => {
    const readers = files.filter(
      (file) => file.startsWith('worker/') && /Date\.now\(|new Date\(\)|Temporal\.Now/.test(source(file)),
    )
    expect(readers.filter((file) => !READS_THE_CLOCK.test(file))).toEqual([])
  })

  test('is never read inside SQL', () => {
    const migrations = readdirSync(join(ROOT, 'db/migrations')).filter((file) => file.endsWith('.sql'))
    const sql = [...files, ...migrations.map((file) => `db/migrations/${file}`)]
    const clock = /CURRENT_TIME|CURRENT_DATE|unixepoch\(|julianday\(|strftime\(|\bdatetime\('now/i
    expect(sql.filter((file) => clock.test(source(file)))).toEqual([])
  })
})
