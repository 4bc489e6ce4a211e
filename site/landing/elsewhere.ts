/**
 * The address of the practice's own scheduler, with the receipt as the parameter `referloop` after whatever it asks
 * already: that system reports it back (POST /api/v1/conversions). The address itself is left as it was written. Null
 * where it is no web address.
 */
export function schedulerLink(address: string, receipt: string | null): string | null {
  if (!/^https?:\/\/[^\s]+$/i.test(address) || !URL.canParse(address)) return null
  if (receipt === null) return address
  const [, base = '', hash = ''] = /^([^#]*)(.*)$/s.exec(address) ?? []
  const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&'
  return `${base}${joint}referloop=${encodeURIComponent(receipt)}${hash}`
}
