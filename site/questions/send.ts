import type { APIContext } from 'astro'
import { DatabaseUnavailable } from '../../db/database.ts'
import { fromOf } from '../../worker/bookings/budget.ts'
import { bookOnce } from '../../worker/bookings/form.ts'
import { postSoon } from '../../worker/bookings/post.ts'
import { localDay } from '../../worker/practices/day.ts'
import { referrersAt } from '../../worker/referrers/queries.ts'
import { freeTimes, keep, keepLonger, type Slot } from '../calendar.ts'
import { CHECK, DONE, nextStep } from './all.ts'
import { carriedTo } from './carry.ts'
import { bookPath, clearDraft, type Draft, writeDone, writeDraft } from './draft.ts'
import { givenBy } from './given.ts'
import type { Ready } from './open.ts'
import type { Asked, Fields, Question } from './question.ts'
import { confirmed, type Sent, sendRequest } from './send-request.ts'
import { asksForCall } from './ways.ts'

type Page = Pick<APIContext, 'cookies' | 'locals' | 'params' | 'request'>

/** The field that no person fills in (site/components/Unasked.astro). */
export const UNASKED = 'more'
/** Nobody answers all questions so soon after the first; a program that does not wait does. As a limit, only where it is known who asks. */
const LEAST_MS = 500

/** Of a page with a mistake, and of one field on it, no more bytes are kept: browsers drop a cookie of over 4 kB. */
const LARGEST_PAGE = 650
const LARGEST_FIELD = 620

/** Takes the answer to one question. Mistakes lead back to it, with what was typed. */
export async function send(page: Page, ready: Ready, question: Question): Promise<Sent> {
  const { draft } = ready
  const form = await page.request.formData()
  if (form.get(UNASKED)) return 'by telephone'
  const fields = fieldsOf(form, question.fields)
  const here = { to: `${bookPath(page)}/${question.step}` }
  try {
    const asked = await askedOf(page, ready, question)
    const answer = question.answer(fields, asked)
    if (!answer.ok) {
      await writeDraft(page, { ...draft, typed: { step: question.step, fields: kept(fields) } })
      return here
    }
    const answered: Draft = { ...draft, ...answer.adds, typed: undefined }
    if (answer.toServiceId) return { to: await carriedTo(page, ready, answered, answer.toServiceId) }
    await writeDraft(page, answered)
    const open = await keptOpen(page, ready, answered, asked.times)
    await writeDraft(page, open)
    return { to: `${bookPath(page)}/${nextStep({ ...ready, draft: open })}` }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return 'unavailable'
    throw error
  }
}

/** Books what was checked. Sent twice, it books once; a time that is gone leads to the nearest free ones. */
export async function sendBooking(page: Page, ready: Ready): Promise<Sent | 'call'> {
  const { draft, published } = ready
  const { db, env, now, lang, cfContext } = page.locals
  if (nextStep(ready) !== CHECK) return { to: `${bookPath(page)}/${nextStep(ready)}` }
  const form = await page.request.formData()
  const from = fromOf(env, page.request.headers)
  if (form.get(UNASKED) || (from && now - draft.begun < LEAST_MS)) return 'by telephone'
  if (asksForCall(ready)) return sendRequest(page, ready)
  const given = givenBy(ready, lang)
  if (!draft.slot || !given) return { to: `${bookPath(page)}/${nextStep(ready)}` }
  try {
    const outcome = await bookOnce(
      db,
      env,
      published.practice,
      {
        ...given,
        start: new Date(draft.slot.start).toISOString(),
        providerId: draft.slot.providerId,
        holdId: draft.hold?.id,
      },
      draft.key,
      now,
      from,
    )
    if (outcome.ok) {
      confirmed(page, ready)
      const { id, reference } = outcome.booking
      const mailed = given.patient.email !== undefined && given.patient.agreesToMail !== false
      await writeDone(page, { at: now, id, reference, slot: draft.slot, code: draft.code, mailed })
      postSoon({ db, env, ctx: cfContext, now }, { practiceId: published.practice.id, id })
      clearDraft(page)
      return { to: `${bookPath(page)}/${DONE}` }
    }
    if (outcome.problem === 'slot-taken' || outcome.problem === 'slot-unknown' || outcome.problem === 'slot-past') {
      await writeDraft(page, withoutSlot(draft, draft.slot.start))
      return { to: `${bookPath(page)}/time` }
    }
    return outcome.problem === 'too-many-requests' || outcome.problem === 'booked-often' ? 'by telephone' : 'call'
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return 'unavailable'
    throw error
  }
}

/** All that questions may look at; of the database no more than they need. */
export async function askedOf(
  page: Pick<Page, 'locals'>,
  ready: Ready,
  needs: Pick<Question, 'needsTimes' | 'needsClinicians'>,
): Promise<Asked> {
  const { db, now, lang, text } = page.locals
  const { draft, published, service } = ready
  const exceptHold = draft.hold?.id
  const [times, clinicians] = await Promise.all([
    needs.needsTimes ? freeTimes(db, service, now, { exceptHold }) : [],
    needs.needsClinicians && draft.officeId
      ? referrersAt(db, service.practiceId, draft.officeId, localDay(now, published.practice.timezone))
      : [],
  ])
  return { draft, published, service, times, clinicians, now, lang, text }
}

/** Holds the chosen time, anew or for longer; without the time when somebody else was quicker. */
async function keptOpen(page: Page, before: Ready, draft: Draft, times: readonly Slot[]): Promise<Draft> {
  const { db, env, now } = page.locals
  const { slot, hold, heldSlot } = draft
  const ready = { ...before, draft }
  const { service } = ready
  if (!slot || asksForCall(ready)) return draft
  const same = heldSlot && heldSlot.start === slot.start && heldSlot.providerId === slot.providerId
  const kept =
    hold && same
      ? await keepLonger(db, service, { slot, hold }, fromOf(env, page.request.headers), now)
      : await firstKept(page, service, slot, times)
  return kept ? { ...draft, ...kept, heldSlot: kept.hold && kept.slot } : withoutSlot(draft, slot.start)
}

/** The chosen time with its provider, else with another who is free at that time in the same place. */
async function firstKept(page: Page, service: Ready['service'], slot: Slot, times: readonly Slot[]) {
  const { db, env, now } = page.locals
  const from = fromOf(env, page.request.headers)
  const others = times.filter(
    (other) =>
      other.start === slot.start && other.locationId === slot.locationId && other.providerId !== slot.providerId,
  )
  for (const one of [slot, ...others]) {
    const kept = await keep(db, service, one, from, now)
    if (kept) return kept
  }
  return null
}

const withoutSlot = (draft: Draft, gone: number): Draft => ({
  ...draft,
  slot: undefined,
  hold: undefined,
  heldSlot: undefined,
  gone,
  typed: undefined,
})

/** What is filled in, no longer than a cookie can hold. */
export function kept(fields: Fields): Fields {
  const short: Fields = {}
  let left = LARGEST_PAGE
  for (const [name, value] of Object.entries(fields)) {
    const bytes = new Uint8Array(Math.min(left, LARGEST_FIELD))
    const { read, written } = new TextEncoder().encodeInto(value, bytes)
    left -= written
    if (value) short[name] = value.slice(0, read)
  }
  return short
}

const fieldsOf = (form: FormData, names: readonly string[]): Fields =>
  Object.fromEntries(
    names.map((name) => {
      const value = form.get(name)
      return [name, typeof value === 'string' ? value.trim() : '']
    }),
  )
