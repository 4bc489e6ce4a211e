/** Grounds on which the accent must be readable (site/styles/tokens.css: page, surface, sunken). */
const LIGHT_GROUND = '#f3f1ec'
const DARK_GROUND = '#2c2926'
const READABLE = 4.5
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

/** The colour, or the nearest on its way to black or white that can be read on the ground. */
function readable(colour: string, ground: string, towards: string): string {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(colour, towards, share)
    if (contrast(mixed, ground) >= READABLE) return mixed
  }
  return towards
}

/** Contrast ratio of two colours after WCAG 2.2, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const mix = (one: string, other: string, share: number): string => {
  const to = channels(other)
  return `#${channels(one)
    .map((value, i) => Math.round(value * (1 - share) + (to[i] ?? 0) * share))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`
}

const channels = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))

/** FNV-1a over what the stylesheet says: short, stable, and no secret. */
function hashOf(accent: string): string {
  let hash = 0x811c9dc5
  for (const letter of accentStylesheet(accent)) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  return (hash >>> 0).toString(36)
}
