/* SPDX-License-Identifier: MIT */
/* The status as metrics: names end in what they count, totals in _total, times are seconds. */
#include "daemon/describe-mail.h"
#include "daemon/describe-status.h"

#define SECOND 1000000.0

/* Begins a family of metrics. */
static void
begin(GString *out, const char *name, const char *type, const char *help)
{
	g_string_append_printf(out, "# HELP tocsin_%s %s\n# TYPE tocsin_%s %s\n", name, help, name,
	                       type);
}

static void
add_label_value(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	for (const char *p = valid; *p != '\0'; p++) {
		switch (*p) {
		case '\\':
			g_string_append(out, "\\\\");
			break;
		case '"':
			g_string_append(out, "\\\"");
			break;
		case '\n':
			g_string_append(out, "\\n");
			break;
		default:
			g_string_append_c(out, *p);
		}
	}
}

static void
add_labels(GString *out, const char *name, const char *label, const char *value, const char *other,
           const char *other_value)
{
	g_string_append_printf(out, "tocsin_%s{%s=\"", name, label);
	add_label_value(out, value);
	g_string_append_c(out, '"');
	if (other != NULL) {
		g_string_append_printf(out, ",%s=\"", other);
		add_label_value(out, other_value);
		g_string_append_c(out, '"');
	}
	g_string_append(out, "} ");
}

static void
add_count(GString *out, const char *name, const char *label, const char *value, guint64 count)
{
	add_labels(out, name, label, value, NULL, NULL);
	g_string_append_printf(out, "%" G_GUINT64_FORMAT "\n", count);
}

static void
add_whole(GString *out, const char *name, const char *help, gdouble value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	begin(out, name, "gauge", help);
	g_string_append_printf(out, "tocsin_%s %s\n", name,
	                       g_ascii_dtostr(number, sizeof number, value));
}

static void
add_triggers(GString *out, const GPtrArray *triggers)
{
	begin(out, "trigger_running", "gauge", "Whether the trigger watches.");
	for (guint i = 0; i < triggers->len; i++) {
		const TocsinTriggerStatus *trigger = g_ptr_array_index(triggers, i);

		add_count(out, "trigger_running", "trigger", trigger->name,
		          trigger->is_running ? 1 : 0);
	}
	begin(out, "trigger_events_total", "counter", "Events that the trigger raised.");
	for (guint i = 0; i < triggers->len; i++) {
		const TocsinTriggerStatus *trigger = g_ptr_array_index(triggers, i);

		add_count(out, "trigger_events_total", "trigger", trigger->name, trigger->events);
	}
}

/* One family of metrics of rules. */
typedef struct {
	const char *name;
	const char *type;
	const char *help;
	guint64 (*get)(const TocsinRuleStatus *rule);
} RuleMetric;

static guint64
get_matched(const TocsinRuleStatus *rule)
{
	return rule->matched;
}

static guint64
get_mails(const TocsinRuleStatus *rule)
{
	return rule->mails;
}

static guint64
get_held(const TocsinRuleStatus *rule)
{
	return rule->held;
}

static guint64
get_groups(const TocsinRuleStatus *rule)
{
	return rule->groups;
}

static void
add_rules(GString *out, const GPtrArray *rules)
{
	static const RuleMetric metrics[] = {
	        {"rule_matched_total", "counter", "Events that the rule matched.", get_matched},
	        {"rule_mails_total", "counter", "Mails that the rule wrote.", get_mails},
	        {"rule_held_total", "counter", "Events that were held back or muted.", get_held},
	        {"rule_groups", "gauge", "Groups that the rule gathers now.", get_groups},
	};

	for (guint m = 0; m < G_N_ELEMENTS(metrics); m++) {
		begin(out, metrics[m].name, metrics[m].type, metrics[m].help);
		for (guint i = 0; i < rules->len; i++) {
			const TocsinRuleStatus *rule = g_ptr_array_index(rules, i);

			add_count(out, metrics[m].name, "rule", rule->name, metrics[m].get(rule));
		}
	}
}

static void
add_accounts(GString *out, const GPtrArray *accounts, gint64 now_us)
{
	static const char *const fates[] = {"delivered", "deferred", "refused", "unknown"};

	begin(out, "account_connections", "gauge", "Open connections.");
	for (guint i = 0; i < accounts->len; i++) {
		const TocsinAccountStatus *account = g_ptr_array_index(accounts, i);

		add_count(out, "account_connections", "account", account->name,
		          account->connections);
	}
	begin(out, "account_resting", "gauge", "Whether the account is left alone for a while.");
	for (guint i = 0; i < accounts->len; i++) {
		const TocsinAccountStatus *account = g_ptr_array_index(accounts, i);

		add_count(out, "account_resting", "account", account->name,
		          account->rest_until_us > now_us ? 1 : 0);
	}
	begin(out, "account_recipients_total", "counter", "Recipients by what became of a try.");
	for (guint i = 0; i < accounts->len; i++) {
		const TocsinAccountStatus *account = g_ptr_array_index(accounts, i);
		const guint64 counts[] = {account->delivered, account->deferred, account->refused,
		                          account->unknown};

		for (guint f = 0; f < G_N_ELEMENTS(fates); f++) {
			add_labels(out, "account_recipients_total", "account", account->name,
			           "fate", fates[f]);
			g_string_append_printf(out, "%" G_GUINT64_FORMAT "\n", counts[f]);
		}
	}
}

char *
tocsin_describe_metrics(const TocsinEngineStatus *status, gint64 now_us)
{
	GString *out = g_string_new(NULL);

	add_whole(out, "start_time_seconds", "When the daemon started, since 1970.",
	          (gdouble)status->started_us / SECOND);
	add_whole(out, "config_loaded_seconds", "When the configuration was read last, since 1970.",
	          (gdouble)status->loaded_us / SECOND);
	add_whole(out, "config_reload_ok", "Whether the last reload went well.",
	          status->reload_error == NULL ? 1 : 0);
	add_whole(out, "store_ok", "Whether the store can write.",
	          status->store_error == NULL ? 1 : 0);
	add_whole(out, "events_waiting", "Events that are taken in and not yet on disk.",
	          (gdouble)status->waiting);
	begin(out, "notices_failed_total", "counter",
	      "Notices about the program itself that were given up.");
	g_string_append_printf(out, "tocsin_notices_failed_total %" G_GUINT64_FORMAT "\n",
	                       status->notices_failed);
	begin(out, "mails", "gauge", "Mails in the store by state.");
	for (guint i = 0; i < G_N_ELEMENTS(status->mails); i++) {
		add_count(out, "mails", "state", tocsin_describe_state((TocsinMailState)i),
		          status->mails[i]);
	}
	add_triggers(out, status->triggers);
	add_rules(out, status->rules);
	add_accounts(out, status->accounts, now_us);
	return g_string_free(out, FALSE);
}
