/* SPDX-License-Identifier: MIT */
/* Computes recipients. */
#include "rule/recipients.h"

#include <string.h>

#include "base/text.h"
#include "model/address.h"
#include "rule/group-private.h"
#include "rule/scope.h"

#define SHOWN_MAX 100u
#define REFUSED_MAX 100u

void
tocsin_recipients_init(TocsinRecipients *self)
{
	self->to = g_ptr_array_new_with_free_func(g_free);
	self->cc = g_ptr_array_new_with_free_func(g_free);
	self->bcc = g_ptr_array_new_with_free_func(g_free);
	self->refused = g_ptr_array_new_with_free_func(g_free);
}

void
tocsin_recipients_clear(TocsinRecipients *self)
{
	g_clear_pointer(&self->to, g_ptr_array_unref);
	g_clear_pointer(&self->cc, g_ptr_array_unref);
	g_clear_pointer(&self->bcc, g_ptr_array_unref);
	g_clear_pointer(&self->refused, g_ptr_array_unref);
}

/* What one computation needs. */
typedef struct {
	TocsinRecipients *result;
	const TocsinRule *rule;
	GHashTable *seen; /* set of char *: specs in lower case */
	gboolean is_checked;
} Work;

static void
refuse(const Work *work, const char *text, const char *why)
{
	g_autofree char *shown = tocsin_text_for_display(text, strlen(text), SHOWN_MAX);

	if (work->result->refused->len < REFUSED_MAX) {
		g_ptr_array_add(work->result->refused, g_strdup_printf("'%s' %s", shown, why));
	}
}

/* "a@example.org", "example.org" or "@example.org", ".example.org" for all below it. */
static gboolean
is_meant(const char *pattern, const char *spec, const char *domain)
{
	gsize length = strlen(pattern);
	gsize domain_length = strlen(domain);

	if (pattern[0] == '@') {
		return g_ascii_strcasecmp(pattern + 1, domain) == 0;
	}
	if (strchr(pattern, '@') != NULL) {
		return g_ascii_strcasecmp(pattern, spec) == 0;
	}
	if (pattern[0] == '.') {
		return domain_length > length &&
		       g_ascii_strcasecmp(domain + domain_length - length, pattern) == 0;
	}
	return g_ascii_strcasecmp(pattern, domain) == 0;
}

static gboolean
is_listed(char **list, const char *spec)
{
	const char *at = strrchr(spec, '@');

	for (guint i = 0; list != NULL && list[i] != NULL; i++) {
		if (is_meant(list[i], spec, at != NULL ? at + 1 : "")) {
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_recipients_is_allowed(const TocsinRule *rule, const char *spec)
{
	return (rule->allow == NULL || is_listed(rule->allow, spec)) &&
	       !is_listed(rule->deny, spec);
}

static void
add_address(Work *work, GPtrArray *list, const TocsinAddress *address)
{
	g_autofree char *lower = g_utf8_strdown(address->spec, -1);

	if (g_hash_table_contains(work->seen, lower)) {
		return;
	}
	if (work->is_checked && !tocsin_recipients_is_allowed(work->rule, address->spec)) {
		refuse(work, address->spec, "is not allowed by the rule's allow and deny");
		return;
	}
	if (g_hash_table_size(work->seen) >= TOCSIN_RECIPIENTS_MAX) {
		refuse(work, address->spec, "is one recipient too many");
		return;
	}
	g_hash_table_add(work->seen, g_steal_pointer(&lower));
	g_ptr_array_add(list, tocsin_address_format(address->name, address->spec));
}

static void
add_text(Work *work, GPtrArray *list, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) addresses = tocsin_address_parse_list(text, -1, &error);

	if (addresses == NULL) {
		refuse(work, text, error->message);
		return;
	}
	for (guint i = 0; i < addresses->len; i++) {
		add_address(work, list, addresses->pdata[i]);
	}
}

/* A field may be a text or a list of texts. */
static void
add_field(Work *work, GPtrArray *list, const TocsinEvent *event, const char *name)
{
	const TocsinValue *field = tocsin_value_lookup(event->fields, name);
	g_autofree char *text = NULL;

	if (field != NULL && tocsin_value_type(field) == TOCSIN_VALUE_LIST) {
		for (guint i = 0; i < tocsin_value_count(field); i++) {
			add_text(work, list, tocsin_value_get_string(tocsin_value_nth(field, i)));
		}
		return;
	}
	text = tocsin_scope_text(event, name);
	if (text == NULL || text[0] == '\0') {
		refuse(work, name, "is a field that the event does not have");
		return;
	}
	add_text(work, list, text);
}

/* "TABLE:FIELD" */
static void
add_mapped(Work *work, GPtrArray *list, const TocsinEvent *event, const char *source)
{
	g_auto(GStrv) parts = g_strsplit(source, ":", 2);
	GHashTable *table = g_hash_table_lookup(work->rule->maps, parts[0]);
	g_autofree char *name = tocsin_scope_text(event, parts[1]);
	const char *addresses =
	        table != NULL && name != NULL ? g_hash_table_lookup(table, name) : NULL;

	if (addresses == NULL && table != NULL) {
		addresses = g_hash_table_lookup(table, "*");
	}
	if (addresses == NULL) {
		refuse(work, name != NULL ? name : parts[1], "is not in the map");
		return;
	}
	add_text(work, list, addresses);
}

static void
add_source(Work *work, GPtrArray *list, const TocsinEvent *event, const char *source)
{
	if (g_str_has_prefix(source, "field:")) {
		if (event != NULL) {
			add_field(work, list, event, source + strlen("field:"));
		}
	} else if (g_str_has_prefix(source, "map:")) {
		if (event != NULL) {
			add_mapped(work, list, event, source + strlen("map:"));
		}
	} else {
		add_text(work, list, source);
	}
}

static void
add_list(Work *work, GPtrArray *list, char **sources, const TocsinGroup *group,
         const TocsinTally *tally)
{
	for (guint i = 0; sources != NULL && sources[i] != NULL; i++) {
		if (tally == NULL || tally->samples->len == 0) {
			add_source(work, list, group != NULL ? group->latest : NULL, sources[i]);
			continue;
		}
		for (guint j = 0; j < tally->samples->len; j++) {
			add_source(work, list, tally->samples->pdata[j], sources[i]);
		}
	}
}

void
tocsin_recipients_compute(TocsinRecipients *self, const TocsinRule *rule, const TocsinGroup *group,
                          const TocsinDecision *decision)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Work work = {.result = self, .rule = rule, .seen = seen, .is_checked = TRUE};
	const TocsinAudience *audience = &rule->audience;
	const TocsinAudience told = {
	        .to = group != NULL ? group->told_to : NULL,
	        .cc = group != NULL ? group->told_cc : NULL,
	        .bcc = group != NULL ? group->told_bcc : NULL,
	};

	if (decision->tell == TOCSIN_TELL_TOLD) {
		work.is_checked = FALSE;
		audience = &told;
	} else if (decision->tell == TOCSIN_TELL_ESCALATION &&
	           decision->escalation < rule->escalations->len) {
		audience = &g_array_index(rule->escalations, TocsinEscalation, decision->escalation)
		                    .audience;
	}
	add_list(&work, self->to, audience->to, group, decision->tally);
	add_list(&work, self->cc, audience->cc, group, decision->tally);
	add_list(&work, self->bcc, audience->bcc, group, decision->tally);
}
