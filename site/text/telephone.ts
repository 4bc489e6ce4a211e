export { displayPhone } from '../../worker/practices/phone.ts'

export const telephoneLink = (number: string): string => `tel:${number.replace(/[^+\d]/g, '')}`
