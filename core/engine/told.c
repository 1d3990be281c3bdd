/* SPDX-License-Identifier: MIT */
/* Asks the store for the fates of a group's mails. */
#include "engine/told.h"

#include "model/address.h"

/* local@domain of each recipient, those of To first, NULL-terminated. */
static GPtrArray *
list_addresses(const TocsinRecipients *recipients)
{
	GPtrArray *const lists[] = {recipients->to, recipients->cc, recipients->bcc};
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (guint j = 0; j < lists[i]->len; j++) {
			const char *recipient = g_ptr_array_index(lists[i], j);
			g_autoptr(TocsinAddress) address =
			        tocsin_address_parse(recipient, -1, NULL);

			/* They were written from addresses. */
			g_ptr_array_add(addresses,
			                g_strdup(address != NULL ? address->spec : recipient));
		}
	}
	g_ptr_array_add(addresses, NULL);
	return addresses;
}

char **
tocsin_told_find_thread(TocsinStore *store, const TocsinRule *rule, const TocsinGroup *group,
                        const TocsinRecipients *recipients)
{
	g_autoptr(GPtrArray) addresses = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *root = NULL;
	g_autofree char *last = NULL;
	char **ids;

	if (group == NULL || tocsin_group_references(group) == NULL) {
		return NULL;
	}
	addresses = list_addresses(recipients);
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

void
tocsin_told_leave_out(TocsinStore *store, const TocsinRule *rule, const TocsinGroup *group,
                      TocsinRecipients *recipients)
{
	GPtrArray *const lists[] = {recipients->to, recipients->cc, recipients->bcc};
	g_autoptr(GPtrArray) addresses = list_addresses(recipients);
	g_autofree gboolean *has_missed = g_new0(gboolean, addresses->len);
	const gboolean *next = has_missed;
	g_autoptr(GError) error = NULL;

	if (!tocsin_store_find_missed(store, tocsin_rule_name(rule), tocsin_group_key(group),
	                              (const char *const *)addresses->pdata,
	                              tocsin_group_told_since_us(group), has_missed, &error)) {
		g_debug("not known who was told: %s", error->message);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (guint j = 0; j < lists[i]->len;) {
			if (!*next++) {
				j++;
				continue;
			}
			g_ptr_array_add(recipients->refused,
			                g_strdup_printf("'%s' got no mail of the problem",
			                                (const char *)lists[i]->pdata[j]));
			g_ptr_array_remove_index(lists[i], j);
		}
	}
}
