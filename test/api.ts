/** An answer of the API; `body` is the parsed JSON, or the text where it is none; empty where it is a stream. */
export interface Answer<T> {
  status: number
  headers: Headers
  body: T
}

interface Asked {
  key?: string | undefined
  /** Sent as JSON; a string is sent as it stands. */
  body?: unknown
  headers?: Record<string, string>
  /** How long the answer may take, in milliseconds. */
  withinMs?: number
}

/** Asks one address of the API and never follows a redirect. `T` is what the test expects; it then checks. */
export async function ask<T = Record<string, unknown>>(
  origin: string,
  request: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`,
  { key, body, headers = {}, withinMs = 30_000 }: Asked = {},
): Promise<Answer<T>> {
  const [method, path] = request.split(/ (.*)/s)
  const response = await fetch(`${origin}${path}`, {
    method: method ?? 'GET',
    redirect: 'manual',
    headers: {
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMs),
  })
  const type = response.headers.get('content-type') ?? ''
  const isStream = type.startsWith('text/event-stream')
  if (isStream) await response.body?.cancel()
  const text = isStream ? '' : await response.text()
  const json = /\bjson\b/.test(type)
  return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T }
}

/** Asks until `good` says yes, and returns that answer; the last one when time is up, for the test to look at. */
export async function askUntil<T>(
  question: () => Promise<T>,
  good: (answer: T) => boolean,
  withinMs: number,
): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    const answer = await question()
    if (good(answer) || Date.now() > end) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
