/* SPDX-License-Identifier: MIT */
/* Which template a mail has. */
#include <string.h>

#include "engine/letter-data.h"
#include "engine/letter.h"

static const char default_template[] = "log-alert";
static const char file_template[] = "file-alert";
static const char resolved_template[] = "resolved";
static const char digest_template[] = "digest";

/* The plugin that raised the latest event. */
static const char *
find_plugin(const TocsinLetterStyle *style, const TocsinGroup *group,
            const TocsinDecision *decision)
{
	g_autoptr(GPtrArray) shown = tocsin_letter_data_shown(decision);
	const TocsinEvent *event = shown->len > 0 ? shown->pdata[shown->len - 1] : NULL;

	if (event == NULL && group != NULL) {
		event = tocsin_group_latest(group);
	}
	return event != NULL && style->plugins != NULL
	               ? g_hash_table_lookup(style->plugins, event->trigger)
	               : NULL;
}

const char *
tocsin_letter_template(const TocsinLetterStyle *style, const TocsinGroup *group,
                       const TocsinDecision *decision)
{
	if (decision->reason == TOCSIN_REASON_RESOLVED) {
		return style->template_resolved != NULL ? style->template_resolved
		                                        : resolved_template;
	}
	if (decision->reason == TOCSIN_REASON_DIGEST ||
	    decision->reason == TOCSIN_REASON_OVERFLOW) {
		return style->template_digest != NULL ? style->template_digest : digest_template;
	}
	if (style->template_name != NULL) {
		return style->template_name;
	}
	return g_strcmp0(find_plugin(style, group, decision), "file") == 0 ? file_template
	                                                                   : default_template;
}

static void
add_once(GPtrArray *names, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
		g_ptr_array_add(names, (gpointer)name);
	}
}

const char **
tocsin_letter_templates(const TocsinLetterStyle *style)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iterator;
	gpointer plugin;

	add_once(names, style->template_name != NULL ? style->template_name : default_template);
	if (style->template_name == NULL && style->plugins != NULL) {
		g_hash_table_iter_init(&iterator, style->plugins);
		while (g_hash_table_iter_next(&iterator, NULL, &plugin)) {
			if (strcmp(plugin, "file") == 0) {
				add_once(names, file_template);
			}
		}
	}
	add_once(names,
	         style->template_resolved != NULL ? style->template_resolved : resolved_template);
	add_once(names, style->template_digest != NULL ? style->template_digest : digest_template);
	g_ptr_array_add(names, NULL);
	return (const char **)g_ptr_array_free(names, FALSE);
}
