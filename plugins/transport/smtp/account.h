/* SPDX-License-Identifier: MIT */
/* One account of one of the three transports: its settings, checked, and what its connections
 * share. The settings never change after open(); the rest may be used by any thread. */
#ifndef TOCSIN_SMTP_ACCOUNT_H
#define TOCSIN_SMTP_ACCOUNT_H

#include <tocsin/plugin.h>

#include "net/connect.h"
#include "net/tls.h"
#include "watch.h"

/* What tells the three transports apart. */
typedef struct {
	gboolean is_lmtp;
	gboolean is_implicit; /* TLS from the first byte and nothing else */
} SmtpKind;

typedef enum {
	SMTP_TLS_NONE,
	SMTP_TLS_OPPORTUNISTIC,
	SMTP_TLS_REQUIRED,
	SMTP_TLS_IMPLICIT,
} SmtpTls;

typedef struct {
	const tocsin_host *host;
	const tocsin_delivery *delivery;
	const tocsin_logins *logins; /* NULL: the host has no logins */
	const tocsin_config *config; /* lives as long as the account; so do its texts below */
	SmtpKind kind;
	TocsinConnectTarget target;
	SmtpTls tls;
	const char *server_name; /* what certificates are checked against; "" with a socket */
	const char *local_name;  /* or NULL */
	gint64 timeout_us;
	gint64 idle_us; /* how long next() is asked to wait */
	guint disabled; /* TocsinFeature: the settings forbid them */

	SmtpWatcher *watcher;
	guint broken;       /* atomic; TocsinFeature that the server was seen to break */
	GMutex lock;        /* guards context */
	TocsinTls *context; /* NULL until TLS was needed; keeps sessions for resumption */
} SmtpAccount;

/* The settings of all three, beside the account's. */
extern const tocsin_key *const smtp_keys[];

/* As tocsin_transport_ops has it, with the kind. */
int32_t smtp_account_open(const SmtpKind *kind, const tocsin_host *host,
                          const tocsin_config *config, void **out_instance, tocsin_error *error);

/* As tocsin_transport_ops has them. */
void smtp_account_quiesce(void *instance);
void smtp_account_close(void *instance);

/* The account's TLS, with certificates and keys loaded; NULL with TOCSIN_ERROR_CONFIG. Belongs to
 * the account. */
TocsinTls *smtp_account_get_tls(SmtpAccount *self, GError **error);

/* The server was seen not to do @features as it says: they are not used any more until the account
 * is quiet. */
void smtp_account_note_broken(SmtpAccount *self, guint features);

#endif
