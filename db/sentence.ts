/** Something the operator can put right: its message is one sentence that says what to do, shown without a stack. */
export class Sentence extends Error {
  override name = 'Sentence'
}
