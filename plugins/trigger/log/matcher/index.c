/* SPDX-License-Identifier: MIT */
/* The literals in use, and their choice. */
#include "index.h"

#include <string.h>

#include "scan.h"

/* More candidates per byte than this, and PCRE2 over the whole buffer is cheaper. */
#define USABLE (1.0 / 300)
/* When the choice is reconsidered first; each later time after twice as many bytes. */
#define FIRST_REVIEW (1u << 20)
/* Bytes learnt from at each review. */
#define SAMPLE (64u << 10)
/* A literal has to be this many times rarer to be worth the change. */
#define WORTHWHILE 4
/* Candidates for nothing, per byte, that a pattern or all together may bring before that is
 * reconsidered. */
#define WASTED_BY_ONE (16.0 / (1u << 20))
#define WASTED_BY_ALL (64.0 / (1u << 20))
/* Rarer than this by chance, and a literal's number depends on what is logged: then it counts most
 * that each match brings candidates for few patterns. */
#define CHANCE 1e-8

#define NO_SET G_MAXUINT

typedef struct {
	guint set;     /* the set in use, or NO_SET */
	guint avoided; /* bits of sets that turned out too frequent */
	guint shared;  /* where the pattern's numbers begin in the index's */
	guint64 candidates;
	guint64 matches;
} Choice;

struct _TocsinLogIndex {
	GPtrArray *rules; /* of TocsinLogRule, not owned */
	TocsinLogFrequency *frequency;
	Choice *choices;
	GArray *shared; /* of guint: by pattern and set, how many patterns it may bring up */
	TocsinLogScanner *scanner; /* NULL if no pattern has a literal */
	GPtrArray *users;          /* per needle: GArray of pattern */
	guint64 bytes;             /* since the last review */
	guint64 review_at;
};

/* Needles are told apart by case folding and bytes. */
static GBytes *
needle_key(const TocsinLogNeedle *needle)
{
	guint8 key[TOCSIN_LOG_LITERAL_MAX + 1];

	key[0] = needle->is_caseless ? 1 : 0;
	memcpy(key + 1, needle->literal.bytes, needle->literal.length);
	return g_bytes_new(key, needle->literal.length + 1u);
}

static void
add_needle(TocsinLogIndex *self, GArray *needles, GHashTable *known, const TocsinLogNeedle *needle,
           guint pattern)
{
	g_autoptr(GBytes) key = needle_key(needle);
	gpointer at;

	if (!g_hash_table_lookup_extended(known, key, NULL, &at)) {
		at = GUINT_TO_POINTER(needles->len);
		g_hash_table_insert(known, g_bytes_ref(key), at);
		g_array_append_val(needles, *needle);
		g_ptr_array_add(self->users, g_array_new(FALSE, FALSE, sizeof(guint)));
	}
	g_array_append_val((GArray *)g_ptr_array_index(self->users, GPOINTER_TO_UINT(at)), pattern);
}

/* Makes the scanner anew from the sets in use. */
static void
build(TocsinLogIndex *self)
{
	g_autoptr(GArray) needles = g_array_new(FALSE, TRUE, sizeof(TocsinLogNeedle));
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
	                                                    (GDestroyNotify)g_bytes_unref, NULL);

	g_clear_pointer(&self->scanner, tocsin_log_scanner_free);
	g_ptr_array_set_size(self->users, 0);
	for (guint i = 0; i < self->rules->len; i++) {
		const TocsinLogLiteralSet *set;

		if (self->choices[i].set == NO_SET) {
			continue;
		}
		set = tocsin_log_syntax_get(tocsin_log_rule_get_syntax(self->rules->pdata[i]),
		                            self->choices[i].set);
		for (guint j = 0; j < set->count; j++) {
			TocsinLogNeedle needle = {set->items[j], set->is_caseless};

			add_needle(self, needles, known, &needle, i);
		}
	}
	if (needles->len > 0) {
		self->scanner = tocsin_log_scanner_new(
		        (const TocsinLogNeedle *)(void *)needles->data, needles->len,
		        self->frequency, TOCSIN_LOG_ENGINE_BEST);
	}
}

/* What a set of @pattern is to cost: how often it is found, and for how many patterns. */
static double
cost_of(const TocsinLogIndex *self, guint pattern, guint set, double estimate)
{
	return MAX(estimate, CHANCE) *
	       g_array_index(self->shared, guint, self->choices[pattern].shared + set);
}

/* The cheapest set of @pattern that is not avoided and rarer than @bound; NO_SET if there is none.
 */
static guint
cheapest_set(const TocsinLogIndex *self, guint pattern, double bound)
{
	const TocsinLogSyntax *syntax = tocsin_log_rule_get_syntax(self->rules->pdata[pattern]);
	guint best = NO_SET;
	double best_cost = 0;

	for (guint i = 0; i < tocsin_log_syntax_count(syntax); i++) {
		double estimate = tocsin_log_literals_estimate(tocsin_log_syntax_get(syntax, i),
		                                               self->frequency);
		double cost = cost_of(self, pattern, i, estimate);

		if (estimate < bound && (self->choices[pattern].avoided & (1u << i)) == 0 &&
		    (best == NO_SET || cost < best_cost)) {
			best_cost = cost;
			best = i;
		}
	}
	return best;
}

static guint
hash_literal(gconstpointer data)
{
	const TocsinLogLiteral *literal = data;
	guint hash = 5381;

	for (guint i = 0; i < literal->length; i++) {
		hash = hash * 33 + literal->bytes[i];
	}
	return hash;
}

static gboolean
equals_literal(gconstpointer a, gconstpointer b)
{
	const TocsinLogLiteral *left = a, *right = b;

	return left->length == right->length &&
	       memcmp(left->bytes, right->bytes, left->length) == 0;
}

/* For how many patterns is the set's commonest member a candidate's? @users: of literal : number;
 * with @counts_up they become one more. */
static guint
count_set(GHashTable *users, const TocsinLogLiteralSet *set, gboolean counts_up)
{
	guint most = 1;

	for (guint i = 0; i < set->count; i++) {
		gpointer literal = (gpointer)&set->items[i];
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(users, literal));

		if (counts_up) {
			g_hash_table_insert(users, literal, GUINT_TO_POINTER(count + 1));
		}
		most = MAX(most, count);
	}
	return most;
}

/* Which literals are those of many patterns? */
static void
count_users(TocsinLogIndex *self)
{
	g_autoptr(GHashTable) exact = g_hash_table_new(hash_literal, equals_literal);
	g_autoptr(GHashTable) caseless = g_hash_table_new(hash_literal, equals_literal);

	for (guint i = 0; i < 2 * self->rules->len; i++) {
		guint pattern = i % self->rules->len;
		gboolean counts_up = i < self->rules->len;
		const TocsinLogSyntax *syntax =
		        tocsin_log_rule_get_syntax(self->rules->pdata[pattern]);

		self->choices[pattern].shared = self->shared->len;
		for (guint j = 0; j < tocsin_log_syntax_count(syntax); j++) {
			const TocsinLogLiteralSet *set = tocsin_log_syntax_get(syntax, j);
			guint count =
			        count_set(set->is_caseless ? caseless : exact, set, counts_up);

			if (!counts_up) {
				g_array_append_val(self->shared, count);
			}
		}
	}
}

TocsinLogIndex *
tocsin_log_index_new(GPtrArray *rules, TocsinLogFrequency *frequency)
{
	TocsinLogIndex *self = g_new0(TocsinLogIndex, 1);

	self->rules = rules;
	self->frequency = frequency;
	self->choices = g_new0(Choice, rules->len);
	self->shared = g_array_new(FALSE, FALSE, sizeof(guint));
	self->users = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	self->review_at = FIRST_REVIEW;
	count_users(self);
	for (guint i = 0; i < rules->len; i++) {
		self->choices[i].set = cheapest_set(self, i, USABLE);
	}
	build(self);
	return self;
}

void
tocsin_log_index_free(TocsinLogIndex *self)
{
	if (self != NULL) {
		tocsin_log_scanner_free(self->scanner);
		g_ptr_array_unref(self->users);
		g_array_unref(self->shared);
		g_free(self->choices);
		g_free(self);
	}
}

gboolean
tocsin_log_index_has(const TocsinLogIndex *self, guint pattern)
{
	return self->choices[pattern].set != NO_SET;
}

typedef struct {
	const TocsinLogIndex *index;
	TocsinLogOnCandidate on_candidate;
	gpointer data;
} Sink;

static void
on_hit(guint needle, gsize at, gpointer data)
{
	const Sink *sink = data;
	const GArray *users = g_ptr_array_index(sink->index->users, needle);

	for (guint i = 0; i < users->len; i++) {
		sink->on_candidate(g_array_index(users, guint, i), at, sink->data);
	}
}

void
tocsin_log_index_scan(TocsinLogIndex *self, const char *bytes, gsize length,
                      TocsinLogOnCandidate on_candidate, gpointer data)
{
	Sink sink = {self, on_candidate, data};

	if (self->scanner != NULL) {
		tocsin_log_scanner_scan(self->scanner, bytes, length, on_hit, &sink);
	}
}

void
tocsin_log_index_count(TocsinLogIndex *self, guint pattern, gboolean has_matched)
{
	self->choices[pattern].candidates++;
	self->choices[pattern].matches += has_matched;
}

static double
wasted_by(const TocsinLogIndex *self, guint pattern)
{
	const Choice *choice = &self->choices[pattern];

	return (double)(choice->candidates - choice->matches) / (double)self->bytes;
}

/* Takes another set for @pattern if its candidates were many, more than @bound for nothing, seldom
 * matched, and a rarer set is to be expected. */
static gboolean
reconsider_pattern(TocsinLogIndex *self, guint pattern, double bound)
{
	Choice *choice = &self->choices[pattern];
	double wasted = wasted_by(self, pattern);
	guint other;

	if (choice->set == NO_SET || wasted < bound || choice->matches * 4 > choice->candidates) {
		return FALSE;
	}
	choice->avoided |= 1u << choice->set;
	other = cheapest_set(self, pattern, wasted / WORTHWHILE);
	if (other == NO_SET) {
		choice->avoided &= ~(1u << choice->set);
		return FALSE;
	}
	choice->set = other;
	return TRUE;
}

/* More than this for nothing, and a pattern is to be reconsidered: many that each bring little may
 * be much together. */
static double
find_bound(const TocsinLogIndex *self)
{
	double all = 0;

	for (guint i = 0; i < self->rules->len; i++) {
		all += wasted_by(self, i);
	}
	return all > WASTED_BY_ALL ? MIN(WASTED_BY_ONE, all / (2.0 * self->rules->len))
	                           : WASTED_BY_ONE;
}

void
tocsin_log_index_reconsider(TocsinLogIndex *self, const char *bytes, gsize length)
{
	gboolean is_changed = FALSE;
	double bound;

	self->bytes += length;
	if (self->bytes < self->review_at) {
		return;
	}
	tocsin_log_frequency_learn(self->frequency, bytes, MIN(length, SAMPLE));
	bound = find_bound(self);
	for (guint i = 0; i < self->rules->len; i++) {
		is_changed |= reconsider_pattern(self, i, bound);
		self->choices[i].candidates = 0;
		self->choices[i].matches = 0;
	}
	if (is_changed) {
		build(self);
	}
	self->bytes = 0;
	self->review_at = MIN(self->review_at * 2, (guint64)1 << 30);
}
