import { HEADS, PREFETCHES, PREVIEWS, STAFF } from './ahead.ts'
import { APPS } from './apps.ts'
import { CRAWLERS } from './crawlers.ts'
import { DESKTOPS } from './desktops.ts'
import { LIBRARIES } from './libraries.ts'
import { MAIL } from './mail.ts'
import { MONITORS } from './monitors.ts'
import { PHONES } from './phones.ts'
import type { Asked } from './shapes.ts'

/** Every labelled request that rules may be made for, by kind. */
export const KINDS: Record<string, Asked[]> = {
  'phones and tablets': PHONES,
  computers: DESKTOPS,
  'pages inside apps': APPS,
  crawlers: CRAWLERS,
  monitors: MONITORS,
  'libraries and driven browsers': LIBRARIES,
  'mail scanners': MAIL,
  previews: PREVIEWS,
  prefetches: PREFETCHES,
  heads: HEADS,
  'staff who try a card': STAFF,
}

export const CORPUS: Asked[] = Object.values(KINDS).flat()
