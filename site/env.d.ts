declare namespace App {
  interface Locals {
    db: import('../db/database.ts').Database
    /** Milliseconds since 1970, read once per request. */
    now: number
    env: import('../worker/env.ts').Env
    /** The reader's language, and its words. */
    lang: string
    text: import('./text/languages.ts').Text
  }
}
