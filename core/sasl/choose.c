/* SPDX-License-Identifier: MIT */
/* The choice of mechanism: what the server offers, what the account wants, what the link allows. */
#include "sasl/choose.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"

/* A server that lists more than this is not helping; the rest is left out of the message. */
#define OFFERED_SHOWN 20u
#define NAME_SHOWN 40u

static gboolean
is_offered(const TocsinChoice *choice, const char *name)
{
	for (const char *const *offered = choice->offered; *offered != NULL; offered++) {
		if (g_ascii_strcasecmp(*offered, name) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
is_called(const TocsinMechanism *mechanism, const char *name)
{
	return g_ascii_strcasecmp(tocsin_mechanism_name(mechanism), name) == 0 ||
	       g_ascii_strcasecmp(tocsin_mechanism_unit(mechanism)->name, name) == 0;
}

static gboolean
is_wanted(const TocsinChoice *choice, const TocsinMechanism *mechanism)
{
	for (const char *const *wanted = choice->wanted; wanted != NULL && *wanted != NULL;
	     wanted++) {
		if (is_called(mechanism, *wanted)) {
			return TRUE;
		}
	}
	return FALSE;
}

/* (nullable) Why the account lacks what @mechanism needs. */
static const char *
find_lack(const TocsinChoice *choice, const TocsinMechanism *mechanism)
{
	guint32 flags = tocsin_mechanism_flags(mechanism);

	if (flags & TOCSIN_AUTH_NO_SECRET) {
		return choice->wanted == NULL ? "has to be named in the account's auth list" : NULL;
	}
	if (flags & TOCSIN_AUTH_TOKEN) {
		/* Who names it has put the token where the password would be. */
		return choice->has_token || (choice->has_secret && choice->wanted != NULL)
		               ? NULL
		               : "the account has no token";
	}
	return choice->has_secret ? NULL : "the account has no password";
}

/* (nullable) Why @mechanism, which the server offers, is not tried. */
static const char *
find_obstacle(const TocsinChoice *choice, const TocsinMechanism *mechanism)
{
	guint32 flags = tocsin_mechanism_flags(mechanism);

	if (tocsin_mechanism_is_disabled(mechanism)) {
		return "its plugin broke the contract and is disabled";
	}
	if (choice->wanted != NULL && !is_wanted(choice, mechanism)) {
		return "not in the account's auth list";
	}
	if ((flags & TOCSIN_AUTH_PLAINTEXT) && !choice->is_encrypted && !choice->may_send_clear) {
		return "would send the secret in clear; use TLS";
	}
	if ((flags & TOCSIN_AUTH_CHANNEL_BINDING) && !choice->has_channel_binding) {
		return "needs TLS with channel binding";
	}
	return find_lack(choice, mechanism);
}

static gint
compare_strength(gconstpointer a, gconstpointer b)
{
	const tocsin_unit *left = tocsin_mechanism_unit(*(TocsinMechanism *const *)a);
	const tocsin_unit *right = tocsin_mechanism_unit(*(TocsinMechanism *const *)b);

	if (left->auth->strength != right->auth->strength) {
		return left->auth->strength > right->auth->strength ? -1 : 1;
	}
	return strcmp(left->name, right->name);
}

/* The place of @mechanism in the account's list. */
static guint
rank(const char *const *wanted, const TocsinMechanism *mechanism)
{
	guint place = 0;

	while (wanted[place] != NULL && !is_called(mechanism, wanted[place])) {
		place++;
	}
	return place;
}

static gint
compare_rank(gconstpointer a, gconstpointer b, gpointer wanted)
{
	guint left = rank(wanted, *(TocsinMechanism *const *)a);
	guint right = rank(wanted, *(TocsinMechanism *const *)b);

	return left < right ? -1 : left > right;
}

const char *
tocsin_choose_find_obstacle(const TocsinChoice *choice, const char *name)
{
	for (guint i = 0; i < choice->known->len; i++) {
		const TocsinMechanism *mechanism = g_ptr_array_index(choice->known, i);

		if (g_ascii_strcasecmp(tocsin_mechanism_name(mechanism), name) == 0) {
			return find_obstacle(choice, mechanism);
		}
	}
	return "no plugin for it";
}

/* One clause for each offered mechanism: "LOGIN (would send the secret in clear; use TLS)". */
static char *
explain_offered(const TocsinChoice *choice)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; choice->offered[i] != NULL && i < OFFERED_SHOWN; i++) {
		const char *name = choice->offered[i];
		const char *obstacle = tocsin_choose_find_obstacle(choice, name);
		g_autofree char *shown = tocsin_text_for_display(name, strlen(name), NAME_SHOWN);

		g_string_append_printf(out, "%s%s (%s)", i == 0 ? "" : ", ", shown,
		                       obstacle == NULL ? "usable" : obstacle);
	}
	return g_string_free(out, FALSE);
}

static void
explain_none(const TocsinChoice *choice, GError **error)
{
	if (choice->offered[0] == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NO_MECHANISM,
		            "the server offers no login%s",
		            choice->is_encrypted ? "" : "; it may offer one only after STARTTLS");
		return;
	}
	g_autofree char *offered = explain_offered(choice);
	g_autofree char *wanted =
	        choice->wanted == NULL ? NULL : g_strjoinv(", ", (char **)choice->wanted);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NO_MECHANISM,
	            "no login mechanism fits; the server offers %s%s%s", offered,
	            wanted == NULL ? "" : "; the account wants ", wanted == NULL ? "" : wanted);
}

GPtrArray *
tocsin_choose_mechanisms(const TocsinChoice *choice, GError **error)
{
	g_autoptr(GPtrArray) fitting = g_ptr_array_new();

	for (guint i = 0; i < choice->known->len; i++) {
		TocsinMechanism *mechanism = g_ptr_array_index(choice->known, i);

		if (is_offered(choice, tocsin_mechanism_name(mechanism)) &&
		    find_obstacle(choice, mechanism) == NULL) {
			g_ptr_array_add(fitting, mechanism);
		}
	}
	if (fitting->len == 0) {
		explain_none(choice, error);
		return NULL;
	}
	g_ptr_array_sort(fitting, compare_strength);
	if (choice->wanted != NULL) {
		g_ptr_array_sort_with_data(fitting, compare_rank, (gpointer)choice->wanted);
	}
	return g_steal_pointer(&fitting);
}
