/* SPDX-License-Identifier: MIT */
/* How a decision becomes a mail.
 *
 * There is always a mail: where a template, a header, an address or an attachment is at fault, it
 * is left out or replaced by something plain, and the fault is told. What events hold can add no
 * header, no address and no file. Pure functions but for attachments that are read from files, and
 * for the mail's new ids; any thread. */
#ifndef TOCSIN_ENGINE_LETTER_H
#define TOCSIN_ENGINE_LETTER_H

#include "base/clock.h"
#include "engine/letters.h"
#include "model/mail.h"
#include "rule/decision.h"
#include "rule/group.h"
#include "rule/recipients.h"

G_BEGIN_DECLS

#define TOCSIN_LETTER_ATTACH_MAX (10u << 20) /* bytes of all attachments, if nothing else is set */

/* How a rule's mails look. Filled by the caller, who keeps what it points to. */
typedef struct {
	const TocsinRule *rule;
	const char *template_name;     /* (nullable) the default is by the trigger: see below */
	const char *template_resolved; /* (nullable: "resolved") for the end of a problem */
	const char *template_digest;   /* (nullable: "digest") for digests and overflows */
	GHashTable *plugins;           /* (nullable) of trigger's name : its plugin's, such as
	                                  "file", whose default template is "file-alert", while
	                                  all others have "log-alert" */
	const char *from;              /* (nullable: tocsin@HOST) "Name <local@domain>" */
	const char *zone;              /* (nullable: the machine's) for times in mails */
	const char *const *headers;    /* (nullable) "Name: value", NULL-terminated */
	const TocsinClock *clock;      /* (nullable: the system's) what "ago" counts from */
	gint64 expire_us;              /* how long delivery is tried; 0: without end */
	gsize attach_max;              /* 0: TOCSIN_LETTER_ATTACH_MAX */
} TocsinLetterStyle;

/* The name of the template for that decision; belongs to @style or is constant. */
const char *tocsin_letter_template(const TocsinLetterStyle *style, const TocsinGroup *group,
                                   const TocsinDecision *decision);

/* Every template that mails of this style may use, each once, NULL-terminated: what has to be found
 * before. Free the array alone with g_free(). */
const char **tocsin_letter_templates(const TocsinLetterStyle *style);

/* Holds author and headers against what they have to be: FALSE after at least one call of @complain
 * with the setting's name and what is wrong. */
gboolean tocsin_letter_check(const TocsinLetterStyle *style, TocsinRuleComplain complain,
                             gpointer user_data);

/* Writes the mail of a decision to compose. Templates have to be found in @letters (nullable: none)
 * before. @group is NULL for what concerns the rule as a whole. @recipients holds somebody.
 * @references (nullable): Message-IDs without brackets of the thread, the oldest first. @out_fault
 * is NULL, or what was at fault; g_free(). Never NULL. */
TocsinMail *tocsin_letter_write(const TocsinLetters *letters, const TocsinLetterStyle *style,
                                const TocsinGroup *group, const TocsinDecision *decision,
                                const TocsinRecipients *recipients, const char *const *references,
                                gint64 now_us, char **out_fault);

G_END_DECLS

#endif
