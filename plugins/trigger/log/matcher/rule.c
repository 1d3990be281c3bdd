/* SPDX-License-Identifier: MIT */
/* PCRE2, with JIT, within limits. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "rule.h"

#include <pcre2.h>

#include "tocsin/error.h"

/* Backtracking steps per start of a match; some nanoseconds each. */
#define LIMIT_MOST 100000u
#define LIMIT_LEAST 4000u
/* So many searches without trouble double a lowered limit. */
#define LIMIT_RECOVERY 1000u

#define GROUPS_MAX 100u
#define JIT_STACK_MOST (512u * 1024)

/* One way to compile the regex. JIT code is made when it is first used: most rules of many never
 * are. */
typedef struct {
	pcre2_code *code;
	gboolean is_ready;
	gboolean has_jit;
} Code;

struct _TocsinLogRule {
	char *name;
	char *regex;
	TocsinLogSyntax *syntax;
	Code as_bytes; /* for ASCII and for what is no UTF-8; without code if the regex needs UTF */
	Code as_utf;   /* compiled when first needed */
	guint32 limit;
	guint32 untroubled;
};

struct _TocsinLogMatchSpace {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	guint32 limit;
	guint group_count;
};

TocsinLogMatchSpace *
tocsin_log_match_space_new(void)
{
	TocsinLogMatchSpace *self = g_new0(TocsinLogMatchSpace, 1);

	self->data = pcre2_match_data_create(GROUPS_MAX, NULL);
	self->context = pcre2_match_context_create(NULL);
	self->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_MOST, NULL);
	pcre2_jit_stack_assign(self->context, NULL, self->stack);
	return self;
}

void
tocsin_log_match_space_free(TocsinLogMatchSpace *self)
{
	if (self != NULL) {
		pcre2_match_data_free(self->data);
		pcre2_match_context_free(self->context);
		pcre2_jit_stack_free(self->stack);
		g_free(self);
	}
}

const gsize *
tocsin_log_match_space_get_groups(const TocsinLogMatchSpace *self, guint *out_count)
{
	*out_count = self->group_count;
	return pcre2_get_ovector_pointer(self->data);
}

static pcre2_code *
compile(const TocsinLogRule *self, gboolean is_utf, GError **error)
{
	guint32 options = PCRE2_MULTILINE;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	char message[256];
	gsize offset;
	int status;

	options |= is_utf ? PCRE2_UTF | PCRE2_MATCH_INVALID_UTF : 0;
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_parens_nest_limit(context, 100);
	code = pcre2_compile((PCRE2_SPTR)self->regex, PCRE2_ZERO_TERMINATED, options, &status,
	                     &offset, context);
	pcre2_compile_context_free(context);
	if (code != NULL) {
		return code;
	}
	pcre2_get_error_message(status, (PCRE2_UCHAR *)message, sizeof message);
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
	            "pattern '%s': the regex is wrong at byte %" G_GSIZE_FORMAT ": %s", self->name,
	            offset, message);
	return NULL;
}

TocsinLogRule *
tocsin_log_rule_new(const char *name, const char *regex, const TocsinLogFrequency *frequency,
                    GError **error)
{
	g_autoptr(TocsinLogRule) self = g_new0(TocsinLogRule, 1);
	guint32 groups = 0;
	gboolean needs_utf;

	self->name = g_strdup(name);
	self->regex = g_strdup(regex);
	self->limit = LIMIT_MOST;
	self->syntax = tocsin_log_syntax_new(regex, frequency);
	needs_utf = tocsin_log_syntax_needs_utf(self->syntax);
	Code *first = needs_utf ? &self->as_utf : &self->as_bytes;

	first->code = compile(self, needs_utf, error);
	if (first->code == NULL) {
		return NULL;
	}
	pcre2_pattern_info(first->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups >= GROUPS_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "pattern '%s': the regex has %u groups, at most %u are allowed; "
		            "use (?:…) where the text is not needed",
		            name, groups, GROUPS_MAX - 1);
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_log_rule_free(TocsinLogRule *self)
{
	if (self != NULL) {
		pcre2_code_free(self->as_bytes.code);
		pcre2_code_free(self->as_utf.code);
		tocsin_log_syntax_free(self->syntax);
		g_free(self->name);
		g_free(self->regex);
		g_free(self);
	}
}

const char *
tocsin_log_rule_get_name(const TocsinLogRule *self)
{
	return self->name;
}

const TocsinLogSyntax *
tocsin_log_rule_get_syntax(const TocsinLogRule *self)
{
	return self->syntax;
}

const char *
tocsin_log_rule_get_capture(const TocsinLogRule *self, guint index, guint *out_group)
{
	const pcre2_code *code =
	        self->as_bytes.code != NULL ? self->as_bytes.code : self->as_utf.code;
	guint32 count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
	if (index >= count) {
		return NULL;
	}
	table += (gsize)index * size;
	*out_group = (guint)(table[0] << 8 | table[1]);
	return (const char *)table + 2;
}

/* The code for @text, ready to run. NULL only when UTF was refused, and then bytes have to do. */
static Code *
choose_code(TocsinLogRule *self, TocsinLogText text)
{
	Code *code = &self->as_utf;

	if (self->as_bytes.code != NULL) {
		if (text != TOCSIN_LOG_TEXT_UTF8) {
			code = &self->as_bytes;
		} else if (!self->as_utf.is_ready) {
			self->as_utf.code = compile(self, TRUE, NULL);
		}
	}
	if (!code->is_ready) {
		code->is_ready = TRUE;
		code->has_jit = code->code != NULL &&
		                pcre2_jit_compile(code->code, PCRE2_JIT_COMPLETE) == 0;
	}
	return code->code != NULL ? code : &self->as_bytes;
}

static void
adapt_limit(TocsinLogRule *self, gboolean is_troubled)
{
	if (is_troubled) {
		self->limit = MAX(self->limit / 4, LIMIT_LEAST);
		self->untroubled = 0;
	} else if (self->limit < LIMIT_MOST && ++self->untroubled >= LIMIT_RECOVERY) {
		self->limit = MIN(self->limit * 2, LIMIT_MOST);
		self->untroubled = 0;
	}
}

TocsinLogOutcome
tocsin_log_rule_match(TocsinLogRule *self, TocsinLogMatchSpace *space, const char *bytes,
                      gsize length, gsize start, TocsinLogText text)
{
	Code *code = choose_code(self, text);
	int status;

	if (space->limit != self->limit) {
		space->limit = self->limit;
		pcre2_set_match_limit(space->context, self->limit);
	}
	if (code->has_jit) {
		status = pcre2_jit_match(code->code, (PCRE2_SPTR)bytes, length, start, 0,
		                         space->data, space->context);
	} else {
		status = pcre2_match(code->code, (PCRE2_SPTR)bytes, length, start, 0, space->data,
		                     space->context);
	}
	space->group_count = status > 0 ? (guint)status : 0;
	if (status == PCRE2_ERROR_NOMATCH || status > 0) {
		adapt_limit(self, FALSE);
		return status > 0 ? TOCSIN_LOG_MATCH_YES : TOCSIN_LOG_MATCH_NO;
	}
	adapt_limit(self, TRUE);
	return TOCSIN_LOG_MATCH_TOO_HARD;
}
