import { expect, test } from 'vitest'
import { inTurn } from '../../worker/links/turn.ts'

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

test('a network looks up eight at a time, and every one comes to its turn; others do not wait for it', async () => {
  let [going, most, done] = [0, 0, 0]
  const lookUp = async () => {
    most = Math.max(most, ++going)
    await pause(5)
    going--
    done++
  }
  const all = Promise.all(Array.from({ length: 100 }, () => inTurn('a', 0, lookUp)))
  let other = 0
  await inTurn('b', 0, async () => {
    other = done
  })
  await all
  expect([most, done, other]).toEqual([8, 100, 0])
})

test('look-ups that were cancelled, or never end, keep nobody from looking up', async () => {
  for (let n = 0; n < 8; n++) void inTurn('c', 0, () => new Promise(() => {}))
  expect(await inTurn('c', 0, async () => 'found')).toBe('found')
})

test('one that fails gives its turn back', async () => {
  for (let n = 0; n < 20; n++)
    await expect(inTurn('d', 0, () => Promise.reject(new Error('away')))).rejects.toThrow('away')
})
