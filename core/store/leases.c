/* SPDX-License-Identifier: MIT */
/* Which mails somebody is working on. */
#include "store/leases.h"

struct _TocsinLeases {
	GHashTable *ends; /* of gint64 mail : gint64 end */
};

TocsinLeases *
tocsin_leases_new(void)
{
	TocsinLeases *self = g_new(TocsinLeases, 1);

	self->ends = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return self;
}

void
tocsin_leases_free(TocsinLeases *self)
{
	if (self != NULL) {
		g_hash_table_unref(self->ends);
		g_free(self);
	}
}

void
tocsin_leases_take(TocsinLeases *self, gint64 mail, gint64 end_us)
{
	g_hash_table_replace(self->ends, g_memdup2(&mail, sizeof mail),
	                     g_memdup2(&end_us, sizeof end_us));
}

void
tocsin_leases_release(TocsinLeases *self, gint64 mail)
{
	g_hash_table_remove(self->ends, &mail);
}

gboolean
tocsin_leases_is_taken(TocsinLeases *self, gint64 mail, gint64 now_us)
{
	const gint64 *end = g_hash_table_lookup(self->ends, &mail);

	if (end == NULL) {
		return FALSE;
	}
	if (*end != 0 && *end <= now_us) {
		g_hash_table_remove(self->ends, &mail);
		return FALSE;
	}
	return TRUE;
}
