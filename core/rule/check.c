/* SPDX-License-Identifier: MIT */
/* Finds what is wrong with a rule's settings before anything is compiled. */
#include "rule/rule-private.h"

#include <string.h>

#include <tocsin/error.h>

#include "base/text.h"
#include "model/address.h"

/* No time of a rule is longer: ten years, so that sums of them cannot overflow. */
#define TIME_MAX (G_GINT64_CONSTANT(3660) * 86400 * G_USEC_PER_SEC)

typedef struct {
	const TocsinRuleSpec *spec;
	TocsinRuleComplain complain;
	gpointer user_data;
	guint faults;
} Checker;

static void complain(Checker *checker, const char *setting, const char *format, ...)
        G_GNUC_PRINTF(3, 4);

static void
complain(Checker *checker, const char *setting, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	checker->faults++;
	checker->complain(setting, text, checker->user_data);
}

static guint
count_of(const char *const *list)
{
	return list != NULL ? g_strv_length((char **)list) : 0;
}

static void
check_time(Checker *checker, const char *setting, gint64 time_us, gboolean is_needed)
{
	if (time_us < 0 || time_us > TIME_MAX) {
		complain(checker, setting, "has to lie between 0 and ten years");
	} else if (is_needed && time_us == 0) {
		complain(checker, setting, "has to be given, such as \"1m\"");
	}
}

static void
check_times(Checker *checker)
{
	const TocsinRuleSpec *spec = checker->spec;

	check_time(checker, "wait", spec->wait_us, FALSE);
	check_time(checker, "interval", spec->interval_us, FALSE);
	check_time(checker, "repeat", spec->repeat_us, FALSE);
	check_time(checker, "repeat_longest", spec->repeat_longest_us, FALSE);
	check_time(checker, "late", spec->late_us, FALSE);
	check_time(checker, "catch_up", spec->catch_up_us, FALSE);
	check_time(checker, "absence", spec->absence_us, FALSE);
	check_time(checker, "limit", spec->limit_per_us, spec->limit_count > 0);
	if (spec->repeat_us == 0 && (spec->repeat_backoff > 1 || spec->repeat_times > 0)) {
		complain(checker, "repeat",
		         "has to be given beside repeat_backoff or repeat_times");
	}
	if (spec->repeat_backoff > 100) {
		complain(checker, "repeat_backoff", "has to be at most 100");
	}
	if (spec->samples > TOCSIN_RULE_SAMPLES_MAX) {
		complain(checker, "samples", "has to be at most %u", TOCSIN_RULE_SAMPLES_MAX);
	}
	if (spec->limit_count > 0 && spec->limit_per_us < (gint64)spec->limit_count) {
		complain(checker, "limit", "is more than one in a microsecond");
	}
}

static void
check_threshold(Checker *checker)
{
	const TocsinRuleSpec *spec = checker->spec;

	if (spec->threshold.count == 0) {
		return;
	}
	if (spec->threshold.count > TOCSIN_RULE_THRESHOLD_MAX) {
		complain(checker, "threshold.count", "has to be at most %u",
		         TOCSIN_RULE_THRESHOLD_MAX);
	}
	if (spec->states.is_on) {
		if (spec->threshold.within_us != 0 || spec->threshold.distinct != NULL ||
		    spec->threshold.has_below) {
			complain(checker, "threshold",
			         "takes only count beside states: so many problems in a row");
		}
		return;
	}
	check_time(checker, "threshold.within", spec->threshold.within_us, TRUE);
	check_time(checker, "threshold.below_within", spec->threshold.below_within_us, FALSE);
	if (spec->threshold.has_below && spec->threshold.below >= spec->threshold.count) {
		complain(checker, "threshold.below", "has to be less than count, which is %u",
		         spec->threshold.count);
	}
}

static void
check_gathering(Checker *checker)
{
	const TocsinRuleSpec *spec = checker->spec;
	guint ways = (spec->threshold.count > 0 && !spec->states.is_on) +
	             (spec->states.is_on != 0) + (spec->pair.start != NULL) +
	             (spec->absence_us > 0) + (spec->sequence.steps != NULL);
	guint steps = count_of(spec->sequence.steps);

	if (ways > 1) {
		complain(checker, "name",
		         "the rule has more than one of threshold, pair, absence, sequence and "
		         "states: part it into several rules");
	}
	check_threshold(checker);
	if (spec->pair.start != NULL) {
		check_time(checker, "pair.within", spec->pair.within_us, TRUE);
		if (spec->pair.end == NULL) {
			complain(checker, "pair.end", "has to be given");
		}
	}
	if (spec->sequence.steps != NULL) {
		check_time(checker, "sequence.within", spec->sequence.within_us, TRUE);
		if (steps < 2 || steps > TOCSIN_RULE_STEPS_MAX) {
			complain(checker, "sequence.steps", "has to hold 2 to %u expressions",
			         TOCSIN_RULE_STEPS_MAX);
		}
	}
	if (spec->states.flap_high > 100 || spec->states.flap_low > spec->states.flap_high) {
		complain(checker, "states.flapping",
		         "has to be at most 100 percent, and not below settled");
	}
	if (spec->states.is_on && spec->states.field != NULL &&
	    (count_of(spec->states.problem) == 0 || count_of(spec->states.ok) == 0)) {
		complain(checker, "states", "needs problem and ok, lists of values of \"%s\"",
		         spec->states.field);
	}
}

static void
check_recipient(Checker *checker, const char *setting, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) list = NULL;

	if (g_str_has_prefix(text, "field:")) {
		if (text[strlen("field:")] == '\0') {
			complain(checker, setting, "\"%s\" names no field", text);
		}
		return;
	}
	if (g_str_has_prefix(text, "map:")) {
		g_auto(GStrv) parts = g_strsplit(text, ":", 3);
		gboolean is_known = FALSE;

		for (guint i = 0; i < checker->spec->maps_count && parts[1] != NULL; i++) {
			is_known |= strcmp(checker->spec->maps[i].name, parts[1]) == 0;
		}
		if (parts[1] == NULL || parts[2] == NULL || parts[2][0] == '\0') {
			complain(checker, setting, "\"%s\": expected \"map:TABLE:FIELD\"", text);
		} else if (!is_known) {
			complain(checker, setting, "\"%s\": there is no map \"%s\"", text,
			         parts[1]);
		}
		return;
	}
	list = tocsin_address_parse_list(text, -1, &error);
	if (list == NULL) {
		complain(checker, setting, "\"%s\": %s", text, error->message);
	}
}

static void
check_recipients(Checker *checker, const char *setting, const char *const *list)
{
	if (count_of(list) > TOCSIN_RULE_LIST_MAX) {
		complain(checker, setting, "has more than %u members", TOCSIN_RULE_LIST_MAX);
		return;
	}
	for (guint i = 0; i < count_of(list); i++) {
		check_recipient(checker, setting, list[i]);
	}
}

static void
check_audience(Checker *checker, const TocsinRuleAudience *audience, const char *setting)
{
	check_recipients(checker, setting != NULL ? setting : "to", audience->to);
	check_recipients(checker, setting != NULL ? setting : "cc", audience->cc);
	check_recipients(checker, setting != NULL ? setting : "bcc", audience->bcc);
	if (count_of(audience->to) + count_of(audience->cc) + count_of(audience->bcc) == 0) {
		complain(checker, setting != NULL ? setting : "to",
		         "has nobody: name at least one address in to, cc or bcc");
	}
}

static void
check_holding(Checker *checker)
{
	const TocsinRuleSpec *spec = checker->spec;
	gboolean has_end = spec->states.is_on || spec->pair.start != NULL || spec->absence_us > 0 ||
	                   spec->threshold.has_below;

	for (guint i = 0; i < spec->mutes_count; i++) {
		check_time(checker, "mutes.for", spec->mutes[i].for_us,
		           spec->mutes[i].from != NULL);
	}
	for (guint i = 0; i < spec->inhibits_count; i++) {
		if (g_strcmp0(spec->inhibits[i].rule, spec->name) == 0) {
			complain(checker, "inhibit.rule", "is the rule itself");
		}
	}
	for (guint i = 0; i < spec->escalations_count; i++) {
		check_time(checker, "escalate.after", spec->escalations[i].after_us, TRUE);
		check_audience(checker, &spec->escalations[i].audience, "escalate");
		if (i > 0 && spec->escalations[i].after_us < spec->escalations[i - 1].after_us) {
			complain(checker, "escalate", "has to be in the order of after");
		}
	}
	if (spec->escalations_count > 0 && !has_end) {
		complain(checker, "escalate",
		         "needs a problem that can end: states, pair, absence, or a threshold "
		         "with below");
	}
	if (spec->repeat_times > 0 && !has_end) {
		complain(checker, "repeat_times",
		         "needs a problem that can end: states, pair, absence, or a threshold "
		         "with below");
	}
	if (spec->escalations_count > TOCSIN_RULE_LIST_MAX ||
	    spec->mutes_count > TOCSIN_RULE_LIST_MAX ||
	    spec->inhibits_count > TOCSIN_RULE_LIST_MAX) {
		complain(checker, "name", "a list of the rule has more than %u members",
		         TOCSIN_RULE_LIST_MAX);
	}
}

static void
check_maps(Checker *checker)
{
	const TocsinRuleSpec *spec = checker->spec;

	for (guint i = 0; i < spec->maps_count; i++) {
		const TocsinRuleMap *map = &spec->maps[i];

		if (count_of(map->names) != count_of(map->addresses)) {
			complain(checker, "maps", "\"%s\": not as many names as addresses",
			         map->name);
		}
		check_recipients(checker, "maps", map->addresses);
	}
}

/* "a@example.org", "example.org", "@example.org", ".example.org". */
static void
check_filter(Checker *checker, const char *setting, const char *const *list)
{
	for (guint i = 0; i < count_of(list); i++) {
		const char *domain = list[i] + (list[i][0] == '@' || list[i][0] == '.');
		g_autofree char *whole = strchr(domain, '@') != NULL
		                                 ? g_strdup(domain)
		                                 : g_strconcat("a@", domain, NULL);
		g_autoptr(TocsinAddress) address = tocsin_address_parse(whole, -1, NULL);

		if (address == NULL || strcmp(address->spec, whole) != 0) {
			complain(checker, setting,
			         "\"%s\": expected an address, a domain, or \".domain\" for all "
			         "below it",
			         list[i]);
		}
	}
}

gboolean
tocsin_rule_check_spec(const TocsinRuleSpec *spec, TocsinRuleComplain on_fault, gpointer user_data)
{
	Checker checker = {.spec = spec, .complain = on_fault, .user_data = user_data};

	if (spec->name == NULL || spec->name[0] == '\0' || strlen(spec->name) > 200 ||
	    tocsin_text_find_control(spec->name, strlen(spec->name)) >= 0) {
		complain(&checker, "name", "has to be 1 to 200 bytes without control characters");
	}
	if (count_of(spec->on) == 0 || count_of(spec->on) > TOCSIN_RULE_LIST_MAX) {
		complain(&checker, "on", "has to name 1 to %u \"trigger.kind\"",
		         TOCSIN_RULE_LIST_MAX);
	}
	check_times(&checker);
	check_gathering(&checker);
	check_audience(&checker, &spec->audience, NULL);
	check_holding(&checker);
	check_maps(&checker);
	check_filter(&checker, "allow", spec->allow);
	check_filter(&checker, "deny", spec->deny);
	return checker.faults == 0;
}
