/* SPDX-License-Identifier: MIT */
/* From libconfig's loosely typed settings to what the keys ask for, telling every mismatch. */
#include "conf/apply.h"

/* What one call of tocsin_conf_apply() carries along. */
typedef struct {
	TocsinConfFetch fetch;
	gpointer user;
	TocsinProblems *problems;
} Context;

static gboolean fill(const Context *context, const TocsinNode *node, TocsinSettings *settings,
                     const TocsinKeys *others);

static void
complain(const Context *context, const TocsinNode *node, const char *name, const GError *error)
{
	tocsin_node_complain(node, context->problems, "'%s' %s", name, error->message);
}

static void
complain_type(const Context *context, const TocsinNode *node, const tocsin_key *key)
{
	tocsin_node_complain(node, context->problems, "'%s' takes a %s, not a %s", key->name,
	                     tocsin_keys_type_name(key->type), tocsin_node_type_name(node));
}

static void
set_secret(const Context *context, const TocsinNode *node, const tocsin_key *key,
           TocsinSettings *settings)
{
	g_autoptr(GError) error = NULL;

	if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
		tocsin_node_complain(node, context->problems,
		                     "'%s' is a secret and may not stand here; write "
		                     "%s = { file = \"/path\"; }, or command, env, credential",
		                     key->name, key->name);
		return;
	}
	g_autoptr(TocsinSecret) secret =
	        context->fetch == NULL ? tocsin_secret_new("", 0)
	                               : context->fetch(node, context->problems, context->user);

	if (secret != NULL && !tocsin_settings_set_secret(settings, key->name, secret, &error)) {
		complain(context, node, key->name, error);
	}
}

static void
add_items(const Context *context, const TocsinNode *node, const tocsin_key *key,
          TocsinSettings *settings)
{
	for (guint i = 0; i < tocsin_node_count(node); i++) {
		const TocsinNode *item = tocsin_node_at(node, i);
		g_autoptr(GError) error = NULL;

		if (tocsin_node_type(item) != TOCSIN_NODE_STRING) {
			tocsin_node_complain(item, context->problems,
			                     "'%s' is a list of strings; item %u is a %s",
			                     key->name, i + 1, tocsin_node_type_name(item));
		} else if (!tocsin_settings_add_item(settings, key->name, tocsin_node_text(item),
		                                     &error)) {
			complain(context, item, key->name, error);
		}
	}
}

static void
add_group(const Context *context, const TocsinNode *node, const tocsin_key *key,
          TocsinSettings *settings)
{
	g_autoptr(GError) error = NULL;

	if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
		complain_type(context, node, key);
		return;
	}
	TocsinSettings *group = tocsin_settings_add_group(settings, key->name, &error);

	if (group == NULL) {
		complain(context, node, key->name, error);
		return;
	}
	if (!fill(context, node, group, NULL)) {
		tocsin_settings_forget(settings, key->name);
	}
}

static void
add_groups(const Context *context, const TocsinNode *node, const tocsin_key *key,
           TocsinSettings *settings)
{
	for (guint i = 0; i < tocsin_node_count(node); i++) {
		add_group(context, tocsin_node_at(node, i), key, settings);
	}
}

static void
set_scalar(const Context *context, const TocsinNode *node, const tocsin_key *key,
           TocsinSettings *settings)
{
	g_autoptr(GError) error = NULL;
	gboolean is_set;

	switch (tocsin_node_type(node)) {
	case TOCSIN_NODE_STRING:
		is_set = tocsin_settings_set_text(settings, key->name, tocsin_node_text(node),
		                                  &error);
		break;
	case TOCSIN_NODE_NUMBER:
	case TOCSIN_NODE_BOOL:
		if ((tocsin_node_type(node) == TOCSIN_NODE_BOOL) !=
		    (key->type == TOCSIN_KEY_BOOL)) {
			complain_type(context, node, key);
			return;
		}
		is_set = tocsin_settings_set_number(settings, key->name, tocsin_node_number(node),
		                                    &error);
		break;
	default:
		complain_type(context, node, key);
		return;
	}
	if (!is_set) {
		complain(context, node, key->name, error);
	}
}

static void
set_member(const Context *context, const TocsinNode *node, const tocsin_key *key,
           TocsinSettings *settings)
{
	gboolean is_list = tocsin_node_type(node) == TOCSIN_NODE_LIST;

	if (key->flags & TOCSIN_KEY_SECRET) {
		set_secret(context, node, key, settings);
	} else if (key->type == TOCSIN_KEY_LIST && is_list) {
		add_items(context, node, key, settings);
	} else if (key->type == TOCSIN_KEY_LIST && tocsin_node_type(node) == TOCSIN_NODE_STRING) {
		/* One item may stand without its brackets. */
		g_autoptr(GError) error = NULL;

		if (!tocsin_settings_add_item(settings, key->name, tocsin_node_text(node),
		                              &error)) {
			complain(context, node, key->name, error);
		}
	} else if (key->type == TOCSIN_KEY_GROUPS && is_list) {
		add_groups(context, node, key, settings);
	} else if (key->type == TOCSIN_KEY_GROUP || key->type == TOCSIN_KEY_GROUPS) {
		add_group(context, node, key, settings);
	} else {
		set_scalar(context, node, key, settings);
	}
}

static void
complain_unknown(const Context *context, const TocsinNode *member, const TocsinKeys *keys,
                 const TocsinKeys *others)
{
	const char *name = tocsin_node_name(member);
	const char *nearest = others != NULL ? tocsin_keys_nearest(others, name) : NULL;

	if (nearest == NULL) {
		nearest = tocsin_keys_nearest(keys, name);
	}
	if (nearest == NULL) {
		tocsin_node_complain(member, context->problems, "unknown setting '%s'", name);
	} else {
		tocsin_node_complain(member, context->problems,
		                     "unknown setting '%s'; did you mean '%s'", name, nearest);
	}
}

/* Every setting that has to be there and is not. */
static void
complain_missing(const Context *context, const TocsinNode *node, const TocsinKeys *keys)
{
	for (guint i = 0; i < tocsin_keys_count(keys); i++) {
		const tocsin_key *key = tocsin_keys_at(keys, i);

		if ((key->flags & TOCSIN_KEY_REQUIRED) &&
		    tocsin_node_find(node, key->name) == NULL) {
			tocsin_node_complain(node, context->problems, "'%s' is missing: %s",
			                     key->name, key->help);
		}
	}
}

/* Sets and finishes. FALSE if there was a problem. */
static gboolean
fill(const Context *context, const TocsinNode *node, TocsinSettings *settings,
     const TocsinKeys *others)
{
	const TocsinKeys *keys = tocsin_settings_keys(settings);
	guint before = tocsin_problems_count(context->problems);
	gboolean has_unknown = FALSE;
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < tocsin_node_count(node); i++) {
		const TocsinNode *member = tocsin_node_at(node, i);
		const tocsin_key *key = tocsin_keys_find(keys, tocsin_node_name(member));

		if (key != NULL) {
			set_member(context, member, key, settings);
		} else if (others == NULL ||
		           tocsin_keys_find(others, tocsin_node_name(member)) == NULL) {
			complain_unknown(context, member, keys, others);
			has_unknown = TRUE;
		}
	}
	/* What is required may be missing only because its name was wrong, which has been said
	 * already. */
	if (!has_unknown) {
		complain_missing(context, node, keys);
	}
	if (tocsin_problems_count(context->problems) == before &&
	    !tocsin_settings_finish(settings, &error)) {
		tocsin_node_complain(node, context->problems, "%s", error->message);
	}
	return tocsin_problems_count(context->problems) == before;
}

TocsinSettings *
tocsin_conf_apply_rest(const TocsinNode *node, TocsinKeys *keys, const TocsinKeys *others,
                       TocsinConfFetch fetch, gpointer user, TocsinProblems *problems)
{
	const Context context = {.fetch = fetch, .user = user, .problems = problems};
	TocsinSettings *settings = tocsin_settings_new(keys);

	if (!fill(&context, node, settings, others)) {
		tocsin_settings_fill(settings);
	}
	return settings;
}

TocsinSettings *
tocsin_conf_apply(const TocsinNode *node, TocsinKeys *keys, const TocsinKeys *others,
                  TocsinConfFetch fetch, gpointer user, TocsinProblems *problems)
{
	guint before = tocsin_problems_count(problems);
	g_autoptr(TocsinSettings) settings =
	        tocsin_conf_apply_rest(node, keys, others, fetch, user, problems);

	return tocsin_problems_count(problems) == before ? g_steal_pointer(&settings) : NULL;
}
