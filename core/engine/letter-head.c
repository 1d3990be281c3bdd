/* SPDX-License-Identifier: MIT */
/* Names the rule, its state and the mail's thread in headers. */
#include "engine/letter-head.h"

#include <string.h>

#include "base/text.h"
#include "model/address.h"
#include "template/escape.h"

#define SLUG_MAX 60u
#define WORD_MAX 900u   /* bytes without white space: a line holds 998 (RFC 5322 section 2.1.1) */
#define VALUE_MAX 8000u /* bytes of one header */

/* What the mail's own parts write. */
static const char *const own_names[] = {
        "From",           "Sender",      "To",          "Cc",           "Bcc",
        "Subject",        "Date",        "Message-ID",  "References",   "List-ID",
        "Received",       "Return-Path", "In-Reply-To", "MIME-Version", "Auto-Submitted",
        "DKIM-Signature",
};
static const char *const own_prefixes[] = {"Content-", "Resent-", "X-Tocsin-", "ARC-"};

gboolean
tocsin_letter_head_is_free(const char *name, GError **error)
{
	gboolean is_own = FALSE;

	for (guint i = 0; i < G_N_ELEMENTS(own_names); i++) {
		is_own |= g_ascii_strcasecmp(name, own_names[i]) == 0;
	}
	for (guint i = 0; i < G_N_ELEMENTS(own_prefixes); i++) {
		is_own |= g_ascii_strncasecmp(name, own_prefixes[i], strlen(own_prefixes[i])) == 0;
	}
	if (is_own) {
		g_autofree char *shown = tocsin_text_for_display(name, strlen(name), 80);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the header '%s' is Tocsin's own; the rule's settings and the front "
		            "matter's subject make it",
		            shown);
	}
	return !is_own;
}

/* Whether some word cannot be folded away from a line that is too long. */
static gboolean
has_long_word(const char *value)
{
	for (;;) {
		gsize length = strcspn(value, " \t");

		if (length > WORD_MAX) {
			return TRUE;
		}
		if (value[length] == '\0') {
			return FALSE;
		}
		value += length + 1;
	}
}

gboolean
tocsin_letter_head_add(TocsinComposer *composer, const char *name, const char *value,
                       GError **error)
{
	g_autoptr(TocsinAddress) address = NULL;

	if (!tocsin_letter_head_is_free(name, error)) {
		return FALSE;
	}
	if (g_ascii_strcasecmp(name, "Reply-To") == 0) {
		/* One, so that a value from outside cannot add a second. */
		address = tocsin_address_parse(value, -1, error);
		return address != NULL &&
		       tocsin_composer_add_addresses(composer, "Reply-To", value, error);
	}
	if (strlen(value) > VALUE_MAX || has_long_word(value)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the value of the header '%s' is too long", name);
		return FALSE;
	}
	return tocsin_composer_add_header(composer, name, value, error);
}

/* Lower-case letters, digits and dashes (RFC 2919 section 3); with a hash where more than case was
 * lost, so that two rules never share one. */
static char *
make_slug(const char *name)
{
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
	GString *slug = g_string_new(NULL);
	gboolean is_exact = TRUE;

	for (const char *at = name; *at != '\0'; at++) {
		char c = g_ascii_isalnum(*at) ? g_ascii_tolower(*at) : '-';

		is_exact = is_exact && (c != '-' || *at == '-') && slug->len < SLUG_MAX;
		if (slug->len < SLUG_MAX &&
		    (c != '-' || (slug->len > 0 && slug->str[slug->len - 1] != '-'))) {
			g_string_append_c(slug, c);
		}
	}
	if (slug->len > 0 && slug->str[slug->len - 1] == '-') {
		g_string_truncate(slug, slug->len - 1);
	}
	if (!is_exact || slug->len == 0) {
		g_string_append_printf(slug, "%s%.8s", slug->len > 0 ? "-" : "rule-", hash);
	}
	return g_string_free(slug, FALSE);
}

static char *
make_list_id(const char *rule, const char *domain)
{
	g_autofree char *slug = make_slug(rule);
	g_autofree char *ascii = g_hostname_to_ascii(domain);
	gboolean is_name = ascii != NULL && ascii[0] != '[' && strlen(ascii) <= 180;

	return g_strdup_printf("<%s.tocsin.%s>", slug, is_name ? ascii : "localhost");
}

/* Adds what may come from outside; on one line, and not longer than a line. */
static void
add_line(TocsinComposer *composer, const char *name, const char *value)
{
	g_autoptr(GString) line = g_string_new(NULL);
	const char *end;

	tocsin_escape_header(value, line);
	if (line->len > WORD_MAX) {
		g_string_truncate(line, WORD_MAX);
		if (!g_utf8_validate(line->str, (gssize)line->len, &end)) {
			g_string_truncate(line, (gsize)(end - line->str));
		}
	}
	(void)tocsin_composer_add_header(composer, name, line->str, NULL);
}

void
tocsin_letter_head_add_own(TocsinComposer *composer, const TocsinRule *rule,
                           const TocsinGroup *group, const TocsinDecision *decision,
                           const char *domain)
{
	g_autofree char *list_id = make_list_id(tocsin_rule_name(rule), domain);
	const char *state = decision->is_open                            ? "problem"
	                    : decision->reason == TOCSIN_REASON_RESOLVED ? "ok"
	                                                                 : "none";

	add_line(composer, "Auto-Submitted", "auto-generated");
	add_line(composer, "List-ID", list_id);
	add_line(composer, "X-Tocsin-Rule", tocsin_rule_name(rule));
	if (group != NULL && tocsin_group_key(group)[0] != '\0') {
		add_line(composer, "X-Tocsin-Key", tocsin_group_key(group));
	}
	add_line(composer, "X-Tocsin-State", state);
	add_line(composer, "X-Tocsin-Reason", tocsin_reason_name(decision->reason));
}

static gboolean
is_message_id(const char *id)
{
	gsize length = strlen(id);
	const char *at = strchr(id, '@');

	for (gsize i = 0; i < length; i++) {
		if (id[i] <= 0x20 || id[i] >= 0x7f || id[i] == '<' || id[i] == '>') {
			return FALSE;
		}
	}
	return at != NULL && at != id && at[1] != '\0' && length <= WORD_MAX;
}

void
tocsin_letter_head_add_thread(TocsinComposer *composer, const char *const *references)
{
	g_autoptr(GString) all = g_string_new(NULL);
	g_autofree char *last = NULL;

	for (guint i = 0; references != NULL && references[i] != NULL; i++) {
		if (is_message_id(references[i])) {
			g_string_append_printf(all, "%s<%s>", all->len > 0 ? " " : "",
			                       references[i]);
			g_free(last);
			last = g_strdup_printf("<%s>", references[i]);
		}
	}
	if (last != NULL) {
		(void)tocsin_composer_add_header(composer, "In-Reply-To", last, NULL);
		(void)tocsin_composer_add_header(composer, "References", all->str, NULL);
	}
}
