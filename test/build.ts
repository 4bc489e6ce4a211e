import { build } from '../db/build.ts'

/** Every test of a run uses the same build. */
export default async function buildOnce(): Promise<void> {
  await build()
}
