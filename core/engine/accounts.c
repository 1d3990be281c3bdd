/* SPDX-License-Identifier: MIT */
/* All accounts of a configuration. */
#include "engine/accounts.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"

struct _TocsinAccounts {
	TocsinUnits *units; /* what the accounts are instances of */
	GPtrArray *all;     /* of TocsinAccount */
	GPtrArray *names;   /* of char: every account's of the configuration, NULL-ended */
};

TocsinAccounts *
tocsin_accounts_new(const TocsinConf *conf, const char *const *wanted,
                    const TocsinAccountContext *context, TocsinProblems *problems)
{
	TocsinAccounts *self = g_atomic_rc_box_new0(TocsinAccounts);
	g_autoptr(GPtrArray) nodes = tocsin_conf_members(conf, "accounts");

	self->units = tocsin_units_ref(context->units);
	self->all = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_account_free);
	self->names = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < nodes->len; i++) {
		const TocsinNode *node = g_ptr_array_index(nodes, i);

		g_ptr_array_add(self->names, g_strdup(tocsin_node_name(node)));
		if (wanted != NULL && !g_strv_contains(wanted, tocsin_node_name(node))) {
			continue;
		}
		TocsinAccount *account = tocsin_account_new(node, context, problems);

		if (account != NULL) {
			g_ptr_array_add(self->all, account);
		}
	}
	g_ptr_array_add(self->names, NULL);
	return self;
}

TocsinAccounts *
tocsin_accounts_ref(TocsinAccounts *self)
{
	return g_atomic_rc_box_acquire(self);
}

static void
clear_accounts(gpointer data)
{
	TocsinAccounts *self = data;

	g_ptr_array_unref(self->all);
	g_ptr_array_unref(self->names);
	tocsin_units_unref(self->units);
}

void
tocsin_accounts_unref(TocsinAccounts *self)
{
	if (self != NULL) {
		g_atomic_rc_box_release_full(self, clear_accounts);
	}
}

guint
tocsin_accounts_count(const TocsinAccounts *self)
{
	return self->all->len;
}

TocsinAccount *
tocsin_accounts_at(const TocsinAccounts *self, guint index)
{
	return g_ptr_array_index(self->all, index);
}

gboolean
tocsin_accounts_is_named(const TocsinAccounts *self, const char *name)
{
	const char *const *names = (const char *const *)self->names->pdata;

	return name != NULL ? g_strv_contains(names, name) : names[0] != NULL;
}

TocsinAccount *
tocsin_accounts_find(const TocsinAccounts *self, const char *name, GError **error)
{
	for (guint i = 0; i < self->all->len; i++) {
		TocsinAccount *account = tocsin_accounts_at(self, i);

		if (strcmp(tocsin_account_name(account), name) == 0) {
			return account;
		}
	}
	const char *const *names = (const char *const *)self->names->pdata;
	g_autofree char *list = g_strjoinv(", ", (char **)names);
	const char *nearest = tocsin_text_nearest(name, names);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, "there is no account '%s'; %s%s",
	            name, nearest != NULL ? "did you mean " : "the configuration has ",
	            nearest != NULL ? nearest : (list[0] == '\0' ? "none" : list));
	return NULL;
}
