import { defineConfig } from 'vitest/config'
import { KINDS, testsByKind } from './kinds.ts'

const tests = testsByKind()

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    globalSetup: ['test/build.ts'],
    maxWorkers: 2,
    projects: KINDS.map((kind) => ({
      extends: true,
      test: {
        name: kind,
        include: tests[kind],
        // Whole stacks start within these: a database, a Worker, sometimes a browser.
        testTimeout: 60_000,
        hookTimeout: 120_000,
      },
    })),
  },
})
