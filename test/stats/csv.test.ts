import { expect, test } from 'vitest'
import { csv } from '../../worker/stats/csv.ts'

test('a cell that a spreadsheet would run as a formula becomes text', () => {
  const names = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']
  expect(
    csv(
      ['name'],
      names.map((name) => [name]),
    ),
  ).toBe(`name\r\n'=1+1\r\n'+1\r\n'-1\r\n'@SUM(A1)\r\n'\t=1\r\n"'\r=1"\r\n`)
})

test('an id that begins with a hyphen stays as it is', () => {
  expect(csv(['id'], [['--gp3a-m15NyiPM6YxXEj']])).toBe('id\r\n--gp3a-m15NyiPM6YxXEj\r\n')
})

test('numbers stay numbers, also negative ones, and what is missing is empty', () => {
  expect(csv(['n', 'id'], [[-1, null]])).toBe('n,id\r\n-1,\r\n')
})

test('commas, quotes and line breaks do not break the table', () => {
  expect(csv(['name'], [['Hip, Knee & "Co"\nNorth']])).toBe('name\r\n"Hip, Knee & ""Co""\nNorth"\r\n')
})
