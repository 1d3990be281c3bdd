/* SPDX-License-Identifier: MIT */
/* Reading a script's lines, and describing its steps. Scripts are part of tests: a wrong one stops
 * the program. */
#include "net/script.h"

#include <string.h>

#include "base/text.h"

static const struct {
	const char *word;
	TocsinStepKind kind;
} words[] = {
        {"C*", STEP_BODY},           {"drip", STEP_DRIP},   {"flow", STEP_FLOW},
        {"silence", STEP_SILENCE},   {"close", STEP_CLOSE}, {"reset", STEP_RESET},
        {"truncate", STEP_TRUNCATE}, {"tls", STEP_TLS},     {"encrypted", STEP_ENCRYPTED},
};

static void
clear_step(gpointer step)
{
	g_string_free(((TocsinStep *)step)->bytes, TRUE);
}

/* The escape at @p (behind the backslash) as a byte; moves @p on. */
static char
parse_escape(const char **p, guint line)
{
	switch (*(*p)++) {
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '0':
		return '\0';
	case '\\':
		return '\\';
	case 'x':
		if (g_ascii_isxdigit((*p)[0]) && g_ascii_isxdigit((*p)[1])) {
			*p += 2;
			return (char)(g_ascii_xdigit_value((*p)[-2]) * 16 +
			              g_ascii_xdigit_value((*p)[-1]));
		}
		break;
	default:
		break;
	}
	/* lint: allow banned-call: a script is part of a test, not input */
	g_error("script line %u: unknown escape", line);
}

static GString *
parse_bytes(const char *text, guint line)
{
	GString *bytes = g_string_new(NULL);

	while (*text != '\0') {
		char byte = *text++;

		g_string_append_c(bytes, byte == '\\' ? parse_escape(&text, line) : byte);
	}
	return bytes;
}

static TocsinStep
parse_step(const char *text, guint line)
{
	TocsinStep step = {.line = line};

	if (strchr("SsCc", text[0]) != NULL && text[1] == ':') {
		step.kind = g_ascii_tolower(text[0]) == 's' ? STEP_SERVER : STEP_CLIENT;
		step.bytes = parse_bytes(text + 2 + (text[2] == ' '), line);
		if (g_ascii_isupper(text[0])) {
			g_string_append(step.bytes, "\r\n");
		}
		return step;
	}
	step.bytes = g_string_new(NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		if (strcmp(text, words[i].word) == 0) {
			step.kind = words[i].kind;
			return step;
		}
	}
	/* lint: allow banned-call: a script is part of a test, not input */
	g_error("script line %u: \"%s\" is not a step", line, text);
}

GArray *
tocsin_script_parse(const char *script)
{
	GArray *steps = g_array_new(FALSE, FALSE, sizeof(TocsinStep));
	g_auto(GStrv) lines = g_strsplit(script, "\n", -1);

	g_array_set_clear_func(steps, clear_step);
	for (guint i = 0; lines[i] != NULL; i++) {
		const char *text = lines[i] + strspn(lines[i], " \t");

		if (text[0] != '\0' && text[0] != '#') {
			TocsinStep step = parse_step(text, i + 1);

			g_array_append_val(steps, step);
		}
	}
	return steps;
}

char *
tocsin_script_describe_step(const TocsinStep *step)
{
	g_autofree char *bytes = NULL;

	if (step == NULL) {
		return g_strdup("the script is over");
	}
	if (step->kind == STEP_TLS) {
		return g_strdup_printf("script line %u wants a start of TLS", step->line);
	}
	if (step->kind == STEP_BODY) {
		return g_strdup_printf("script line %u wants a body up to its dot", step->line);
	}
	bytes = tocsin_text_for_display(step->bytes->str, step->bytes->len, 200);
	return g_strdup_printf("script line %u %s \"%s\"", step->line,
	                       step->kind == STEP_SERVER ? "sends" : "wants", bytes);
}
