/* SPDX-License-Identifier: MIT */
/* What a compiled rule is asked: is this event yours, in which group? */
#include "rule/rule-private.h"

#include <string.h>

#include "base/text.h"
#include "rule/scope.h"

/* Longer group keys end in a digest of the whole. */
#define KEY_MAX 256u
#define KEY_HEAD 200u
#define KEY_DIGEST 16u

TocsinRule *
tocsin_rule_alloc(void)
{
	TocsinRule *self = g_new0(TocsinRule, 1);

	self->references = 1;
	self->steps = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_expression_free);
	self->mutes = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mute_free);
	self->inhibits = g_array_new(FALSE, TRUE, sizeof(TocsinInhibit));
	self->escalations = g_array_new(FALSE, TRUE, sizeof(TocsinEscalation));
	self->maps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                   (GDestroyNotify)g_hash_table_unref);
	self->names = g_ptr_array_new_with_free_func(g_free);
	return self;
}

TocsinRule *
tocsin_rule_ref(TocsinRule *self)
{
	g_atomic_int_inc(&self->references);
	return self;
}

static void
clear_audience(TocsinAudience *audience)
{
	g_strfreev(audience->to);
	g_strfreev(audience->cc);
	g_strfreev(audience->bcc);
}

static void
free_lists(TocsinRule *self)
{
	for (guint i = 0; i < self->inhibits->len; i++) {
		TocsinInhibit *inhibit = &g_array_index(self->inhibits, TocsinInhibit, i);

		g_free(inhibit->rule);
		g_strfreev(inhibit->equal);
	}
	for (guint i = 0; i < self->escalations->len; i++) {
		clear_audience(&g_array_index(self->escalations, TocsinEscalation, i).audience);
	}
	g_ptr_array_unref(self->mutes);
	g_array_unref(self->inhibits);
	g_array_unref(self->escalations);
}

void
tocsin_rule_unref(TocsinRule *self)
{
	char **const lists[] = {
	        self != NULL ? self->on : NULL,      self != NULL ? self->group_by : NULL,
	        self != NULL ? self->problem : NULL, self != NULL ? self->ok : NULL,
	        self != NULL ? self->ignored : NULL, self != NULL ? self->allow : NULL,
	        self != NULL ? self->deny : NULL,    self != NULL ? self->via : NULL,
	};

	if (self == NULL || !g_atomic_int_dec_and_test(&self->references)) {
		return;
	}
	for (guint i = 0; self->patterns != NULL && self->patterns[i] != NULL; i++) {
		g_pattern_spec_free(self->patterns[i]);
	}
	g_free(self->patterns);
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_strfreev(lists[i]);
	}
	tocsin_expression_free(self->where);
	tocsin_expression_free(self->start);
	tocsin_expression_free(self->end);
	tocsin_calendar_free(self->digest);
	free_lists(self);
	clear_audience(&self->audience);
	g_ptr_array_unref(self->steps);
	g_hash_table_unref(self->maps);
	g_ptr_array_unref(self->names);
	g_free(self->distinct);
	g_free(self->status_field);
	g_free(self->name);
	g_free(self);
}

const char *
tocsin_rule_name(const TocsinRule *self)
{
	return self->name;
}

const char *const *
tocsin_rule_on(const TocsinRule *self)
{
	return (const char *const *)self->on;
}

const char *const *
tocsin_rule_via(const TocsinRule *self)
{
	return (const char *const *)self->via;
}

const char *const *
tocsin_rule_names(const TocsinRule *self)
{
	return (const char *const *)self->names->pdata;
}

guint64
tocsin_rule_fingerprint(const TocsinRule *self)
{
	return self->fingerprint;
}

gboolean
tocsin_rule_has_end(const TocsinRule *self)
{
	return self->gather == TOCSIN_GATHER_STATES || self->gather == TOCSIN_GATHER_PAIR ||
	       self->gather == TOCSIN_GATHER_ABSENCE ||
	       (self->gather == TOCSIN_GATHER_THRESHOLD && self->has_below);
}

gboolean
tocsin_rule_is_on(const TocsinRule *self, const char *trigger, const char *kind)
{
	g_autofree char *name = g_strconcat(trigger, ".", kind, NULL);
	gsize length = strlen(name);

	for (guint i = 0; self->patterns[i] != NULL; i++) {
		if (g_pattern_spec_match(self->patterns[i], length, name, NULL)) {
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_rule_is_where(const TocsinRule *self, const TocsinEvent *event, char **out_fault)
{
	return self->where == NULL || tocsin_scope_holds(self->where, event, out_fault);
}

/* Keeps different values apart: what parts them in a key cannot stand in one. */
static void
append_escaped(GString *key, const char *value)
{
	g_autofree char *shown = tocsin_text_for_display(value, strlen(value), G_MAXINT);

	for (const char *at = shown; *at != '\0'; at++) {
		if (*at == ',') {
			g_string_append_c(key, '\\');
		}
		g_string_append_c(key, *at);
	}
}

static char *
shorten(const GString *key)
{
	g_autofree char *digest =
	        g_compute_checksum_for_string(G_CHECKSUM_SHA256, key->str, (gssize)key->len);
	g_autofree char *head = g_strndup(key->str, KEY_HEAD);
	g_autofree char *valid = g_utf8_make_valid(head, -1);

	return g_strdup_printf("%s…%.*s", valid, (int)KEY_DIGEST, digest);
}

char *
tocsin_rule_group_key(const TocsinRule *self, const TocsinEvent *event)
{
	g_autoptr(GString) key = NULL;
	gboolean is_single = self->group_by[0] != NULL && self->group_by[1] == NULL;

	if (self->group_by[0] == NULL) {
		return g_strdup("");
	}
	key = g_string_new(NULL);
	for (guint i = 0; self->group_by[i] != NULL; i++) {
		g_autofree char *value = tocsin_scope_text(event, self->group_by[i]);

		if (i > 0) {
			g_string_append(key, ", ");
		}
		if (!is_single) {
			g_string_append_printf(key, "%s=", self->group_by[i]);
		}
		append_escaped(key, value != NULL ? value : "");
	}
	return key->len > KEY_MAX ? shorten(key) : g_string_free(g_steal_pointer(&key), FALSE);
}
