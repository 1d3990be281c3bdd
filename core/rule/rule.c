/* SPDX-License-Identifier: MIT */
/* Compiles a rule from its settings. */
#include "rule/rule-private.h"

#include <string.h>

#define MINUTE (60 * (gint64)G_USEC_PER_SEC)
#define HOUR (60 * MINUTE)

/* What compiling needs besides the rule: whom to tell of faults. */
typedef struct {
	TocsinRule *rule;
	TocsinRuleComplain complain;
	gpointer user_data;
	guint faults;
} Compiler;

void
tocsin_rule_spec_init(TocsinRuleSpec *self)
{
	memset(self, 0, sizeof *self);
	self->interval_us = 5 * MINUTE;
	self->limit_count = 60;
	self->limit_per_us = HOUR;
	self->states.flap_high = 30;
	self->states.flap_low = 25;
	self->states.flap_quiet_us = HOUR;
	self->is_resolved_told = TRUE;
	self->late_us = (gint64)10 * G_USEC_PER_SEC;
	self->catch_up_us = (gint64)10 * G_USEC_PER_SEC;
	self->samples = 10;
}

static void
add_name(TocsinRule *rule, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(rule->names, name, g_str_equal, NULL)) {
		g_ptr_array_add(rule->names, g_strdup(name));
	}
}

static void
fault(Compiler *compiler, const char *setting, const GError *error)
{
	compiler->faults++;
	compiler->complain(setting, error->message, compiler->user_data);
}

/* (nullable) */
static TocsinExpression *
compile_expression(Compiler *compiler, const char *setting, const char *text)
{
	g_autoptr(GError) error = NULL;
	TocsinExpression *expression;

	if (text == NULL) {
		return NULL;
	}
	expression = tocsin_expression_parse(setting, text, NULL, &error);
	if (expression == NULL) {
		fault(compiler, setting, error);
		return NULL;
	}
	for (const char *const *name = tocsin_expression_names(expression); *name != NULL; name++) {
		add_name(compiler->rule, *name);
	}
	return expression;
}

/* (nullable) */
static TocsinCalendar *
compile_calendar(Compiler *compiler, const char *setting, const char *text, GTimeZone *zone)
{
	g_autoptr(GError) error = NULL;
	TocsinCalendar *calendar;

	if (text == NULL) {
		return NULL;
	}
	calendar = tocsin_calendar_parse(text, zone, &error);
	if (calendar == NULL) {
		fault(compiler, setting, error);
	}
	return calendar;
}

static void
copy_audience(TocsinRule *rule, const TocsinRuleAudience *from, TocsinAudience *to)
{
	char **const lists[] = {
	        to->to = g_strdupv((char **)from->to),
	        to->cc = g_strdupv((char **)from->cc),
	        to->bcc = g_strdupv((char **)from->bcc),
	};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (guint j = 0; lists[i] != NULL && lists[i][j] != NULL; j++) {
			if (g_str_has_prefix(lists[i][j], "field:")) {
				add_name(rule, lists[i][j] + strlen("field:"));
			} else if (g_str_has_prefix(lists[i][j], "map:")) {
				add_name(rule, strrchr(lists[i][j], ':') + 1);
			}
		}
	}
}

static void
copy_timing(TocsinRule *rule, const TocsinRuleSpec *spec)
{
	rule->wait_us = spec->wait_us;
	rule->interval_us = spec->interval_us;
	rule->repeat_us = spec->repeat_us;
	rule->repeat_backoff = MAX(spec->repeat_backoff, 1);
	rule->repeat_longest_us = spec->repeat_longest_us;
	rule->repeat_times = spec->repeat_times;
	rule->is_resolved_told = spec->is_resolved_told;
	rule->late_us = spec->late_us;
	rule->limit_count = spec->limit_count;
	rule->limit_per_us = spec->limit_per_us;
	rule->catch_up_us = spec->catch_up_us;
	rule->samples = spec->samples;
}

static void
compile_gathering(Compiler *compiler, const TocsinRuleSpec *spec)
{
	TocsinRule *rule = compiler->rule;

	rule->count = spec->threshold.count;
	rule->within_us = spec->threshold.within_us;
	if (spec->states.is_on) {
		rule->gather = TOCSIN_GATHER_STATES;
		rule->status_field = g_strdup(spec->states.field);
		rule->problem = g_strdupv((char **)spec->states.problem);
		rule->ok = g_strdupv((char **)spec->states.ok);
		rule->ignored = g_strdupv((char **)spec->states.ignored);
		rule->flap_high = spec->states.flap_high;
		rule->flap_low = spec->states.flap_low;
		rule->flap_quiet_us = spec->states.flap_quiet_us;
		if (rule->status_field != NULL) {
			add_name(rule, rule->status_field);
		}
	} else if (spec->threshold.count > 0) {
		rule->gather = TOCSIN_GATHER_THRESHOLD;
		rule->distinct = g_strdup(spec->threshold.distinct);
		rule->has_below = spec->threshold.has_below;
		rule->below = spec->threshold.below;
		rule->below_within_us = spec->threshold.below_within_us > 0
		                                ? spec->threshold.below_within_us
		                                : spec->threshold.within_us;
		if (rule->distinct != NULL) {
			add_name(rule, rule->distinct);
		}
	} else if (spec->pair.start != NULL) {
		rule->gather = TOCSIN_GATHER_PAIR;
		rule->start = compile_expression(compiler, "pair.start", spec->pair.start);
		rule->end = compile_expression(compiler, "pair.end", spec->pair.end);
		rule->within_us = spec->pair.within_us;
	} else if (spec->absence_us > 0) {
		rule->gather = TOCSIN_GATHER_ABSENCE;
		rule->within_us = spec->absence_us;
	} else if (spec->sequence.steps != NULL) {
		rule->gather = TOCSIN_GATHER_SEQUENCE;
		rule->within_us = spec->sequence.within_us;
		rule->is_any_order = spec->sequence.is_any_order;
		for (guint i = 0; spec->sequence.steps[i] != NULL; i++) {
			TocsinExpression *step = compile_expression(compiler, "sequence.steps",
			                                            spec->sequence.steps[i]);

			if (step != NULL) {
				g_ptr_array_add(rule->steps, step);
			}
		}
	}
}

static void
compile_mute(Compiler *compiler, const TocsinRuleMute *spec, GTimeZone *zone)
{
	g_autoptr(GError) error = NULL;
	TocsinMute *mute = tocsin_mute_new(spec, zone, &error);
	const char *const *names;

	if (mute == NULL) {
		fault(compiler, "mutes", error);
		return;
	}
	g_ptr_array_add(compiler->rule->mutes, mute);
	names = tocsin_mute_names(mute);
	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		add_name(compiler->rule, names[i]);
	}
}

static void
compile_holding(Compiler *compiler, const TocsinRuleSpec *spec)
{
	TocsinRule *rule = compiler->rule;

	for (guint i = 0; i < spec->mutes_count; i++) {
		compile_mute(compiler, &spec->mutes[i], spec->zone);
	}
	for (guint i = 0; i < spec->inhibits_count; i++) {
		static const char *const none[] = {NULL};
		const char *const *equal = spec->inhibits[i].equal;
		TocsinInhibit inhibit = {
		        .rule = g_strdup(spec->inhibits[i].rule),
		        .equal = g_strdupv((char **)(equal != NULL ? equal : none)),
		};

		for (guint j = 0; inhibit.equal[j] != NULL; j++) {
			add_name(rule, inhibit.equal[j]);
		}
		g_array_append_val(rule->inhibits, inhibit);
	}
	for (guint i = 0; i < spec->escalations_count; i++) {
		TocsinEscalation escalation = {.after_us = spec->escalations[i].after_us};

		copy_audience(rule, &spec->escalations[i].audience, &escalation.audience);
		g_array_append_val(rule->escalations, escalation);
	}
}

static void
copy_maps(TocsinRule *rule, const TocsinRuleSpec *spec)
{
	for (guint i = 0; i < spec->maps_count; i++) {
		const TocsinRuleMap *map = &spec->maps[i];
		GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

		for (guint j = 0; map->names[j] != NULL; j++) {
			g_hash_table_insert(table, g_strdup(map->names[j]),
			                    g_strdup(map->addresses[j]));
		}
		g_hash_table_insert(rule->maps, g_strdup(map->name), table);
	}
}

static void
mix(guint64 *hash, const void *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		*hash = (*hash ^ ((const guint8 *)bytes)[i]) * G_GUINT64_CONSTANT(0x100000001b3);
	}
}

static void
mix_texts(guint64 *hash, const char *const *texts)
{
	for (guint i = 0; texts != NULL && texts[i] != NULL; i++) {
		mix(hash, texts[i], strlen(texts[i]) + 1);
	}
	mix(hash, "", 1);
}

/* FNV-1a over what decides which events are gathered together, and how. */
static guint64
take_fingerprint(const TocsinRuleSpec *spec)
{
	const char *const texts[] = {
	        spec->where != NULL ? spec->where : "",
	        spec->threshold.distinct != NULL ? spec->threshold.distinct : "",
	        spec->pair.start != NULL ? spec->pair.start : "",
	        spec->pair.end != NULL ? spec->pair.end : "",
	        spec->states.field != NULL ? spec->states.field : "",
	        NULL,
	};
	const gint64 numbers[] = {
	        spec->threshold.count,
	        spec->threshold.within_us,
	        spec->threshold.below,
	        spec->threshold.has_below,
	        spec->threshold.below_within_us,
	        spec->pair.within_us,
	        spec->absence_us,
	        spec->sequence.within_us,
	        spec->sequence.is_any_order,
	        spec->states.is_on,
	};
	guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);

	mix_texts(&hash, texts);
	mix_texts(&hash, spec->on);
	mix_texts(&hash, spec->group_by);
	mix_texts(&hash, spec->sequence.steps);
	mix_texts(&hash, spec->states.problem);
	mix_texts(&hash, spec->states.ok);
	mix_texts(&hash, spec->states.ignored);
	mix(&hash, numbers, sizeof numbers);
	return hash;
}

static void
compile_matching(Compiler *compiler, const TocsinRuleSpec *spec)
{
	static const char *const none[] = {NULL};
	static const char *const by_key[] = {"key", NULL};
	TocsinRule *rule = compiler->rule;
	const char *const *group_by = spec->group_by;

	if (group_by == NULL) {
		group_by = spec->states.is_on ? by_key : none;
	}
	rule->on = g_strdupv((char **)spec->on);
	rule->patterns = g_new0(GPatternSpec *, g_strv_length(rule->on) + 1);
	for (guint i = 0; rule->on[i] != NULL; i++) {
		rule->patterns[i] = g_pattern_spec_new(rule->on[i]);
	}
	rule->where = compile_expression(compiler, "where", spec->where);
	rule->group_by = g_strdupv((char **)group_by);
	for (guint i = 0; group_by[i] != NULL; i++) {
		add_name(rule, group_by[i]);
	}
}

TocsinRule *
tocsin_rule_new(const TocsinRuleSpec *spec, TocsinRuleComplain complain, gpointer user_data)
{
	g_autoptr(TocsinRule) rule = NULL;
	Compiler compiler = {.complain = complain, .user_data = user_data};

	if (!tocsin_rule_check_spec(spec, complain, user_data)) {
		return NULL;
	}
	rule = tocsin_rule_alloc();
	compiler.rule = rule;
	rule->name = g_strdup(spec->name);
	compile_matching(&compiler, spec);
	compile_gathering(&compiler, spec);
	compile_holding(&compiler, spec);
	copy_timing(rule, spec);
	rule->digest = compile_calendar(&compiler, "digest", spec->digest, spec->zone);
	copy_audience(rule, &spec->audience, &rule->audience);
	copy_maps(rule, spec);
	rule->allow = g_strdupv((char **)spec->allow);
	rule->deny = g_strdupv((char **)spec->deny);
	rule->via = g_strdupv((char **)spec->via);
	rule->fingerprint = take_fingerprint(spec);
	g_ptr_array_add(rule->names, NULL);
	return compiler.faults == 0 ? g_steal_pointer(&rule) : NULL;
}
