/* SPDX-License-Identifier: MIT */
/* What there is to say of a running engine: plain data, owned by whoever asked. */
#ifndef TOCSIN_ENGINE_ENGINE_STATUS_H
#define TOCSIN_ENGINE_ENGINE_STATUS_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	char *name;
	char *plugin; /* the trigger's kind: "log", "file", … */
	gboolean is_running;
	guint64 events; /* since the start */
	gint64 last_us; /* when the last event was seen, or 0 */
	char *error;    /* the last failure, or NULL */
} TocsinTriggerStatus;

typedef struct {
	char *name;
	guint64 matched; /* events since the start */
	guint64 mails;   /* written since the start */
	guint64 held;    /* events that were held or muted since the start */
	guint groups;    /* now */
} TocsinRuleStatus;

typedef struct {
	char *name;
	guint connections;    /* open now */
	gboolean is_disabled; /* its plugin broke the contract: nothing goes through it */
	gint64 rest_until_us; /* not tried before; 0: it is not resting */
	char *failure;        /* the last, or NULL */
	guint64 delivered;    /* recipients since the start */
	guint64 deferred;
	guint64 refused;
	guint64 unknown;
} TocsinAccountStatus;

typedef struct {
	gint64 started_us;
	gint64 loaded_us; /* when the configuration was read last */
	char *config_path;
	char *reload_error; /* why the last reload failed, or NULL */
	char *store_path;
	char *store_error;      /* why the store cannot write now, or NULL */
	guint64 mails[5];       /* by TocsinMailState */
	guint64 waiting;        /* events that are taken in and not yet on disk */
	guint64 notices_failed; /* notices about the program that were given up since the start */
	GPtrArray *triggers;    /* of TocsinTriggerStatus */
	GPtrArray *rules;       /* of TocsinRuleStatus */
	GPtrArray *accounts;    /* of TocsinAccountStatus */
} TocsinEngineStatus;

/* One with nothing in it. */
TocsinEngineStatus *tocsin_engine_status_new(void);

/* Does nothing on NULL. */
void tocsin_engine_status_free(TocsinEngineStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinEngineStatus, tocsin_engine_status_free)

/* Each adds one to the list of its kind and returns it, to be filled; the texts are the status's
 * own afterwards. */
TocsinTriggerStatus *tocsin_engine_status_add_trigger(TocsinEngineStatus *self, const char *name);
TocsinRuleStatus *tocsin_engine_status_add_rule(TocsinEngineStatus *self, const char *name);
TocsinAccountStatus *tocsin_engine_status_add_account(TocsinEngineStatus *self, const char *name);

G_END_DECLS

#endif
