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

#define NO_SET G_MAXUINT

typedef struct {
	guint set;     /* the set in use, or NO_SET */
	guint avoided; /* bits of sets that turned out too frequent */
	guint64 candidates;
	guint64 matches;
} Choice;

struct _TocsinLogIndex {
	GPtrArray *rules; /* of TocsinLogRule, not owned */
	TocsinLogFrequency *frequency;
	Choice *choices;
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

/* The rarest set of @pattern that is not avoided, if it is rarer than @bound; else NO_SET. */
static guint
rarest_set(const TocsinLogIndex *self, guint pattern, double bound)
{
	const TocsinLogSyntax *syntax = tocsin_log_rule_get_syntax(self->rules->pdata[pattern]);
	guint best = NO_SET;

	for (guint i = 0; i < tocsin_log_syntax_count(syntax); i++) {
		double estimate = tocsin_log_literals_estimate(tocsin_log_syntax_get(syntax, i),
		                                               self->frequency);

		if (estimate < bound && (self->choices[pattern].avoided & (1u << i)) == 0) {
			bound = estimate;
			best = i;
		}
	}
	return best;
}

TocsinLogIndex *
tocsin_log_index_new(GPtrArray *rules, TocsinLogFrequency *frequency)
{
	TocsinLogIndex *self = g_new0(TocsinLogIndex, 1);

	self->rules = rules;
	self->frequency = frequency;
	self->choices = g_new0(Choice, rules->len);
	self->users = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	self->review_at = FIRST_REVIEW;
	for (guint i = 0; i < rules->len; i++) {
		self->choices[i].set = rarest_set(self, i, USABLE);
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

/* Takes another set for @pattern if its candidates were many, seldom matched, and a rarer set is
 * to be expected. */
static gboolean
reconsider_pattern(TocsinLogIndex *self, guint pattern)
{
	Choice *choice = &self->choices[pattern];
	double wasted = (double)(choice->candidates - choice->matches) / (double)self->bytes;
	guint other;

	if (choice->set == NO_SET || wasted * (1u << 20) < 16 ||
	    choice->matches * 4 > choice->candidates) {
		return FALSE;
	}
	choice->avoided |= 1u << choice->set;
	other = rarest_set(self, pattern, wasted / WORTHWHILE);
	if (other == NO_SET) {
		choice->avoided &= ~(1u << choice->set);
		return FALSE;
	}
	choice->set = other;
	return TRUE;
}

void
tocsin_log_index_reconsider(TocsinLogIndex *self, const char *bytes, gsize length)
{
	gboolean is_changed = FALSE;

	self->bytes += length;
	if (self->bytes < self->review_at) {
		return;
	}
	tocsin_log_frequency_learn(self->frequency, bytes, MIN(length, SAMPLE));
	for (guint i = 0; i < self->rules->len; i++) {
		is_changed |= reconsider_pattern(self, i);
		self->choices[i].candidates = 0;
		self->choices[i].matches = 0;
	}
	if (is_changed) {
		build(self);
	}
	self->bytes = 0;
	self->review_at = MIN(self->review_at * 2, (guint64)1 << 30);
}
