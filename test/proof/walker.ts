/** Who walks: what is typed, from which network, and how long over each page. */
export interface Walker {
  typed: Record<string, string>
  headers?: Record<string, string>
  pauseMs?: number
  /** Of the card that was scanned. */
  receipt?: string
  /** The address below the landing page at which it begins; `book` unless given. */
  way?: string
  /** Fills in every field that there is, also the one that nobody sees. */
  fillsAll?: boolean
}

/** Pages and the redirects between them: more than any way through a booking has, a time that was taken included. */
const MOST_PAGES = 60

/**
 * Books through the forms as a program does: whatever a page asks is answered with what is typed, or with the first
 * choice. How it ended: the last part of the last address, or the status of a page that stopped it.
 */
export async function walked(origin: string, landing: string, walker: Walker): Promise<{ end: string; day?: string }> {
  const jar = new Map<string, string>()
  let day: string | undefined
  const send = async (path: string, body?: URLSearchParams) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(new URL(path, origin), {
      ...(body ? { method: 'POST', body } : {}),
      redirect: 'manual',
      headers: { Cookie: cookie, ...walker.headers },
    })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      jar.set(name, value)
    }
    return answer
  }
  const arrival = walker.receipt ? `?s=${walker.receipt}` : ''
  await send(landing + arrival)
  let answer = await send(`${landing}/${walker.way ?? `book${arrival}`}`)
  let path = landing
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const to = answer.headers.get('location')
    if (to) {
      path = new URL(to, origin).pathname
      if (path.endsWith('/done')) return { end: 'done', ...(day ? { day } : {}) }
      answer = await send(path)
      continue
    }
    const page = await answer.text()
    if (answer.status >= 400) return { end: String(answer.status) }
    const form = /<form method="post"[^>]*>[\s\S]*?<\/form>/.exec(page)?.[0]
    if (!form) return { end: `no form at ${path}` }
    if (walker.pauseMs) await new Promise((resolve) => setTimeout(resolve, walker.pauseMs))
    const fields = answered(form, walker)
    day ??= fields.get('day') ?? undefined
    answer = await send(path, fields)
  }
  return { end: `never, at ${path}` }
}

function answered(form: string, { typed, fillsAll }: Walker): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [input] of form.matchAll(/<(?:input|textarea|select)\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1]
    const name = attribute('name')
    if (!name || (fields.has(name) && attribute('type') === 'radio')) continue
    const isChoice = attribute('type') === 'radio'
    fields.set(name, isChoice ? (attribute('value') ?? '') : (typed[name] ?? (fillsAll ? 'https://buy.example' : '')))
  }
  return fields
}
