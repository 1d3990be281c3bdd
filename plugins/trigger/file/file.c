/* SPDX-License-Identifier: MIT */
/* The file trigger as a unit of the plugin ABI: calls in, the timer, and positions out. */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <tocsin/plugin.h>

#include "conditions.h"
#include "event.h"
#include "file-unit.h"
#include "hold.h"
#include "raise.h"
#include "settings.h"
#include "watcher.h"

/* Under this name the paths are remembered, and how they stood: "STALE ABSENT SINCE PATH" lines. */
#define ROOTS_POSITION "paths"
/* The two halves of a move come together, or not at all. */
#define MOVE_WAIT_US 20000

typedef struct {
	TocsinFileSettings *settings;
	TocsinFileRaiser raiser;
	TocsinFileHold hold;
	TocsinFileConditions conditions;
	TocsinFileWatcher *watcher;
	char *roots_text;    /* as last remembered (nullable) */
	gint64 judge_us;     /* wall time; when a condition may turn */
	gint64 ages_us;      /* wall time; when a file may become old */
	gint64 sweep_us;     /* monotonic; when is looked where the kernel does not tell */
	gboolean is_watched; /* the loop watches inotify */
} FileTrigger;

static void
on_position(const char *name, const void *bytes, gsize length, gpointer data)
{
	const FileTrigger *self = data;

	self->raiser.loop->checkpoint(self->raiser.source, name, bytes, length);
}

static void
save_roots(FileTrigger *self)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < self->settings->roots->len; i++) {
		const TocsinFileRoot *root = self->settings->roots->pdata[i];
		const TocsinFileCondition *path = &self->conditions.paths[i];

		g_string_append_printf(text, "%d %d %" G_GINT64_FORMAT " %s\n", path->is_stale,
		                       path->is_absent, path->absent_since_us, root->text);
	}
	if (g_strcmp0(text->str, self->roots_text) != 0) {
		/* More than fits is not remembered: then files that are there are not news. */
		on_position(ROOTS_POSITION, text->str, text->len, self);
		g_free(self->roots_text);
		self->roots_text = g_strdup(text->str);
	}
}

static void
restore_roots(FileTrigger *self, const char *bytes, gsize length)
{
	g_autofree char *text = g_strndup(bytes, length);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_auto(GStrv) parts = g_strsplit(lines[i], " ", 4);

		for (guint j = 0; g_strv_length(parts) == 4 && j < self->settings->roots->len;
		     j++) {
			const TocsinFileRoot *root = self->settings->roots->pdata[j];
			TocsinFileCondition *path = &self->conditions.paths[j];

			if (strcmp(root->text, parts[3]) == 0) {
				tocsin_file_watcher_know_root(self->watcher, j);
				path->is_stale = parts[0][0] == '1';
				path->is_absent = parts[1][0] == '1';
				path->absent_since_us = g_ascii_strtoll(parts[2], NULL, 10);
			}
		}
	}
}

static void
restore(FileTrigger *self)
{
	const tocsin_loop *loop = self->raiser.loop;
	const char *name;
	const void *data;
	size_t length;

	for (uint32_t i = 0;
	     loop->restore(self->raiser.source, i, &name, &data, &length) == TOCSIN_OK; i++) {
		if (strcmp(name, ROOTS_POSITION) == 0) {
			restore_roots(self, data, length);
		} else {
			tocsin_file_watcher_restore(self->watcher, data, length);
		}
	}
}

/* While there is no room for events, nothing more is read: the kernel keeps the rest. */
static void
set_watched(FileTrigger *self, gboolean is_watched)
{
	int fd = tocsin_file_watcher_get_fd(self->watcher);

	if (fd >= 0 && is_watched != self->is_watched) {
		self->is_watched = is_watched;
		if (is_watched) {
			self->raiser.loop->watch(self->raiser.source, fd, TOCSIN_READABLE);
		} else {
			self->raiser.loop->unwatch(self->raiser.source, fd);
		}
	}
}

/* Sees that stale and absent paths are told of, and old files. */
static void
judge(FileTrigger *self)
{
	gint64 now_us = self->raiser.loop->wall_us(self->raiser.source);

	if (self->conditions.is_changed || self->judge_us <= now_us) {
		tocsin_file_watcher_find_newest(self->watcher);
		self->judge_us =
		        tocsin_file_conditions_judge(&self->conditions, &self->raiser, now_us);
	}
	self->ages_us = tocsin_file_watcher_judge_ages(self->watcher, now_us);
}

static int32_t
set_timer(FileTrigger *self, gboolean is_scanning, gint64 release_us, gint64 now_us)
{
	gint64 wall_us = self->raiser.loop->wall_us(self->raiser.source);
	gint64 turn_us = MIN(self->judge_us, self->ages_us);
	gint64 delay_us = G_MAXINT64;

	if (is_scanning) {
		delay_us = 0;
	} else if (tocsin_file_watcher_awaits_move(self->watcher)) {
		delay_us = MOVE_WAIT_US;
	} else if (turn_us != G_MAXINT64) {
		delay_us = MAX(turn_us - wall_us, 0);
	}
	if (release_us != G_MAXINT64) {
		delay_us = MIN(delay_us, MAX(release_us - now_us, 0));
	}
	if (tocsin_file_watcher_needs_poll(self->watcher)) {
		delay_us = MIN(delay_us, MAX(self->sweep_us - now_us, 0));
	}
	return self->raiser.loop->set_timer(self->raiser.source,
	                                    delay_us == G_MAXINT64 ? -1 : delay_us);
}

static int32_t
step(FileTrigger *self, tocsin_error *error)
{
	gint64 now_us = self->raiser.loop->monotonic_us(self->raiser.source);
	gboolean is_scanning;
	gint64 release_us;
	int32_t status;

	if (tocsin_file_watcher_is_ready(self->watcher) && now_us >= self->sweep_us) {
		self->sweep_us = now_us + self->settings->sweep_us;
		if (tocsin_file_watcher_needs_poll(self->watcher)) {
			tocsin_file_watcher_poll(self->watcher);
		}
	}
	is_scanning = tocsin_file_watcher_scan(self->watcher);
	if (!is_scanning) {
		judge(self);
	}
	release_us = tocsin_file_hold_release(&self->hold, now_us);
	status = tocsin_file_raiser_flush(&self->raiser, error);
	set_watched(self, status == TOCSIN_OK);
	if (status != TOCSIN_OK) {
		return status == TOCSIN_E_TEMP
		               ? self->raiser.loop->set_timer(self->raiser.source, -1)
		               : status;
	}
	if (!tocsin_file_watcher_awaits_move(self->watcher)) {
		tocsin_file_watcher_save(self->watcher, on_position, self);
		if (tocsin_file_watcher_is_ready(self->watcher)) {
			save_roots(self);
		}
	}
	return set_timer(self, is_scanning, release_us, now_us);
}

static int32_t
file_check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
           tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);
	g_autoptr(GError) problem = NULL;
	g_autoptr(TocsinFileSettings) settings = tocsin_file_settings_new(host, config, &problem);

	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	return schemas != NULL ? tocsin_file_declare(schemas, schema) : TOCSIN_OK;
}

static int32_t
file_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
           void **out_instance, tocsin_error *error)
{
	int32_t status = TOCSIN_OK;
	const tocsin_loop *loop = tocsin_draft_find_loop(host, &status, error);
	g_autoptr(GError) problem = NULL;
	TocsinFileSettings *settings;
	FileTrigger *self;

	if (loop == NULL) {
		return status;
	}
	settings = tocsin_file_settings_new(host, config, &problem);
	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	self = g_new0(FileTrigger, 1);
	self->settings = settings;
	self->judge_us = self->ages_us = G_MAXINT64;
	self->sweep_us = loop->monotonic_us(source) + settings->sweep_us;
	self->raiser = (TocsinFileRaiser){
	        .host = host, .loop = loop, .source = source, .settings = settings};
	tocsin_file_hold_init(&self->hold, settings, &self->raiser);
	tocsin_file_conditions_init(&self->conditions, settings);
	self->conditions.is_changed = TRUE;
	self->watcher =
	        tocsin_file_watcher_new(settings, &self->raiser, &self->hold, &self->conditions);
	restore(self);
	tocsin_file_watcher_rescan(self->watcher);
	*out_instance = self;
	return loop->set_timer(source, 0);
}

/* The kernel has something to tell. */
static int32_t
file_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	FileTrigger *self = instance;

	tocsin_file_watcher_read(self->watcher);
	return step(self, error);
}

static int32_t
file_tick(void *instance, tocsin_error *error)
{
	FileTrigger *self = instance;

	tocsin_file_watcher_end_move(self->watcher);
	return step(self, error);
}

static int32_t
file_resume(void *instance, tocsin_error *error)
{
	return step(instance, error);
}

static void
file_stop(void *instance)
{
	FileTrigger *self = instance;

	set_watched(self, FALSE);
	tocsin_file_watcher_free(self->watcher);
	tocsin_file_hold_clear(&self->hold);
	tocsin_file_conditions_clear(&self->conditions);
	tocsin_file_raiser_clear(&self->raiser);
	tocsin_file_settings_free(self->settings);
	g_free(self->roots_text);
	g_free(self);
}

static const tocsin_trigger_ops file_ops = {
        .size = sizeof(tocsin_trigger_ops),
        .check = file_check,
        .start = file_start,
        .ready = file_ready,
        .tick = file_tick,
        .resume = file_resume,
        .stop = file_stop,
};

const tocsin_unit tocsin_file_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .serial = TOCSIN_SERIAL_UNIT,
        .name = "file",
        .summary = "Files that appear, change, go, grow or do not",
        .keys = tocsin_file_keys,
        .trigger = &file_ops,
};
