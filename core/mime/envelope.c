/* SPDX-License-Identifier: MIT */
/* The envelope that a header asks for, by the rules of Python's send_message(). */
#include <string.h>
#include <tocsin/message.h>

#include "model/address.h"

/* The names of the fields that count: the Resent- ones where the message was resent. */
typedef struct {
	const char *sender;
	const char *from;
	const char *recipients[3];
} Names;

static const Names plain = {"Sender", "From", {"To", "Bcc", "Cc"}};
static const Names resent = {
        "Resent-Sender", "Resent-From", {"Resent-To", "Resent-Bcc", "Resent-Cc"}};

static const Names *
choose_names(const TocsinMessage *message, GError **error)
{
	guint blocks = tocsin_message_count(message, "Resent-Date");

	if (blocks > 1) {
		/* Which block is the newest cannot be told from fields alone. */
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "message has more than one 'Resent-' header block; give sender and "
		            "recipients");
		return NULL;
	}
	return blocks == 1 ? &resent : &plain;
}

static GPtrArray *
parse_field(const TocsinMessage *message, const char *name, guint index, GError **error)
{
	g_autofree char *list = tocsin_message_get(message, name, index);
	GPtrArray *addresses = tocsin_address_parse_list(list, -1, error);

	if (addresses == NULL) {
		g_prefix_error(error, "%s: ", name);
	}
	return addresses;
}

static char *
find_sender(const TocsinMessage *message, const Names *names, GError **error)
{
	const char *name =
	        tocsin_message_count(message, names->sender) > 0 ? names->sender : names->from;
	g_autoptr(GPtrArray) addresses = NULL;

	if (tocsin_message_count(message, name) > 0) {
		addresses = parse_field(message, name, 0, error);
		if (addresses == NULL) {
			return NULL;
		}
	}
	if (addresses == NULL || addresses->len == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the message's %s names no sender", name);
		return NULL;
	}
	const TocsinAddress *first = g_ptr_array_index(addresses, 0);

	return g_strdup(first->spec);
}

static gboolean
add_field(const TocsinMessage *message, const char *name, guint index, GHashTable *seen,
          GPtrArray *recipients, GError **error)
{
	g_autoptr(GPtrArray) addresses = parse_field(message, name, index, error);

	if (addresses == NULL) {
		return FALSE;
	}
	for (guint i = 0; i < addresses->len; i++) {
		const TocsinAddress *address = g_ptr_array_index(addresses, i);
		char *spec = g_strdup(address->spec);

		if (g_hash_table_add(seen, spec)) { /* owned by the table, which frees a double */
			g_ptr_array_add(recipients, g_strdup(spec));
		}
	}
	return TRUE;
}

static char **
find_recipients(const TocsinMessage *message, const Names *names, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < G_N_ELEMENTS(names->recipients); i++) {
		guint count = tocsin_message_count(message, names->recipients[i]);

		for (guint j = 0; j < count; j++) {
			if (!add_field(message, names->recipients[i], j, seen, recipients, error)) {
				return NULL;
			}
		}
	}
	g_ptr_array_add(recipients, NULL);
	g_ptr_array_set_free_func(recipients, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&recipients), FALSE);
}

gboolean
tocsin_message_get_envelope(const TocsinMessage *self, char **out_sender, char ***out_recipients,
                            GError **error)
{
	const Names *names = choose_names(self, error);
	g_autofree char *sender = NULL;
	g_auto(GStrv) recipients = NULL;

	if (names == NULL) {
		return FALSE;
	}
	if (out_sender != NULL) {
		sender = find_sender(self, names, error);
		if (sender == NULL) {
			return FALSE;
		}
	}
	if (out_recipients != NULL) {
		recipients = find_recipients(self, names, error);
		if (recipients == NULL) {
			return FALSE;
		}
		*out_recipients = g_steal_pointer(&recipients);
	}
	if (out_sender != NULL) {
		*out_sender = g_steal_pointer(&sender);
	}
	return TRUE;
}
