/* What opens over the page closes with Escape, and with a click elsewhere; its summary has the focus again. */
const opened = () => document.querySelectorAll<HTMLDetailsElement>('details[name="explain"][open]')

document.addEventListener('keydown', ({ key, defaultPrevented }) => {
  if (key !== 'Escape' || defaultPrevented) return
  for (const details of opened()) close(details)
})

// Not click: iOS sends none for what cannot be pressed.
document.addEventListener('pointerup', ({ target }) => {
  for (const details of opened()) if (target instanceof Node && !details.contains(target)) close(details)
})

function close(details: HTMLDetailsElement): void {
  details.open = false
  const { activeElement } = document
  // A link or a field outside that has the focus keeps it. What the Tab key does not reach has it by a click alone.
  const isTaken =
    activeElement instanceof HTMLElement && activeElement.tabIndex >= 0 && !details.contains(activeElement)
  if (!isTaken) details.querySelector('summary')?.focus({ preventScroll: true })
}
