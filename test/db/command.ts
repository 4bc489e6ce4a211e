import { execFile } from 'node:child_process'

export interface Ended {
  status: number
  out: string
  err: string
}

/** Runs `npm run admin` on a data folder, in an environment that says nothing else: its status and what it printed. */
export function admin(dataDir: string, ...words: string[]): Promise<Ended> {
  return run('db/admin.ts', words, { DATA_DIR: dataDir })
}

/** Runs one of the programs in db/ with these variables alone. */
export function run(program: string, words: string[], variables: Record<string, string>): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...variables }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['db/run.mjs', program, ...words], { env }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out: out.trim(), err: err.trim() }),
    )
  })
}
