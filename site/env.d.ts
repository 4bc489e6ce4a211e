declare namespace App {
  interface Locals {
    db: import('../db/database.ts').Database
    /** Milliseconds since 1970, read once per request. */
    now: number
    env: import('../worker/env.ts').Env
    /** Set by the adapter: keeps work going after the answer. */
    cfContext: ExecutionContext
    /** What the API takes and answers, as OpenAPI 3.1. */
    api(): import('../worker/openapi.ts').ApiDocument
    /** The reader's language, and its words. */
    lang: string
    text: import('./text/languages.ts').Text
  }
}
