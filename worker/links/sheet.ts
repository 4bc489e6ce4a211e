import { z } from '@hono/zod-openapi'
import { CsvError, parse } from 'csv-parse/sync'
import { LINK_CHANNELS } from '../../db/schema.ts'
import { type FieldError, fieldError } from '../http.ts'
import { Npi } from '../referrers/npi.ts'
import { line } from '../text.ts'

/** More would be slow to look through when something is wrong, and long to answer. */
export const MOST_ROWS = 500

/** What a row asks for: a link, for whom is said by name, NPI or id. */
const Wanted = z.object({
  referrer: z.string().optional(),
  npi: Npi.optional(),
  office: z.string().optional(),
  service: z.string(),
  channel: z.enum(LINK_CHANNELS),
  label: line(100).optional(),
})
export type Wanted = z.infer<typeof Wanted>

/** `row` as a spreadsheet numbers it. */
export type Row = { row: number; wanted: Wanted } | { row: number; errors: FieldError[] }
export type Sheet =
  | { ok: true; rows: Row[] }
  | { ok: false; problem: 'invalid' | 'service-unknown'; errors: FieldError[] }

const COLUMNS = Object.keys(Wanted.shape)
const NAMED = `The columns are ${COLUMNS.join(', ')}.`
/** What is no table at all would otherwise be answered with many times what was sent. */
const MOST_UNKNOWN = 20
const REQUIRED = ['service', 'channel']
const WHO = ['referrer', 'npi', 'office']
/** Spreadsheets write a semicolon where the comma is part of numbers, and tabs when a table is copied. */
const DELIMITERS = [',', ';', '\t']
const SEP = /^\uFEFF?"?sep=([,;\t])/i

/**
 * A table (CSV, RFC 4180; with a byte order mark or without, any line ends, commas, semicolons or tabs), its first row the
 * names of the columns in any order and case. Rows that are empty are left out; so is a first line `sep=;`, which names
 * what separates the cells and is no row in a spreadsheet. What is wrong with the table as a whole
 * refuses it; what is wrong with one row stays with that row.
 */
export function readSheet(text: string): Sheet {
  if (text.includes('\uFFFD')) return refused('', 'Some letters cannot be read. Save the file anew, as "CSV UTF-8".')
  const table = cellsOf(text)
  if (!Array.isArray(table)) return refused(table.field, table.detail)
  const [header, ...rows] = table
    .map((cells, i) => ({ row: i + 1, cells }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  const columns = (header?.cells ?? []).map((name) => name.toLowerCase())
  const errors = wrongWith(columns)
  if (errors.length === 0 && rows.length === 0) return refused('', 'There is no row below the names of the columns.')
  if (rows.length > MOST_ROWS)
    errors.push({ field: '', detail: `Send at most ${MOST_ROWS} rows at a time: these are ${rows.length}.` })
  if (errors.length > 0) return { ok: false, problem: 'invalid', errors }
  return { ok: true, rows: rows.map(({ row, cells }) => ({ row, ...rowOf(columns, cells) })) }
}

function cellsOf(text: string): string[][] | FieldError {
  const named = SEP.exec(text)?.[1]
  const delimiter = named ?? delimiterOf(text)
  try {
    const table = parse(text, { delimiter, bom: true, trim: true, relax_column_count: true })
    return named ? table.slice(1) : table
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const where = `A quotation mark in line ${Number(error.lines)} is out of place`
    return { field: '', detail: `${where}: a cell begins and ends with one, and one inside it is written twice.` }
  }
}

/** The one that stands most often in the first line that is not empty, outside of quotation marks. */
function delimiterOf(text: string): string {
  const lines = text.replaceAll(/"[^"]*"/g, '""').split(/[\r\n]+/)
  const header = lines.find((line) => line.trim() !== '') ?? ''
  const count = (delimiter: string) => header.split(delimiter).length
  return DELIMITERS.reduce((most, one) => (count(one) > count(most) ? one : most))
}

function wrongWith(columns: string[]): FieldError[] {
  const errors: FieldError[] = []
  const wrong = (field: string, detail: string) => errors.push({ field, detail })
  const unknown = [...new Set(columns)].filter((name) => name !== '' && !COLUMNS.includes(name))
  for (const name of unknown.slice(0, MOST_UNKNOWN)) wrong(shortened(name), `There is no such column here. ${NAMED}`)
  for (const name of COLUMNS)
    if (columns.indexOf(name) < columns.lastIndexOf(name))
      wrong(name, 'This column is there more than once. Leave the others out.')
  for (const name of REQUIRED) if (!columns.includes(name)) wrong(name, `This column is missing. ${NAMED}`)
  if (!WHO.some((name) => columns.includes(name)))
    wrong('referrer', 'Say for whom: there must be a column referrer, npi or office.')
  return errors
}

const shortened = (name: string) => [...name].slice(0, 50).join('')

function rowOf(columns: string[], cells: string[]): { wanted: Wanted } | { errors: FieldError[] } {
  const filled = cells.flatMap((cell, i) => (cell === '' ? [] : [[columns[i] ?? '', cell] as const]))
  if (filled.some(([name]) => name === ''))
    return { errors: [{ field: '', detail: 'This row has more cells than there are columns.' }] }
  const read = Wanted.safeParse(Object.fromEntries(filled))
  return read.success ? { wanted: read.data } : { errors: read.error.issues.map(fieldError) }
}

const refused = (field: string, detail: string): Sheet => ({
  ok: false,
  problem: 'invalid',
  errors: [{ field, detail }],
})
