/** A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV injection"); an apostrophe makes it text. */
const FORMULA = /^[=+\-@\t\r]/
/** An id of ours may begin with a hyphen, can call nothing, and is to be found again as it stands. */
const ID = /^[\w-]{21}$/

export type Cell = string | number | null

/** A table after RFC 4180, its first row the names of the columns. */
export function csv(columns: string[], rows: Cell[][]): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) && !ID.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
