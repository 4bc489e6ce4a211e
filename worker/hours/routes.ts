import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import {
  addException,
  ExceptionQuery,
  HourException,
  listExceptions,
  MadeException,
  NewException,
  removeException,
} from './exceptions.ts'
import { addFeed, CalendarFeed, listFeeds, NewCalendarFeed, removeFeed } from './feeds.ts'
import { setWeek, Week, weekOf } from './week.ts'

const tags = ['Hours']
const json = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } })
const ofService = { params: z.object({ id: z.string().max(100).describe("The service's slug or id") }) }
const ofId = { params: z.object({ id: z.string().max(100) }) }

/** When a service is given: the week, what is different on some days, and what other calendars say is taken. */
export const hourRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/services/{id}/hours',
      tags,
      summary: 'The week of a service',
      description: 'Who sees patients for it, where and when, on the wall clock of the location.',
      middleware: [allow('settings:read')],
      request: ofService,
      responses: responses(200, 'The week', Week, 'not-found'),
    }),
    async (c) => {
      const week = await weekOf(c.var.db, c.var.caller.practiceId, c.req.valid('param').id)
      return week ? c.json(week, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/services/{id}/hours',
      tags,
      summary: 'Replace the week of a service',
      description:
        'The whole of it at once. Hours of one provider may not overlap. Slots begin at "opens" and then every stepMinutes ' +
        'of the service. Bookings that were made already stay.',
      middleware: [allow('settings:write')],
      request: { ...ofService, body: json(Week) },
      responses: responses(200, 'The week', Week, 'not-json', 'not-found', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep } = c.var
      const set = await setWeek(db, caller.practiceId, c.req.valid('param').id, c.req.valid('json'), keep)
      if (set.ok) return c.json(set.week, 200)
      return problem(c, set.problem, 'errors' in set ? { errors: set.errors } : {})
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/hour-exceptions',
      tags,
      summary: 'List closed days and extra hours',
      description: 'In the order in which they were made.',
      middleware: [allow('settings:read')],
      request: { query: ExceptionQuery },
      responses: responses(200, 'What differs from the week', listOf(HourException), 'invalid'),
    }),
    async (c) => c.json(await listExceptions(c.var.db, c.var.caller.practiceId, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/hour-exceptions',
      tags,
      summary: 'Close some days, or add hours',
      description:
        'A closing holds for all, or for one provider, location or service, for whole days or part of each, and for extra ' +
        'hours too. Extra hours are of one provider at one location for one service. Bookings stay: a closing tells how ' +
        'many lie in it.',
      middleware: [allow('settings:write')],
      request: { body: json(NewException) },
      responses: responses(201, 'What differs from the week', MadeException, 'not-json', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const made = await addException(db, caller, c.req.valid('json'), keep, now)
      return made.ok ? c.json(made.exception, 201) : problem(c, 'invalid', { errors: made.errors })
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/hour-exceptions/{id}',
      tags,
      summary: 'Take a closing or extra hours back',
      description: 'The week holds again. Bookings made in extra hours stay.',
      middleware: [allow('settings:write')],
      request: ofId,
      responses: responses(200, 'What is gone', HourException, 'not-found'),
    }),
    async (c) => {
      const { db, caller, keep } = c.var
      const removed = await removeException(db, caller.practiceId, c.req.valid('param').id, keep)
      return removed ? c.json(removed, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/calendar-feeds',
      tags,
      summary: 'List the calendars whose busy times are read',
      description: 'Their addresses are secrets and are not shown.',
      middleware: [allow('settings:read')],
      request: { query: ListQuery },
      responses: responses(200, 'The calendars', listOf(CalendarFeed), 'invalid'),
    }),
    async (c) => c.json(await listFeeds(c.var.db, c.var.caller.practiceId, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/calendar-feeds',
      tags,
      summary: "Read a provider's busy times from a calendar elsewhere",
      description:
        'An iCalendar at an https address of the public internet, read every 15 minutes; only from when to when the ' +
        'provider is busy is kept. Whole days, and times without a zone, are those of the practice. Where reading fails ' +
        'the last busy times stay, and "trouble" says why. A service whose calendar is "imported" is booked online only ' +
        'while every one of its providers has a calendar that was read within 24 hours.',
      middleware: [allow('settings:write')],
      request: { body: json(NewCalendarFeed) },
      responses: responses(201, 'The calendar', CalendarFeed, 'not-json', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const made = await addFeed(db, c.env, caller, c.req.valid('json'), keep, now)
      return made.ok ? c.json(made.feed, 201) : problem(c, 'invalid', { errors: made.errors })
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/calendar-feeds/{id}',
      tags,
      summary: 'Read a calendar no longer',
      description: 'Its address and its busy times are forgotten at once.',
      middleware: [allow('settings:write')],
      request: ofId,
      responses: responses(200, 'The calendar that is gone', CalendarFeed, 'not-found'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const removed = await removeFeed(db, caller.practiceId, c.req.valid('param').id, keep, now)
      return removed ? c.json(removed, 200) : problem(c, 'not-found')
    },
  )
