/* SPDX-License-Identifier: MIT */
/* Mailboxes, lists and groups; writing addresses. */
#include "model/address.h"

#include "base/text.h"
#include "model/address-scan.h"

#include <string.h>
#include <tocsin/error.h>

typedef TocsinAddressScanner Scanner;

void
tocsin_address_free(TocsinAddress *self)
{
	if (self != NULL) {
		g_free(self->name);
		g_free(self->spec);
		g_free(self->group);
		g_free(self);
	}
}

static void
free_address(gpointer data)
{
	tocsin_address_free(data);
}

static Scanner
make_scanner(const char *text, gssize length, GError **error)
{
	return (Scanner){
	        .text = text,
	        .length = length < 0 ? strlen(text) : (gsize)length,
	        .error = error,
	};
}

/* Whether an addr-spec stands here: a local part, and an '@' behind it. Says no error. */
static gboolean
is_spec_next(const Scanner *self)
{
	Scanner probe = *self;
	g_autoptr(GString) local = g_string_new(NULL);

	probe.error = NULL;
	return tocsin_address_scan_local(&probe, local) && tocsin_address_scan_space(&probe) &&
	       tocsin_address_scan_peek(&probe) == '@';
}

/* The part of a mailbox from '<' to behind '>'. */
static TocsinAddress *
scan_angle(Scanner *self)
{
	self->at++;
	g_autoptr(TocsinAddress) address = tocsin_address_scan_spec(self);

	if (address == NULL) {
		return NULL;
	}
	if (tocsin_address_scan_peek(self) != '>') {
		tocsin_address_scan_fail(self, "there is no '>'");
		return NULL;
	}
	self->at++;
	return tocsin_address_scan_space(self) ? g_steal_pointer(&address) : NULL;
}

/* A mailbox with CFWS around; or, if @out_group is given, the head "name:" of a group, whose name
 * then goes there and NULL comes back without an error. */
static TocsinAddress *
scan_mailbox(Scanner *self, char **out_group)
{
	if (!tocsin_address_scan_space(self)) {
		return NULL;
	}
	if (is_spec_next(self)) {
		return tocsin_address_scan_spec(self);
	}
	g_autofree char *name = tocsin_address_scan_phrase(self);

	if (name == NULL) {
		return NULL;
	}
	char next = tocsin_address_scan_peek(self);

	if (next == ':' && name[0] != '\0' && out_group != NULL) {
		self->at++;
		*out_group = g_steal_pointer(&name);
		return NULL;
	}
	if (next != '<') {
		tocsin_address_scan_fail(self, name[0] != '\0' ? "there is neither '@' nor '<'"
		                                               : "no address begins");
		return NULL;
	}
	TocsinAddress *address = scan_angle(self);

	if (address != NULL && name[0] != '\0') {
		address->name = g_steal_pointer(&name);
	}
	return address;
}

TocsinAddress *
tocsin_address_parse(const char *text, gssize length, GError **error)
{
	Scanner scanner = make_scanner(text, length, error);

	if (!tocsin_address_scan_check(&scanner)) {
		return NULL;
	}
	g_autoptr(TocsinAddress) address = scan_mailbox(&scanner, NULL);

	if (address != NULL && scanner.at < scanner.length) {
		tocsin_address_scan_fail(&scanner, "something follows the address");
		return NULL;
	}
	return g_steal_pointer(&address);
}

/* One member of a list. *@group is the open group's name, or NULL. */
static gboolean
scan_member(Scanner *self, GPtrArray *list, char **group)
{
	char *opened = NULL;
	TocsinAddress *address = scan_mailbox(self, *group == NULL ? &opened : NULL);

	if (opened != NULL) {
		*group = opened;
		return TRUE;
	}
	if (address == NULL) {
		return FALSE;
	}
	address->group = g_strdup(*group);
	g_ptr_array_add(list, address);
	char next = tocsin_address_scan_peek(self);

	if (self->at < self->length && next != ',' && !(next == ';' && *group != NULL)) {
		return tocsin_address_scan_fail(self, "there is no ',' between two addresses");
	}
	return TRUE;
}

GPtrArray *
tocsin_address_parse_list(const char *text, gssize length, GError **error)
{
	Scanner scanner = make_scanner(text, length, error);
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_address);
	g_autofree char *group = NULL;

	if (!tocsin_address_scan_check(&scanner) || !tocsin_address_scan_space(&scanner)) {
		return NULL;
	}
	while (scanner.at < scanner.length) {
		char next = tocsin_address_scan_peek(&scanner);

		if (next == ',') {
			scanner.at++;
		} else if (next == ';' && group != NULL) {
			scanner.at++;
			g_clear_pointer(&group, g_free);
		} else if (list->len >= TOCSIN_ADDRESS_LIST_MAX) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
			            "a list of addresses has more than the %u allowed",
			            TOCSIN_ADDRESS_LIST_MAX);
			return NULL;
		} else if (!scan_member(&scanner, list, &group)) {
			return NULL;
		}
		if (!tocsin_address_scan_space(&scanner)) {
			return NULL;
		}
	}
	if (group != NULL) {
		tocsin_address_scan_fail(&scanner, "a group has no ';'");
		return NULL;
	}
	return g_steal_pointer(&list);
}

gboolean
tocsin_address_check_spec(const char *spec, gboolean is_local_allowed, GError **error)
{
	Scanner scanner = make_scanner(spec, -1, error);
	g_autoptr(GString) local = g_string_new(NULL);

	scanner.is_bare = TRUE;
	if (!tocsin_address_scan_check(&scanner)) {
		return FALSE;
	}
	if (is_local_allowed && scanner.length <= TOCSIN_ADDRESS_SPEC_MAX) {
		Scanner probe = scanner;

		probe.error = NULL;
		if (tocsin_address_scan_local(&probe, local) && probe.at == probe.length) {
			return TRUE;
		}
	}
	g_autoptr(TocsinAddress) address = tocsin_address_scan_spec(&scanner);

	if (address == NULL) {
		return FALSE;
	}
	if (scanner.at < scanner.length) {
		return tocsin_address_scan_fail(&scanner, "something follows the address");
	}
	return TRUE;
}

/* Whether @name may stand as it is: atoms with single spaces between. */
static gboolean
is_plain_name(const char *name)
{
	g_auto(GStrv) words = g_strsplit(name, " ", -1);

	for (char **word = words; *word != NULL; word++) {
		if (!tocsin_address_is_dot_atom(*word) || strchr(*word, '.') != NULL) {
			return FALSE;
		}
	}
	return TRUE;
}

char *
tocsin_address_format(const char *name, const char *spec)
{
	GString *out = g_string_new(NULL);

	if (name == NULL || name[0] == '\0') {
		g_string_append(out, spec);
		return g_string_free(out, FALSE);
	}
	g_autofree char *valid = g_utf8_make_valid(name, -1);

	/* A name comes from a log or a template: what could end the header may not leave here. */
	for (char *p = valid; *p != '\0'; p++) {
		if ((guchar)*p < 0x20 || *p == 0x7f) {
			*p = ' ';
		}
	}
	if (is_plain_name(valid)) {
		g_string_append(out, valid);
	} else {
		tocsin_address_append_quoted(out, valid);
	}
	g_string_append_printf(out, " <%s>", spec);
	return g_string_free(out, FALSE);
}

gboolean
tocsin_address_is_ascii(const char *spec)
{
	return g_str_is_ascii(spec);
}

gboolean
tocsin_address_needs_utf8(const char *spec)
{
	g_autofree char *ascii = tocsin_address_to_ascii(spec, NULL);

	return ascii == NULL;
}

char *
tocsin_address_to_ascii(const char *spec, GError **error)
{
	if (g_str_is_ascii(spec)) {
		return g_strdup(spec);
	}
	const char *at = strrchr(spec, '@');
	g_autofree char *shown = tocsin_text_for_display(spec, strlen(spec), 100);

	if (at == NULL) {
		at = spec + strlen(spec);
	}
	for (const char *p = spec; p < at; p++) {
		if (((guchar)*p & 0x80) != 0) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
			            "address '%s': a local part that is not ASCII needs SMTPUTF8",
			            shown);
			return NULL;
		}
	}
	g_autofree char *domain = *at != '\0' ? g_hostname_to_ascii(at + 1) : NULL;

	if (domain == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "address '%s': its domain cannot be written in ASCII", shown);
		return NULL;
	}
	return g_strdup_printf("%.*s@%s", (int)(at - spec), spec, domain);
}
