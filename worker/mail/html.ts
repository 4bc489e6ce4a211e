import type { Letter } from './letter.ts'

/*
 * Mail programs know little CSS: styles stand at their elements, nothing is fetched, and what is set for the dark is in
 * the one style sheet that the better programs read. The others keep the light colours, which are readable on both.
 */
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
const DARK = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
body,.sheet{background:#191715!important;color:#f1eee9!important}
.quiet{color:#b9b3aa!important}.when{border-color:#5b554d!important}
.button{background:#f1eee9!important;color:#191715!important}a.plain{color:#f1eee9!important}}`

/** The letter as HTML: one column, larger than a mail program's own letters, from right to left where it is read so. */
export function html(letter: Letter): string {
  const { locale, direction, subject, heading, when, paragraphs, facts, button, foot } = letter
  const side = direction === 'rtl' ? 'right' : 'left'
  return `<!doctype html>
<html lang="${escaped(locale)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
<style>${DARK}</style>
</head>
<body style="margin:0;background:#ffffff;color:#22201d">
<div class="sheet" dir="${direction}" style="max-width:34em;margin:0 auto;padding:24px 20px;background:#ffffff;color:#22201d;${FONT};font-size:18px;line-height:1.5;text-align:${side}">
<h1 style="margin:0 0 16px;font-size:24px;line-height:1.25">${escaped(heading)}</h1>
${when ? `<p class="when" style="margin:0 0 20px;padding:12px 0;border-top:1px solid #d8d3cb;border-bottom:1px solid #d8d3cb">${escaped(when.day)}<br><strong style="font-size:28px;line-height:1.3">${escaped(when.time)}</strong><br><span class="quiet" style="color:#5f5a53">${escaped(when.zone)}</span></p>` : ''}
${paragraphs.map((text) => `<p style="margin:0 0 16px">${escaped(text)}</p>`).join('\n')}
${facts.map(factIn).join('\n')}
${button ? `<p style="margin:24px 0"><a class="button" href="${escaped(button.address)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#22201d;color:#ffffff;text-decoration:none">${escaped(button.words)}</a></p>` : ''}
<p class="quiet" style="margin:24px 0 0;font-size:16px;color:#5f5a53">${escaped(foot)}</p>
</div>
</body>
</html>
`
}

function factIn({ label, lines, telephone }: Letter['facts'][number]): string {
  const words = lines.map((line) => `<bdi>${escaped(line)}</bdi>`).join('<br>')
  const value = telephone
    ? `<a class="plain" href="tel:${escaped(telephone)}" style="color:#22201d" dir="ltr">${words}</a>`
    : words
  return `<p style="margin:0 0 16px"><span class="quiet" style="color:#5f5a53">${escaped(label)}</span><br>${value}</p>`
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
