CREATE TABLE `api_keys` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE TABLE `booking_events` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`booking_id` text NOT NULL,
	`status` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`reason` text,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`booking_id`) REFERENCES `bookings`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `booking_events_by_booking` ON `booking_events` (`practice_id`,`booking_id`,`at`);--> statement-breakpoint
CREATE TABLE `bookings` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`referral_id` text NOT NULL,
	`patient_id` text NOT NULL,
	`service_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`location_id` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`capacity` integer NOT NULL,
	`status` text NOT NULL,
	`reference` text NOT NULL,
	`via` text NOT NULL,
	`locale` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`cancelled_at` integer,
	`seen_at` integer,
	`moved_from` text,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referral_id`) REFERENCES `referrals`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`patient_id`) REFERENCES `patients`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`provider_id`) REFERENCES `providers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`location_id`) REFERENCES `locations`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`moved_from`) REFERENCES `bookings`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `bookings_by_provider` ON `bookings` (`practice_id`,`provider_id`,`starts_at`);--> statement-breakpoint
CREATE INDEX `bookings_by_start` ON `bookings` (`practice_id`,`starts_at`);--> statement-breakpoint
CREATE INDEX `bookings_by_creation` ON `bookings` (`practice_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `bookings_by_referral` ON `bookings` (`practice_id`,`referral_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `bookings_practiceId_reference_unique` ON `bookings` (`practice_id`,`reference`);--> statement-breakpoint
CREATE TABLE `calls` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`office_id` text NOT NULL,
	`referrer_id` text,
	`link_id` text,
	`service_id` text,
	`referral_id` text,
	`note` text,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referral_id`) REFERENCES `referrals`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `calls_by_time` ON `calls` (`practice_id`,`at`);--> statement-breakpoint
CREATE TABLE `consents` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`referral_id` text NOT NULL,
	`answer` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referral_id`) REFERENCES `referrals`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `consents_by_referral` ON `consents` (`practice_id`,`referral_id`,`at`);--> statement-breakpoint
CREATE TABLE `credits` (
	`practice_id` text NOT NULL,
	`referral_id` text NOT NULL,
	`version` integer NOT NULL,
	`office_id` text,
	`office_evidence` text NOT NULL,
	`referrer_id` text,
	`referrer_evidence` text NOT NULL,
	`link_id` text,
	`scan_id` text,
	`window_days` integer NOT NULL,
	`rule_version` integer NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`note` text,
	PRIMARY KEY(`practice_id`, `referral_id`, `version`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referral_id`) REFERENCES `referrals`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `credits_by_scan` ON `credits` (`practice_id`,`scan_id`);--> statement-breakpoint
CREATE TABLE `holds` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`service_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`location_id` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`capacity` integer NOT NULL,
	`made_at` integer NOT NULL,
	`until` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`provider_id`) REFERENCES `providers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`location_id`) REFERENCES `locations`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `holds_by_provider` ON `holds` (`practice_id`,`provider_id`,`starts_at`);--> statement-breakpoint
CREATE INDEX `holds_by_end` ON `holds` (`until`);--> statement-breakpoint
CREATE TABLE `hosts` (
	`host` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`is_primary` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `link_retirements` (
	`practice_id` text NOT NULL,
	`link_id` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `link_id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `links` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`code` text NOT NULL,
	`alias` text,
	`office_id` text NOT NULL,
	`referrer_id` text,
	`service_id` text NOT NULL,
	`channel` text NOT NULL,
	`label` text,
	`created_at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `links_code_unique` ON `links` (`code`);--> statement-breakpoint
CREATE UNIQUE INDEX `links_alias_unique` ON `links` (`alias`);--> statement-breakpoint
CREATE INDEX `links_by_referrer` ON `links` (`practice_id`,`referrer_id`);--> statement-breakpoint
CREATE TABLE `locations` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`timezone` text NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`address` text DEFAULT '' NOT NULL,
	`directions` text DEFAULT '' NOT NULL,
	`parking` text DEFAULT '' NOT NULL,
	`step_free` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `memberships` (
	`practice_id` text NOT NULL,
	`staff_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`practice_id`, `staff_id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `offices` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`phone` text,
	`fax` text,
	`email` text,
	`address` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `patients` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text,
	`email` text,
	`phone` text,
	`date_of_birth` text,
	`name_index` text,
	`phone_index` text,
	`email_index` text,
	`birth_index` text,
	`created_at` integer NOT NULL,
	`erased_at` integer,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `patients_by_phone` ON `patients` (`practice_id`,`phone_index`);--> statement-breakpoint
CREATE INDEX `patients_by_name` ON `patients` (`practice_id`,`name_index`);--> statement-breakpoint
CREATE INDEX `patients_by_birth` ON `patients` (`practice_id`,`birth_index`);--> statement-breakpoint
CREATE TABLE `practice_keys` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`wrapped` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `practices` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`timezone` text NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`accent` text DEFAULT '#0f5f6b' NOT NULL,
	`mode` text DEFAULT 'attribution' NOT NULL,
	`locale` text DEFAULT 'en' NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `practices_slug_unique` ON `practices` (`slug`);--> statement-breakpoint
CREATE TABLE `providers` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`specialty` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `referral_events` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`referral_id` text NOT NULL,
	`status` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referral_id`) REFERENCES `referrals`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `referral_events_by_referral` ON `referral_events` (`practice_id`,`referral_id`,`at`);--> statement-breakpoint
CREATE TABLE `referrals` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`patient_id` text NOT NULL,
	`service_id` text NOT NULL,
	`opened_at` integer NOT NULL,
	`stated_referrer` text,
	`open_key` text,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`patient_id`) REFERENCES `patients`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `referrals_by_patient` ON `referrals` (`practice_id`,`patient_id`);--> statement-breakpoint
CREATE INDEX `referrals_by_time` ON `referrals` (`practice_id`,`opened_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `referrals_practiceId_openKey_unique` ON `referrals` (`practice_id`,`open_key`);--> statement-breakpoint
CREATE TABLE `referrer_offices` (
	`practice_id` text NOT NULL,
	`referrer_id` text NOT NULL,
	`office_id` text NOT NULL,
	`from_day` text NOT NULL,
	`until_day` text,
	PRIMARY KEY(`practice_id`, `referrer_id`, `office_id`, `from_day`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `referrer_offices_by_office` ON `referrer_offices` (`practice_id`,`office_id`);--> statement-breakpoint
CREATE TABLE `referrers` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`npi` text,
	`specialty` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `referrers_practiceId_npi_unique` ON `referrers` (`practice_id`,`npi`);--> statement-breakpoint
CREATE TABLE `replies` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`request` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `replies_by_time` ON `replies` (`at`);--> statement-breakpoint
CREATE TABLE `rollups` (
	`practice_id` text NOT NULL,
	`grain` text NOT NULL,
	`bucket` text NOT NULL,
	`office_id` text NOT NULL,
	`referrer_id` text NOT NULL,
	`link_id` text NOT NULL,
	`measure` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `grain`, `bucket`, `office_id`, `referrer_id`, `link_id`, `measure`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `scans` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`link_id` text NOT NULL,
	`office_id` text NOT NULL,
	`referrer_id` text,
	`at` integer NOT NULL,
	`class` text NOT NULL,
	`via` text NOT NULL,
	`rules` text NOT NULL,
	`rules_version` integer NOT NULL,
	`device` text NOT NULL,
	`browser` text NOT NULL,
	`country` text,
	`region` text,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `scans_by_time` ON `scans` (`practice_id`,`at`);--> statement-breakpoint
CREATE TABLE `service_texts` (
	`practice_id` text NOT NULL,
	`service_id` text NOT NULL,
	`locale` text NOT NULL,
	`name` text NOT NULL,
	`summary` text DEFAULT '' NOT NULL,
	`visit` text DEFAULT '' NOT NULL,
	`bring` text DEFAULT '' NOT NULL,
	`cost` text DEFAULT '' NOT NULL,
	`insurance` text DEFAULT '' NOT NULL,
	`driver` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`practice_id`, `service_id`, `locale`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `services` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`position` integer NOT NULL,
	`mode` text DEFAULT 'request' NOT NULL,
	`minutes` integer NOT NULL,
	`capacity` integer DEFAULT 1 NOT NULL,
	`step_minutes` integer NOT NULL,
	`lead_minutes` integer DEFAULT 120 NOT NULL,
	`horizon_days` integer DEFAULT 60 NOT NULL,
	`scheduler_url` text,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `services_practiceId_slug_unique` ON `services` (`practice_id`,`slug`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`hash` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`staff_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`staff_id`) REFERENCES `memberships`(`practice_id`,`staff_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sign_in_links` (
	`hash` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`staff_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`staff_id`) REFERENCES `memberships`(`practice_id`,`staff_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `staff` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `visits` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`link_id` text NOT NULL,
	`office_id` text NOT NULL,
	`referrer_id` text,
	`at` integer NOT NULL,
	`how` text NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `visits_by_time` ON `visits` (`practice_id`,`at`);--> statement-breakpoint
CREATE TABLE `weekly_hours` (
	`practice_id` text NOT NULL,
	`id` text NOT NULL,
	`provider_id` text NOT NULL,
	`location_id` text NOT NULL,
	`service_id` text NOT NULL,
	`weekday` integer NOT NULL,
	`opens` integer NOT NULL,
	`closes` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`provider_id`) REFERENCES `providers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`location_id`) REFERENCES `locations`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `weekly_hours_by_service` ON `weekly_hours` (`practice_id`,`service_id`);