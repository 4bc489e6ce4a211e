/*
 * Confirms that the page was really shown, and takes the receipt out of the address, so that a copied address does not
 * carry it. Without JavaScript an image in the page does the first half. A tap on a telephone number is told too: the
 * receipt that the page holds, of the address or of the browser's cookie, says whose card began the call.
 */
const address = new URL(location.href)
const receipt = address.searchParams.get('s')
const practice = address.pathname.split('/')[2]
const held = document.querySelector<HTMLElement>('[data-receipt]')?.dataset.receipt

if (receipt && practice) {
  const confirm = () => navigator.sendBeacon(`/visits?p=${practice}`, receipt)
  // A page that the browser fetched ahead is not shown yet.
  if ('prerendering' in document && document.prerendering)
    document.addEventListener('prerenderingchange', confirm, { once: true })
  else confirm()
  address.searchParams.delete('s')
  history.replaceState(history.state, '', address)
}

if (held)
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a[href^="tel:"]'))
      navigator.sendBeacon(`/calls/started?p=${practice}`, held)
  })
