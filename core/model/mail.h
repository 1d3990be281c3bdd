/* SPDX-License-Identifier: MIT */
/* One composed message with its envelope.
 *
 * Refcounted. Filled by its maker, checked once with tocsin_mail_check(), and immutable once it is
 * shared; any thread may then read it. */
#ifndef TOCSIN_MODEL_MAIL_H
#define TOCSIN_MODEL_MAIL_H

#include <glib.h>

G_BEGIN_DECLS

/* RFC 3461 section 4.1. 0 means that the parameter is left out. */
typedef enum {
	TOCSIN_NOTIFY_NEVER = 1 << 0, /* excludes the others */
	TOCSIN_NOTIFY_SUCCESS = 1 << 1,
	TOCSIN_NOTIFY_FAILURE = 1 << 2,
	TOCSIN_NOTIFY_DELAY = 1 << 3,
} TocsinNotify;

/* RFC 3461 section 4.3. Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_RET_UNSET = 0,
	TOCSIN_RET_HEADERS = 1,
	TOCSIN_RET_FULL = 2,
} TocsinRet;

/* RFC 6152 and RFC 3030. Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_BODY_UNSET = 0, /* whoever sends finds out by looking */
	TOCSIN_BODY_7BIT = 1,
	TOCSIN_BODY_8BITMIME = 2,
	TOCSIN_BODY_BINARYMIME = 3,
} TocsinBody;

/* RFC 2852 section 4. Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_DELIVER_BY_UNSET = 0,
	TOCSIN_DELIVER_BY_NOTIFY = 1, /* tell the sender when it is late */
	TOCSIN_DELIVER_BY_RETURN = 2, /* give up when it is late */
} TocsinDeliverBy;

#define TOCSIN_MAIL_ID_LENGTH 13
#define TOCSIN_MAIL_RECIPIENTS_MAX 10000u
#define TOCSIN_MAIL_VIA_MAX 16u
/* Bytes of each other string: ids, keys, ENVID, ORCPT. RFC 5321's line holds no more. */
#define TOCSIN_MAIL_STRING_MAX 998u

typedef struct {
	char *address; /* addr-spec without brackets */
	char *orcpt;   /* original recipient, "type;address" in plain (not xtext), or NULL */
	guint notify;  /* TocsinNotify */
} TocsinRecipient;

/* Read only for all but its maker. */
typedef struct {
	char *id;         /* unique; names the mail in logs, lists and commands */
	char *message_id; /* without brackets; the same on every try; NULL if the content has none
	                   */
	char *rule;       /* the rule it comes from, or NULL if it was handed in */
	char *group_key;  /* the group within the rule, or NULL */
	char *cause;      /* id of the event or step of the group it comes from; the store takes one
	                     mail for each (rule, cause). NULL: never a duplicate */
	char *sender;     /* addr-spec without brackets; "" is the null reverse-path */
	GPtrArray *recipients; /* of TocsinRecipient */
	char **via;            /* accounts in order of preference, NULL-terminated, or NULL: any */
	gint64 created_us;     /* wall clock, microseconds since 1970 */
	gint64 due_us;         /* not tried before; 0: at once */
	gint64 expire_us;      /* given up after; 0: never */
	int priority;          /* higher goes first; 0 is usual */
	gboolean is_notice;    /* about the program itself: when it fails, nobody is told by mail */

	TocsinRet ret;
	char *envid; /* RFC 3461 section 4.4 in plain (not xtext), or NULL */
	TocsinBody body;
	gboolean is_smtputf8;     /* needs RFC 6531 */
	gboolean is_tls_required; /* RFC 8689 REQUIRETLS */
	gint64 hold_for_s;        /* RFC 4865 HOLDFOR in seconds, or 0 */
	TocsinDeliverBy deliver_by;
	gint64 deliver_by_s;           /* RFC 2852; may be <= 0 with NOTIFY */
	gboolean is_deliver_by_traced; /* RFC 2852 trace modifier */
	gboolean has_mt_priority;
	int mt_priority; /* RFC 6710, -9 to 9 */

	GBytes *content; /* the message, or NULL if it is in the file @path */
	char *path;      /* absolute path of a file that holds the message, or NULL */
} TocsinMail;

/* A mail without recipients and content. @id NULL makes a new one. */
TocsinMail *tocsin_mail_new(const char *id, const char *sender, gint64 created_us);

/* One more reference, for the caller to drop. */
TocsinMail *tocsin_mail_ref(const TocsinMail *self);

/* Does nothing on NULL. */
void tocsin_mail_unref(TocsinMail *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMail, tocsin_mail_unref)

/* Adds a recipient and returns it, for its options to be set; belongs to the mail. */
TocsinRecipient *tocsin_mail_add_recipient(TocsinMail *self, const char *address);

/* The recipient at @index < recipients->len. */
const TocsinRecipient *tocsin_mail_recipient(const TocsinMail *self, guint index);

/* An id that no other call in this process gave, and hardly one in any other; ids sort by time.
 * Letters and digits: safe as a file name. Free with g_free(). Any thread. */
char *tocsin_mail_make_id(gint64 now_us);

/* An id is a number >= 0 in disguise: the store keeps that. Free with g_free(). */
char *tocsin_mail_format_id(gint64 number);

/* The least number of ids that are made from @time_us on. */
gint64 tocsin_mail_first_number(gint64 time_us);

/* FALSE if @id is no such id. */
gboolean tocsin_mail_parse_id(const char *id, gint64 *out_number);

/* Whether everything is there and may go into commands: addresses are such (see model/address.h),
 * no string holds a control byte, options are in range and do not contradict each other, limits are
 * kept. TOCSIN_ERROR_INVALID or TOCSIN_ERROR_LIMIT says what is wrong. */
gboolean tocsin_mail_check(const TocsinMail *self, GError **error);

/* What the store writes of the envelope beside what it has columns for: options of the mail and
 * accounts. Free with g_byte_array_unref(). */
GByteArray *tocsin_mail_pack_options(const TocsinMail *self);

/* Reads what tocsin_mail_pack_options() wrote into a mail that has none yet. TOCSIN_ERROR_INVALID
 * on anything else; the mail's options are then undefined. */
gboolean tocsin_mail_unpack_options(TocsinMail *self, const void *bytes, gsize length,
                                    GError **error);

G_END_DECLS

#endif
