/* SPDX-License-Identifier: MIT */
/* The engine for many needles: Hyperscan or Vectorscan, literal mode only (the regex mode of some
 * Vectorscan releases loses matches). */
#include "engine.h"

#ifdef TOCSIN_HAS_LIBHS

#include <hs.h>

typedef struct {
	hs_database_t *database;
	hs_scratch_t *scratch;
} Libhs;

typedef struct {
	TocsinLogOnHit on_hit;
	gpointer data;
} Sink;

static void
libhs_free(gpointer data)
{
	Libhs *self = data;

	hs_free_scratch(self->scratch);
	hs_free_database(self->database);
	g_free(self);
}

static hs_database_t *
compile(const TocsinLogNeedle *needles, guint count)
{
	g_autofree const char **texts = g_new(const char *, count);
	g_autofree unsigned *flags = g_new0(unsigned, count);
	g_autofree unsigned *ids = g_new0(unsigned, count);
	g_autofree size_t *lengths = g_new0(size_t, count);
	hs_compile_error_t *error = NULL;
	hs_database_t *database = NULL;

	for (guint i = 0; i < count; i++) {
		texts[i] = (const char *)needles[i].literal.bytes;
		lengths[i] = needles[i].literal.length;
		flags[i] = needles[i].is_caseless ? HS_FLAG_CASELESS : 0;
		ids[i] = i;
	}
	if (hs_compile_lit_multi(texts, flags, ids, lengths, count, HS_MODE_BLOCK, NULL, &database,
	                         &error) != HS_SUCCESS) {
		g_debug("libhs refuses %u literals, ignoring it: %s", count,
		        error != NULL ? error->message : "no reason given");
		hs_free_compile_error(error);
		return NULL;
	}
	return database;
}

static gpointer
libhs_new(const TocsinLogNeedle *needles, guint count, const TocsinLogFrequency *frequency)
{
	Libhs *self;
	hs_database_t *database;

	if (hs_valid_platform() != HS_SUCCESS) {
		return NULL;
	}
	database = compile(needles, count);
	if (database == NULL) {
		return NULL;
	}
	self = g_new0(Libhs, 1);
	self->database = database;
	if (hs_alloc_scratch(database, &self->scratch) != HS_SUCCESS) {
		libhs_free(self);
		return NULL;
	}
	return self;
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
	const Sink *sink = user;

	sink->on_hit(id, (gsize)to - 1, sink->data);
	return 0;
}

static void
libhs_scan(gpointer user, const guint8 *bytes, gsize length, TocsinLogOnHit on_hit, gpointer data)
{
	Libhs *self = user;
	Sink sink = {on_hit, data};

	hs_scan(self->database, (const char *)bytes, (unsigned)length, 0, self->scratch, on_match,
	        &sink);
}

#else

static gpointer
libhs_new(const TocsinLogNeedle *needles, guint count, const TocsinLogFrequency *frequency)
{
	return NULL;
}

static void
libhs_scan(gpointer user, const guint8 *bytes, gsize length, TocsinLogOnHit on_hit, gpointer data)
{
}

static void
libhs_free(gpointer data)
{
}

#endif

const TocsinLogEngineOps tocsin_log_engine_libhs = {
        .engine = TOCSIN_LOG_ENGINE_LIBHS,
        .new = libhs_new,
        .scan = libhs_scan,
        .free = libhs_free,
};
