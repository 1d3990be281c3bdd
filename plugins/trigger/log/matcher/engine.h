/* SPDX-License-Identifier: MIT */
/* What the scanner asks of an engine. */
#ifndef TOCSIN_LOG_ENGINE_H
#define TOCSIN_LOG_ENGINE_H

#include <glib.h>

#include "scan.h"

G_BEGIN_DECLS

typedef struct {
	TocsinLogEngine engine;
	/* NULL if it cannot work here or with these needles. */
	gpointer (*new)(const TocsinLogNeedle *needles, guint count,
	                const TocsinLogFrequency *frequency);
	void (*scan)(gpointer self, const guint8 *bytes, gsize length, TocsinLogOnHit on_hit,
	             gpointer data);
	void (*free)(gpointer self);
} TocsinLogEngineOps;

extern const TocsinLogEngineOps tocsin_log_engine_vector;
extern const TocsinLogEngineOps tocsin_log_engine_libhs;
extern const TocsinLogEngineOps tocsin_log_engine_hash;

G_END_DECLS

#endif
