import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installed } from './browser.ts'

/**
 * Lets browsers that are opened after this use Open Sans, which comes with the Chromium from npm, as their system font:
 * pictures then look the same on every machine, and more like a phone than a container's only font does.
 */
export function useOpenSans(): void {
  const fonts = join(dirname(installed().executablePath), 'fonts', 'fonts')
  const folder = mkdtempSync(join(tmpdir(), 'referloop-fonts-'))
  const families = ['system-ui', 'sans-serif', 'Roboto'].map(
    (name) => `<match target="pattern"><test name="family"><string>${name}</string></test>
      <edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit></match>`,
  )
  const path = join(folder, 'fonts.conf')
  writeFileSync(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    <dir>${fonts}</dir><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'cache')}</cachedir>
    <alias binding="strong"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
    ${families.join('\n')}</fontconfig>`,
  )
  process.env.FONTCONFIG_FILE = path
}
