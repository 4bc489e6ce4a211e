CREATE TABLE `batches` (
	`practice_id` text NOT NULL,
	`link_id` text NOT NULL,
	`of_link_id` text NOT NULL,
	`quantity` integer NOT NULL,
	`hand_out_day` text NOT NULL,
	`desk` text,
	`note` text,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `link_id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`of_link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `batches_by_link` ON `batches` (`practice_id`,`of_link_id`);--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`practice_id` text NOT NULL,
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`office_id` text,
	`referrer_id` text,
	`link_id` text,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`office_id`) REFERENCES `offices`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`referrer_id`) REFERENCES `referrers`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `events_by_practice` ON `events` (`practice_id`,`seq`);--> statement-breakpoint
CREATE TABLE `link_changes` (
	`practice_id` text NOT NULL,
	`link_id` text NOT NULL,
	`version` integer NOT NULL,
	`service_id` text NOT NULL,
	`label` text,
	`paused_from_day` text,
	`paused_until_day` text,
	`expires_day` text,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`practice_id`, `link_id`, `version`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`link_id`) REFERENCES `links`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`,`service_id`) REFERENCES `services`(`practice_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `restores` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `practices` ADD `back_line` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `practices` ADD `records_to` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `practices` ADD `insurers` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `scans` ADD `features` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `scans` ADD `is_late` integer DEFAULT false NOT NULL;