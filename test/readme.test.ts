import { existsSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'

const here = new URL('..', import.meta.url)
const readme = readFileSync(new URL('README.md', here), 'utf8')
const project: { scripts: Record<string, string>; dependencies: Record<string, string> } = JSON.parse(
  readFileSync(new URL('package.json', here), 'utf8'),
)

test('every command that the README names is there', () => {
  const named = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'ci')
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((name) => !project.scripts[name])).toEqual([])
})

test('the README says of every package that reaches production why, and names no other', () => {
  const table = readme.slice(readme.indexOf('## What reaches production'))
  const named = [...table.matchAll(/^\| ([@\w][^|]*) \|/gm)].flatMap(([, names = '']) =>
    names.split(', ').map((name) => name.trim()),
  )
  expect(named.toSorted()).toEqual(Object.keys(project.dependencies).toSorted())
})

test('the pictures that the README shows are in the repository, and none is larger than 150 kB', () => {
  const pictures = [...readme.matchAll(/src="([^"]+)"/g)].map(([, path = '']) => new URL(path, here))
  expect(pictures.length).toBeGreaterThan(1)
  for (const picture of pictures) {
    expect(existsSync(picture), picture.pathname).toBe(true)
    expect(statSync(picture).size).toBeLessThan(150_000)
  }
})

test('the README fits one screen or two: it is no manual', () => {
  expect(readme.split('\n').length).toBeLessThan(110)
})
