/* SPDX-License-Identifier: MIT */
/* Applies key tables to sections, and asks secret sources. */
#include "engine/fetch.h"

#include "secret/source.h"

TocsinSecret *
tocsin_fetch_secret(const TocsinNode *node, TocsinProblems *problems, gpointer user)
{
	const TocsinFetch *self = user;
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(TocsinSecretSource) source = NULL;
	g_autoptr(GError) error = NULL;
	TocsinSecret *secret = NULL;

	if (!tocsin_keys_add(keys, tocsin_secret_source_keys, &error)) {
		tocsin_node_complain(node, problems, "%s", error->message);
		return NULL;
	}
	settings = tocsin_conf_apply(node, keys, NULL, NULL, NULL, problems);
	if (settings == NULL) {
		return NULL;
	}
	source = tocsin_secret_source_new(settings, self->clock, self->secrets,
	                                  TOCSIN_SECRET_TIMEOUT_US, &error);
	if (source != NULL) {
		secret = self->is_check ? tocsin_secret_new("", 0)
		                        : tocsin_secret_source_fetch(source, NULL, &error);
	}
	if (secret == NULL) {
		tocsin_node_complain(node, problems, "'%s': %s", tocsin_node_name(node),
		                     error->message);
	}
	return secret;
}

TocsinSettings *
tocsin_fetch_section(const TocsinConf *conf, const char *name, const tocsin_key *const *table,
                     const TocsinFetch *fetch, TocsinProblems *problems)
{
	const TocsinNode *node = tocsin_conf_section(conf, name);
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(GError) error = NULL;

	if (!tocsin_keys_add(keys, table, &error)) {
		tocsin_problems_add(problems, NULL, 0, "%s: %s", name, error->message);
		return NULL;
	}
	if (node != NULL) {
		return tocsin_node_type(node) != TOCSIN_NODE_GROUP
		               ? NULL /* which load() has complained of */
		               : tocsin_conf_apply(node, keys, NULL, tocsin_fetch_secret,
		                                   (gpointer)fetch, problems);
	}
	settings = tocsin_settings_new(keys);
	if (!tocsin_settings_finish(settings, &error)) {
		tocsin_problems_add(problems, NULL, 0, "%s: %s", name, error->message);
		return NULL;
	}
	return g_steal_pointer(&settings);
}
