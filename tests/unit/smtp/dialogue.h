/* SPDX-License-Identifier: MIT */
/* Whole dialogues of the pipeline with a scripted server, as tables of tests. */
#ifndef TOCSIN_TESTS_SMTP_DIALOGUE_H
#define TOCSIN_TESTS_SMTP_DIALOGUE_H

#include "net/scripted.h"
#include "smtp/pipeline.h"

/* A dialogue. */
typedef struct {
	const char *name;
	const char *script;       /* from the greeting on */
	const char *const *mails; /* "sender to,to" each, NULL-terminated */
	const char *content;      /* of each mail; NULL: "x\r\n", or what the settings say */
	const char *fates;        /* as note_fate() writes them */
	guint settings;           /* Setting */
	guint broken;             /* TocsinFeature */
	TocsinRun run;
} Dialogue;

enum {
	SETTING_LMTP = 1 << 0,
	SETTING_LAST = 1 << 1, /* next() says that there will be no more */
	SETTING_2XX_DATA = 1 << 2,
	SETTING_8BIT = 1 << 3,      /* the content is not 7-bit */
	SETTING_REENCODE = 1 << 4,  /* ... and can be made so */
	SETTING_BINARY = 1 << 5,    /* BODY=BINARYMIME */
	SETTING_PULLED = 1 << 6,    /* the content is asked for, a byte at a time */
	SETTING_NO_CHUNKS = 1 << 7, /* CHUNKING is disabled */
	SETTING_BACK = 1 << 8,      /* recipients may be given back: "MAIL.RECIPIENT back" */
};

#define HELLO "S: 220 mx\nC: EHLO me\nS: 250-mx\n"
#define PIPED HELLO "S: 250 PIPELINING\n"
#define CHUNKED HELLO "S: 250-PIPELINING\nS: 250 CHUNKING\n"
#define MAILS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Adds a test "/smtp/@group/NAME" for each. */
void dialogues_add(const char *group, const Dialogue *dialogues, guint n);

#endif
