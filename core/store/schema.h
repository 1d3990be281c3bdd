/* SPDX-License-Identifier: MIT */
/* The tables, and the way to them from older versions. */
#ifndef TOCSIN_STORE_SCHEMA_H
#define TOCSIN_STORE_SCHEMA_H

#include "store/db.h"

G_BEGIN_DECLS

/* The version that this program reads and writes: PRAGMA user_version. */
#define TOCSIN_SCHEMA_VERSION 1

/* Makes the tables of an empty database, or brings those of an older version up to date, each step
 * in one transaction. TOCSIN_ERROR_STORE if the database is of a newer version, or is not ours. */
gboolean tocsin_schema_migrate(TocsinDb *db, GError **error);

G_END_DECLS

#endif
