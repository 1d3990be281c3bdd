/* SPDX-License-Identifier: MIT */
/* What a datum is inside. For datum.c and datum-members.c only. */
#ifndef TOCSIN_TEMPLATE_DATUM_PRIVATE_H
#define TOCSIN_TEMPLATE_DATUM_PRIVATE_H

#include "template/datum.h"

G_BEGIN_DECLS

struct _TocsinDatum {
	gatomicrefcount references;
	guint8 kind;
	guint8 is_safe;
	guint8 is_tuple;
	guint8 is_static;
	guint16 depth; /* lists and maps within each other; saturates */
	union {
		gint64 number;
		gdouble real;
		struct {
			char *bytes;
			gsize length;
		} string;
		struct {
			GPtrArray *keys;   /* of TocsinDatum; NULL in a list */
			GPtrArray *values; /* of TocsinDatum */
			GHashTable *index; /* of TocsinDatum : position + 1; NULL while small */
		} members;
		struct {
			const TocsinObjectClass *klass;
			gpointer self;
		} object;
	} as;
};

/* A new datum of the kind, all else zero. */
TocsinDatum *tocsin_datum_new(TocsinDatumKind kind);

G_END_DECLS

#endif
