/* SPDX-License-Identifier: MIT */
/* The options that say what a mail is, and which of them exclude each other. */
#include "cli/draft-options.h"

#include <string.h>
#include <tocsin/error.h>

void
tocsin_draft_options_clear(TocsinDraftOptions *self)
{
	g_free(self->from);
	g_strfreev(self->to);
	g_strfreev(self->cc);
	g_strfreev(self->bcc);
	g_free(self->subject);
	g_free(self->body);
	g_free(self->body_file);
	g_free(self->html_file);
	g_strfreev(self->attachments);
	g_strfreev(self->headers);
	g_free(self->message_file);
	g_free(self->template_name);
	g_strfreev(self->values);
}

GOptionEntry *
tocsin_draft_entries(TocsinDraftOptions *o)
{
	const GOptionEntry entries[] = {
	        {"from", 'f', 0, G_OPTION_ARG_STRING, &o->from,
	         "The author (default: the account's)", "ADDRESS"},
	        {"to", 't', 0, G_OPTION_ARG_STRING_ARRAY, &o->to, "A recipient; may be repeated",
	         "ADDRESS"},
	        {"cc", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->cc, "A recipient of a copy", "ADDRESS"},
	        {"bcc", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->bcc,
	         "A recipient whom the others do not see", "ADDRESS"},
	        {"subject", 's', 0, G_OPTION_ARG_STRING, &o->subject, "The subject", "TEXT"},
	        {"body", 'b', 0, G_OPTION_ARG_STRING, &o->body, "The text", "TEXT"},
	        {"body-file", 0, 0, G_OPTION_ARG_FILENAME, &o->body_file,
	         "The file with the text; - for the standard input", "FILE"},
	        {"html", 0, 0, G_OPTION_ARG_FILENAME, &o->html_file,
	         "The file with the same in HTML", "FILE"},
	        {"attach", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->attachments,
	         "A file to attach; may be repeated", "FILE"},
	        {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &o->headers,
	         "A further header; may be repeated", "'NAME: VALUE'"},
	        {"message", 'm', 0, G_OPTION_ARG_FILENAME, &o->message_file,
	         "The file with a whole message instead; - for the standard input", "FILE"},
	        {"template", 'T', 0, G_OPTION_ARG_FILENAME, &o->template_name,
	         "Subject, headers and text from a mail template: a file NAME.mail, or the name of "
	         "one of the configuration's",
	         "FILE"},
	        {"set", 'S', 0, G_OPTION_ARG_STRING_ARRAY, &o->values,
	         "A value for the template, as in job=nightly or build.number=42; may be repeated",
	         "NAME=VALUE"},
	        {NULL},
	};

	return g_memdup2(entries, sizeof(entries));
}

gboolean
tocsin_draft_options_is_empty(const TocsinDraftOptions *self)
{
	const TocsinDraftOptions none = {0};

	return memcmp(self, &none, sizeof(none)) == 0;
}

static gboolean
refuse_both(const char *one, const char *other, const char *why, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "--%s and --%s exclude each other%s%s", one, other, why == NULL ? "" : ": ",
	            why == NULL ? "" : why);
	return FALSE;
}

/* What a whole message has of its own. */
static gboolean
check_message(const TocsinDraftOptions *self, GError **error)
{
	const struct {
		const char *name;
		gboolean is_given;
	} parts[] = {
	        {"subject", self->subject != NULL},        {"body", self->body != NULL},
	        {"body-file", self->body_file != NULL},    {"html", self->html_file != NULL},
	        {"attach", self->attachments != NULL},     {"header", self->headers != NULL},
	        {"template", self->template_name != NULL},
	};

	for (guint i = 0; self->message_file != NULL && i < G_N_ELEMENTS(parts); i++) {
		if (parts[i].is_given) {
			return refuse_both("message", parts[i].name, "the message is whole already",
			                   error);
		}
	}
	return TRUE;
}

static gboolean
is_standard_input(const char *path)
{
	return g_strcmp0(path, "-") == 0;
}

gboolean
tocsin_draft_options_check(const TocsinDraftOptions *self, GError **error)
{
	if (!check_message(self, error)) {
		return FALSE;
	}
	if (self->body != NULL && self->body_file != NULL) {
		return refuse_both("body", "body-file", NULL, error);
	}
	if (self->template_name != NULL &&
	    (self->body != NULL || self->body_file != NULL || self->html_file != NULL)) {
		return refuse_both("template",
		                   self->body != NULL        ? "body"
		                   : self->body_file != NULL ? "body-file"
		                                             : "html",
		                   "the template makes both texts", error);
	}
	if (self->values != NULL && self->template_name == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "--set gives values to a template; name it with --template");
		return FALSE;
	}
	if (is_standard_input(self->body_file) && is_standard_input(self->html_file)) {
		return refuse_both("body-file -", "html -", "there is one standard input", error);
	}
	return TRUE;
}
