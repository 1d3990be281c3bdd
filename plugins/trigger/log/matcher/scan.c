/* SPDX-License-Identifier: MIT */
/* The choice between the engines. */
#include "scan.h"

#include "engine.h"

struct _TocsinLogScanner {
	const TocsinLogEngineOps *ops;
	gpointer instance;
};

/* In the order of preference. */
static const TocsinLogEngineOps *const engines[] = {
        &tocsin_log_engine_vector,
        &tocsin_log_engine_libhs,
        &tocsin_log_engine_hash,
};

TocsinLogScanner *
tocsin_log_scanner_new(const TocsinLogNeedle *needles, guint count,
                       const TocsinLogFrequency *frequency, TocsinLogEngine engine)
{
	for (guint i = 0; i < G_N_ELEMENTS(engines); i++) {
		gpointer instance;

		if (engine != TOCSIN_LOG_ENGINE_BEST && engine != engines[i]->engine) {
			continue;
		}
		instance = engines[i]->new (needles, count, frequency);
		if (instance != NULL) {
			TocsinLogScanner *self = g_new0(TocsinLogScanner, 1);

			self->ops = engines[i];
			self->instance = instance;
			return self;
		}
	}
	return NULL;
}

void
tocsin_log_scanner_free(TocsinLogScanner *self)
{
	if (self != NULL) {
		self->ops->free(self->instance);
		g_free(self);
	}
}

TocsinLogEngine
tocsin_log_scanner_get_engine(const TocsinLogScanner *self)
{
	return self->ops->engine;
}

void
tocsin_log_scanner_scan(TocsinLogScanner *self, const void *bytes, gsize length,
                        TocsinLogOnHit on_hit, gpointer data)
{
	if (length > 0) {
		self->ops->scan(self->instance, bytes, length, on_hit, data);
	}
}
