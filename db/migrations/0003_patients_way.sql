CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`act` text NOT NULL,
	`subject` text NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `audit_by_practice` ON `audit` (`practice_id`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `audit_practiceId_id_unique` ON `audit` (`practice_id`,`id`);--> statement-breakpoint
CREATE TABLE `busy_times` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`feed_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`feed_id`) REFERENCES `calendar_feeds`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`provider_id`) REFERENCES `providers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `busy_times_by_provider` ON `busy_times` (`practice_id`,`provider_id`,`starts_at`);--> statement-breakpoint
CREATE INDEX `busy_times_by_feed` ON `busy_times` (`practice_id`,`feed_id`);--> statement-breakpoint
CREATE TABLE `calendar_feeds` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`provider_id` text NOT NULL,
	`url` text NOT NULL,
	`created_at` integer NOT NULL,
	`by` text NOT NULL,
	`read_at` integer,
	`tried_at` integer,
	`trouble` text,
	`removed_at` integer,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`provider_id`) REFERENCES `providers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `call_starts` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`link_id` text NOT NULL,
	`office_id` text NOT NULL,
	`referrer_id` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `call_starts_by_time` ON `call_starts` (`practice_id`,`at`);--> statement-breakpoint
CREATE TABLE `conversions` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`referral_id` text NOT NULL,
	`service_id` text NOT NULL,
	`reported_as` text NOT NULL,
	`created_at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referral_id`) REFERENCES `referrals`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `conversions_by_creation` ON `conversions` (`practice_id`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversions_practiceId_reportedAs_unique` ON `conversions` (`practice_id`,`reported_as`);--> statement-breakpoint
CREATE TABLE `hour_exceptions` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`provider_id` text,
	`location_id` text,
	`service_id` text,
	`from_day` text NOT NULL,
	`until_day` text NOT NULL,
	`opens` integer,
	`closes` integer,
	`note` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`provider_id`) REFERENCES `providers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`location_id`) REFERENCES `locations`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `hour_exceptions_by_day` ON `hour_exceptions` (`practice_id`,`until_day`);--> statement-breakpoint
CREATE TABLE `mails` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`booking_id` text,
	`request_id` text,
	`sequence` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`claimed_until` integer,
	`sent_at` integer,
	`dropped_at` integer,
	`trouble` text,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`booking_id`) REFERENCES `bookings`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`request_id`) REFERENCES `requests`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `mails_by_due` ON `mails` (`sent_at`,`dropped_at`,`due_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `mails_practiceId_bookingId_kind_sequence_unique` ON `mails` (`practice_id`,`booking_id`,`kind`,`sequence`);--> statement-breakpoint
CREATE UNIQUE INDEX `mails_practiceId_requestId_kind_unique` ON `mails` (`practice_id`,`request_id`,`kind`);--> statement-breakpoint
CREATE TABLE `phone_hours` (
	`practice_id` text NOT NULL,
	`weekday` integer NOT NULL,
	`opens` integer NOT NULL,
	`closes` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `weekday`, `opens`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `practice_texts` (
	`practice_id` text NOT NULL,
	`locale` text NOT NULL,
	`about` text DEFAULT '' NOT NULL,
	`interpreter` text DEFAULT '' NOT NULL,
	`changing` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`practice_id`, `locale`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `question_texts` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`locale` text NOT NULL,
	`text` text NOT NULL,
	`hint` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`practice_id`, `id`, `locale`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `requests` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`referral_id` text NOT NULL,
	`patient_id` text NOT NULL,
	`service_id` text NOT NULL,
	`reference` text NOT NULL,
	`locale` text NOT NULL,
	`times` text NOT NULL,
	`reason` text,
	`answers` text,
	`call_by` integer NOT NULL,
	`created_at` integer NOT NULL,
	`closed_at` integer,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referral_id`) REFERENCES `referrals`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`patient_id`) REFERENCES `patients`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `requests_by_creation` ON `requests` (`practice_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `requests_by_referral` ON `requests` (`practice_id`,`referral_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `requests_practiceId_reference_unique` ON `requests` (`practice_id`,`reference`);--> statement-breakpoint
CREATE TABLE `service_answers` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`question_id` text NOT NULL,
	`position` integer NOT NULL,
	`leads_to` text DEFAULT 'on' NOT NULL,
	`to_service_id` text,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`question_id`) REFERENCES `service_questions`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`to_service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `service_answers_by_question` ON `service_answers` (`practice_id`,`question_id`);--> statement-breakpoint
CREATE TABLE `service_questions` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`service_id` text NOT NULL,
	`position` integer NOT NULL,
	`purpose` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `service_questions_by_service` ON `service_questions` (`practice_id`,`service_id`);--> statement-breakpoint
ALTER TABLE `bookings` ADD `answers` text;--> statement-breakpoint
ALTER TABLE `bookings` ADD `busy_from` integer;--> statement-breakpoint
ALTER TABLE `bookings` ADD `busy_until` integer;--> statement-breakpoint
ALTER TABLE `bookings` ADD `sequence` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `holds` ADD `busy_from` integer;--> statement-breakpoint
ALTER TABLE `holds` ADD `busy_until` integer;--> statement-breakpoint
ALTER TABLE `patients` ADD `acting_name` text;--> statement-breakpoint
ALTER TABLE `patients` ADD `relationship` text;--> statement-breakpoint
ALTER TABLE `patients` ADD `may_leave_message` integer;--> statement-breakpoint
ALTER TABLE `patients` ADD `agrees_to_mail` integer;--> statement-breakpoint
ALTER TABLE `patients` ADD `wants_reminder` integer;--> statement-breakpoint
ALTER TABLE `practices` ADD `call_back_minutes` integer DEFAULT 240 NOT NULL;--> statement-breakpoint
ALTER TABLE `practices` ADD `retention_days` integer DEFAULT 400 NOT NULL;--> statement-breakpoint
ALTER TABLE `services` ADD `buffer_before_minutes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `services` ADD `buffer_after_minutes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `services` ADD `calendar` text DEFAULT 'only' NOT NULL;--> statement-breakpoint
ALTER TABLE `services` ADD `asks_free_reason` integer DEFAULT false NOT NULL;