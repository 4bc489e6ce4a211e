import { expect, test } from 'vitest'
import { allow, permissionsOf } from '../../worker/access/allow.ts'
import { api } from '../../worker/http.ts'

test('a route without a permission stops the start, and says which', () => {
  const v1 = api()
  v1.get('/patients', (c) => c.json({}))
  expect(() => permissionsOf(v1.routes)).toThrow(/^GET \/patients states no permission/)
})

test('a route asks for the scope that it states, also in a sub-app', () => {
  const sub = api()
  sub.get('/patients/:id', allow('bookings:read'), (c) => c.json({}))
  const v1 = api()
  v1.route('/', sub)
  expect(permissionsOf(v1.routes)).toEqual([{ method: 'GET', path: '/patients/:id', scope: 'bookings:read' }])
})

test('free times and bookings are for anybody, whatever their parameters are called', () => {
  const v1 = api()
  v1.get('/practices/:p/services/:s/slots', (c) => c.json({}))
  v1.post('/practices/:slug/bookings', (c) => c.json({}))
  expect(permissionsOf(v1.routes).map(({ scope }) => scope)).toEqual(['anybody', 'anybody'])
  v1.get('/practices/:slug/bookings', (c) => c.json({}))
  expect(() => permissionsOf(v1.routes)).toThrow()
})
