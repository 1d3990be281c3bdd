/* SPDX-License-Identifier: MIT */
/* Asks the store for the fates of a group's mails. */
#include "engine/told.h"

#include "model/address.h"

/* (nullable) local@domain of "Name <local@domain>". */
static char *
dup_spec(const char *recipient)
{
	g_autoptr(TocsinAddress) address = tocsin_address_parse(recipient, -1, NULL);

	return address != NULL ? g_strdup(address->spec) : NULL;
}

char **
tocsin_told_find_thread(TocsinStore *store, const TocsinRule *rule, const TocsinGroup *group,
                        const TocsinRecipients *recipients)
{
	GPtrArray *const lists[] = {recipients->to, recipients->cc, recipients->bcc};
	g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autofree char *root = NULL;
	g_autofree char *last = NULL;
	char **ids;

	if (group == NULL || tocsin_group_references(group) == NULL) {
		return NULL;
	}
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (guint j = 0; j < lists[i]->len; j++) {
			char *spec = dup_spec(g_ptr_array_index(lists[i], j));

			if (spec != NULL) {
				g_ptr_array_add(addresses, spec);
			}
		}
	}
	g_ptr_array_add(addresses, NULL);
	if (!tocsin_store_get_thread(store, tocsin_rule_name(rule), tocsin_group_key(group),
	                             (const char *const *)addresses->pdata, &root, &last, &error)) {
		g_debug("no thread: %s", error->message);
		return NULL;
	}
	if (root == NULL) {
		return NULL;
	}
	ids = g_new0(char *, 3);
	ids[0] = g_strdup(root);
	ids[1] = g_strcmp0(root, last) != 0 ? g_strdup(last) : NULL;
	return ids;
}

static gboolean
has_missed(TocsinStore *store, const TocsinRule *rule, const TocsinGroup *group,
           const char *recipient)
{
	g_autofree char *spec = dup_spec(recipient);
	g_autoptr(GError) error = NULL;
	gboolean is_missed = FALSE;

	if (spec != NULL &&
	    !tocsin_store_has_missed(store, tocsin_rule_name(rule), tocsin_group_key(group), spec,
	                             tocsin_group_told_since_us(group), &is_missed, &error)) {
		g_debug("not known who was told: %s", error->message);
	}
	return is_missed;
}

void
tocsin_told_leave_out(TocsinStore *store, const TocsinRule *rule, const TocsinGroup *group,
                      TocsinRecipients *recipients)
{
	GPtrArray *const lists[] = {recipients->to, recipients->cc, recipients->bcc};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (guint j = 0; j < lists[i]->len;) {
			const char *recipient = g_ptr_array_index(lists[i], j);

			if (!has_missed(store, rule, group, recipient)) {
				j++;
				continue;
			}
			g_ptr_array_add(
			        recipients->refused,
			        g_strdup_printf("'%s' got no mail of the problem", recipient));
			g_ptr_array_remove_index(lists[i], j);
		}
	}
}
