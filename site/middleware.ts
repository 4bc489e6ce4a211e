import type { MiddlewareHandler } from 'astro'
import { DatabaseUnavailable } from '../db/database.ts'
import { LANGUAGES, languageOf, textOf } from './text/languages.ts'

const LANGUAGE_COOKIE = 'rl_lang'
const YEAR_SECONDS = 365 * 24 * 3600

/** Chooses the reader's language, and turns away forms that another site sends. */
export const onRequest: MiddlewareHandler = async ({ request, url, cookies, locals, rewrite }, next) => {
  // Browsers without the header send no cookie with such a form either (SameSite).
  if (request.method === 'POST' && request.headers.get('Sec-Fetch-Site') === 'cross-site')
    return new Response('This form was sent from another site.', { status: 403 })

  const asked = url.searchParams.get('lang')
  locals.lang = languageOf([asked, cookies.get(LANGUAGE_COOKIE)?.value], request.headers.get('Accept-Language'))
  locals.text = textOf(locals.lang)
  if (asked && Object.hasOwn(LANGUAGES, asked))
    cookies.set(LANGUAGE_COOKIE, asked, {
      path: '/',
      maxAge: YEAR_SECONDS,
      sameSite: 'lax',
      httpOnly: true,
      secure: locals.env.PUBLIC_URL.startsWith('https:'),
    })
  try {
    return await next()
  } catch (error) {
    // Patients' pages know more to say and do so themselves; a staff page can only ask for patience.
    if (error instanceof DatabaseUnavailable && url.pathname.startsWith('/practice/')) return rewrite('/practice/later')
    throw error
  }
}
