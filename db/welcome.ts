import type { Served } from './serve.ts'

/** What the operator is told once all is running; on an empty database the demo practice is made first. */
export async function welcome({ publicUrl }: Served, _now: number, _progress: (line: string) => void): Promise<string> {
  return `\nReferloop is running at ${publicUrl}\n\nCtrl-C stops it; the data stays.\n`
}
