/* SPDX-License-Identifier: MIT */
/* Counts lines by their subject. */
#include "engine/chronicle.h"

typedef struct {
	gconstpointer owner;
	gconstpointer part;
	guint written;
	guint64 left_out;
	char *rule;   /* (nullable) of the last that was left out … */
	char *event;  /* (nullable) … */
	char *action; /* (nullable) … */
} Subject;

struct _TocsinChronicle {
	GHashTable *subjects; /* of Subject, itself the key */
};

static guint
hash_subject(gconstpointer data)
{
	const Subject *subject = data;

	return g_direct_hash(subject->owner) * 31 + g_direct_hash(subject->part);
}

static gboolean
is_same_subject(gconstpointer a, gconstpointer b)
{
	const Subject *left = a;
	const Subject *right = b;

	return left->owner == right->owner && left->part == right->part;
}

static void
free_subject(gpointer data)
{
	Subject *subject = data;

	g_free(subject->rule);
	g_free(subject->event);
	g_free(subject->action);
	g_free(subject);
}

TocsinChronicle *
tocsin_chronicle_new(void)
{
	TocsinChronicle *self = g_new0(TocsinChronicle, 1);

	self->subjects = g_hash_table_new_full(hash_subject, is_same_subject, free_subject, NULL);
	return self;
}

void
tocsin_chronicle_free(TocsinChronicle *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->subjects);
	g_free(self);
}

gboolean
tocsin_chronicle_say(TocsinChronicle *self, TocsinBatch *batch, gconstpointer owner,
                     gconstpointer part, gint64 now_us, const char *event, const char *rule,
                     const char *action, const char *text)
{
	const Subject wanted = {.owner = owner, .part = part};
	Subject *subject = g_hash_table_lookup(self->subjects, &wanted);

	if (subject == NULL) {
		subject = g_memdup2(&wanted, sizeof wanted);
		g_hash_table_add(self->subjects, subject);
	}
	if (subject->written < TOCSIN_CHRONICLE_LINES_MAX) {
		subject->written++;
		tocsin_batch_add_log(batch, now_us, event, NULL, rule, action, text);
		return TRUE;
	}
	subject->left_out++;
	if (g_strcmp0(subject->action, action) != 0) {
		g_free(subject->action);
		subject->action = g_strdup(action);
	}
	if (g_strcmp0(subject->rule, rule) != 0) {
		g_free(subject->rule);
		subject->rule = g_strdup(rule);
	}
	g_free(subject->event);
	subject->event = g_strdup(event);
	return FALSE;
}

void
tocsin_chronicle_close(TocsinChronicle *self, TocsinBatch *batch, gint64 now_us)
{
	GHashTableIter iterator;
	gpointer key;

	g_hash_table_iter_init(&iterator, self->subjects);
	while (g_hash_table_iter_next(&iterator, &key, NULL)) {
		const Subject *subject = key;
		g_autofree char *text =
		        g_strdup_printf("%" G_GUINT64_FORMAT " more like it, of which this is the "
		                        "last",
		                        subject->left_out);

		if (subject->left_out > 0) {
			tocsin_batch_add_log(batch, now_us, subject->event, NULL, subject->rule,
			                     subject->action, text);
		}
	}
	g_hash_table_remove_all(self->subjects);
}
