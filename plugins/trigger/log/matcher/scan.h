/* SPDX-License-Identifier: MIT */
/* Finds all occurrences of many literals in a buffer, in one pass.
 *
 * Three engines do it, and the fastest that this machine and build have is taken: a vector filter
 * for few literals (AVX2), libhs in literal mode for many, a rolling hash everywhere else. A
 * scanner is immutable after construction but for its scratch space: one thread at a time. */
#ifndef TOCSIN_LOG_SCAN_H
#define TOCSIN_LOG_SCAN_H

#include <glib.h>

#include "frequency.h"
#include "literal.h"

G_BEGIN_DECLS

typedef struct _TocsinLogScanner TocsinLogScanner;

/* One thing to look for; its length is at least 1. */
typedef struct {
	TocsinLogLiteral literal;
	gboolean is_caseless; /* ASCII letters stand for both cases */
} TocsinLogNeedle;

typedef enum {
	TOCSIN_LOG_ENGINE_BEST,
	TOCSIN_LOG_ENGINE_VECTOR, /* AVX2; up to TOCSIN_LOG_VECTOR_MAX needles */
	TOCSIN_LOG_ENGINE_LIBHS,
	TOCSIN_LOG_ENGINE_HASH,
} TocsinLogEngine;

#define TOCSIN_LOG_VECTOR_MAX 64u

/* Needle @needle occurs; @at is the place of one of its bytes. Called once per occurrence, in
 * no certain order. */
typedef void (*TocsinLogOnHit)(guint needle, gsize at, gpointer data);

/* @count >= 1 needles, copied. NULL if this machine or build lacks @engine; BEST always works. */
TocsinLogScanner *tocsin_log_scanner_new(const TocsinLogNeedle *needles, guint count,
                                         const TocsinLogFrequency *frequency,
                                         TocsinLogEngine engine);
void tocsin_log_scanner_free(TocsinLogScanner *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogScanner, tocsin_log_scanner_free)

/* The engine in use. */
TocsinLogEngine tocsin_log_scanner_get_engine(const TocsinLogScanner *self);

/* @length below 4 GiB. */
void tocsin_log_scanner_scan(TocsinLogScanner *self, const void *bytes, gsize length,
                             TocsinLogOnHit on_hit, gpointer data);

G_END_DECLS

#endif
