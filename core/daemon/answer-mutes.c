/* SPDX-License-Identifier: MIT */
/* Mutes that people set while the daemon runs. */
#include <pwd.h>
#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "base/units.h"
#include "daemon/answer-engine.h"
#include "daemon/answers.h"
#include "daemon/json-put.h"

#define CREATED 201
#define NOT_FOUND 404
#define USER_BUFFER 16384u
#define SHOWN_MAX 60u

static const char *const members[] = {"rule", "where", "until", "for", "comment", NULL};

static JsonObject *
describe(const TocsinMuteRecord *record)
{
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "id", record->id);
	tocsin_json_put_text(object, "rule", record->rule);
	tocsin_json_put_text(object, "where", record->where);
	tocsin_json_put_time(object, "until", record->until_us);
	tocsin_json_put_text(object, "comment", record->comment);
	tocsin_json_put_text(object, "who", record->who);
	tocsin_json_put_time(object, "set", record->set_us);
	return object;
}

void
tocsin_answer_mutes(TocsinRequest *request, gpointer user)
{
	const TocsinAnswers *answers = user;
	const GPtrArray *records = tocsin_mutes_list(tocsin_engine_mutes(answers->engine));
	JsonObject *object = json_object_new();
	JsonArray *array = json_array_new();

	for (guint i = 0; i < records->len; i++) {
		json_array_add_object_element(array, describe(g_ptr_array_index(records, i)));
	}
	json_object_set_array_member(object, "mutes", array);
	tocsin_request_answer_json(request, 200, tocsin_json_take(object));
}

/* Whom the kernel says to be there. */
static char *
name_peer(const TocsinPeer *peer)
{
	g_autofree char *buffer = g_malloc(USER_BUFFER);
	struct passwd entry;
	struct passwd *found = NULL;

	if (!peer->is_local) {
		return g_strdup("by TCP");
	}
	if (getpwuid_r(peer->uid, &entry, buffer, USER_BUFFER, &found) == 0 && found != NULL) {
		return g_strdup(found->pw_name);
	}
	return g_strdup_printf("user %u", peer->uid);
}

static gboolean
check_members(JsonObject *object, GError **error)
{
	g_autoptr(GList) names = json_object_get_members(object);

	for (const GList *at = names; at != NULL; at = at->next) {
		const char *name = at->data;
		JsonNode *value = json_object_get_member(object, name);

		if (!g_strv_contains(members, name)) {
			const char *nearest = tocsin_text_nearest(name, members);
			g_autofree char *shown =
			        tocsin_text_for_display(name, strlen(name), SHOWN_MAX);

			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "a mute has no '%s'%s%s%s", shown,
			            nearest == NULL ? "" : "; did you mean '",
			            nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
			return FALSE;
		}
		if (!JSON_NODE_HOLDS_NULL(value) &&
		    json_node_get_value_type(value) != G_TYPE_STRING) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "'%s' has to be a text", name);
			return FALSE;
		}
	}
	return TRUE;
}

/* (nullable) The text of a member whose type was checked. */
static const char *
get_text(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node == NULL || JSON_NODE_HOLDS_NULL(node) ? NULL : json_node_get_string(node);
}

/* When the mute ends: "until" is a time, "for" a duration; 0 with neither. */
static gboolean
read_end(JsonObject *object, gint64 now_us, gint64 *out_until_us, GError **error)
{
	const char *until = get_text(object, "until");
	const char *duration = get_text(object, "for");
	gint64 for_us = 0;

	if (until != NULL && duration != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "a mute has 'until' or 'for', not both");
		return FALSE;
	}
	if (duration != NULL) {
		if (!tocsin_units_parse_duration(duration, &for_us, error)) {
			g_prefix_error(error, "'for': ");
			return FALSE;
		}
		*out_until_us = now_us + for_us;
		return TRUE;
	}
	g_autoptr(GDateTime) time =
	        until == NULL ? NULL : g_date_time_new_from_iso8601(until, NULL);

	if (until != NULL && time == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'until' has to be a time with its zone, such as "
		            "2026-12-24T18:00:00+01:00");
		return FALSE;
	}
	*out_until_us = time == NULL ? 0
	                             : g_date_time_to_unix(time) * G_USEC_PER_SEC +
	                                       g_date_time_get_microsecond(time);
	return TRUE;
}

/* Sets it. Returns its id, which belongs to the engine's list. */
static const char *
add(const TocsinAnswers *answers, const TocsinRequest *request, JsonNode *root, GError **error)
{
	if (!JSON_NODE_HOLDS_OBJECT(root)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "a mute is a JSON object");
		return NULL;
	}
	JsonObject *object = json_node_get_object(root);
	gint64 until_us = 0;

	if (!check_members(object, error) ||
	    !read_end(object, tocsin_clock_wall_us(answers->clock), &until_us, error)) {
		return NULL;
	}
	g_autofree char *who = name_peer(tocsin_request_peer(request));
	g_autofree char *comment = g_strdup(get_text(object, "comment"));
	g_autofree char *rule = g_strdup(get_text(object, "rule"));
	g_autofree char *where = g_strdup(get_text(object, "where"));
	const TocsinMuteRecord record = {
	        .rule = rule,
	        .where = where,
	        .comment = comment,
	        .who = who,
	        .until_us = until_us,
	};

	return tocsin_mutes_add(tocsin_engine_mutes(answers->engine), &record, error);
}

void
tocsin_answer_mute(TocsinRequest *request, gpointer user)
{
	const TocsinAnswers *answers = user;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonNode) root = tocsin_request_parse_json(request, &error);
	const char *id = root == NULL ? NULL : add(answers, request, root, &error);

	if (id == NULL) {
		tocsin_request_fail_error(request, error);
		return;
	}
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "id", id);
	tocsin_request_answer_json(request, CREATED, tocsin_json_take(object));
}

void
tocsin_answer_unmute(TocsinRequest *request, gpointer user)
{
	const TocsinAnswers *answers = user;
	g_autoptr(GError) error = NULL;
	const char *id = tocsin_request_variable(request);

	if (tocsin_mutes_remove(tocsin_engine_mutes(answers->engine), id, &error)) {
		JsonObject *object = json_object_new();

		tocsin_json_put_text(object, "id", id);
		tocsin_request_answer_json(request, 200, tocsin_json_take(object));
	} else if (g_error_matches(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID)) {
		tocsin_request_fail(request, NOT_FOUND, "%s", error->message);
	} else {
		tocsin_request_fail_error(request, error);
	}
}
