/*
 * Confirms that the page was really shown, and takes the receipt out of the address, so that a copied address does not
 * carry it. Without JavaScript an image in the page does the first half.
 */
const address = new URL(location.href)
const receipt = address.searchParams.get('s')
const practice = address.pathname.split('/')[2]

if (receipt && practice) {
  const confirm = () => navigator.sendBeacon(`/visits?p=${practice}`, receipt)
  // A page that the browser fetched ahead is not shown yet.
  if ('prerendering' in document && document.prerendering)
    document.addEventListener('prerenderingchange', confirm, { once: true })
  else confirm()
  address.searchParams.delete('s')
  history.replaceState(history.state, '', address)
}
