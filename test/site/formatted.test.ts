import { describe, expect, test } from 'vitest'
import { formatted } from '../../site/landing/formatted.ts'

describe('a practice’s own words', () => {
  test('may have paragraphs, lists, emphasis, and headings that stay below the page’s own', () => {
    expect(formatted('# Hello\n\n###### There\n\nWe *listen*  \nand **look**.\n\n1. one\n2. two\n   - three')).toBe(
      '<h3>Hello</h3>\n<h3>There</h3>\n<p>We <em>listen</em>\nand <strong>look</strong>.</p>\n' +
        '<ol>\n<li>one</li>\n<li>two\n<ul>\n<li>three</li>\n</ul>\n</li>\n</ol>',
    )
  })

  test.each([
    ['https://a.example/x?y=1&z="2"', 'https://a.example/x?y=1&amp;z=%222%22'],
    ['HTTPS://a.example', 'HTTPS://a.example'],
    ['tel:+13125550100', 'tel:+13125550100'],
    ['mailto:desk@a.example', 'mailto:desk@a.example'],
  ])('may lead to %s', (to, href) => {
    expect(formatted(`[there](${to} "a title")`)).toBe(`<p><a href="${href}" rel="noreferrer">there</a></p>`)
  })

  test.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java&#115;cript:alert(1)',
    'java&Tab;script:alert(1)',
    'javascript\\:alert(1)',
    'jav\u0000ascript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html;base64,PHNjcmlwdD4=',
    'vbscript:x',
    'blob:https://a.example/x',
    'http://a.example',
    '//a.example',
    '/visit',
    '#top',
    '',
  ])('lead nowhere with %j', (to) => {
    expect(formatted(`[there](<${to}>)`)).not.toMatch(/<a|href/)
    expect(formatted(`[there](${to})`)).not.toMatch(/<a|href/)
  })

  test('hold no HTML, no picture, no box, and no link within a link', () => {
    const html = formatted(
      '<script>alert(1)</script>\n\n<b onclick=x>b</b> <!-- c --> <a href="https://a.example">d</a> <https://b.example>\n\n' +
        '![e](https://c.example/f.png "g\\" onerror=x") [![h](https://d.example)](https://e.example) `i`\n\n> j\n\n    k\n\n' +
        '[l [m](https://f.example) n](https://g.example)\n\n[o]\n\n[o]: javascript:alert(1)',
    )
    const tags = [...html.matchAll(/<(\/?\w+)([^>]*)>/g)].map(([, name, rest]) => `${name}${rest}`)
    expect(new Set(tags)).toEqual(new Set(['p', '/p', 'a href="https://f.example" rel="noreferrer"', '/a']))
    expect(html).toContain('&lt;script&gt;')
  })

  test.each(
    [
      ...['*', '_', '[', '![', '](', '`', '>', '> ', '<', '&', '#', '\\', '- ', '-\n', '1. ', '\n', ' ', '\t', '<!--'],
      ...['**a', '_a*b', '[a](', '[a](<', '![a](https://b "', '  - - - a\n', '| a ', '\u0000', '\ud800', '🦴'],
    ].map((part) => [part]),
  )('200 kB of %j stay small and flat', (part) => {
    const html = formatted(part.repeat(Math.ceil(200_000 / part.length)))
    expect(html.length).toBeLessThan(40_000)
    expect(depthOf(html)).toBeLessThan(12)
  })

  test('lists within lists go as deep as somebody means them', () => {
    const deep = Array.from({ length: 500 }, (_, n) => `${'  '.repeat(n)}- a`).join('\n')
    expect(depthOf(formatted(deep))).toBeLessThan(12)
    expect(formatted('- a\n  - b\n    - c')).toContain('<li>c</li>')
  })
})

/** How many elements stand in one another. */
function depthOf(html: string): number {
  let [depth, deepest] = [0, 0]
  for (const [tag] of html.matchAll(/<[^>]+>/g)) {
    depth += tag.startsWith('</') ? -1 : tag.endsWith('/>') ? 0 : 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
