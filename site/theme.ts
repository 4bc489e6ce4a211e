import { contrast, mix, READABLE, readable } from '../worker/colour.ts'

/** Grounds on which the accent must be readable (site/styles/tokens.css: page, surface, sunken). */
const LIGHT_GROUND = '#f3f1ec'
const DARK_GROUND = '#2c2926'
const INK = '#161412'

/** The address of a practice's accent stylesheet; it changes with the colour, so that it may be kept for ever. */
export const accentAddress = (practice: { slug: string; accent: string }): string =>
  `/p/${practice.slug}/theme-${hashOf(practice.accent)}.css`

/**
 * A practice's accent as a stylesheet: the colour it chose, made darker or lighter only as far as WCAG's 4.5:1 asks,
 * once for light and once for dark pages.
 */
export function accentStylesheet(accent: string): string {
  const colour = /^#[0-9a-f]{6}$/i.test(accent) ? accent : '#0f5f6b'
  const light = readable(colour, LIGHT_GROUND, '#000000')
  const dark = readable(colour, DARK_GROUND, '#ffffff')
  const colours = (main: string, ground: string, away: string) =>
    [
      `--accent:${main}`,
      `--accent-strong:${mix(main, away, 0.25)}`,
      `--accent-soft:${mix(ground, main, 0.1)}`,
      `--on-accent:${contrast(main, '#ffffff') >= READABLE ? '#ffffff' : INK}`,
    ].join(';')
  return (
    `:root{${colours(light, '#fbfaf7', '#000000')}}\n` +
    `@media (prefers-color-scheme:dark){:root{${colours(dark, '#191715', '#ffffff')}}}\n` +
    '@media print{:root{--accent:#000;--accent-soft:#fff}}\n'
  )
}

/** FNV-1a over what the stylesheet says: short, stable, and no secret. */
function hashOf(accent: string): string {
  let hash = 0x811c9dc5
  for (const letter of accentStylesheet(accent)) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  return (hash >>> 0).toString(36)
}
