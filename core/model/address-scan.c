/* SPDX-License-Identifier: MIT */
/* The grammar of mail addresses, from the text as a whole up to local@domain. */
#include "model/address-scan.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>
#include <tocsin/error.h>

gboolean
tocsin_address_scan_fail(TocsinAddressScanner *self, const char *what)
{
	g_autofree char *shown = tocsin_text_for_display(self->text, self->length, 100);

	g_set_error(self->error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "address '%s': %s at byte %zu",
	            shown, what, self->at);
	return FALSE;
}

static gboolean
fail_limit(TocsinAddressScanner *self, const char *what, guint limit)
{
	g_autofree char *shown = tocsin_text_for_display(self->text, self->length, 100);

	g_set_error(self->error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
	            "address '%s': %s at byte %zu is longer than the %u allowed", shown, what,
	            self->at, limit);
	return FALSE;
}

static char
peek(const TocsinAddressScanner *self)
{
	return tocsin_address_scan_peek(self);
}

/* RFC 5322 section 3.2.3, and all that is not ASCII (RFC 6532 section 3.2). */
static gboolean
is_atext(char c)
{
	return g_ascii_isalnum(c) || ((guchar)c & 0x80) != 0 ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static gboolean
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

gboolean
tocsin_address_scan_check(TocsinAddressScanner *self)
{
	if (self->length > TOCSIN_ADDRESS_TEXT_MAX) {
		return fail_limit(self, "the text", TOCSIN_ADDRESS_TEXT_MAX);
	}
	if (!g_utf8_validate_len(self->text, self->length, NULL)) {
		return tocsin_address_scan_fail(self, "it is no UTF-8; read");
	}
	for (gsize i = 0; i < self->length; i++) {
		const char *p = self->text + i;
		gsize left = self->length - i;

		if (!self->is_bare && p[0] == '\r' && left > 2 && p[1] == '\n' && is_space(p[2])) {
			continue;
		}
		if (!self->is_bare && p[0] == '\n' && left > 1 && (p[1] == ' ' || p[1] == '\t')) {
			continue;
		}
		if (!self->is_bare && p[0] == '\t') {
			continue;
		}
		/* C2 80 to C2 9F are the controls U+0080 to U+009F. */
		if ((guchar)p[0] < 0x20 || p[0] == 0x7f ||
		    ((guchar)p[0] == 0xc2 && left > 1 && (guchar)p[1] < 0xa0)) {
			self->at = i;
			return tocsin_address_scan_fail(self, "there is a control byte");
		}
	}
	return TRUE;
}

static gboolean
skip_comment(TocsinAddressScanner *self)
{
	guint depth = 0;

	while (self->at < self->length) {
		switch (self->text[self->at++]) {
		case '\\':
			self->at++;
			break;
		case '(':
			if (++depth > TOCSIN_ADDRESS_NESTING_MAX) {
				return tocsin_address_scan_fail(self,
				                                "comments are nested too deep");
			}
			break;
		case ')':
			if (--depth == 0) {
				return TRUE;
			}
			break;
		default:
			break;
		}
	}
	self->at = self->length;
	return tocsin_address_scan_fail(self, "a comment has no ')'");
}

gboolean
tocsin_address_scan_space(TocsinAddressScanner *self)
{
	while (!self->is_bare) {
		if (is_space(peek(self))) {
			self->at++;
		} else if (peek(self) != '(') {
			break;
		} else if (!skip_comment(self)) {
			return FALSE;
		}
	}
	return TRUE;
}

/* Appends what the quoted string at the scanner's place means. */
static gboolean
scan_quoted(TocsinAddressScanner *self, GString *out)
{
	self->at++;
	while (self->at < self->length) {
		char c = self->text[self->at++];

		if (c == '"') {
			return TRUE;
		}
		if (c == '\\') {
			if (self->at == self->length) {
				break;
			}
			c = self->text[self->at++];
		}
		/* Folding means the white space behind the line end. */
		if (c != '\r' && c != '\n') {
			g_string_append_c(out, c);
		}
	}
	return tocsin_address_scan_fail(self, "a quoted string has no '\"'");
}

static void
scan_atom(TocsinAddressScanner *self, GString *out)
{
	gsize start = self->at;

	while (self->at < self->length && is_atext(self->text[self->at])) {
		self->at++;
	}
	g_string_append_len(out, self->text + start, (gssize)(self->at - start));
}

gboolean
tocsin_address_is_dot_atom(const char *text)
{
	gboolean has_atom = FALSE;

	for (; *text != '\0'; text++) {
		if (*text == '.' && !has_atom) {
			return FALSE;
		}
		if (*text != '.' && !is_atext(*text)) {
			return FALSE;
		}
		has_atom = *text != '.';
	}
	return has_atom;
}

void
tocsin_address_append_quoted(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\') {
			g_string_append_c(out, '\\');
		}
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

gboolean
tocsin_address_scan_local(TocsinAddressScanner *self, GString *out)
{
	g_autoptr(GString) meaning = g_string_new(NULL);

	if (peek(self) == '"') {
		if (!scan_quoted(self, meaning)) {
			return FALSE;
		}
		if (strchr(meaning->str, '\t') != NULL) {
			return tocsin_address_scan_fail(self, "a local part may not hold a tab");
		}
	} else {
		while (is_atext(peek(self)) || peek(self) == '.') {
			g_string_append_c(meaning, self->text[self->at++]);
		}
		if (!tocsin_address_is_dot_atom(meaning->str)) {
			return tocsin_address_scan_fail(
			        self, meaning->len == 0 ? "a local part is missing"
			                                : "a local part has a dot too many");
		}
	}
	if (tocsin_address_is_dot_atom(meaning->str)) {
		g_string_append(out, meaning->str);
	} else {
		tocsin_address_append_quoted(out, meaning->str);
	}
	return TRUE;
}

/* RFC 5321 section 4.1.3: an IPv4 address, "IPv6:" and one, or another tag and printable bytes. */
static gboolean
is_literal(const char *text)
{
	guint8 address[sizeof(struct in6_addr)];
	const char *colon = strchr(text, ':');

	if (colon == NULL) {
		return inet_pton(AF_INET, text, address) == 1;
	}
	if (g_ascii_strncasecmp(text, "IPv6:", 5) == 0) {
		return inet_pton(AF_INET6, colon + 1, address) == 1;
	}
	return colon > text && colon[1] != '\0' && g_ascii_isalnum(colon[-1]) &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
	               (gsize)(colon - text);
}

static gboolean
scan_literal(TocsinAddressScanner *self, GString *out)
{
	g_autoptr(GString) inner = g_string_new(NULL);

	self->at++;
	while (g_ascii_isgraph(peek(self)) && strchr("[]\\", peek(self)) == NULL) {
		g_string_append_c(inner, self->text[self->at++]);
	}
	if (peek(self) != ']' || !is_literal(inner->str)) {
		return tocsin_address_scan_fail(
		        self, "a domain literal is no '[192.0.2.1]' and no '[IPv6:2001:db8::1]'");
	}
	self->at++;
	g_string_append_printf(out, "[%s]", inner->str);
	return TRUE;
}

/* Letters, digits, '_', and '-' where it is neither first nor last; labels of at most 63 bytes. */
static gboolean
is_domain(const char *text)
{
	g_auto(GStrv) labels = g_strsplit(text, ".", -1);

	for (char **label = labels; *label != NULL; label++) {
		gsize length = strlen(*label);

		if (length == 0 || length > 63 || (*label)[0] == '-' ||
		    (*label)[length - 1] == '-') {
			return FALSE;
		}
		for (const char *p = *label; *p != '\0'; p++) {
			if (!g_ascii_isalnum(*p) && ((guchar)*p & 0x80) == 0 && *p != '-' &&
			    *p != '_') {
				return FALSE;
			}
		}
	}
	return TRUE;
}

static gboolean
scan_domain(TocsinAddressScanner *self, GString *out)
{
	gsize start = out->len;

	if (peek(self) == '[') {
		return scan_literal(self, out);
	}
	while (is_atext(peek(self)) || peek(self) == '.') {
		g_string_append_c(out, self->text[self->at++]);
	}
	if (out->len == start) {
		return tocsin_address_scan_fail(self, "a domain is missing");
	}
	if (!is_domain(out->str + start)) {
		return tocsin_address_scan_fail(self, "a domain has a bad label before the place");
	}
	return TRUE;
}

TocsinAddress *
tocsin_address_scan_spec(TocsinAddressScanner *self)
{
	g_autoptr(GString) spec = g_string_new(NULL);

	if (!tocsin_address_scan_space(self) || !tocsin_address_scan_local(self, spec) ||
	    !tocsin_address_scan_space(self)) {
		return NULL;
	}
	gsize local_length = spec->len;

	if (peek(self) != '@') {
		tocsin_address_scan_fail(self, "there is no '@'");
		return NULL;
	}
	self->at++;
	g_string_append_c(spec, '@');
	if (!tocsin_address_scan_space(self) || !scan_domain(self, spec) ||
	    !tocsin_address_scan_space(self)) {
		return NULL;
	}
	if (spec->len - local_length - 1 > TOCSIN_ADDRESS_DOMAIN_MAX) {
		fail_limit(self, "a domain", TOCSIN_ADDRESS_DOMAIN_MAX);
		return NULL;
	}
	if (spec->len > TOCSIN_ADDRESS_SPEC_MAX) {
		fail_limit(self, "an address", TOCSIN_ADDRESS_SPEC_MAX);
		return NULL;
	}
	TocsinAddress *address = g_new0(TocsinAddress, 1);

	address->spec = g_string_free(g_steal_pointer(&spec), FALSE);
	address->domain = address->spec + local_length + 1;
	return address;
}

/* Words of a display name, joined by single spaces. Dots between words are taken as they are
 * ("John Q. Public"): RFC 5322 section 4.1 has every reader take them. */
char *
tocsin_address_scan_phrase(TocsinAddressScanner *self)
{
	g_autoptr(GString) phrase = g_string_new(NULL);
	gsize end = 0;

	while (self->at < self->length) {
		gboolean is_new_word = self->at > end && phrase->len > 0;
		char c = peek(self);

		if (c != '"' && c != '.' && !is_atext(c)) {
			break;
		}
		if (is_new_word) {
			g_string_append_c(phrase, ' ');
		}
		if (c == '"' && !scan_quoted(self, phrase)) {
			return NULL;
		}
		if (c == '.') {
			g_string_append_c(phrase, '.');
			self->at++;
		}
		scan_atom(self, phrase);
		end = self->at;
		if (!tocsin_address_scan_space(self)) {
			return NULL;
		}
	}
	if (phrase->len > TOCSIN_ADDRESS_NAME_MAX) {
		fail_limit(self, "a name", TOCSIN_ADDRESS_NAME_MAX);
		return NULL;
	}
	return g_string_free(g_steal_pointer(&phrase), FALSE);
}
