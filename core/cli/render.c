/* SPDX-License-Identifier: MIT */
/* tocsin render: shows the mail that a template makes of given events. */
#include <string.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/target.h"
#include "engine/event-json.h"
#include "engine/letter-data.h"
#include "engine/letter.h"

#define EVENTS_MAX ((gsize)64 << 20) /* bytes of the file with events */

typedef struct {
	char *events; /* a file; "-": standard input */
	char *format;
	char *reason;
	char *rule;
	char *key;
	char *from;
	char *to;
	char *zone;
	char *now;
	char *config;
	char **folders;
} Options;

/* A decision about events that nobody made. */
typedef struct {
	gint64 now_us;
	GPtrArray *events; /* of TocsinEvent */
	TocsinRule *rule;
	TocsinGroup *group; /* NULL for an overflow */
	TocsinDecision decision;
	TocsinClock *clock;
	TocsinLetters *letters;
} Preview;

static void
options_clear(Options *self)
{
	g_free(self->events);
	g_free(self->format);
	g_free(self->reason);
	g_free(self->rule);
	g_free(self->key);
	g_free(self->from);
	g_free(self->to);
	g_free(self->zone);
	g_free(self->now);
	g_free(self->config);
	g_strfreev(self->folders);
}

static void
preview_clear(Preview *self)
{
	g_clear_pointer(&self->events, g_ptr_array_unref);
	tocsin_rule_unref(self->rule);
	tocsin_group_free(self->group);
	tocsin_decision_clear(&self->decision);
	tocsin_clock_free(self->clock);
	tocsin_letters_free(self->letters);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Preview, preview_clear)

static gboolean
parse_reason(const char *name, TocsinReason *out_reason)
{
	for (guint i = TOCSIN_REASON_FIRST; i <= TOCSIN_REASON_ESCALATED; i++) {
		if (strcmp(tocsin_reason_name((TocsinReason)i), name) == 0) {
			*out_reason = (TocsinReason)i;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
parse_now(const Options *options, gint64 *out_us)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = NULL;

	if (options->now == NULL) {
		*out_us = tocsin_clock_wall_us(tocsin_clock_system());
		return TRUE;
	}
	time = g_date_time_new_from_iso8601(options->now, utc);
	if (time == NULL) {
		tocsin_command_complain("--now takes a time such as 2026-03-01T12:00:00Z, not '%s'",
		                        options->now);
		return FALSE;
	}
	*out_us = g_date_time_to_unix(time) * G_USEC_PER_SEC;
	return TRUE;
}

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	tocsin_command_complain("--rule: %s", text);
}

static TocsinRule *
make_rule(const Options *options)
{
	const char *const on[] = {"*", NULL};
	const char *const to[] = {options->to != NULL ? options->to : "you@example.org", NULL};
	TocsinRuleSpec spec;

	tocsin_rule_spec_init(&spec);
	spec.name = options->rule != NULL ? options->rule : "preview";
	spec.on = on;
	spec.audience.to = to;
	return tocsin_rule_new(&spec, on_fault, NULL);
}

static int
read_events(const Options *options, Preview *preview)
{
	TocsinEventJsonDefaults defaults = {
	        .trigger = "emit", .now_us = preview->now_us, .are_paths_allowed = TRUE};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) text = tocsin_input_read(options->events, EVENTS_MAX, &error);
	gsize length;

	if (text == NULL) {
		tocsin_command_complain("%s", error->message);
		return EX_NOINPUT;
	}
	const void *bytes = g_bytes_get_data(text, &length);

	bytes = bytes == NULL ? "" : bytes;
	preview->events = tocsin_events_from_json(bytes, length, &defaults, &error);
	if (preview->events == NULL) {
		tocsin_command_complain("%s: %s", options->events, error->message);
		return EX_DATAERR;
	}
	return EX_OK;
}

/* What would be decided to tell, if a rule had gathered just these events. */
static void
decide(const Options *options, Preview *preview, TocsinReason reason)
{
	TocsinDecision *decision = &preview->decision;
	const TocsinEvent *last = NULL;

	decision->action = TOCSIN_ACTION_COMPOSE;
	decision->reason = reason;
	decision->tally = tocsin_tally_new();
	g_strlcpy(decision->cause, "preview", sizeof decision->cause);
	for (guint i = 0; i < preview->events->len; i++) {
		last = preview->events->pdata[i];
		tocsin_tally_add(decision->tally, last, last->time_us, TOCSIN_RULE_SAMPLES_MAX);
	}
	decision->is_open = last != NULL && reason != TOCSIN_REASON_RESOLVED &&
	                    last->status == TOCSIN_STATUS_PROBLEM;
	if (decision->is_open || reason == TOCSIN_REASON_RESOLVED) {
		decision->since_us = decision->tally->first_us;
	}
	decision->over_us = reason == TOCSIN_REASON_RESOLVED ? decision->tally->last_us : 0;
	decision->repeats = reason == TOCSIN_REASON_STILL ? 1 : 0;
	if (reason == TOCSIN_REASON_OVERFLOW) {
		decision->groups = preview->events->len;
		return;
	}
	preview->group = tocsin_group_new(options->key != NULL ? options->key
	                                  : last != NULL       ? last->key
	                                                       : "",
	                                  "preview", preview->now_us);
}

/* Those of --templates, or the configuration's own and then the installed ones. */
static TocsinLetters *
open_letters(const Options *options)
{
	g_autofree char *config = g_canonicalize_filename(
	        options->config != NULL ? options->config : TOCSIN_CONFIG_PATH, NULL);
	g_autofree char *folder = g_path_get_dirname(config);
	g_autofree char *beside = g_build_filename(folder, "templates", NULL);
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; options->folders != NULL && options->folders[i] != NULL; i++) {
		g_ptr_array_add(folders, g_canonicalize_filename(options->folders[i], NULL));
	}
	if (folders->len == 0) {
		g_ptr_array_add(folders, g_steal_pointer(&beside));
		g_ptr_array_add(folders, g_strdup(tocsin_letters_shipped()));
	}
	g_ptr_array_add(folders, NULL);
	return tocsin_letters_new((const char *const *)folders->pdata);
}

static gboolean
is_format(const char *format)
{
	return strcmp(format, "text") == 0 || strcmp(format, "html") == 0 ||
	       strcmp(format, "eml") == 0;
}

/* The whole mail, as it would be handed to a server. */
static int
print_mail(const Options *options, const Preview *preview, const TocsinLetterStyle *style)
{
	g_auto(TocsinRecipients) recipients = {0};
	g_autoptr(TocsinMail) mail = NULL;
	g_autofree char *fault = NULL;
	gsize length;
	int code;

	tocsin_recipients_init(&recipients);
	g_ptr_array_add(recipients.to,
	                g_strdup(options->to != NULL ? options->to : "you@example.org"));
	mail = tocsin_letter_write(preview->letters, style, preview->group, &preview->decision,
	                           &recipients, NULL, preview->now_us, &fault);
	const char *bytes = g_bytes_get_data(mail->content, &length);
	g_autofree char *text = g_strndup(bytes, length);

	code = tocsin_command_print(text);
	if (fault != NULL) {
		tocsin_command_complain("%s", fault);
	}
	return code != EX_OK || fault == NULL ? code : EX_DATAERR;
}

static int
print_part(const Preview *preview, const TocsinLetterStyle *style,
           const TocsinMailTemplate *template, gboolean is_html)
{
	TocsinTemplateContext context = {.clock = style->clock,
	                                 .time_zone = style->zone,
	                                 .on_load = tocsin_letters_load,
	                                 .load_data = preview->letters};
	g_autoptr(TocsinDatum) data = tocsin_letter_data(style->rule, preview->group,
	                                                 &preview->decision, preview->now_us);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinRenderedMail) rendered =
	        tocsin_mail_template_render(template, data, &context, &error);

	if (rendered == NULL) {
		tocsin_command_complain("%s", error->message);
		return EX_DATAERR;
	}
	if (is_html && rendered->html == NULL) {
		tocsin_command_complain("the template has no HTML");
		return EX_DATAERR;
	}
	g_autofree char *text =
	        g_strdup_printf("Subject: %s\n\n%s",
	                        rendered->subject != NULL ? rendered->subject : "", rendered->text);

	return tocsin_command_print(is_html ? rendered->html : text);
}

static int
show(const Options *options, const char *name, TocsinReason reason)
{
	const char *format = options->format != NULL ? options->format : "text";
	g_auto(Preview) preview = {0};
	TocsinLetterStyle style = {
	        .template_name = name,
	        .template_resolved = name,
	        .template_digest = name,
	        .from = options->from != NULL ? options->from : "Tocsin <tocsin@example.org>",
	        .zone = options->zone,
	};
	g_autoptr(GError) error = NULL;
	int code;

	if (!parse_now(options, &preview.now_us)) {
		return EX_USAGE;
	}
	preview.rule = make_rule(options);
	if (preview.rule == NULL) {
		return EX_USAGE;
	}
	code = read_events(options, &preview);
	if (code != EX_OK) {
		return code;
	}
	preview.clock = tocsin_clock_new_fake(preview.now_us);
	preview.letters = open_letters(options);
	decide(options, &preview, reason);
	style.rule = preview.rule;
	style.clock = preview.clock;
	const TocsinMailTemplate *template = tocsin_letters_find(preview.letters, name, &error);

	if (template == NULL) {
		tocsin_command_complain("%s", error->message);
		return EX_CONFIG;
	}
	return strcmp(format, "eml") == 0
	               ? print_mail(options, &preview, &style)
	               : print_part(&preview, &style, template, strcmp(format, "html") == 0);
}

int
tocsin_command_render(int argc, char **argv)
{
	g_auto(Options) o = {0};
	TocsinReason reason = TOCSIN_REASON_FIRST;
	const GOptionEntry entries[] = {
	        {"event", 'e', 0, G_OPTION_ARG_FILENAME, &o.events,
	         "The file with an event, or a list of events, as JSON; - for the standard input",
	         "FILE"},
	        {"format", 'f', 0, G_OPTION_ARG_STRING, &o.format,
	         "What to show (default: text); eml is the whole mail", "text|html|eml"},
	        {"reason", 0, 0, G_OPTION_ARG_STRING, &o.reason,
	         "Why there is a mail (default: first)",
	         "first|new|still|changed|resolved|flapping|digest|overflow|escalated"},
	        {"rule", 0, 0, G_OPTION_ARG_STRING, &o.rule, "The rule's name", "NAME"},
	        {"key", 0, 0, G_OPTION_ARG_STRING, &o.key,
	         "The group's key (default: the last event's)", "KEY"},
	        {"from", 0, 0, G_OPTION_ARG_STRING, &o.from, "The author", "ADDRESS"},
	        {"to", 0, 0, G_OPTION_ARG_STRING, &o.to, "The recipient", "ADDRESS"},
	        {"zone", 0, 0, G_OPTION_ARG_STRING, &o.zone, "The time zone of times", "ZONE"},
	        {"now", 0, 0, G_OPTION_ARG_STRING, &o.now, "When it is, instead of now", "TIME"},
	        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &o.config,
	         "The configuration beside which the folder templates is", "FILE"},
	        {"templates", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.folders,
	         "Look for templates only here; may be repeated", "DIR"},
	        {NULL},
	};

	if (!tocsin_command_parse(&argc, &argv, entries, "TEMPLATE --event FILE",
	                          "Shows what a template makes of events; nothing is sent.")) {
		return EX_USAGE;
	}
	if (argc != 2 || o.events == NULL) {
		tocsin_command_complain("usage: tocsin render TEMPLATE --event FILE [OPTION...]");
		return EX_USAGE;
	}
	if (o.format != NULL && !is_format(o.format)) {
		tocsin_command_complain("--format takes text, html or eml, not '%s'", o.format);
		return EX_USAGE;
	}
	if (o.reason != NULL && !parse_reason(o.reason, &reason)) {
		tocsin_command_complain("--reason takes first, new, still, changed, resolved, "
		                        "flapping, digest, overflow or escalated, not '%s'",
		                        o.reason);
		return EX_USAGE;
	}
	return show(&o, argv[1], reason);
}
