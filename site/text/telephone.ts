import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** As it is written where the practice is: "(312) 555-0100". What cannot be read stays as it is. */
export function displayPhone(number: string): string {
  const parsed = parsePhoneNumberFromString(number, 'US')
  if (!parsed) return number
  return parsed.countryCallingCode === '1' ? parsed.formatNational() : parsed.formatInternational()
}

export const telephoneLink = (number: string): string => `tel:${number.replace(/[^+\d]/g, '')}`
