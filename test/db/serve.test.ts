import { afterAll, beforeAll, expect, test } from 'vitest'
import { startedFor } from '../../db/living.ts'
import { practices } from '../../db/schema.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop())

const home = () => fetch(`${stack.url}/`).then((answer) => answer.status)
const countPractices = () => stack.db.read((sql) => sql.$count(practices))

test('a workerd that is killed comes back on the same port', async () => {
  const before = stack.worker.pid()
  await stack.killWorker()
  expect(await home()).toBe(200)
  expect(stack.worker.pid()).not.toBe(before)
})

test('a database that is killed comes back at the same address, with what it had', async () => {
  const before = stack.sqld?.pid()
  await stack.database.kill()
  await expect.poll(countPractices).toBe(0)
  expect(stack.sqld?.pid()).not.toBe(before)
})

test('a database that is stopped stays down until it is started', async () => {
  await stack.database.stop()
  await expect(countPractices()).rejects.toThrow('the database is unavailable')
  await stack.database.start()
  expect(await countPractices()).toBe(0)
})

test('commits are on the disk before they are acknowledged, also after a restart', async () => {
  await stack.database.kill()
  await expect.poll(() => stack.sqld?.durability()).toBe('strong')
})

test('both processes are found by their data folder', () => {
  expect(
    startedFor(stack.dataDir)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['sqld', 'workerd'])
})
