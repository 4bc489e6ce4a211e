import type { ROLES } from '../../db/schema.ts'

export const SCOPES = [
  'referrers:read',
  'referrers:write',
  'links:read',
  'links:write',
  'referrals:read',
  'referrals:write',
  'bookings:read',
  'bookings:write',
  'stats:read',
  'stats:write',
  'settings:read',
  'settings:write',
] as const
export type Scope = (typeof SCOPES)[number]
export type Role = (typeof ROLES)[number]

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text)

const ROLE_SCOPES: Record<Role, readonly Scope[]> = {
  owner: SCOPES,
  'front desk': [
    'referrers:read',
    'links:read',
    'referrals:read',
    'referrals:write',
    'bookings:read',
    'bookings:write',
    'stats:read',
    'settings:read',
  ],
  provider: ['referrers:read', 'referrals:read', 'referrals:write', 'bookings:read', 'stats:read', 'settings:read'],
  // Counts, never patients' names: neither referrals nor bookings.
  liaison: ['referrers:read', 'referrers:write', 'links:read', 'links:write', 'stats:read', 'settings:read'],
  auditor: ['referrers:read', 'links:read', 'stats:read', 'settings:read'],
}

/** What a member of staff may do in a practice. */
export const scopesOf = (role: Role): readonly Scope[] => ROLE_SCOPES[role]
