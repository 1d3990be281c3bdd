/* SPDX-License-Identifier: MIT */
/* One place in a configuration's text, over libconfig. */
#include "conf/node.h"

#include <libconfig.h>

TocsinNodeType
tocsin_node_type(const TocsinNode *self)
{
	switch (config_setting_type(self)) {
	case CONFIG_TYPE_STRING:
		return TOCSIN_NODE_STRING;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return TOCSIN_NODE_NUMBER;
	case CONFIG_TYPE_BOOL:
		return TOCSIN_NODE_BOOL;
	case CONFIG_TYPE_FLOAT:
		return TOCSIN_NODE_FLOAT;
	case CONFIG_TYPE_GROUP:
		return TOCSIN_NODE_GROUP;
	default:
		return TOCSIN_NODE_LIST;
	}
}

const char *
tocsin_node_type_name(const TocsinNode *self)
{
	static const char *const names[] = {
	        [TOCSIN_NODE_STRING] = "string", [TOCSIN_NODE_NUMBER] = "number",
	        [TOCSIN_NODE_BOOL] = "boolean",  [TOCSIN_NODE_FLOAT] = "number with a fraction",
	        [TOCSIN_NODE_GROUP] = "group",   [TOCSIN_NODE_LIST] = "list",
	};

	return names[tocsin_node_type(self)];
}

const char *
tocsin_node_name(const TocsinNode *self)
{
	return config_setting_name(self);
}

const char *
tocsin_node_file(const TocsinNode *self)
{
	const char *file = config_setting_source_file(self);

	return file == NULL ? "(text)" : file;
}

guint
tocsin_node_line(const TocsinNode *self)
{
	return config_setting_source_line(self);
}

guint
tocsin_node_count(const TocsinNode *self)
{
	return (guint)config_setting_length(self);
}

const TocsinNode *
tocsin_node_at(const TocsinNode *self, guint index)
{
	return config_setting_get_elem(self, index);
}

const TocsinNode *
tocsin_node_find(const TocsinNode *self, const char *name)
{
	return config_setting_is_group(self) ? config_setting_get_member(self, name) : NULL;
}

const char *
tocsin_node_text(const TocsinNode *self)
{
	return config_setting_get_string(self);
}

gint64
tocsin_node_number(const TocsinNode *self)
{
	switch (config_setting_type(self)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return config_setting_get_int64(self);
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(self);
	default:
		return 0;
	}
}

void
tocsin_node_complain(const TocsinNode *self, TocsinProblems *problems, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	tocsin_problems_add(problems, tocsin_node_file(self), tocsin_node_line(self), "%s", text);
}
