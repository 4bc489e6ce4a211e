/* One quiet line that says what just happened. Nothing listens while the page is out of sight. */
import { live as text } from '../text/live.ts'

/** At most so often the line changes, and is read out. */
const SHOWN_MS = 5_000
const MOMENT_MS = 60_000
/** After an answer that is no stream, which EventSource gives up at: doubled each time. */
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 300_000

interface Told {
  kind: keyof typeof text.kinds
  at: string
  office: string | null
  referrer: string | null
}

const line = document.querySelector<HTMLElement>('[data-live]')
if (line) follow(line)

function follow(line: HTMLElement): void {
  const says = line.querySelector('[data-says]')
  const when = line.querySelector('[data-when]')
  const anew = line.querySelector<HTMLElement>('[data-anew]')
  if (!says || !when || !anew) return

  // Whose clock is wrong must not call yesterday a moment ago: the server's clock counts.
  const ahead = Number(line.dataset.now) - Date.now()
  const timeZone = line.dataset.zone
  let lastId = line.dataset.after ?? ''
  let source: EventSource | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let pauseMs = FIRST_PAUSE_MS
  let waiting: Told[] = []
  let shown: Told | undefined
  let isResting = false
  let isAway = false

  const connect = () => {
    clearTimeout(again)
    source?.close()
    if (document.hidden) return
    const its = new EventSource(`/api/v1/stats/live?after=${lastId}`)
    source = its
    its.onopen = () => {
      pauseMs = FIRST_PAUSE_MS
      isAway = false
      age()
    }
    its.onerror = () => {
      // A stream that ended is taken up again by the browser.
      if (its.readyState !== EventSource.CLOSED) return
      isAway = true
      age()
      again = setTimeout(connect, pauseMs)
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    }
    its.addEventListener('reset', ({ lastEventId }) => {
      lastId = lastEventId
      anew.hidden = false
    })
    for (const kind of ['scan', 'call', 'booking'] as const)
      its.addEventListener(kind, ({ data, lastEventId }) => {
        lastId = lastEventId
        const told: Omit<Told, 'kind'> = JSON.parse(data)
        waiting.push({ ...told, kind })
        anew.hidden = false
        if (!isResting) next()
      })
  }

  /** Shows what waits, and lets the line rest. */
  const next = () => {
    isResting = waiting.length > 0
    if (!isResting) return
    // A booking is rarer than a scan, and more.
    shown = waiting.findLast(({ kind }) => kind === 'booking') ?? waiting.at(-1) ?? shown
    says.textContent = shown ? sentence(shown, waiting.length - 1) : ''
    waiting = []
    age()
    setTimeout(next, SHOWN_MS)
  }

  const age = () => {
    const now = new Date(Date.now() + ahead)
    when.textContent = isAway ? text.away : shown ? ageOf(new Date(shown.at), now, timeZone) : text.idle
  }

  document.addEventListener('visibilitychange', connect)
  setInterval(age, 10_000)
  age()
  connect()
}

const sentence = ({ kind, referrer, office }: Told, more: number): string =>
  `${text.kinds[kind]}: ${[referrer, office].filter((name) => name !== null).join(', ') || text.unknown}${text.more(more)}`

/** A moment ago, or 2:05 PM, with the day where it is another. */
function ageOf(at: Date, now: Date, timeZone: string | undefined): string {
  if (now.getTime() - at.getTime() < MOMENT_MS) return text.moment
  const day = new Intl.DateTimeFormat('en-US', { timeZone, month: 'short', day: 'numeric' })
  const time = new Intl.DateTimeFormat('en-US', { timeZone, timeStyle: 'short' }).format(at)
  return day.format(at) === day.format(now) ? time : `${day.format(at)}, ${time}`
}
