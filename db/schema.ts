import {
  foreignKey,
  index,
  integer,
  primaryKey,
  type SQLiteColumn,
  sqliteTable,
  text,
  unique,
} from 'drizzle-orm/sqlite-core'

/*
 * Every instant is an integer, milliseconds since 1970 in UTC; every local date is text, YYYY-MM-DD.
 * Columns marked sealed hold ciphertext (worker/practices/seal.ts). `by` names who acted: `staff:ID`, `key:ID`,
 * `patient` or `system`. A key is (practiceId, id), and so is every reference: no row can point into another practice.
 */

const practiceId = () =>
  text()
    .notNull()
    .references(() => practices.id)
const instant = () => integer().notNull()

type Owned = { practiceId: SQLiteColumn; id: SQLiteColumn }
const key = (t: Owned) => primaryKey({ columns: [t.practiceId, t.id] })
const belongs = (t: { practiceId: SQLiteColumn }, column: SQLiteColumn, to: Owned) =>
  foreignKey({ columns: [t.practiceId, column], foreignColumns: [to.practiceId, to.id] })

export const LINK_CHANNELS = ['card', 'poster', 'letter', 'email', 'ehr', 'other'] as const
export const SERVICE_MODES = ['request', 'book', 'elsewhere'] as const
export const HIT_CLASSES = ['person', 'bot', 'preview', 'prefetch', 'head', 'staff'] as const
export const EVIDENCE = ['office', 'code', 'visit', 'browser', 'patient', 'letter', 'system', 'none'] as const
export const ROLES = ['owner', 'front desk', 'provider', 'liaison', 'auditor'] as const
/** Who makes a booking, as seen from the patient: `parent` books for a child of theirs. */
export const RELATIONSHIPS = ['self', 'parent', 'guardian', 'partner', 'child', 'carer', 'other'] as const
export const MAIL_KINDS = ['confirmation', 'reminder', 'change', 'cancellation', 'request'] as const
export const EVENT_KINDS = ['scan', 'visit', 'call', 'booking'] as const
/** A held slot is a row of `holds`; a booking begins as booked. Those of ACTIVE_BOOKING occupy the provider's time. */
export const BOOKING_STATUSES = [
  'booked',
  'arrived',
  'fulfilled',
  'cancelled',
  'rescheduled',
  'no_show',
  'waitlisted',
  'entered_in_error',
] as const
export const REFERRAL_STATUSES = [
  'landed',
  'requested',
  'scheduled',
  'seen',
  'reported',
  'no_response',
  'declined_by_patient',
  'declined_by_practice',
  'referred_elsewhere',
  'duplicate',
  'entered_in_error',
] as const

/* ---- practices ---- */

export const practices = sqliteTable('practices', {
  id: text().primaryKey(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  /** IANA zone in which days and months are counted. */
  timezone: text().notNull(),
  phone: text().notNull().default(''),
  /** #rrggbb, checked for contrast when it is chosen. */
  accent: text().notNull().default('#0f5f6b'),
  /** A: no patient is stored; B: patients ask to be called; C: full booking. */
  mode: text({ enum: ['attribution', 'request', 'booking'] })
    .notNull()
    .default('attribution'),
  locale: text().notNull().default('en'),
  /** For referring offices, and printed in their kit: the line that is answered at once, and where records go. */
  backLine: text().notNull().default(''),
  recordsTo: text().notNull().default(''),
  /** The insurers whose patients are seen, a line each. */
  insurers: text().notNull().default(''),
  /** Who asks to be called is called within so many minutes of the hours in which the telephone is answered. */
  callBackMinutes: integer().notNull().default(240),
  /** Contact data is erased so many days after the last visit. */
  retentionDays: integer().notNull().default(400),
  createdAt: instant(),
})

/** What a practice says of itself on its landing pages, in one language; an empty text is not shown. */
export const practiceTexts = sqliteTable(
  'practice_texts',
  {
    practiceId: practiceId(),
    locale: text().notNull(),
    about: text().notNull().default(''),
    interpreter: text().notNull().default(''),
    changing: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.practiceId, t.locale] })],
)

/** When the practice's telephone is answered, on its own wall clock. */
export const phoneHours = sqliteTable(
  'phone_hours',
  {
    practiceId: practiceId(),
    /** 1 is Monday, 7 is Sunday. */
    weekday: integer().notNull(),
    /** Minutes after midnight. */
    opens: integer().notNull(),
    closes: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.practiceId, t.weekday, t.opens] })],
)

/** The practice's data keys, each wrapped by the deployment's master key. The newest encrypts; all decrypt. */
export const practiceKeys = sqliteTable(
  'practice_keys',
  { practiceId: practiceId(), id: text().notNull(), wrapped: text().notNull(), createdAt: instant() },
  (t) => [key(t)],
)

/** Addresses at which a practice's cards and patient pages answer. Rows are never removed: cards are printed. */
export const hosts = sqliteTable('hosts', {
  host: text().primaryKey(),
  practiceId: practiceId(),
  isPrimary: integer({ mode: 'boolean' }).notNull(),
  createdAt: instant(),
})

export const locations = sqliteTable(
  'locations',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    name: text().notNull(),
    timezone: text().notNull(),
    phone: text().notNull().default(''),
    /** Lines of the postal address, separated by newlines. */
    address: text().notNull().default(''),
    directions: text().notNull().default(''),
    parking: text().notNull().default(''),
    stepFree: text().notNull().default(''),
  },
  (t) => [key(t)],
)

export const providers = sqliteTable(
  'providers',
  { practiceId: practiceId(), id: text().notNull(), name: text().notNull(), specialty: text().notNull().default('') },
  (t) => [key(t)],
)

export const services = sqliteTable(
  'services',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    slug: text().notNull(),
    name: text().notNull(),
    /** Order in lists, lowest first. */
    position: integer().notNull(),
    mode: text({ enum: SERVICE_MODES }).notNull().default('request'),
    minutes: integer().notNull(),
    /** Patients in one slot; more than 1 is a group clinic. */
    capacity: integer().notNull().default(1),
    /** Slots begin every so many minutes within the opening hours. */
    stepMinutes: integer().notNull(),
    /** A slot is offered at the earliest so many minutes before it begins, and at the latest so many days ahead. */
    leadMinutes: integer().notNull().default(120),
    horizonDays: integer().notNull().default(60),
    /** Where mode is `elsewhere`: the practice's own scheduler. */
    schedulerUrl: text(),
    /** The provider is free of other appointments for so long before and after. */
    bufferBeforeMinutes: integer().notNull().default(0),
    bufferAfterMinutes: integer().notNull().default(0),
    /** Booked online only where this calendar is the providers' only one, or their busy times are imported. */
    calendar: text({ enum: ['only', 'imported'] })
      .notNull()
      .default('only'),
    /** Asks for the reason in the patient's own words; off, since nobody reads them overnight. */
    asksFreeReason: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (t) => [key(t), unique().on(t.practiceId, t.slug)],
)

/** What the landing page says of a service, in one language; an empty text is not shown. */
export const serviceTexts = sqliteTable(
  'service_texts',
  {
    practiceId: practiceId(),
    serviceId: text().notNull(),
    locale: text().notNull(),
    name: text().notNull(),
    summary: text().notNull().default(''),
    visit: text().notNull().default(''),
    bring: text().notNull().default(''),
    cost: text().notNull().default(''),
    insurance: text().notNull().default(''),
    driver: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.practiceId, t.serviceId, t.locale] }), belongs(t, t.serviceId, services)],
)

export const weeklyHours = sqliteTable(
  'weekly_hours',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    providerId: text().notNull(),
    locationId: text().notNull(),
    serviceId: text().notNull(),
    /** 1 is Monday, 7 is Sunday. */
    weekday: integer().notNull(),
    /** Minutes after midnight on the wall clock of the location. */
    opens: integer().notNull(),
    closes: integer().notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.providerId, providers),
    belongs(t, t.locationId, locations),
    belongs(t, t.serviceId, services),
    index('weekly_hours_by_service').on(t.practiceId, t.serviceId),
  ],
)

/** A closed day, a holiday, extra hours. Null means every one: a closing without a provider closes for all. */
export const hourExceptions = sqliteTable(
  'hour_exceptions',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    kind: text({ enum: ['closed', 'extra'] }).notNull(),
    providerId: text(),
    locationId: text(),
    serviceId: text(),
    /** Local days of the location, both included. */
    fromDay: text().notNull(),
    untilDay: text().notNull(),
    /** Minutes after midnight; null where it is the whole day. */
    opens: integer(),
    closes: integer(),
    note: text().notNull().default(''),
    createdAt: instant(),
    by: text().notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.providerId, providers),
    belongs(t, t.locationId, locations),
    belongs(t, t.serviceId, services),
    index('hour_exceptions_by_day').on(t.practiceId, t.untilDay),
  ],
)

/** A calendar elsewhere whose busy times are fetched (iCalendar). */
export const calendarFeeds = sqliteTable(
  'calendar_feeds',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    providerId: text().notNull(),
    /** sealed: whoever has it can read the calendar */
    url: text().notNull(),
    createdAt: instant(),
    by: text().notNull(),
    /** The last time it was read whole; null before the first. */
    readAt: integer(),
    /** The last time it was asked for, and what went wrong then; null where nothing did. */
    triedAt: integer(),
    trouble: text(),
    removedAt: integer(),
  },
  (t) => [key(t), belongs(t, t.providerId, providers)],
)

/** What a feed said is taken; replaced whole each time it is read. */
export const busyTimes = sqliteTable(
  'busy_times',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    feedId: text().notNull(),
    providerId: text().notNull(),
    startsAt: instant(),
    endsAt: instant(),
  },
  (t) => [
    key(t),
    belongs(t, t.feedId, calendarFeeds),
    belongs(t, t.providerId, providers),
    index('busy_times_by_provider').on(t.practiceId, t.providerId, t.startsAt),
    index('busy_times_by_feed').on(t.practiceId, t.feedId),
  ],
)

/** Asked of the patient before times are shown (`way`, at most three a service), or for the reason of the visit. */
export const serviceQuestions = sqliteTable(
  'service_questions',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    serviceId: text().notNull(),
    position: integer().notNull(),
    purpose: text({ enum: ['way', 'reason'] }).notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.serviceId, services),
    index('service_questions_by_service').on(t.practiceId, t.serviceId),
  ],
)

/** One choice, and where it leads: on, to another service, to a request to be called, or to the telephone. */
export const serviceAnswers = sqliteTable(
  'service_answers',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    questionId: text().notNull(),
    position: integer().notNull(),
    leadsTo: text({ enum: ['on', 'service', 'request', 'phone'] })
      .notNull()
      .default('on'),
    toServiceId: text(),
  },
  (t) => [
    key(t),
    belongs(t, t.questionId, serviceQuestions),
    belongs(t, t.toServiceId, services),
    index('service_answers_by_question').on(t.practiceId, t.questionId),
  ],
)

/** The words of a question or of an answer, in one language; `id` is the question's or the answer's. */
export const questionTexts = sqliteTable(
  'question_texts',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    locale: text().notNull(),
    text: text().notNull(),
    hint: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.practiceId, t.id, t.locale] })],
)

/* ---- referrers and links ---- */

export const offices = sqliteTable(
  'offices',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    name: text().notNull(),
    phone: text(),
    fax: text(),
    email: text(),
    address: text(),
    createdAt: instant(),
  },
  (t) => [key(t)],
)

export const referrers = sqliteTable(
  'referrers',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    name: text().notNull(),
    npi: text(),
    specialty: text(),
    createdAt: instant(),
  },
  (t) => [key(t), unique().on(t.practiceId, t.npi)],
)

/** Where a referrer works, from a local day and, once known, until one (both included). */
export const referrerOffices = sqliteTable(
  'referrer_offices',
  {
    practiceId: practiceId(),
    referrerId: text().notNull(),
    officeId: text().notNull(),
    fromDay: text().notNull(),
    untilDay: text(),
  },
  (t) => [
    primaryKey({ columns: [t.practiceId, t.referrerId, t.officeId, t.fromDay] }),
    belongs(t, t.referrerId, referrers),
    belongs(t, t.officeId, offices),
    index('referrer_offices_by_office').on(t.practiceId, t.officeId),
  ],
)

export const links = sqliteTable(
  'links',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    /** Eight symbols, check symbol last, no hyphen. Unique in the deployment and never given out again. */
    code: text().notNull().unique(),
    alias: text().unique(),
    officeId: text().notNull(),
    /** Null where the pad is shared: then the card proves the office alone. */
    referrerId: text(),
    serviceId: text().notNull(),
    channel: text({ enum: LINK_CHANNELS }).notNull(),
    label: text(),
    createdAt: instant(),
    by: text().notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.officeId, offices),
    belongs(t, t.referrerId, referrers),
    belongs(t, t.serviceId, services),
    index('links_by_referrer').on(t.practiceId, t.referrerId),
  ],
)

export const linkRetirements = sqliteTable(
  'link_retirements',
  { practiceId: practiceId(), linkId: text().notNull(), at: instant(), by: text().notNull() },
  (t) => [primaryKey({ columns: [t.practiceId, t.linkId] }), belongs(t, t.linkId, links)],
)

/** What was decided of a link after it was made; each row says all of it, and the highest version holds. */
export const linkChanges = sqliteTable(
  'link_changes',
  {
    practiceId: practiceId(),
    linkId: text().notNull(),
    version: integer().notNull(),
    /** Where it leads now. */
    serviceId: text().notNull(),
    label: text(),
    /** Local days, both included; until null: until somebody ends it. */
    pausedFromDay: text(),
    pausedUntilDay: text(),
    /** The last local day on which it is active. */
    expiresDay: text(),
    at: instant(),
    by: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.practiceId, t.linkId, t.version] }),
    belongs(t, t.linkId, links),
    belongs(t, t.serviceId, services),
  ],
)

/**
 * A print run. It is a link of its own, so that its code tells which pad a patient held, made for the link whose office,
 * referrer and service it shares.
 */
export const batches = sqliteTable(
  'batches',
  {
    practiceId: practiceId(),
    /** The link that was made for this run. */
    linkId: text().notNull(),
    /** The link of which cards were printed. */
    ofLinkId: text().notNull(),
    quantity: integer().notNull(),
    /** Hits before this local day are tests. */
    handOutDay: text().notNull(),
    desk: text(),
    note: text(),
    at: instant(),
    by: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.practiceId, t.linkId] }),
    belongs(t, t.linkId, links),
    belongs(t, t.ofLinkId, links),
    index('batches_by_link').on(t.practiceId, t.ofLinkId),
  ],
)

/* ---- what happened ---- */

/** Every hit of a link; those of class `person` are scans. Office and referrer are those of the link at that moment. */
export const scans = sqliteTable(
  'scans',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    linkId: text().notNull(),
    officeId: text().notNull(),
    referrerId: text(),
    at: instant(),
    class: text({ enum: HIT_CLASSES }).notNull(),
    via: text({ enum: ['qr', 'click', 'typed'] }).notNull(),
    /** Ids of the rules that matched, separated by spaces, and the version of the rules. */
    rules: text().notNull(),
    rulesVersion: integer().notNull(),
    /** What the rules looked at, as far as it is kept (worker/scans/features.ts): never a user agent. */
    features: text().notNull().default(''),
    /** The redirect left before the log had it on disk. */
    isLate: integer({ mode: 'boolean' }).notNull().default(false),
    device: text().notNull(),
    browser: text().notNull(),
    country: text(),
    region: text(),
  },
  (t) => [
    key(t),
    belongs(t, t.linkId, links),
    belongs(t, t.officeId, offices),
    belongs(t, t.referrerId, referrers),
    index('scans_by_time').on(t.practiceId, t.at),
  ],
)

/** A scan whose landing page was really shown. Carries the scan's own facts, since it may arrive before the scan. */
export const visits = sqliteTable(
  'visits',
  {
    practiceId: practiceId(),
    /** The id of the scan. */
    id: text().notNull(),
    linkId: text().notNull(),
    officeId: text().notNull(),
    referrerId: text(),
    at: instant(),
    how: text({ enum: ['script', 'image', 'booking'] }).notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.linkId, links),
    belongs(t, t.officeId, offices),
    belongs(t, t.referrerId, referrers),
    index('visits_by_time').on(t.practiceId, t.at),
  ],
)

/**
 * What happened, in the order in which the database took it: the live feed goes along `seq`. Written in the same batch
 * as the row that it tells of, and forgotten after some days.
 */
export const events = sqliteTable(
  'events',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    practiceId: practiceId(),
    kind: text({ enum: EVENT_KINDS }).notNull(),
    /** Of the scan, visit, call or booking. */
    id: text().notNull(),
    at: instant(),
    officeId: text(),
    referrerId: text(),
    linkId: text(),
  },
  (t) => [
    belongs(t, t.officeId, offices),
    belongs(t, t.referrerId, referrers),
    belongs(t, t.linkId, links),
    index('events_by_practice').on(t.practiceId, t.seq),
  ],
)

export const patients = sqliteTable(
  'patients',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    /** sealed */
    name: text(),
    /** sealed */
    email: text(),
    /** sealed, E.164 */
    phone: text(),
    /** sealed, YYYY-MM-DD */
    dateOfBirth: text(),
    /** sealed: who booked for them and gets the messages; null where they did it themselves */
    actingName: text(),
    relationship: text({ enum: RELATIONSHIPS }),
    /** Null where nobody asked. */
    mayLeaveMessage: integer({ mode: 'boolean' }),
    agreesToMail: integer({ mode: 'boolean' }),
    wantsReminder: integer({ mode: 'boolean' }),
    /** Keyed hashes for look-up. */
    nameIndex: text(),
    phoneIndex: text(),
    emailIndex: text(),
    birthIndex: text(),
    createdAt: instant(),
    erasedAt: integer(),
  },
  (t) => [
    key(t),
    index('patients_by_phone').on(t.practiceId, t.phoneIndex),
    index('patients_by_name').on(t.practiceId, t.nameIndex),
    index('patients_by_birth').on(t.practiceId, t.birthIndex),
  ],
)

/**
 * One patient, one problem. Bookings that join it bring contact details of their own (bookings.patientId): a stranger
 * who knows a name and a telephone number must not be able to change where another's messages go.
 */
export const referrals = sqliteTable(
  'referrals',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    patientId: text().notNull(),
    serviceId: text().notNull(),
    openedAt: instant(),
    /** sealed: whom the patient named when asked who told them about the practice */
    statedReferrer: text(),
    /** Keyed hash of patient and service while the referral is open, so that two requests at once open only one. */
    openKey: text(),
  },
  (t) => [
    key(t),
    unique().on(t.practiceId, t.openKey),
    belongs(t, t.patientId, patients),
    belongs(t, t.serviceId, services),
    index('referrals_by_patient').on(t.practiceId, t.patientId),
    index('referrals_by_time').on(t.practiceId, t.openedAt),
  ],
)

/** The newest event is the status. */
export const referralEvents = sqliteTable(
  'referral_events',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    referralId: text().notNull(),
    status: text({ enum: REFERRAL_STATUSES }).notNull(),
    at: instant(),
    by: text().notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.referralId, referrals),
    index('referral_events_by_referral').on(t.practiceId, t.referralId, t.at),
  ],
)

/** May the referring office hear of this referral? The newest answer holds. */
export const consents = sqliteTable(
  'consents',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    referralId: text().notNull(),
    answer: text({ enum: ['yes', 'no', 'not asked'] }).notNull(),
    at: instant(),
    by: text().notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.referralId, referrals),
    index('consents_by_referral').on(t.practiceId, t.referralId, t.at),
  ],
)

export const calls = sqliteTable(
  'calls',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    officeId: text().notNull(),
    referrerId: text(),
    linkId: text(),
    serviceId: text(),
    referralId: text(),
    /** sealed: nobody should write a patient's name here, but somebody will */
    note: text(),
    at: instant(),
    by: text().notNull(),
  },
  (t) => [
    key(t),
    belongs(t, t.officeId, offices),
    belongs(t, t.referrerId, referrers),
    belongs(t, t.linkId, links),
    belongs(t, t.serviceId, services),
    belongs(t, t.referralId, referrals),
    index('calls_by_time').on(t.practiceId, t.at),
  ],
)

/** A patient who asks to be called to find a time. */
export const requests = sqliteTable(
  'requests',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    referralId: text().notNull(),
    patientId: text().notNull(),
    serviceId: text().notNull(),
    reference: text().notNull(),
    locale: text().notNull(),
    /** sealed: JSON, when the patient can come and be called */
    times: text().notNull(),
    /** sealed */
    reason: text(),
    /** sealed: JSON, the ids of the answers that were chosen */
    answers: text(),
    /** By when the patient was told that we call. */
    callBy: instant(),
    createdAt: instant(),
    /** When somebody reached them, or gave up. */
    closedAt: integer(),
  },
  (t) => [
    key(t),
    unique().on(t.practiceId, t.reference),
    belongs(t, t.referralId, referrals),
    belongs(t, t.patientId, patients),
    belongs(t, t.serviceId, services),
    index('requests_by_creation').on(t.practiceId, t.createdAt),
    index('requests_by_referral').on(t.practiceId, t.referralId),
  ],
)

/** A tap on the telephone number of a landing page: a call that was begun, not one that was answered. */
export const callStarts = sqliteTable(
  'call_starts',
  {
    practiceId: practiceId(),
    /** The id of the scan: one a visit. */
    id: text().notNull(),
    linkId: text().notNull(),
    officeId: text().notNull(),
    referrerId: text(),
    at: instant(),
  },
  (t) => [
    key(t),
    belongs(t, t.linkId, links),
    belongs(t, t.officeId, offices),
    belongs(t, t.referrerId, referrers),
    index('call_starts_by_time').on(t.practiceId, t.at),
  ],
)

/** A booking that another system took and reported back; it has no patient here. */
export const conversions = sqliteTable(
  'conversions',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    referralId: text().notNull(),
    serviceId: text().notNull(),
    /** What makes it the same when it is reported again: the scan of the receipt, or the other system's own number. */
    reportedAs: text().notNull(),
    createdAt: instant(),
    by: text().notNull(),
  },
  (t) => [
    key(t),
    unique().on(t.practiceId, t.reportedAs),
    belongs(t, t.referralId, referrals),
    belongs(t, t.serviceId, services),
    index('conversions_by_creation').on(t.practiceId, t.createdAt),
  ],
)

export const bookings = sqliteTable(
  'bookings',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    referralId: text().notNull(),
    /** The contact details given with this booking. */
    patientId: text().notNull(),
    serviceId: text().notNull(),
    providerId: text().notNull(),
    locationId: text().notNull(),
    startsAt: instant(),
    endsAt: instant(),
    /** The service's capacity when booked; the overlap trigger counts against it. */
    capacity: integer().notNull(),
    /** The newest row of booking_events, kept here for the overlap trigger and for lists. */
    status: text({ enum: BOOKING_STATUSES }).notNull(),
    /** What the patient is told and may read out: eight symbols. */
    reference: text().notNull(),
    via: text({ enum: ['online', 'desk'] }).notNull(),
    locale: text().notNull(),
    /** sealed */
    reason: text(),
    /** sealed: JSON, the ids of the answers that were chosen */
    answers: text(),
    /**
     * What the provider's time is taken from and until, buffers included; null: from its start, until its end.
     * Never longer than a day: the overlap triggers search no further (db/migrations/0004_buffers.sql).
     */
    busyFrom: integer(),
    busyUntil: integer(),
    /** Of the calendar file: one higher with every change (RFC 5545, SEQUENCE). */
    sequence: integer().notNull().default(0),
    createdAt: instant(),
    /** When the rollups count it as cancelled: when that was said. Null while it is not. */
    cancelledAt: integer(),
    /** When the rollups count it as seen: the start, or when it was recorded if that was earlier. Null while it is not. */
    seenAt: integer(),
    movedFrom: text(),
  },
  (t) => [
    key(t),
    unique().on(t.practiceId, t.reference),
    belongs(t, t.referralId, referrals),
    belongs(t, t.patientId, patients),
    belongs(t, t.serviceId, services),
    belongs(t, t.providerId, providers),
    belongs(t, t.locationId, locations),
    belongs(t, t.movedFrom, t),
    index('bookings_by_provider').on(t.practiceId, t.providerId, t.startsAt),
    index('bookings_by_start').on(t.practiceId, t.startsAt),
    index('bookings_by_creation').on(t.practiceId, t.createdAt),
    index('bookings_by_referral').on(t.practiceId, t.referralId),
  ],
)

/** Appointment changes are events; nothing is overwritten. */
export const bookingEvents = sqliteTable(
  'booking_events',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    bookingId: text().notNull(),
    status: text({ enum: BOOKING_STATUSES }).notNull(),
    at: instant(),
    by: text().notNull(),
    /** sealed */
    reason: text(),
  },
  (t) => [
    key(t),
    belongs(t, t.bookingId, bookings),
    index('booking_events_by_booking').on(t.practiceId, t.bookingId, t.at),
  ],
)

/** A slot kept for somebody who is still typing. */
export const holds = sqliteTable(
  'holds',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    serviceId: text().notNull(),
    providerId: text().notNull(),
    locationId: text().notNull(),
    startsAt: instant(),
    endsAt: instant(),
    capacity: integer().notNull(),
    /** As of a booking. */
    busyFrom: integer(),
    busyUntil: integer(),
    madeAt: instant(),
    until: instant(),
  },
  (t) => [
    key(t),
    belongs(t, t.serviceId, services),
    belongs(t, t.providerId, providers),
    belongs(t, t.locationId, locations),
    index('holds_by_provider').on(t.practiceId, t.providerId, t.startsAt),
    index('holds_by_end').on(t.until),
  ],
)

/** To whom a referral is credited, at two levels, each with its evidence. The highest version holds. */
export const credits = sqliteTable(
  'credits',
  {
    practiceId: practiceId(),
    referralId: text().notNull(),
    version: integer().notNull(),
    officeId: text(),
    officeEvidence: text({ enum: EVIDENCE }).notNull(),
    referrerId: text(),
    referrerEvidence: text({ enum: EVIDENCE }).notNull(),
    linkId: text(),
    /** No reference: the scan may still be on its way from the log. */
    scanId: text(),
    windowDays: integer().notNull(),
    ruleVersion: integer().notNull(),
    at: instant(),
    by: text().notNull(),
    note: text(),
  },
  (t) => [
    primaryKey({ columns: [t.practiceId, t.referralId, t.version] }),
    belongs(t, t.referralId, referrals),
    belongs(t, t.officeId, offices),
    belongs(t, t.referrerId, referrers),
    belongs(t, t.linkId, links),
    index('credits_by_scan').on(t.practiceId, t.scanId),
  ],
)

/**
 * Counts, kept in the same write batch as the facts they count (worker/counts). `bucket` is a UTC quarter of an hour
 * (2026-11-23T17:45Z), or a day (2026-11-23) or month (2026-11) in the practice's zone. '' stands for "none".
 */
export const rollups = sqliteTable(
  'rollups',
  {
    practiceId: practiceId(),
    grain: text({ enum: ['quarter', 'day', 'month'] }).notNull(),
    bucket: text().notNull(),
    officeId: text().notNull(),
    referrerId: text().notNull(),
    linkId: text().notNull(),
    measure: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.practiceId, t.grain, t.bucket, t.officeId, t.referrerId, t.linkId, t.measure] })],
)

/* ---- access ---- */

export const apiKeys = sqliteTable(
  'api_keys',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    name: text().notNull(),
    /** SHA-256 of the key, base64url. */
    hash: text().notNull().unique(),
    /** Separated by spaces. */
    scopes: text().notNull(),
    createdAt: instant(),
    expiresAt: integer(),
    revokedAt: integer(),
  },
  (t) => [key(t)],
)

/** A person; may belong to several practices. */
export const staff = sqliteTable('staff', { id: text().primaryKey(), name: text().notNull(), createdAt: instant() })

export const memberships = sqliteTable(
  'memberships',
  {
    practiceId: practiceId(),
    staffId: text()
      .notNull()
      .references(() => staff.id),
    role: text({ enum: ROLES }).notNull(),
    createdAt: instant(),
    endedAt: integer(),
  },
  (t) => [primaryKey({ columns: [t.practiceId, t.staffId] })],
)

const membership = (t: { practiceId: SQLiteColumn; staffId: SQLiteColumn }) =>
  foreignKey({ columns: [t.practiceId, t.staffId], foreignColumns: [memberships.practiceId, memberships.staffId] })

/** One-time links; what is stored is the SHA-256 of the token. */
export const signInLinks = sqliteTable(
  'sign_in_links',
  {
    hash: text().primaryKey(),
    practiceId: practiceId(),
    staffId: text().notNull(),
    createdAt: instant(),
    expiresAt: instant(),
    usedAt: integer(),
  },
  (t) => [membership(t)],
)

export const sessions = sqliteTable(
  'sessions',
  {
    /** SHA-256 of the cookie's token, base64url. */
    hash: text().primaryKey(),
    practiceId: practiceId(),
    staffId: text().notNull(),
    createdAt: instant(),
    expiresAt: instant(),
    endedAt: integer(),
  },
  (t) => [membership(t)],
)

/** One row for each time that this database was restored from a backup: the scan logs then send again what they keep. */
export const restores = sqliteTable('restores', { id: text().primaryKey(), at: instant() })

/** Answers already given to a request with an Idempotency-Key. */
export const replies = sqliteTable(
  'replies',
  {
    practiceId: practiceId(),
    /** Who asked and the key they sent. */
    id: text().notNull(),
    /** Keyed hash of method, path and body. */
    request: text().notNull(),
    status: integer().notNull(),
    /** sealed */
    body: text().notNull(),
    at: instant(),
  },
  (t) => [key(t), index('replies_by_time').on(t.at)],
)

/* ---- mail and audit ---- */

/**
 * The outbox: what is to be sent, never what it says nor to whom; that is read from the booking when it leaves. One of
 * a kind for each change of a booking or request.
 */
export const mails = sqliteTable(
  'mails',
  {
    practiceId: practiceId(),
    id: text().notNull(),
    kind: text({ enum: MAIL_KINDS }).notNull(),
    bookingId: text(),
    requestId: text(),
    /** The booking's at the time. */
    sequence: integer().notNull().default(0),
    dueAt: instant(),
    tries: integer().notNull().default(0),
    /** Somebody is sending it until then. */
    claimedUntil: integer(),
    sentAt: integer(),
    /** Why it will never be sent: withdrawn, no address, refused. */
    droppedAt: integer(),
    trouble: text(),
  },
  (t) => [
    key(t),
    unique().on(t.practiceId, t.bookingId, t.kind, t.sequence),
    unique().on(t.practiceId, t.requestId, t.kind),
    belongs(t, t.bookingId, bookings),
    belongs(t, t.requestId, requests),
    index('mails_by_due').on(t.sentAt, t.droppedAt, t.dueAt),
  ],
)

/** Who did what to which row; only ever added to. */
export const audit = sqliteTable(
  'audit',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    practiceId: practiceId(),
    id: text().notNull(),
    at: instant(),
    by: text().notNull(),
    /** Such as `booking made`. */
    act: text().notNull(),
    /** The id of the row. */
    subject: text().notNull(),
  },
  (t) => [unique().on(t.practiceId, t.id), index('audit_by_practice').on(t.practiceId, t.seq)],
)
