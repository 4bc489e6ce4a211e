import ICAL from 'ical.js'

/** What one calendar may cost: so many steps of its rules in all (half a second), those with long lists weighing more. */
const MOST_STEPS = 150_000
const VALUES_A_STEP = 8
/** Longer leaps and longer lists than anybody's appointments need. */
const LONGEST_INTERVAL = 1_000
const MOST_VALUES = 400

/** A calendar that cannot be taken at its word. The message is for the practice's staff, and says nothing of its content. */
export class Unreadable extends Error {
  override name = 'Unreadable'
}

export type Spend = (weight: number) => void

/** A budget for one calendar: a rule that repeats every second for ever, or never comes to a day, uses it up. */
export function budget(): Spend {
  let left = MOST_STEPS
  return (weight) => {
    left -= weight
    if (left < 0) throw new Unreadable('Its appointments repeat too often to be read.')
  }
}

/** A wall time as milliseconds, counted as if the wall were in UTC. */
export const localOf = ({ year, month, day, hour, minute, second }: ICAL.Time): number =>
  Date.UTC(year, month - 1, day, hour, minute, second)

/**
 * The wall times of a rule, from its beginning until so late, both included. The library takes the steps; that each is
 * counted, and that the rule's end is looked at here, keeps it from searching for ever (FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30).
 */
export function* recurring(rule: ICAL.Recur, start: ICAL.Time, until: number, spend: Spend): Generator<number> {
  const values = Object.values(rule.parts).reduce((sum, part) => sum + [part].flat().length, 0)
  if (rule.interval > LONGEST_INTERVAL || values > MOST_VALUES)
    throw new Unreadable('Its appointments repeat by rules too long to be read.')
  const step = () => spend(1 + Math.floor(values / VALUES_A_STEP))
  class Counted extends ICAL.RecurIterator {
    override check_contracting_rules() {
      step()
      return super.check_contracting_rules()
    }
    override increment_month() {
      step()
      return super.increment_month()
    }
    override expand_year_days(year: number) {
      step()
      return super.expand_year_days(year)
    }
  }
  const endless = rule.clone()
  endless.until = null
  const { year, month, day, hour, minute, second, isDate } = start
  const wall = { year, month, day, hour, minute, second, isDate }
  const dtstart = new ICAL.Time(wall, ICAL.Timezone.localTimezone)
  const iterator = new Counted({ rule: endless, dtstart })
  for (let next = iterator.next(); next; next = iterator.next()) {
    const local = localOf(next)
    if (local > until) return
    yield local
  }
}
