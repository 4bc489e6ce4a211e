import { randomUUID } from 'node:crypto'
import { ask } from '../api.ts'
import { PATIENT, slotsOf, type TestPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'

/** The requests of these tests, made as a patient's browser and the practice's desk make them. */
export function deskOf(stack: Stack, practice: TestPractice) {
  const path = `/api/v1/practices/${practice.slug}/bookings` as const
  return {
    slots: (days?: number) => slotsOf(stack.url, practice, days),
    book: (changed: Record<string, unknown>, key: string = randomUUID()) =>
      ask(stack.url, `POST ${path}`, {
        headers: { 'Idempotency-Key': key },
        body: { service: practice.service, patient: PATIENT, shareWithReferrer: true, ...changed },
      }),
    post: (to: string, body: unknown = {}, headers: Record<string, string> = {}) =>
      ask(stack.url, `POST /api/v1${to}` as 'POST /', { key: practice.key, body, headers }),
    get: <T = Record<string, unknown>>(from: string) =>
      ask<T>(stack.url, `GET /api/v1${from}` as 'GET /', { key: practice.key }),
    /** Today's count of a measure, over all offices. */
    async counted(measure: string): Promise<number> {
      const { rows } = await stack.db.client.execute({
        sql: "SELECT coalesce(sum(n), 0) n FROM rollups WHERE practice_id = ? AND grain = 'month' AND measure = ?",
        args: [practice.id, measure],
      })
      return Number(rows[0]?.n)
    },
    async rows(table: string): Promise<number> {
      const { rows } = await stack.db.client.execute({
        sql: `SELECT count(*) n FROM ${table} WHERE practice_id = ?`,
        args: [practice.id],
      })
      return Number(rows[0]?.n)
    },
  }
}

/** Somebody new: name and telephone (from the range for fiction) are theirs alone. */
export const patientNumber = (n: number) => ({
  name: `Patient ${'ABCDEFGHIJ'[n % 10]} Number ${n}`,
  phone: `+1 ${200 + Math.floor(n / 100)} 555 01${String(n % 100).padStart(2, '0')}`,
  dateOfBirth: '1950-06-15',
})
