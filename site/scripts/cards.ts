import type { CardFacts } from '../../worker/cards/facts.ts'
import { LAYOUT_NAMES } from '../../worker/cards/layouts.ts'
import { CARD_LOCALES } from '../../worker/cards/words.ts'

/* Cards are set and drawn here, by the same code that writes the PDF: printing costs the server nothing. */

const form = document.querySelector<HTMLFormElement>('[data-cards]')
if (form) ready(form)

function ready(form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>('[data-card]')]
  const all = form.querySelector<HTMLInputElement>('[data-all]')
  const button = form.querySelector<HTMLButtonElement>('[data-print]')
  const named = form.querySelector<HTMLInputElement>('[name=links]')
  for (const hidden of form.querySelectorAll<HTMLElement>('fieldset, [data-print]')) hidden.hidden = false

  const particulars: CardFacts['particulars'][] = JSON.parse(form.dataset.particulars ?? '[]')
  const chosen = () =>
    boxes
      .filter(({ checked }) => checked)
      .map(({ dataset }) => JSON.parse(dataset.card ?? ''))
      .map((card): CardFacts => ({ ...card, particulars: particulars[card.particulars] }))
  form.addEventListener('change', ({ target }) => {
    if (target === all) for (const box of boxes) box.checked = all?.checked ?? false
    const cards = chosen()
    const isAll = cards.length === boxes.length
    if (all) Object.assign(all, { checked: isAll, indeterminate: !isAll && cards.length > 0 })
    if (named) named.value = isAll ? 'all' : cards.map(({ linkId }) => linkId).join()
    sheets()?.replaceChildren()
    says('')
  })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const { nobody = '', many = '', most, failed = '' } = form.dataset
    const { length } = chosen()
    if (length === 0) return says(nobody)
    if (length < boxes.length && length > Number(most)) return says(many)
    says('')
    if (event.submitter instanceof HTMLButtonElement) event.submitter.disabled = true
    says(await download(form).catch(() => failed))
    if (event.submitter instanceof HTMLButtonElement) event.submitter.disabled = false
  })
  button?.addEventListener('click', async () => {
    button.disabled = true
    if (await draw(form, chosen())) print()
    button.disabled = false
  })
}

const sheets = () => document.querySelector('.sheets')
const says = (text: string) => {
  const status = document.querySelector('[data-cards] [role=status]')
  if (status) status.textContent = text
}

/** Saves the file that the form asks for; gives in words why there is none, else nothing. */
async function download(form: HTMLFormElement): Promise<string> {
  const address = new URL(form.action)
  for (const [name, value] of new FormData(form)) address.searchParams.set(name, String(value))
  const answer = await fetch(address)
  if (!answer.ok) {
    const { errors = [], title = '' }: { errors?: { detail: string }[]; title?: string } = await answer.json()
    return [form.dataset.refused, ...(errors.length > 0 ? errors.map(({ detail }) => detail) : [title])].join(' ')
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = `${address.searchParams.get('layout')}.pdf`
  link.click()
  // A browser that has not begun to save it would find nothing.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  return ''
}

/** The names of the pages in the stylesheet, by the width of the paper in millimetres. */
const PAPERS: Record<number, string> = {
  215.9: 'letter',
  210: 'a4',
  105: 'a6',
  279.4: 'letter-wide',
  297: 'a4-wide',
  108.9: 'slip',
}

/** True when every page stands; else the page says why not. */
async function draw(form: HTMLFormElement, cards: CardFacts[]): Promise<boolean> {
  const { progress = '', refused = '', nobody = '' } = form.dataset
  const asked = new FormData(form)
  const layout = LAYOUT_NAMES.find((name) => name === asked.get('layout'))
  const locale = CARD_LOCALES.find((name) => name === asked.get('locale'))
  if (!layout || !locale || cards.length === 0) {
    says(nobody)
    return false
  }
  const [{ layOut }, { svgOf }] = await Promise.all([
    import('../../worker/cards/print.ts'),
    import('../../worker/cards/svg.ts'),
  ])
  const laid = layOut(layout, cards, locale)
  if (!laid.ok) {
    says([refused, ...laid.refusals.map(({ detail }) => detail)].join(' '))
    return false
  }
  sheets()?.replaceChildren()
  let n = 0
  for (const page of laid.pages) {
    const label = progress.replace('{n}', String(++n)).replace('{of}', String(laid.count))
    says(label)
    const sheet = document.createElement('div')
    sheet.className = PAPERS[Number(page.width.toFixed(1))] ?? ''
    sheet.innerHTML = svgOf(page, label)
    sheets()?.appendChild(sheet)
    // The browser shows how far it is, and stays awake.
    await new Promise((resolve) => setTimeout(resolve))
  }
  return true
}
