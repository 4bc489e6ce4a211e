/** One event of the live feed, as a client that knows the form of Server-Sent Events reads it. */
export interface Heard {
  id: number
  kind: string
  data: Record<string, string | number | null>
}

export interface Listener {
  /** What came so far, in the order in which it came. */
  heard: Heard[]
  /** The id of the last block that had one. */
  lastId(): number
  /** Resolves when there are so many, or time is up. */
  until(n: number, limitMs?: number): Promise<Heard[]>
  /** Resolves when the server ends the stream; false where it has not when time is up. */
  ended(limitMs?: number): Promise<boolean>
  leave(): void
}

/** Connects, and comes back when the first block is here: from then on nothing is missed. */
export async function listen(url: string, headers: Record<string, string>): Promise<Listener> {
  const leaving = new AbortController()
  const answer = await fetch(url, { headers, signal: leaving.signal })
  if (answer.status !== 200 || !answer.body) throw new Error(`answered ${answer.status}`)
  const heard: Heard[] = []
  let [lastId, blocks, isOver] = [-1, 0, false]
  const read = (block: string) => {
    blocks++
    const fields = new Map(block.split('\n').map((line) => [/^\w*/.exec(line)?.[0], line.replace(/^\w*: ?/, '')]))
    if (fields.has('id')) lastId = Number(fields.get('id'))
    const [kind, data] = [fields.get('event'), fields.get('data')]
    if (kind && data) heard.push({ id: lastId, kind, data: JSON.parse(data) })
  }
  const body = answer.body.pipeThrough(new TextDecoderStream())
  const reading = async () => {
    let text = ''
    for await (const chunk of body) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop() ?? ''
      parts.forEach(read)
    }
  }
  const over = reading()
    .catch(() => undefined)
    .finally(() => (isOver = true))
  await soon(() => blocks > 0 || isOver, 30_000)
  return {
    heard,
    lastId: () => lastId,
    until: async (n, limitMs = 30_000) => {
      await soon(() => heard.length >= n || isOver, limitMs)
      return heard
    },
    ended: async (limitMs = 90_000) => {
      await soon(() => isOver, limitMs)
      return isOver
    },
    leave: () => {
      leaving.abort()
      void over
    },
  }
}

/** As EventSource does it: connects again and again from the last id, until `isEnough`. */
export async function listenOn(
  url: string,
  headers: Record<string, string>,
  isEnough: (heard: Heard[]) => boolean,
  limitMs = 120_000,
): Promise<Heard[]> {
  const all: Heard[] = []
  let lastId = -1
  for (const end = Date.now() + limitMs; Date.now() < end && !isEnough(all); ) {
    const again: Record<string, string> = lastId < 0 ? {} : { 'Last-Event-ID': String(lastId) }
    const one = await listen(url, { ...headers, ...again }).catch(() => undefined)
    if (!one) await new Promise((resolve) => setTimeout(resolve, 100))
    else {
      for (let n = 0; Date.now() < end && !isEnough([...all, ...one.heard]); n = one.heard.length) {
        await one.until(n + 1, 1_000)
        if (await one.ended(0)) break
      }
      one.leave()
      all.push(...one.heard)
      lastId = one.lastId()
    }
  }
  return all
}

async function soon(isSo: () => boolean, limitMs: number): Promise<void> {
  for (const end = Date.now() + limitMs; !isSo() && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 5))
}
