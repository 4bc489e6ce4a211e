-- One provider, one patient (or one group) at a time. The database decides, whoever asks and however many at once.
-- A hold counts until it runs out; "now" is the instant that the new row itself carries, never a clock of the database.
CREATE TRIGGER bookings_refuse_overlap BEFORE INSERT ON bookings
WHEN NEW.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
BEGIN
  SELECT RAISE(ABORT, 'slot taken')
  WHERE EXISTS (
    SELECT 1 FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.starts_at < NEW.ends_at AND b.ends_at > NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
      AND (b.service_id <> NEW.service_id OR b.starts_at <> NEW.starts_at)
  ) OR EXISTS (
    SELECT 1 FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.starts_at < NEW.ends_at AND h.ends_at > NEW.starts_at AND h.until > NEW.created_at
      AND (h.service_id <> NEW.service_id OR h.starts_at <> NEW.starts_at)
  ) OR (
    SELECT count(*) FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.service_id = NEW.service_id AND b.starts_at = NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  ) + (
    SELECT count(*) FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.service_id = NEW.service_id AND h.starts_at = NEW.starts_at AND h.until > NEW.created_at
  ) >= NEW.capacity;
END;
--> statement-breakpoint
-- A cancelled booking that comes back, or one that moves, is asked the same question again.
CREATE TRIGGER bookings_refuse_overlap_on_change BEFORE UPDATE ON bookings
WHEN NEW.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  AND (OLD.status NOT IN ('booked', 'arrived', 'fulfilled', 'no_show')
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at OR NEW.provider_id <> OLD.provider_id)
BEGIN
  SELECT RAISE(ABORT, 'slot taken')
  WHERE EXISTS (
    SELECT 1 FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id AND b.id <> NEW.id
      AND b.starts_at < NEW.ends_at AND b.ends_at > NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
      AND (b.service_id <> NEW.service_id OR b.starts_at <> NEW.starts_at)
  ) OR (
    SELECT count(*) FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id AND b.id <> NEW.id
      AND b.service_id = NEW.service_id AND b.starts_at = NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  ) >= NEW.capacity;
END;
--> statement-breakpoint
CREATE TRIGGER holds_refuse_overlap BEFORE INSERT ON holds
BEGIN
  SELECT RAISE(ABORT, 'slot taken')
  WHERE EXISTS (
    SELECT 1 FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.starts_at < NEW.ends_at AND b.ends_at > NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
      AND (b.service_id <> NEW.service_id OR b.starts_at <> NEW.starts_at)
  ) OR EXISTS (
    SELECT 1 FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.starts_at < NEW.ends_at AND h.ends_at > NEW.starts_at AND h.until > NEW.made_at
      AND (h.service_id <> NEW.service_id OR h.starts_at <> NEW.starts_at)
  ) OR (
    SELECT count(*) FROM bookings b
    WHERE b.practice_id = NEW.practice_id AND b.provider_id = NEW.provider_id
      AND b.service_id = NEW.service_id AND b.starts_at = NEW.starts_at
      AND b.status IN ('booked', 'arrived', 'fulfilled', 'no_show')
  ) + (
    SELECT count(*) FROM holds h
    WHERE h.practice_id = NEW.practice_id AND h.provider_id = NEW.provider_id
      AND h.service_id = NEW.service_id AND h.starts_at = NEW.starts_at AND h.until > NEW.made_at
  ) >= NEW.capacity;
END;
