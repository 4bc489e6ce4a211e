import type { Published } from '../../worker/practices/published.ts'
import { LANGUAGES } from '../text/languages.ts'

/** Where a practice's pages are at home: its own host, or PUBLIC_URL. Never taken from a request. */
export const originOf = ({ host }: Pick<Published, 'host'>, env: { PUBLIC_URL: string }): string =>
  host ? `${new URL(env.PUBLIC_URL).protocol}//${host}` : env.PUBLIC_URL

/** A page in each language that we have, and for everybody else in the one that their browser prefers. */
export const alternatesOf = (page: string): [language: string, address: string][] => [
  ...Object.keys(LANGUAGES).map((tag): [string, string] => [tag, `${page}?lang=${tag}`]),
  ['x-default', page],
]
