/* SPDX-License-Identifier: MIT */
/* The file trigger as a unit of the plugin ABI: calls in, the timer, and positions out. */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <tocsin/plugin.h>

#include "conditions.h"
#include "file-unit.h"
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
	TocsinFileWatcher watcher;
	TocsinFileCondition *conditions; /* one a path */
	char *roots_text;                /* as last remembered (nullable) */
	gint64 judge_us;                 /* wall time; when a condition may turn */
	gboolean is_watched;             /* the loop watches inotify */
	gboolean is_started;             /* the first scan is done */
} FileTrigger;

static void
checkpoint(const FileTrigger *self, const char *name, const void *bytes, gsize length)
{
	self->raiser.loop->checkpoint(self->raiser.source, name, bytes, length);
}

static void
save_roots(FileTrigger *self)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < self->settings->roots->len; i++) {
		const TocsinFileRoot *root = self->settings->roots->pdata[i];
		const TocsinFileCondition *condition = &self->conditions[i];

		g_string_append_printf(text, "%d %d %" G_GINT64_FORMAT " %s\n", condition->is_stale,
		                       condition->is_absent, condition->absent_since_us,
		                       root->text);
	}
	if (g_strcmp0(text->str, self->roots_text) != 0) {
		/* More than fits is not remembered: then files that are there are not news. */
		checkpoint(self, ROOTS_POSITION, text->str, text->len);
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
			TocsinFileCondition *condition = &self->conditions[j];

			if (strcmp(root->text, parts[3]) == 0) {
				self->watcher.is_root_known[j] = TRUE;
				condition->is_stale = parts[0][0] == '1';
				condition->is_absent = parts[1][0] == '1';
				condition->absent_since_us = g_ascii_strtoll(parts[2], NULL, 10);
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
	GHashTableIter iter;
	gpointer folder;

	for (uint32_t i = 0;
	     loop->restore(self->raiser.source, i, &name, &data, &length) == TOCSIN_OK; i++) {
		if (strcmp(name, ROOTS_POSITION) == 0) {
			restore_roots(self, data, length);
		} else {
			tocsin_file_memory_unpack(self->watcher.folders, data, length);
		}
	}
	g_hash_table_iter_init(&iter, self->watcher.folders);
	while (g_hash_table_iter_next(&iter, NULL, &folder)) {
		self->watcher.file_count +=
		        g_hash_table_size(((const TocsinFileFolder *)folder)->files);
	}
}

/* Remembers all that changed, and lets go of folders of which nothing is left. */
static void
save(FileTrigger *self)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->watcher.folders);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		TocsinFileFolder *folder = value;

		for (guint chunk = 0; folder->is_changed >> chunk != 0; chunk++) {
			if (((folder->is_changed >> chunk) & 1) != 0) {
				g_autoptr(GByteArray) bytes =
				        tocsin_file_folder_pack(folder, chunk);
				g_autofree char *name =
				        tocsin_file_folder_chunk_name(folder, chunk);

				checkpoint(self, name, bytes->data, bytes->len);
			}
			if (chunk == TOCSIN_FILE_CHUNKS - 1) {
				break;
			}
		}
		folder->is_changed = 0;
		if (folder->roles->len == 0 && g_hash_table_size(folder->files) == 0 &&
		    !folder->is_queued) {
			g_hash_table_iter_remove(&iter);
		}
	}
	if (self->is_started) {
		save_roots(self);
	}
}

/* While there is no room for events, nothing more is read: the kernel keeps the rest. */
static void
set_watched(FileTrigger *self, gboolean is_watched)
{
	if (self->watcher.fd >= 0 && is_watched != self->is_watched) {
		self->is_watched = is_watched;
		if (is_watched) {
			self->raiser.loop->watch(self->raiser.source, self->watcher.fd,
			                         TOCSIN_READABLE);
		} else {
			self->raiser.loop->unwatch(self->raiser.source, self->watcher.fd);
		}
	}
}

/* The first scan has ended: from now on all that is new is news. */
static void
begin(FileTrigger *self)
{
	self->is_started = TRUE;
	self->raiser.is_catch_up = FALSE;
	for (guint i = 0; i < self->settings->roots->len; i++) {
		self->watcher.is_root_known[i] = TRUE;
	}
	self->watcher.is_changed = TRUE;
}

static int32_t
set_timer(FileTrigger *self, gboolean is_scanning, gint64 now_us)
{
	gint64 delay_us = G_MAXINT64;

	if (is_scanning) {
		delay_us = 0;
	} else if (self->watcher.move_path != NULL) {
		delay_us = MOVE_WAIT_US;
	} else if (self->judge_us != G_MAXINT64) {
		delay_us = MAX(self->judge_us - now_us, 0);
	}
	if (self->watcher.is_incomplete) {
		delay_us = MIN(delay_us, self->settings->sweep_us);
	}
	return self->raiser.loop->set_timer(self->raiser.source,
	                                    delay_us == G_MAXINT64 ? -1 : delay_us);
}

static int32_t
step(FileTrigger *self, tocsin_error *error)
{
	gint64 now_us = self->raiser.loop->wall_us(self->raiser.source);
	gboolean is_scanning = tocsin_file_watcher_scan(&self->watcher);
	int32_t status;

	if (!is_scanning && !self->is_started) {
		begin(self);
	}
	if (!is_scanning && (self->watcher.is_changed || self->judge_us <= now_us)) {
		self->watcher.is_changed = FALSE;
		self->judge_us =
		        tocsin_file_judge(self->conditions, &self->watcher, &self->raiser, now_us);
	}
	status = tocsin_file_raiser_flush(&self->raiser, error);
	set_watched(self, status == TOCSIN_OK);
	if (status != TOCSIN_OK) {
		return status == TOCSIN_E_TEMP
		               ? self->raiser.loop->set_timer(self->raiser.source, -1)
		               : status;
	}
	if (self->watcher.move_path == NULL) {
		save(self);
	}
	return set_timer(self, is_scanning, now_us);
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
	const tocsin_loop *loop = host->extension(host, TOCSIN_LOOP);
	g_autoptr(GError) problem = NULL;
	TocsinFileSettings *settings;
	FileTrigger *self;

	if (loop == NULL) {
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE,
		                  "this program has no " TOCSIN_LOOP " for triggers: update it");
	}
	settings = tocsin_file_settings_new(host, config, &problem);
	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	self = g_new0(FileTrigger, 1);
	self->settings = settings;
	self->judge_us = G_MAXINT64;
	self->conditions = g_new0(TocsinFileCondition, settings->roots->len + 1);
	self->raiser = (TocsinFileRaiser){.loop = loop, .source = source, .settings = settings};
	self->raiser.is_catch_up = TRUE;
	tocsin_file_watcher_init(&self->watcher, settings, &self->raiser);
	restore(self);
	tocsin_file_watcher_rescan(&self->watcher);
	*out_instance = self;
	return loop->set_timer(source, 0);
}

/* inotify has something to tell. */
static int32_t
file_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	FileTrigger *self = instance;

	tocsin_file_watcher_read(&self->watcher);
	return step(self, error);
}

static int32_t
file_tick(void *instance, tocsin_error *error)
{
	FileTrigger *self = instance;

	tocsin_file_watcher_end_move(&self->watcher);
	if (self->is_started && self->watcher.is_incomplete) {
		self->watcher.is_incomplete = FALSE;
		tocsin_file_watcher_poll(&self->watcher);
	}
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
	tocsin_file_raiser_clear(&self->raiser);
	tocsin_file_watcher_clear(&self->watcher);
	tocsin_file_settings_free(self->settings);
	g_free(self->conditions);
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
