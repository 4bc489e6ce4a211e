import { micromark } from 'micromark'

/** In characters; what is longer is cut off here. The API takes less (worker/practices/texts.ts). */
const LONGEST = 6_000
/** Markers of lists in one another on one line; more are nobody's list, and each would be an element in another. */
const TOO_DEEP = /^[\t ]*(?:(?:[-*+]|\d{1,9}[.)])(?:[\t ]+|$)){4}/m
const TOO_INDENTED = /^[\t ]{24,}\S/m

/**
 * A practice's own words as HTML: paragraphs, whose lines the stylesheet keeps, lists, emphasis, links, and headings
 * below the page's own (Markdown). All that could be more than words is left out: raw HTML stands there as it was typed,
 * pictures are dropped, a link leads to https, a telephone number or a mail address, or is plain words. Never throws, and
 * takes bounded time.
 */
export function formatted(source: string): string {
  const text = source.slice(0, LONGEST)
  if (TOO_DEEP.test(text) || TOO_INDENTED.test(text)) return `<p>${escaped(text)}</p>`
  return micromark(text, { allowDangerousProtocol: true, extensions: [{ disable: { null: LEFT_OUT } }] })
    .replaceAll('<br />\n', '\n')
    .replaceAll(/<img [^>]*>/g, '')
    .replaceAll(/(<\/?)h[1-6]>/g, '$1h3>')
    .replaceAll(/<a href="([^"]*)"[^>]*>(.*?)<\/a>/gs, (_, href: string, words: string) => link(href, words))
}

/** Beside HTML: what makes boxes, and what would put one link into another. */
const LEFT_OUT = [
  ...['htmlFlow', 'htmlText', 'autolink', 'definition', 'blockQuote'],
  ...['codeFenced', 'codeIndented', 'codeText', 'setextUnderline', 'thematicBreak'],
]

/** Micromark decodes what was written in entities and encodes it again, so that its start is what a browser sees. */
function link(href: string, words: string): string {
  if (!words.trim()) return ''
  return /^(https:\/\/|tel:|mailto:)/i.test(href) ? `<a href="${href}" rel="noreferrer">${words}</a>` : words
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
