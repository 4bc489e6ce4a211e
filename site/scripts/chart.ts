/* A chart that the server drew is read point by point: with the pointer, or with the arrow keys once it has the focus. */
for (const chart of document.querySelectorAll<HTMLElement>('[data-chart]')) readable(chart)

function readable(chart: HTMLElement): void {
  const ground = chart.querySelector<HTMLElement>('.ground')
  const columns = [...chart.querySelectorAll<SVGRectElement>('.column')]
  if (!ground || columns.length === 0) return

  // The browser's own tooltips would stand beside ours.
  for (const column of columns) column.querySelector('title')?.remove()

  const note = document.createElement('p')
  note.className = 'note'
  note.setAttribute('role', 'status')
  note.hidden = true
  ground.appendChild(note)
  ground.tabIndex = 0
  ground.setAttribute('role', 'group')
  ground.setAttribute('aria-label', chart.dataset.keys ?? '')

  let at = -1
  const show = (index: number) => {
    columns[at]?.classList.remove('read')
    at = Math.max(-1, Math.min(index, columns.length - 1))
    const column = columns[at]
    note.hidden = !column
    if (!column) return
    column.classList.add('read')
    const name = document.createElement('strong')
    name.textContent = column.dataset.name ?? ''
    note.replaceChildren(name, ` ${column.dataset.says ?? ''}`)
    const { left, width } = column.getBoundingClientRect()
    const within = ground.getBoundingClientRect()
    const centre = left + width / 2 - within.left
    const half = note.offsetWidth / 2
    note.style.insetInlineStart = `${Math.max(0, Math.min(centre - half, within.width - 2 * half))}px`
  }

  ground.addEventListener('pointermove', ({ clientX }) => {
    show(columns.findIndex((column) => clientX < column.getBoundingClientRect().right))
  })
  ground.addEventListener('pointerleave', () => show(-1))
  ground.addEventListener('blur', () => show(-1))
  ground.addEventListener('keydown', (event) => {
    const to = {
      ArrowLeft: at < 0 ? columns.length - 1 : Math.max(0, at - 1),
      ArrowRight: at + 1,
      Home: 0,
      End: columns.length - 1,
      Escape: -1,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    show(to)
  })
}
