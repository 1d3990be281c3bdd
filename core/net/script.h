/* SPDX-License-Identifier: MIT */
/* A script of net/scripted.h as a list of steps. */
#ifndef TOCSIN_NET_SCRIPT_H
#define TOCSIN_NET_SCRIPT_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	STEP_SERVER, /* bytes that the server sends */
	STEP_CLIENT, /* bytes that the client must send */
	STEP_BODY,   /* anything up to and with the line of one dot */
	STEP_DRIP,
	STEP_FLOW,
	STEP_SILENCE,
	STEP_CLOSE,
	STEP_RESET,
	STEP_TRUNCATE,
	STEP_ENCRYPTED,
	STEP_TLS,
	STEP_PASSED, /* a silence that was met, a TLS start that was made */
} TocsinStepKind;

typedef struct {
	TocsinStepKind kind;
	guint line;
	GString *bytes;
} TocsinStep;

/* The steps of @script, of TocsinStep. Aborts with the line's number if a line is not a step. */
GArray *tocsin_script_parse(const char *script);

/* What @step wants or does, such as: script line 3 wants "EHLO me\r\n". NULL stands for the end of
 * the script. Free with g_free(). */
char *tocsin_script_describe_step(const TocsinStep *step);

G_END_DECLS

#endif
