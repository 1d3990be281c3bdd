/* SPDX-License-Identifier: MIT */
/* Filters that make links of addresses in text, as Jinja2's urlize does, and take tags away. */
#include <string.h>

#include "template/escape.h"
#include "template/filter.h"
#include "template/html-text.h"

typedef struct {
	glong limit; /* of what is shown of an address, in characters; -1: none */
	char *attributes;
	const TocsinDatum *schemes; /* a list of more prefixes, or NULL */
} Linker;

/* A word that makes PCRE2 try for longer than this is no address. */
#define LIMIT "(*LIMIT_MATCH=20000)"

static GRegex *
url_pattern(void)
{
	static const char pattern[] =
	        LIMIT "^((https?://|www\\.)(([\\w%-]+\\.)+)?([a-z]{2,63}|xn--[\\w%]{2,59})"
	              "|([\\w%-]{2,63}\\.)+(com|net|int|edu|gov|org|info|mil)"
	              "|(https?://)((([\\d]{1,3})(\\.[\\d]{1,3}){3})"
	              "|(\\[([\\da-f]{0,4}:){2}([\\da-f]{0,4}:?){1,6}\\])))"
	              "(?::[\\d]{1,5})?(?:[/?#]\\S*)?$";
	static gsize compiled;

	if (g_once_init_enter(&compiled)) {
		g_once_init_leave(
		        &compiled,
		        (gsize)g_regex_new(pattern, G_REGEX_OPTIMIZE | G_REGEX_CASELESS, 0, NULL));
	}
	return (GRegex *)compiled;
}

static GRegex *
mail_pattern(void)
{
	static gsize compiled;

	if (g_once_init_enter(&compiled)) {
		g_once_init_leave(&compiled, (gsize)g_regex_new(LIMIT "^\\S+@\\w[\\w.-]*\\.\\w+$",
		                                                G_REGEX_OPTIMIZE, 0, NULL));
	}
	return (GRegex *)compiled;
}

static gsize
span_head(const char *word)
{
	const char *at = word;

	for (;;) {
		if (*at == '(' || *at == '<') {
			at++;
		} else if (g_str_has_prefix(at, "&lt;")) {
			at += 4;
		} else {
			return (gsize)(at - word);
		}
	}
}

/* Where the closing brackets and punctuation at the end begin. */
static gsize
find_tail(const char *word, gsize length)
{
	while (length > 0) {
		if (strchr(")>.,", word[length - 1]) != NULL) {
			length--;
		} else if (length >= 4 && memcmp(word + length - 4, "&gt;", 4) == 0) {
			length -= 4;
		} else {
			break;
		}
	}
	return length;
}

static guint
count_in(const char *text, gsize length, const char *what)
{
	guint count = 0;
	const char *at = text;

	while ((at = g_strstr_len(at, (gssize)(length - (gsize)(at - text)), what)) != NULL) {
		count++;
		at += strlen(what);
	}
	return count;
}

/* Gives back as much of the tail as closes what the address itself opens. */
static gsize
balance(const char *word, gsize middle, gsize length)
{
	static const char *const pairs[][2] = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		guint opened = count_in(word, middle, pairs[i][0]);

		if (opened <= count_in(word, middle, pairs[i][1])) {
			continue;
		}
		for (; opened > 0; opened--) {
			const char *end =
			        g_strstr_len(word + middle, (gssize)(length - middle), pairs[i][1]);

			if (end == NULL) {
				break;
			}
			middle = (gsize)(end - word) + strlen(pairs[i][1]);
		}
	}
	return middle;
}

static void
append_link(const char *address, const char *prefix, const char *attributes, const char *shown,
            glong limit, GString *out)
{
	gboolean is_cut = limit >= 0 && g_utf8_strlen(shown, -1) > limit;
	g_autofree char *cut = is_cut ? g_utf8_substring(shown, 0, limit) : g_strdup(shown);

	g_string_append_printf(out, "<a href=\"%s%s\"%s>%s%s</a>", prefix, address, attributes, cut,
	                       is_cut ? "..." : "");
}

static gboolean
has_scheme(const Linker *self, const char *word)
{
	for (guint i = 0; self->schemes != NULL && i < tocsin_datum_count(self->schemes); i++) {
		const char *scheme = tocsin_datum_text(tocsin_datum_nth(self->schemes, i));

		if (*scheme != '\0' && strcmp(word, scheme) != 0 &&
		    g_str_has_prefix(word, scheme)) {
			return TRUE;
		}
	}
	return FALSE;
}

static void
append_middle(const Linker *self, const char *word, GString *out)
{
	if (g_regex_match(url_pattern(), word, 0, NULL)) {
		gboolean has_protocol =
		        g_str_has_prefix(word, "https://") || g_str_has_prefix(word, "http://");

		append_link(word, has_protocol ? "" : "https://", self->attributes, word,
		            self->limit, out);
	} else if (g_str_has_prefix(word, "mailto:") &&
	           g_regex_match(mail_pattern(), word + 7, 0, NULL)) {
		append_link(word, "", "", word + 7, -1, out);
	} else if (strchr(word, '@') != NULL && !g_str_has_prefix(word, "www.") &&
	           strchr(word, ':') == NULL && g_regex_match(mail_pattern(), word, 0, NULL)) {
		append_link(word, "mailto:", "", word, -1, out);
	} else if (has_scheme(self, word)) {
		append_link(word, "", self->attributes, word, -1, out);
	} else {
		g_string_append(out, word);
	}
}

static void
append_word(const Linker *self, const char *word, gsize length, GString *out)
{
	g_autofree char *whole = g_strndup(word, length);
	gsize head = span_head(whole);
	gsize end = find_tail(whole + head, length - head);
	g_autofree char *middle = NULL;

	end = balance(whole + head, end, length - head);
	middle = g_strndup(whole + head, end);
	g_string_append_len(out, whole, (gssize)head);
	append_middle(self, middle, out);
	g_string_append(out, whole + head + end);
}

static gboolean
is_space(const char *at)
{
	gunichar c = g_utf8_get_char(at);

	return g_unichar_isspace(c) || c == '\v' || c == 0x85 || (c >= 0x1c && c <= 0x1f);
}

static TocsinDatum *
link_words(const TocsinFilterCall *call, const Linker *self, gboolean is_safe)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_markup(call->run, call->input);
	const char *at = text != NULL ? tocsin_datum_text(text) : "";
	GString *out;

	if (text == NULL || !tocsin_run_step(call->run, (guint)tocsin_datum_size(text) / 8)) {
		return NULL;
	}
	out = g_string_sized_new(tocsin_datum_size(text));
	while (*at != '\0' && out->len <= call->run->limits->string_bytes) {
		const char *word = at;

		while (*at != '\0' && !is_space(at)) {
			at = g_utf8_next_char(at);
		}
		append_word(self, word, (gsize)(at - word), out);
		for (word = at; *at != '\0' && is_space(at);) {
			at = g_utf8_next_char(at);
		}
		g_string_append_len(out, word, at - word);
	}
	return tocsin_run_gstring_take(call->run, out, is_safe);
}

static gint
compare_words(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The link's relations, sorted, each once. */
static char *
join_relations(const char *given, gboolean has_nofollow)
{
	g_auto(GStrv) words = g_strsplit_set(given, " \t\n", -1);
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (guint i = 0; words[i] != NULL; i++) {
		if (*words[i] != '\0' &&
		    !g_ptr_array_find_with_equal_func(all, words[i], g_str_equal, NULL)) {
			g_ptr_array_add(all, words[i]);
		}
	}
	for (guint i = 0; i < 2; i++) {
		const char *one = i == 0 ? "noopener" : "nofollow";

		if ((i == 0 || has_nofollow) &&
		    !g_ptr_array_find_with_equal_func(all, one, g_str_equal, NULL)) {
			g_ptr_array_add(all, (gpointer)one);
		}
	}
	g_ptr_array_sort(all, compare_words);
	g_ptr_array_add(all, NULL);
	return g_strjoinv(" ", (char **)all->pdata);
}

static TocsinDatum *
urlize(const TocsinFilterCall *call)
{
	const char *target = tocsin_filter_string(call, 2, "");
	const char *relations = tocsin_filter_string(call, 3, "");
	g_autofree char *rel = NULL;
	g_autoptr(GString) attributes = g_string_new(NULL);
	Linker self = {.schemes = call->given[4]};
	gint64 limit = -1;

	if (target == NULL || relations == NULL || !tocsin_filter_int(call, 0, -1, &limit)) {
		return NULL;
	}
	if (self.schemes != NULL && tocsin_datum_kind(self.schemes) != TOCSIN_DATUM_LIST) {
		return tocsin_run_fail(call->run, "extra_schemes must be a list");
	}
	rel = join_relations(relations, tocsin_filter_bool(call, 1, FALSE));
	g_string_append(attributes, " rel=\"");
	tocsin_escape_html(rel, attributes);
	g_string_append_c(attributes, '"');
	if (*target != '\0') {
		g_string_append(attributes, " target=\"");
		tocsin_escape_html(target, attributes);
		g_string_append_c(attributes, '"');
	}
	self.limit = (glong)CLAMP(limit, -1, G_MAXINT32);
	self.attributes = attributes->str;
	return link_words(call, &self, call->run->escape == TOCSIN_ESCAPE_HTML);
}

static TocsinDatum *
linkify(const TocsinFilterCall *call)
{
	char none[] = "";
	Linker self = {.limit = -1, .attributes = none};

	return link_words(call, &self, TRUE);
}

static TocsinDatum *
strip_tags(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	char *stripped;

	if (text == NULL) {
		return NULL;
	}
	stripped = tocsin_html_text_strip(tocsin_datum_text(text));
	return tocsin_run_string_take(call->run, stripped, strlen(stripped), FALSE);
}

const TocsinFilter tocsin_filters_link[] = {
        {"linkify", "", linkify, 0, FALSE},
        {"striptags", "", strip_tags, 0, FALSE},
        {"urlize", "trim_url_limit nofollow target rel extra_schemes", urlize, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
