/* SPDX-License-Identifier: MIT */
/* The status as JSON. */
#include "daemon/describe-status.h"

#include "daemon/describe-mail.h"
#include "daemon/json-put.h"

/* Counts are below 2^63. */
static void
put_count(JsonObject *object, const char *name, guint64 count)
{
	json_object_set_int_member(object, name, (gint64)MIN(count, G_MAXINT64));
}

static JsonObject *
describe_trigger(const TocsinTriggerStatus *trigger)
{
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "name", trigger->name);
	tocsin_json_put_text(object, "plugin", trigger->plugin);
	json_object_set_boolean_member(object, "is_running", trigger->is_running);
	put_count(object, "events", trigger->events);
	tocsin_json_put_time(object, "last", trigger->last_us);
	tocsin_json_put_text(object, "error", trigger->error);
	return object;
}

static JsonObject *
describe_rule(const TocsinRuleStatus *rule)
{
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "name", rule->name);
	put_count(object, "matched", rule->matched);
	put_count(object, "mails", rule->mails);
	put_count(object, "held", rule->held);
	put_count(object, "groups", rule->groups);
	return object;
}

static JsonObject *
describe_account(const TocsinAccountStatus *account, gint64 now_us)
{
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "name", account->name);
	put_count(object, "connections", account->connections);
	json_object_set_boolean_member(object, "is_disabled", account->is_disabled);
	tocsin_json_put_time(object, "rests_until",
	                     account->rest_until_us > now_us ? account->rest_until_us : 0);
	tocsin_json_put_text(object, "failure", account->failure);
	put_count(object, "delivered", account->delivered);
	put_count(object, "deferred", account->deferred);
	put_count(object, "refused", account->refused);
	put_count(object, "unknown", account->unknown);
	return object;
}

static void
put_parts(JsonObject *object, const TocsinEngineStatus *status, gint64 now_us)
{
	JsonArray *triggers = json_array_new();
	JsonArray *rules = json_array_new();
	JsonArray *accounts = json_array_new();

	for (guint i = 0; i < status->triggers->len; i++) {
		json_array_add_object_element(
		        triggers, describe_trigger(g_ptr_array_index(status->triggers, i)));
	}
	for (guint i = 0; i < status->rules->len; i++) {
		json_array_add_object_element(rules,
		                              describe_rule(g_ptr_array_index(status->rules, i)));
	}
	for (guint i = 0; i < status->accounts->len; i++) {
		json_array_add_object_element(
		        accounts, describe_account(g_ptr_array_index(status->accounts, i), now_us));
	}
	json_object_set_array_member(object, "triggers", triggers);
	json_object_set_array_member(object, "rules", rules);
	json_object_set_array_member(object, "accounts", accounts);
}

JsonObject *
tocsin_describe_status(const TocsinEngineStatus *status, gint64 now_us)
{
	JsonObject *object = json_object_new();
	JsonObject *mails = json_object_new();

	tocsin_json_put_time(object, "now", now_us);
	tocsin_json_put_time(object, "started", status->started_us);
	tocsin_json_put_text(object, "config", status->config_path);
	tocsin_json_put_time(object, "loaded", status->loaded_us);
	tocsin_json_put_text(object, "reload_error", status->reload_error);
	tocsin_json_put_text(object, "store", status->store_path);
	tocsin_json_put_text(object, "store_error", status->store_error);
	for (guint i = 0; i < G_N_ELEMENTS(status->mails); i++) {
		put_count(mails, tocsin_describe_state((TocsinMailState)i), status->mails[i]);
	}
	json_object_set_object_member(object, "mails", mails);
	put_count(object, "events_waiting", status->waiting);
	put_count(object, "notices_failed", status->notices_failed);
	put_parts(object, status, now_us);
	return object;
}
