import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { askUntil } from './api.ts'
import { alive, startedBy, theOne } from './processes.ts'

test('the processes that a process started are found, grandchildren too, and are gone when killed', async () => {
  const shell = spawn('sh', ['-c', 'sh -c "sleep 60; true"; true'])
  try {
    const pid = shell.pid ?? 0
    const names = await askUntil(
      async () => startedBy(pid).map((one) => one.name),
      (found) => found.length === 2,
      5_000,
    )
    expect(names).toEqual(['sh', 'sleep'])
    const sleep = theOne(/^sleep$/, pid)
    expect(alive(sleep.pid)).toBe(true)
    process.kill(sleep.pid, 'SIGKILL')
    expect(
      await askUntil(
        async () => alive(sleep.pid),
        (is) => !is,
        5_000,
      ),
    ).toBe(false)
    expect(() => theOne(/^sleep$/, pid)).toThrow('expected one process')
  } finally {
    shell.kill('SIGKILL')
  }
})
