import type { Said } from './admin.ts'
import type { Reached } from './reach.ts'
import { Sentence } from './sentence.ts'

export async function recountAll(_: Reached): Promise<Said> {
  throw new Sentence('recount is not there yet.')
}
