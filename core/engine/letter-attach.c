/* SPDX-License-Identifier: MIT */
/* Chooses, reads and names attachments. */
#include "engine/letter-attach.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/event.h"
#include "template/escape.h"

#define NAME_BYTES_MAX 150u
#define COUNT_MAX 100u
#define NOTES_MAX 20u

/* Attachments under way. */
typedef struct {
	TocsinComposer *composer;
	GPatternSpec **wanted; /* (nullable: all) NULL-terminated */
	gsize max;
	gsize used;
	guint count;
	guint untold;      /* left out beyond NOTES_MAX */
	GPtrArray *notes;  /* of char * */
	GPtrArray *given;  /* of char *: what the event calls each one that was attached … */
	GPtrArray *bytes;  /* of GBytes: … and what it holds */
	GHashTable *names; /* a set of those that readers see */
	GHashTable *paths; /* a set of those that were read */
} Attaching;

/* "all" gives NULL, "none" an empty list. */
static GPatternSpec **
read_wanted(const char *wanted)
{
	g_auto(GStrv) names = NULL;
	GPatternSpec **specs;
	guint count = 0;

	if (wanted == NULL || g_ascii_strcasecmp(wanted, "all") == 0) {
		return NULL;
	}
	names = g_strsplit(g_ascii_strcasecmp(wanted, "none") == 0 ? "" : wanted, ",", -1);
	specs = g_new0(GPatternSpec *, g_strv_length(names) + 1);
	for (guint i = 0; names[i] != NULL; i++) {
		if (g_strstrip(names[i])[0] != '\0') {
			specs[count++] = g_pattern_spec_new(names[i]);
		}
	}
	return specs;
}

static void
free_wanted(GPatternSpec **specs)
{
	for (guint i = 0; specs != NULL && specs[i] != NULL; i++) {
		g_pattern_spec_free(specs[i]);
	}
	g_free(specs);
}

static gboolean
is_wanted(const Attaching *self, const char *name)
{
	for (guint i = 0; self->wanted != NULL; i++) {
		if (self->wanted[i] == NULL) {
			return FALSE;
		}
		if (g_pattern_spec_match_string(self->wanted[i], name)) {
			return TRUE;
		}
	}
	return TRUE;
}

/* A file name for the reader: one line, no folders, nothing that looks like another name. */
static char *
clean_name(const char *name)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *base = strrchr(name, '/');
	const char *end;

	base = base != NULL ? base + 1 : name;
	base = strrchr(base, '\\') != NULL ? strrchr(base, '\\') + 1 : base;
	tocsin_escape_header(base, out);
	if (out->len > NAME_BYTES_MAX) {
		/* The end says what it is. */
		g_string_erase(out, 0, (gssize)(out->len - NAME_BYTES_MAX));
		while (out->len > 0 && ((guchar)out->str[0] & 0xc0) == 0x80) {
			g_string_erase(out, 0, 1);
		}
	}
	if (!g_utf8_validate(out->str, (gssize)out->len, &end)) {
		g_string_truncate(out, (gsize)(end - out->str));
	}
	/* Many readers decode what looks like an encoded word (RFC 2047), though not meant to. */
	for (char *at = out->str; (at = strstr(at, "=?")) != NULL;) {
		at[1] = '_';
	}
	return g_strdup(out->len > 0 ? out->str : "attachment");
}

/* "app-2.log" for the second "app.log". */
static char *
number_name(const Attaching *self, const char *name)
{
	const char *dot = strrchr(name, '.');
	gsize stem = dot != NULL && dot != name ? (gsize)(dot - name) : strlen(name);
	char *numbered = g_strdup(name);

	for (guint i = 2; g_hash_table_contains(self->names, numbered); i++) {
		g_free(numbered);
		numbered = g_strdup_printf("%.*s-%u%s", (int)stem, name, i, name + stem);
	}
	return numbered;
}

static void note(Attaching *self, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
note(Attaching *self, const char *name, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list arguments;

	if (self->notes->len >= NOTES_MAX) {
		self->untold++;
		return;
	}
	va_start(arguments, format);
	why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(self->notes, g_strdup_printf("%s: %s", name, why));
}

static void
note_size(Attaching *self, const char *name, guint64 size)
{
	g_autofree char *shown = g_format_size_full(size, G_FORMAT_SIZE_IEC_UNITS);
	g_autofree char *limit = g_format_size_full(self->max, G_FORMAT_SIZE_IEC_UNITS);

	note(self, name, "it has %s; all attachments of a mail may have %s together", shown, limit);
}

/* What is at @path, if it fits. */
static GBytes *
read_path(Attaching *self, const char *name, const char *path)
{
	/* Whoever may write where the trigger looks could put a link or a FIFO there. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
	gsize left = self->max - self->used;
	g_autofree char *bytes = NULL;
	struct stat info;
	gsize length = 0;
	gssize got = 1;

	if (fd < 0 || fstat(fd, &info) != 0) {
		note(self, name, "%s cannot be read: %s", path, g_strerror(errno));
	} else if (!S_ISREG(info.st_mode)) {
		note(self, name, "%s is no regular file", path);
	} else if ((guint64)info.st_size > left) {
		note_size(self, name, (guint64)info.st_size);
	} else {
		/* One byte more, to see whether it grew meanwhile. */
		bytes = g_malloc((gsize)info.st_size + 1);
		while (got > 0 && length <= (gsize)info.st_size) {
			got = read(fd, bytes + length, (gsize)info.st_size + 1 - length);
			length += got > 0 ? (gsize)got : 0;
		}
		if (got < 0) {
			note(self, name, "%s cannot be read: %s", path, g_strerror(errno));
		}
	}
	if (fd >= 0) {
		close(fd);
	}
	if (bytes == NULL || got < 0) {
		return NULL;
	}
	length = MIN(length, (gsize)info.st_size);
	return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

static gboolean
is_known(const Attaching *self, const char *name, GBytes *bytes)
{
	for (guint i = 0; i < self->given->len; i++) {
		if (strcmp(self->given->pdata[i], name) == 0 &&
		    g_bytes_equal(self->bytes->pdata[i], bytes)) {
			return TRUE;
		}
	}
	return FALSE;
}

static void
add(Attaching *self, const char *name, const char *type, GBytes *bytes)
{
	g_autofree char *numbered = NULL;

	if (is_known(self, name, bytes)) {
		return;
	}
	if (g_bytes_get_size(bytes) > self->max - self->used) {
		note_size(self, name, g_bytes_get_size(bytes));
		return;
	}
	if (self->count >= COUNT_MAX) {
		note(self, name, "the mail has %u attachments already", COUNT_MAX);
		return;
	}
	numbered = number_name(self, name);
	/* A type from outside may be none. */
	if (!tocsin_composer_attach(self->composer, numbered, type, bytes, NULL) &&
	    !tocsin_composer_attach(self->composer, numbered, "application/octet-stream", bytes,
	                            NULL)) {
		note(self, name, "it cannot be attached");
		return;
	}
	self->used += g_bytes_get_size(bytes);
	self->count++;
	g_ptr_array_add(self->given, g_strdup(name));
	g_ptr_array_add(self->bytes, g_bytes_ref(bytes));
	g_hash_table_add(self->names, g_steal_pointer(&numbered));
}

static void
attach_one(Attaching *self, const TocsinAttachment *attachment)
{
	g_autofree char *name = clean_name(attachment->name);
	g_autoptr(GBytes) bytes = NULL;

	if (!is_wanted(self, attachment->name)) {
		return;
	}
	if (attachment->bytes != NULL) {
		bytes = g_bytes_ref(attachment->bytes);
	} else if (attachment->path == NULL ||
	           !g_hash_table_add(self->paths, g_strdup(attachment->path))) {
		return;
	} else {
		bytes = read_path(self, name, attachment->path);
	}
	if (bytes != NULL) {
		add(self, name, attachment->type, bytes);
	}
}

void
tocsin_letter_attach(TocsinComposer *composer, const GPtrArray *events, const char *wanted,
                     gsize max, GPtrArray *notes)
{
	Attaching attaching = {.composer = composer, .max = max, .notes = notes};

	attaching.wanted = read_wanted(wanted);
	attaching.given = g_ptr_array_new_with_free_func(g_free);
	attaching.bytes = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	attaching.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	attaching.paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < events->len; i++) {
		const TocsinEvent *event = events->pdata[i];

		for (guint j = 0; j < event->attachments->len; j++) {
			attach_one(&attaching, event->attachments->pdata[j]);
		}
	}
	if (attaching.untold > 0) {
		g_ptr_array_add(notes, g_strdup_printf("and %u more", attaching.untold));
	}
	g_ptr_array_unref(attaching.given);
	g_ptr_array_unref(attaching.bytes);
	g_hash_table_unref(attaching.names);
	g_hash_table_unref(attaching.paths);
	free_wanted(attaching.wanted);
}
