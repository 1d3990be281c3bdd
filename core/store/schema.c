/* SPDX-License-Identifier: MIT */
/* The tables. Each b-tree that an enqueue touches costs a page in the log, so there are few:
 *
 *   mails       one row a mail; its id is the time it was made, so rows are added at the end and
 *               purged from the front
 *   mails_cause refuses the second mail of (rule, cause)
 *   mails_due   waiting mails only, in the order in which an account claims them
 *   mails_kept  held and dead mails only
 *   recipients  beside each other by mail, each with its state and last fate
 *   contents    messages; bytes is NULL when they are in a file. Apart from mails, so that a new
 *               due time does not write them again
 *   group_states, cursors, threads, log   as their names say */
#include "store/schema.h"

#include <tocsin/error.h>

/* "Tocs" */
#define APPLICATION_ID 1416586099

#define SQL_TEXT(x) #x
#define SQL_NUMBER(x) SQL_TEXT(x)

/* Step n brings version n to n + 1. */
static const char *const steps[TOCSIN_SCHEMA_VERSION] = {
        "PRAGMA application_id = " SQL_NUMBER(
                APPLICATION_ID) ";"
                                "CREATE TABLE mails ("
                                "  id INTEGER PRIMARY KEY,"
                                "  state INTEGER NOT NULL,"
                                "  account TEXT NOT NULL,"
                                "  priority INTEGER NOT NULL,"
                                "  due INTEGER NOT NULL,"
                                "  tries INTEGER NOT NULL,"
                                "  created INTEGER NOT NULL,"
                                "  expire INTEGER NOT NULL,"
                                "  finished INTEGER NOT NULL,"
                                "  told INTEGER NOT NULL,"
                                "  size INTEGER NOT NULL,"
                                "  rule TEXT NOT NULL,"
                                "  group_key TEXT,"
                                "  cause TEXT,"
                                "  message_id TEXT,"
                                "  sender TEXT NOT NULL,"
                                "  options BLOB NOT NULL"
                                ") STRICT;"
                                "CREATE UNIQUE INDEX mails_cause ON mails (rule, cause)"
                                " WHERE cause IS NOT NULL;"
                                "CREATE INDEX mails_due ON mails (account, priority, due)"
                                " WHERE state = 0;"
                                "CREATE INDEX mails_kept ON mails (state) WHERE state IN (1, 3);"
                                "CREATE TABLE recipients ("
                                "  mail INTEGER NOT NULL,"
                                "  number INTEGER NOT NULL,"
                                "  state INTEGER NOT NULL,"
                                "  notify INTEGER NOT NULL,"
                                "  address TEXT NOT NULL,"
                                "  orcpt TEXT,"
                                "  status INTEGER,"
                                "  stage INTEGER,"
                                "  code INTEGER,"
                                "  enhanced TEXT,"
                                "  text TEXT,"
                                "  account TEXT,"
                                "  time INTEGER,"
                                "  PRIMARY KEY (mail, number)"
                                ") STRICT, WITHOUT ROWID;"
                                "CREATE TABLE contents ("
                                "  mail INTEGER PRIMARY KEY, bytes BLOB) STRICT;"
                                "CREATE TABLE group_states ("
                                "  rule TEXT NOT NULL,"
                                "  group_key TEXT NOT NULL,"
                                "  due INTEGER NOT NULL,"
                                "  state BLOB NOT NULL,"
                                "  UNIQUE (rule, group_key)"
                                ") STRICT;"
                                "CREATE TABLE cursors ("
                                "  source TEXT NOT NULL,"
                                "  name TEXT NOT NULL,"
                                "  state BLOB NOT NULL,"
                                "  UNIQUE (source, name)"
                                ") STRICT;"
                                "CREATE TABLE threads ("
                                "  rule TEXT NOT NULL,"
                                "  group_key TEXT NOT NULL,"
                                "  address TEXT NOT NULL,"
                                "  root_id TEXT NOT NULL,"
                                "  last_id TEXT NOT NULL,"
                                "  time INTEGER NOT NULL,"
                                "  PRIMARY KEY (rule, group_key, address)"
                                ") STRICT, WITHOUT ROWID;"
                                "CREATE TABLE log ("
                                "  seq INTEGER PRIMARY KEY,"
                                "  time INTEGER NOT NULL,"
                                "  event TEXT,"
                                "  mail INTEGER,"
                                "  rule TEXT,"
                                "  action TEXT NOT NULL,"
                                "  text TEXT NOT NULL"
                                ") STRICT;"
                                "CREATE INDEX log_event ON log (event) WHERE event IS NOT NULL;"
                                "CREATE INDEX log_mail ON log (mail) WHERE mail IS NOT NULL;",
};

/* A file that some other program made must not be filled with our tables. */
static gboolean
check_owner(TocsinDb *db, gint64 version, GError **error)
{
	gint64 application;
	gint64 tables;

	if (!tocsin_db_get_int(db, "SELECT application_id FROM pragma_application_id", &application,
	                       error) ||
	    !tocsin_db_get_int(db, "SELECT count(*) FROM sqlite_schema", &tables, error)) {
		return FALSE;
	}
	if (application == APPLICATION_ID || (version == 0 && application == 0 && tables == 0)) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE,
	            "store '%s': it is a database of another program; name another path",
	            tocsin_db_path(db));
	return FALSE;
}

static gboolean
run_step(TocsinDb *db, gint64 from, GError **error)
{
	g_autofree char *sql = g_strdup_printf("%s PRAGMA user_version = %" G_GINT64_FORMAT ";",
	                                       steps[from], from + 1);

	if (!tocsin_db_begin(db, error)) {
		return FALSE;
	}
	if (!tocsin_db_execute(db, sql, "make its tables", error)) {
		tocsin_db_rollback(db);
		return FALSE;
	}
	return tocsin_db_commit(db, error);
}

gboolean
tocsin_schema_migrate(TocsinDb *db, GError **error)
{
	gint64 version;

	if (!tocsin_db_get_int(db, "SELECT user_version FROM pragma_user_version", &version,
	                       error) ||
	    !check_owner(db, version, error)) {
		return FALSE;
	}
	if (version > TOCSIN_SCHEMA_VERSION) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE,
		            "store '%s': it has version %" G_GINT64_FORMAT
		            ", and this program knows only up to %d; use the newer program again",
		            tocsin_db_path(db), version, TOCSIN_SCHEMA_VERSION);
		return FALSE;
	}
	for (; version < TOCSIN_SCHEMA_VERSION; version++) {
		if (!run_step(db, version, error)) {
			return FALSE;
		}
	}
	return TRUE;
}
