import type { APIContext } from 'astro'
import { DatabaseUnavailable } from '../../db/database.ts'
import { fromOf } from '../../worker/bookings/budget.ts'
import { bookOnce } from '../../worker/bookings/form.ts'
import { postSoon } from '../../worker/bookings/post.ts'
import { confirmVisit } from '../../worker/scans/visits.ts'
import { freeTimes, keep, keepLonger, type Slot } from '../calendar.ts'
import { CHECK, DONE, nextStep } from './all.ts'
import { bookPath, clearDraft, type Draft, writeDone, writeDraft } from './draft.ts'
import type { Ready } from './open.ts'
import type { Asked, Fields, Question } from './question.ts'

type Page = Pick<APIContext, 'cookies' | 'locals' | 'params' | 'request'>

/**
 * Where the browser goes on (303, so that the back button never asks to send again), that the database is away, or that
 * a person is to call, whose answers are kept.
 */
export type Sent = { to: string } | 'unavailable' | 'by telephone'

/** The field that no person fills in (site/components/Unasked.astro). */
export const UNASKED = 'more'
/** Nobody answers all questions so soon after the first; a program that does not wait does. As a limit, only where it is known who asks. */
const LEAST_MS = 500

/** Characters, and bytes, of which a field is kept no more: browsers drop a cookie of over 4 kB. */
const LONGEST_FIELD = 300
const LARGEST_FIELD = 800

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
      await writeDraft(page, { ...draft, typed: { step: question.step, fields } })
      return here
    }
    const answered: Draft = { ...draft, ...answer.adds, typed: undefined }
    await writeDraft(page, answered)
    const kept = await keptOpen(page, ready, answered, asked.times)
    await writeDraft(page, kept)
    return { to: `${bookPath(page)}/${nextStep(kept)}` }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return 'unavailable'
    throw error
  }
}

/** Books what was checked. Sent twice, it books once; a time that is gone leads to the nearest free ones. */
export async function sendBooking(page: Page, ready: Ready): Promise<Sent | 'call'> {
  const { draft, published } = ready
  const { db, env, now, lang, cfContext } = page.locals
  if (nextStep(draft) !== CHECK || !draft.slot || !draft.name) return { to: `${bookPath(page)}/${nextStep(draft)}` }
  const form = await page.request.formData()
  const from = fromOf(env, page.request.headers)
  if (form.get(UNASKED) || (from && now - draft.begun < LEAST_MS)) return 'by telephone'
  const receipt = draft.receipt?.from === 'address' ? { receipt: draft.receipt.text } : {}
  const browserReceipt = draft.receipt?.from === 'cookie' ? { browserReceipt: draft.receipt.text } : {}
  try {
    const outcome = await bookOnce(
      db,
      env,
      published.practice,
      {
        service: ready.service.id,
        start: new Date(draft.slot.start).toISOString(),
        providerId: draft.slot.providerId,
        patient: { name: draft.name, email: draft.email, phone: draft.phone, dateOfBirth: draft.birth },
        ...receipt,
        ...browserReceipt,
        statedReferrer: draft.told || undefined,
        shareWithReferrer: draft.share,
        locale: lang,
        holdId: draft.hold?.id,
      },
      draft.key,
      now,
      from,
    )
    if (outcome.ok) {
      const visit = receipt.receipt && {
        practice: published.practice.slug,
        text: receipt.receipt,
        how: 'booking' as const,
      }
      if (visit) cfContext.waitUntil(confirmVisit({ env, ctx: cfContext, now }, page.request, visit))
      const { id, reference } = outcome.booking
      const mailed = draft.email !== undefined
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

export async function askedOf(page: Page, ready: Ready, question: Question): Promise<Asked> {
  const { db, now, text } = page.locals
  const exceptHold = ready.draft.hold?.id
  const times = question.needsTimes ? await freeTimes(db, ready.service, now, { exceptHold }) : []
  return { ...ready, times, now, text }
}

/** Holds the chosen time, anew or for longer; without the time when somebody else was quicker. */
async function keptOpen(page: Page, { service }: Ready, draft: Draft, times: readonly Slot[]): Promise<Draft> {
  const { db, env, now } = page.locals
  const { slot, hold, heldSlot } = draft
  if (!slot) return draft
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

function cut(text: string): string {
  const kept = new Uint8Array(LARGEST_FIELD)
  const { read } = new TextEncoder().encodeInto(text.slice(0, LONGEST_FIELD), kept)
  return text.slice(0, read)
}

const fieldsOf = (form: FormData, names: readonly string[]): Fields =>
  Object.fromEntries(
    names.map((name) => {
      const value = form.get(name)
      return [name, typeof value === 'string' ? cut(value.trim()) : '']
    }),
  )
