/* SPDX-License-Identifier: MIT */
/* Commands one by one, and what the server said about itself. */
#include <string.h>

#include "lib/client.h"
#include "model/address-compat.h"
#include "smtp/hello.h"
#include "smtp/verbs.h"

gboolean
tocsin_smtp_putcmd(TocsinSmtp *self, const char *command, const char *arguments, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);

	return session != NULL && tocsin_session_put(session, command, arguments, error);
}

gboolean
tocsin_smtp_send(TocsinSmtp *self, const char *line, GError **error)
{
	gsize length = strlen(line);
	g_autofree char *bare = NULL;

	if (length > 0 && line[length - 1] == '\n') {
		length -= length > 1 && line[length - 2] == '\r' ? 2 : 1;
	}
	bare = g_strndup(line, length);
	return tocsin_smtp_putcmd(self, bare, NULL, error);
}

TocsinSmtpReply *
tocsin_smtp_getreply(TocsinSmtp *self, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);

	return session == NULL ? NULL
	                       : tocsin_lib_reply_take(tocsin_session_read_reply(session, error));
}

TocsinSmtpReply *
tocsin_smtp_docmd(TocsinSmtp *self, const char *command, const char *arguments, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);

	return session == NULL ? NULL
	                       : tocsin_lib_reply_take(tocsin_session_command(session, command,
	                                                                      arguments, error));
}

TocsinSmtpReply *
tocsin_smtp_helo(TocsinSmtp *self, const char *name, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);
	TocsinReply *reply = session == NULL ? NULL : tocsin_session_helo(session, name, error);

	tocsin_lib_keep_greetings(self, NULL, reply);
	return tocsin_lib_reply_take(reply);
}

TocsinSmtpReply *
tocsin_smtp_ehlo(TocsinSmtp *self, const char *name, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);
	TocsinReply *reply = session == NULL ? NULL : tocsin_session_ehlo(session, name, error);

	tocsin_lib_keep_greetings(self, reply, NULL);
	return tocsin_lib_reply_take(reply);
}

gboolean
tocsin_smtp_ehlo_or_helo_if_needed(TocsinSmtp *self, GError **error)
{
	return tocsin_lib_begin_greeted(self, error) != NULL;
}

gboolean
tocsin_smtp_does_esmtp(const TocsinSmtp *self)
{
	return self->session != NULL && tocsin_session_is_esmtp(self->session);
}

const char *
tocsin_smtp_get_extn(const TocsinSmtp *self, const char *name)
{
	return self->session == NULL
	               ? NULL
	               : tocsin_features_get(tocsin_session_get_features(self->session), name);
}

gboolean
tocsin_smtp_has_extn(const TocsinSmtp *self, const char *name)
{
	return tocsin_smtp_get_extn(self, name) != NULL;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **
tocsin_smtp_list_extns(const TocsinSmtp *self)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;

	if (self->session != NULL) {
		g_hash_table_iter_init(&iter, tocsin_session_get_features(self->session)->table);
		while (g_hash_table_iter_next(&iter, &name, NULL)) {
			g_ptr_array_add(names, g_strdup(name));
		}
	}
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

TocsinSmtpReply *
tocsin_smtp_help(TocsinSmtp *self, const char *topic, GError **error)
{
	return tocsin_smtp_docmd(self, "HELP", topic, error);
}

TocsinSmtpReply *
tocsin_smtp_noop(TocsinSmtp *self, GError **error)
{
	return tocsin_smtp_docmd(self, "NOOP", NULL, error);
}

TocsinSmtpReply *
tocsin_smtp_rset(TocsinSmtp *self, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);

	return session == NULL ? NULL : tocsin_lib_reply_take(tocsin_session_rset(session, error));
}

TocsinSmtpReply *
tocsin_smtp_verify(TocsinSmtp *self, const char *address, GError **error)
{
	g_autofree char *bare = tocsin_address_addr_only(address);

	return tocsin_smtp_docmd(self, "VRFY", bare, error);
}

TocsinSmtpReply *
tocsin_smtp_vrfy(TocsinSmtp *self, const char *address, GError **error)
{
	return tocsin_smtp_verify(self, address, error);
}

TocsinSmtpReply *
tocsin_smtp_expn(TocsinSmtp *self, const char *list, GError **error)
{
	g_autofree char *bare = tocsin_address_addr_only(list);

	return tocsin_smtp_docmd(self, "EXPN", bare, error);
}
