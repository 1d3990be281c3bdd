/* SPDX-License-Identifier: MIT */
/* Typed values as bytes: the type, then the value; a tree as its count and members. */
#include "model/value.h"

static void
pack_tree(const TocsinValue *tree, TocsinValueType type, GByteArray *out)
{
	guint count = tocsin_value_count(tree);

	tocsin_pack_uint(out, count);
	for (guint i = 0; i < count; i++) {
		if (type == TOCSIN_VALUE_MAP) {
			tocsin_pack_string(out, tocsin_value_nth_name(tree, i));
		}
		tocsin_value_pack(tocsin_value_nth(tree, i), out);
	}
}

void
tocsin_value_pack(const TocsinValue *self, GByteArray *out)
{
	TocsinValueType type = tocsin_value_type(self);

	tocsin_pack_uint(out, type);
	switch (type) {
	case TOCSIN_VALUE_BOOL:
		tocsin_pack_uint(out, tocsin_value_get_bool(self) ? 1 : 0);
		break;
	case TOCSIN_VALUE_INT:
	case TOCSIN_VALUE_TIME:
		tocsin_pack_int(out, tocsin_value_get_int(self));
		break;
	case TOCSIN_VALUE_DOUBLE:
		tocsin_pack_double(out, tocsin_value_get_double(self));
		break;
	case TOCSIN_VALUE_STRING:
		tocsin_pack_string(out, tocsin_value_get_string(self));
		break;
	case TOCSIN_VALUE_LIST:
	case TOCSIN_VALUE_MAP:
		pack_tree(self, type, out);
		break;
	}
}

static TocsinValue *unpack_at(TocsinUnpack *from, guint depth);

static TocsinValue *
unpack_tree(TocsinUnpack *from, TocsinValueType type, guint depth)
{
	g_autoptr(TocsinValue) tree =
	        type == TOCSIN_VALUE_MAP ? tocsin_value_new_map() : tocsin_value_new_list();
	guint count = tocsin_unpack_below(from, TOCSIN_VALUE_MEMBERS_MAX + 1);

	if (depth == 0) {
		tocsin_unpack_fail(from);
		return NULL;
	}
	for (guint i = 0; i < count; i++) {
		g_autofree char *name = NULL;

		if (type == TOCSIN_VALUE_MAP) {
			name = tocsin_unpack_required_string(from);
		}
		TocsinValue *member = unpack_at(from, depth - 1);

		if (member == NULL) {
			return NULL;
		}
		if (name != NULL) {
			tocsin_value_set(tree, name, member);
		} else {
			tocsin_value_append(tree, member);
		}
	}
	return from->is_bad ? NULL : g_steal_pointer(&tree);
}

static TocsinValue *
unpack_string(TocsinUnpack *from)
{
	g_autofree char *text = tocsin_unpack_required_string(from);

	return text != NULL ? tocsin_value_new_string(text, -1) : NULL;
}

static TocsinValue *
unpack_at(TocsinUnpack *from, guint depth)
{
	g_autoptr(TocsinValue) value = NULL;
	TocsinValueType type = tocsin_unpack_below(from, TOCSIN_VALUE_MAP + 1);

	if (from->is_bad) {
		return NULL;
	}
	switch (type) {
	case TOCSIN_VALUE_BOOL:
		value = tocsin_value_new_bool(tocsin_unpack_below(from, 2) == 1);
		break;
	case TOCSIN_VALUE_INT:
		value = tocsin_value_new_int(tocsin_unpack_int(from));
		break;
	case TOCSIN_VALUE_TIME:
		value = tocsin_value_new_time(tocsin_unpack_int(from));
		break;
	case TOCSIN_VALUE_DOUBLE:
		value = tocsin_value_new_double(tocsin_unpack_double(from));
		break;
	case TOCSIN_VALUE_STRING:
		value = unpack_string(from);
		break;
	case TOCSIN_VALUE_LIST:
	case TOCSIN_VALUE_MAP:
		value = unpack_tree(from, type, depth);
		break;
	}
	return from->is_bad ? NULL : g_steal_pointer(&value);
}

TocsinValue *
tocsin_value_unpack(TocsinUnpack *from)
{
	return unpack_at(from, TOCSIN_VALUE_DEPTH_MAX);
}
