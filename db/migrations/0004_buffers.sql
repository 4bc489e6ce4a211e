-- The overlap triggers anew: what is compared is the time that a visit takes with its buffers, [busy_from, busy_until),
-- or from start to end where there are none. Of one provider these are disjoint, but for a group that shares service and
-- start. No visit with its buffers is longer than a day (86,400,000 ms; written here, and asked where services are
-- written), so that what it could meet begins less than a day before or after: bookings_by_provider is searched between
-- two bounds, and a practice of many years is as fast as a new one.
DROP TRIGGER bookings_refuse_overlap;
--> statement-breakpoint
DROP TRIGGER bookings_refuse_overlap_on_change;
--> statement-breakpoint
DROP TRIGGER holds_refuse_overlap;
--> statement-breakpoint
CREATE TRIGGER bookings_refuse_overlap BEFORE INSERT ON bookings
WHEN NEW.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
BEGIN
  SELECT RAISE(ABORT, 'visit longer than a day') WHERE coalesce(NEW.busy_until, NEW.ends_at) - coalesce(NEW.busy_from, NEW.starts_at) > 86400000;
  SELECT RAISE(ABORT, 'slot taken')
  WHERE EXISTS (
    SELECT 1 FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.starts_at > coalesce(NEW.busy_from, NEW.starts_at) - 86400000
      AND b.starts_at < coalesce(NEW.busy_until, NEW.ends_at) + 86400000
      AND coalesce(b.busy_from, b.starts_at) < coalesce(NEW.busy_until, NEW.ends_at)
      AND coalesce(b.busy_until, b.ends_at) > coalesce(NEW.busy_from, NEW.starts_at)
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
      AND (b.service_id <> NEW.service_id OR b.starts_at <> NEW.starts_at)
  ) OR EXISTS (
    SELECT 1 FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.starts_at > coalesce(NEW.busy_from, NEW.starts_at) - 86400000
      AND h.starts_at < coalesce(NEW.busy_until, NEW.ends_at) + 86400000
      AND coalesce(h.busy_from, h.starts_at) < coalesce(NEW.busy_until, NEW.ends_at)
      AND coalesce(h.busy_until, h.ends_at) > coalesce(NEW.busy_from, NEW.starts_at)
      AND h.until > NEW.created_at
      AND (h.service_id <> NEW.service_id OR h.starts_at <> NEW.starts_at)
  ) OR (
    SELECT count(*) FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.service_id = NEW.service_id AND b.starts_at = NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  ) + (
    SELECT count(*) FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.service_id = NEW.service_id AND h.starts_at = NEW.starts_at
      AND h.until > NEW.created_at
  ) >= NEW.capacity;
END;
--> statement-breakpoint
-- A cancelled booking that comes back, or one that moves, is asked the same question again. An update carries no instant:
-- the newest event of the booking, which is written before, tells when that is.
CREATE TRIGGER bookings_refuse_overlap_on_change BEFORE UPDATE ON bookings
WHEN NEW.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  AND (OLD.status NOT IN ('booked', 'arrived', 'fulfilled', 'no_show')
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
    OR NEW.busy_from IS NOT OLD.busy_from OR NEW.busy_until IS NOT OLD.busy_until
    OR NEW.provider_id <> OLD.provider_id OR NEW.service_id <> OLD.service_id)
BEGIN
  SELECT RAISE(ABORT, 'visit longer than a day') WHERE coalesce(NEW.busy_until, NEW.ends_at) - coalesce(NEW.busy_from, NEW.starts_at) > 86400000;
  SELECT RAISE(ABORT, 'slot taken')
  WHERE EXISTS (
    SELECT 1 FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id AND b.id <> NEW.id
      AND b.starts_at > coalesce(NEW.busy_from, NEW.starts_at) - 86400000
      AND b.starts_at < coalesce(NEW.busy_until, NEW.ends_at) + 86400000
      AND coalesce(b.busy_from, b.starts_at) < coalesce(NEW.busy_until, NEW.ends_at)
      AND coalesce(b.busy_until, b.ends_at) > coalesce(NEW.busy_from, NEW.starts_at)
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
      AND (b.service_id <> NEW.service_id OR b.starts_at <> NEW.starts_at)
  ) OR EXISTS (
    SELECT 1 FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.starts_at > coalesce(NEW.busy_from, NEW.starts_at) - 86400000
      AND h.starts_at < coalesce(NEW.busy_until, NEW.ends_at) + 86400000
      AND coalesce(h.busy_from, h.starts_at) < coalesce(NEW.busy_until, NEW.ends_at)
      AND coalesce(h.busy_until, h.ends_at) > coalesce(NEW.busy_from, NEW.starts_at)
      AND h.until > coalesce((
        SELECT max(e.at) FROM booking_events e WHERE e.practice_id = NEW.practice_id AND e.booking_id = NEW.id
      ), NEW.created_at)
      AND (h.service_id <> NEW.service_id OR h.starts_at <> NEW.starts_at)
  ) OR (
    SELECT count(*) FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id AND b.id <> NEW.id
      AND b.service_id = NEW.service_id AND b.starts_at = NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  ) + (
    SELECT count(*) FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.service_id = NEW.service_id AND h.starts_at = NEW.starts_at
      AND h.until > coalesce((
        SELECT max(e.at) FROM booking_events e WHERE e.practice_id = NEW.practice_id AND e.booking_id = NEW.id
      ), NEW.created_at)
  ) >= NEW.capacity;
END;
--> statement-breakpoint
CREATE TRIGGER holds_refuse_overlap BEFORE INSERT ON holds
BEGIN
  SELECT RAISE(ABORT, 'visit longer than a day') WHERE coalesce(NEW.busy_until, NEW.ends_at) - coalesce(NEW.busy_from, NEW.starts_at) > 86400000;
  SELECT RAISE(ABORT, 'slot taken')
  WHERE EXISTS (
    SELECT 1 FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.starts_at > coalesce(NEW.busy_from, NEW.starts_at) - 86400000
      AND b.starts_at < coalesce(NEW.busy_until, NEW.ends_at) + 86400000
      AND coalesce(b.busy_from, b.starts_at) < coalesce(NEW.busy_until, NEW.ends_at)
      AND coalesce(b.busy_until, b.ends_at) > coalesce(NEW.busy_from, NEW.starts_at)
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
      AND (b.service_id <> NEW.service_id OR b.starts_at <> NEW.starts_at)
  ) OR EXISTS (
    SELECT 1 FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.starts_at > coalesce(NEW.busy_from, NEW.starts_at) - 86400000
      AND h.starts_at < coalesce(NEW.busy_until, NEW.ends_at) + 86400000
      AND coalesce(h.busy_from, h.starts_at) < coalesce(NEW.busy_until, NEW.ends_at)
      AND coalesce(h.busy_until, h.ends_at) > coalesce(NEW.busy_from, NEW.starts_at)
      AND h.until > NEW.made_at
      AND (h.service_id <> NEW.service_id OR h.starts_at <> NEW.starts_at)
  ) OR (
    SELECT count(*) FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.service_id = NEW.service_id AND b.starts_at = NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  ) + (
    SELECT count(*) FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.service_id = NEW.service_id AND h.starts_at = NEW.starts_at
      AND h.until > NEW.made_at
  ) >= NEW.capacity;
END;
--> statement-breakpoint
CREATE TRIGGER services_refuse_long BEFORE INSERT ON services
WHEN NEW.minutes + NEW.buffer_before_minutes + NEW.buffer_after_minutes > 1440
BEGIN
  SELECT RAISE(ABORT, 'visit longer than a day');
END;
--> statement-breakpoint
CREATE TRIGGER services_refuse_long_on_change BEFORE UPDATE ON services
WHEN NEW.minutes + NEW.buffer_before_minutes + NEW.buffer_after_minutes > 1440
BEGIN
  SELECT RAISE(ABORT, 'visit longer than a day');
END;
