/* SPDX-License-Identifier: MIT */
/* The cache of TLS sessions: spares whoever connects to the same server again the certificates and
 * their signatures. */
#include "net/tls-openssl.h"

/* Servers kept; when a new one comes to a full cache, the one longest unchanged goes. */
#define SESSIONS_MAX 256

struct _TlsSessions {
	GMutex lock;          /* guards all below */
	GHashTable *sessions; /* key : SSL_SESSION; owns both */
	GQueue order;         /* of the table's keys, longest unchanged first */
};

TlsSessions *
tls_sessions_new(void)
{
	TlsSessions *self = g_new0(TlsSessions, 1);

	g_mutex_init(&self->lock);
	self->sessions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                       (GDestroyNotify)SSL_SESSION_free);
	g_queue_init(&self->order);
	return self;
}

void
tls_sessions_free(TlsSessions *self)
{
	g_queue_clear(&self->order);
	g_hash_table_unref(self->sessions);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void
tls_sessions_put(TlsSessions *self, const char *key, SSL_SESSION *session)
{
	gpointer known = NULL;

	g_mutex_lock(&self->lock);
	if (g_hash_table_lookup_extended(self->sessions, key, &known, NULL)) {
		g_queue_remove(&self->order, known);
	} else if (g_hash_table_size(self->sessions) >= SESSIONS_MAX) {
		g_hash_table_remove(self->sessions, g_queue_pop_head(&self->order));
	}
	known = g_strdup(key);
	g_hash_table_replace(self->sessions, known, session);
	g_queue_push_tail(&self->order, known);
	g_mutex_unlock(&self->lock);
}

SSL_SESSION *
tls_sessions_get(TlsSessions *self, const char *key)
{
	SSL_SESSION *session;

	g_mutex_lock(&self->lock);
	session = g_hash_table_lookup(self->sessions, key);
	if (session != NULL && !SSL_SESSION_up_ref(session)) {
		session = NULL;
	}
	g_mutex_unlock(&self->lock);
	return session;
}
