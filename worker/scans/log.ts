import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'

/** The scan log of one practice. */
export class ScanLog extends DurableObject<Env> {}
