/* SPDX-License-Identifier: MIT */
/* Sending many mails over one connection, with every option that SMTP's extensions know.
 *
 * Part of <tocsin/smtp.h>, which see for threads and errors. */
#ifndef TOCSIN_SMTP_STREAM_H
#define TOCSIN_SMTP_STREAM_H

#include <tocsin/smtp.h>

G_BEGIN_DECLS

#pragma GCC visibility push(default)

/**
 * TocsinSmtpMail:
 *
 * A message, its envelope, and how it is to be sent. Refcounted. Filled by its maker, then handed
 * to tocsin_smtp_send_many(), and not changed any more from then on.
 */
typedef struct _TocsinSmtpMail TocsinSmtpMail;

/**
 * tocsin_smtp_mail_new:
 * @sender: an address without brackets and name; "" is the null reverse-path
 * @octets: the message; a reference is taken, nothing is copied. Lines may end in CRLF, LF or CR.
 *
 * Returns: a mail without recipients; unref with tocsin_smtp_mail_unref()
 */
TocsinSmtpMail *tocsin_smtp_mail_new(const char *sender, GBytes *octets);

/**
 * tocsin_smtp_mail_new_from_message:
 * @message: the message
 *
 * Reads the envelope from the header (tocsin_message_get_envelope()) and leaves Bcc out.
 *
 * Returns: a mail with sender and recipients, or NULL with TOCSIN_ERROR_INVALID
 */
TocsinSmtpMail *tocsin_smtp_mail_new_from_message(TocsinMessage *message, GError **error);

/**
 * TocsinSmtpPull:
 * @user: as given to tocsin_smtp_mail_new_pulled()
 * @offset: how far into the message
 * @out_octets: where to put the address of the octets from @offset on
 *
 * Gives a part of a message. It stays where it is until the next call for this mail. A message may
 * be read more than once, and says the same each time.
 *
 * Returns: how many octets stand there; 0 at the end; negative if they cannot be had
 */
typedef gint64 (*TocsinSmtpPull)(gpointer user, guint64 offset, const void **out_octets);

/**
 * tocsin_smtp_mail_new_pulled:
 * @sender: an address without brackets and name; "" is the null reverse-path
 * @pull: gives the message, which need never be in memory as a whole
 * @user: for @pull
 * @free_user: (nullable) called when the mail is freed
 *
 * A message in memory is encoded for a server that cannot take it as it is: 8 bits without
 * 8BITMIME, a header in UTF-8 without SMTPUTF8, binary without BINARYMIME, lines that are too long
 * for any. One that is pulled is refused locally then.
 *
 * Returns: a mail without recipients; unref with tocsin_smtp_mail_unref()
 */
TocsinSmtpMail *tocsin_smtp_mail_new_pulled(const char *sender, TocsinSmtpPull pull, gpointer user,
                                            GDestroyNotify free_user);

/**
 * tocsin_smtp_mail_ref:
 *
 * Returns: @self with one more reference
 */
TocsinSmtpMail *tocsin_smtp_mail_ref(TocsinSmtpMail *self);

/**
 * tocsin_smtp_mail_unref:
 * @self: (nullable) the mail
 *
 * Drops a reference; frees with the last.
 */
void tocsin_smtp_mail_unref(TocsinSmtpMail *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSmtpMail, tocsin_smtp_mail_unref)

/**
 * TocsinSmtpNotify:
 * @TOCSIN_SMTP_NOTIFY_DEFAULT: as the server likes: not sent
 * @TOCSIN_SMTP_NOTIFY_NEVER: in no case; excludes the others
 * @TOCSIN_SMTP_NOTIFY_SUCCESS: when it is delivered
 * @TOCSIN_SMTP_NOTIFY_FAILURE: when it cannot be delivered
 * @TOCSIN_SMTP_NOTIFY_DELAY: when it takes long
 *
 * When to write to the sender (RFC 3461 section 4.1).
 */
typedef enum {
	TOCSIN_SMTP_NOTIFY_DEFAULT = 0,
	TOCSIN_SMTP_NOTIFY_NEVER = 1 << 0,
	TOCSIN_SMTP_NOTIFY_SUCCESS = 1 << 1,
	TOCSIN_SMTP_NOTIFY_FAILURE = 1 << 2,
	TOCSIN_SMTP_NOTIFY_DELAY = 1 << 3,
} TocsinSmtpNotify;

/**
 * tocsin_smtp_mail_add_recipient:
 * @address: an address without brackets and name
 * @notify: when to write to the sender; ignored by servers without DSN
 * @original: (nullable) "type;address" in plain, such as "rfc822;a@b" (ORCPT, RFC 3461 section 4.2)
 * @options: (nullable) further parameters for RCPT, separated by blanks, ready for the wire
 *
 * Returns: its index, from 0
 */
guint tocsin_smtp_mail_add_recipient(TocsinSmtpMail *self, const char *address,
                                     TocsinSmtpNotify notify, const char *original,
                                     const char *options);

/**
 * tocsin_smtp_mail_count_recipients:
 *
 * Returns: how many there are
 */
guint tocsin_smtp_mail_count_recipients(const TocsinSmtpMail *self);

/**
 * tocsin_smtp_mail_get_recipient:
 * @index: which, below the count
 *
 * Returns: its address. Belongs to the mail.
 */
const char *tocsin_smtp_mail_get_recipient(const TocsinSmtpMail *self, guint index);

/**
 * TocsinSmtpReturn:
 * @TOCSIN_SMTP_RETURN_DEFAULT: as the server likes: not sent
 * @TOCSIN_SMTP_RETURN_HEADERS: the header
 * @TOCSIN_SMTP_RETURN_FULL: the whole message
 *
 * What a report of failure holds (RET, RFC 3461 section 4.3).
 */
typedef enum {
	TOCSIN_SMTP_RETURN_DEFAULT = 0,
	TOCSIN_SMTP_RETURN_HEADERS = 1,
	TOCSIN_SMTP_RETURN_FULL = 2,
} TocsinSmtpReturn;

/**
 * tocsin_smtp_mail_set_dsn:
 * @returned: what a report of failure holds
 * @envelope_id: (nullable) names the mail in reports (ENVID, RFC 3461 section 4.4), in plain
 *
 * Ignored by servers without DSN.
 */
void tocsin_smtp_mail_set_dsn(TocsinSmtpMail *self, TocsinSmtpReturn returned,
                              const char *envelope_id);

/**
 * TocsinSmtpBody:
 * @TOCSIN_SMTP_BODY_DEFAULT: found out by looking
 * @TOCSIN_SMTP_BODY_7BIT: ASCII in lines
 * @TOCSIN_SMTP_BODY_8BITMIME: any octets in lines (RFC 6152)
 * @TOCSIN_SMTP_BODY_BINARYMIME: any octets, sent as they are (RFC 3030); needs CHUNKING
 *
 * What a message is made of.
 */
typedef enum {
	TOCSIN_SMTP_BODY_DEFAULT = 0,
	TOCSIN_SMTP_BODY_7BIT = 1,
	TOCSIN_SMTP_BODY_8BITMIME = 2,
	TOCSIN_SMTP_BODY_BINARYMIME = 3,
} TocsinSmtpBody;

/**
 * tocsin_smtp_mail_set_body:
 * @body: what the message is made of
 *
 * For a server that does not take it a message in memory is encoded in 7 bits.
 */
void tocsin_smtp_mail_set_body(TocsinSmtpMail *self, TocsinSmtpBody body);

/**
 * tocsin_smtp_mail_set_smtputf8:
 * @is_needed: TRUE to have it refused by servers without SMTPUTF8 (RFC 6531)
 *
 * Without it SMTPUTF8 is said where the header or the local part of an address is not ASCII and the
 * server knows it.
 */
void tocsin_smtp_mail_set_smtputf8(TocsinSmtpMail *self, gboolean is_needed);

/**
 * tocsin_smtp_mail_set_requires_tls: @is_required: TRUE if the mail may travel in TLS only, all the
 * way (REQUIRETLS, RFC 8689); refused by servers without REQUIRETLS
 */
void tocsin_smtp_mail_set_requires_tls(TocsinSmtpMail *self, gboolean is_required);

/**
 * tocsin_smtp_mail_set_hold_for:
 * @hold_for_s: seconds that the server shall keep it back (FUTURERELEASE, RFC 4865); 0: none.
 * Refused by servers without it.
 */
void tocsin_smtp_mail_set_hold_for(TocsinSmtpMail *self, gint64 hold_for_s);

/**
 * tocsin_smtp_mail_set_hold_until:
 * @date: (nullable) until when the server shall keep it back: an RFC 3339 date and time such as
 * "2030-01-31T08:00:00+02:00" (FUTURERELEASE, RFC 4865); goes before
 * tocsin_smtp_mail_set_hold_for(). What is no such date, or later than the server allows, is
 * refused locally.
 */
void tocsin_smtp_mail_set_hold_until(TocsinSmtpMail *self, const char *date);

/**
 * TocsinSmtpDeliverBy:
 * @TOCSIN_SMTP_DELIVER_BY_NEVER: no time is set: not sent
 * @TOCSIN_SMTP_DELIVER_BY_NOTIFY: write to the sender when it is late
 * @TOCSIN_SMTP_DELIVER_BY_RETURN: give up when it is late
 *
 * What happens to a mail that comes late (RFC 2852 section 4).
 */
typedef enum {
	TOCSIN_SMTP_DELIVER_BY_NEVER = 0,
	TOCSIN_SMTP_DELIVER_BY_NOTIFY = 1,
	TOCSIN_SMTP_DELIVER_BY_RETURN = 2,
} TocsinSmtpDeliverBy;

/**
 * tocsin_smtp_mail_set_deliver_by:
 * @mode: what happens when it is late
 * @seconds: within how many seconds it has to be delivered; above 0 with
 * TOCSIN_SMTP_DELIVER_BY_RETURN
 * @is_traced: TRUE to hear of servers on the way that do not know DELIVERBY
 *
 * DELIVERBY, RFC 2852. Servers without it ignore TOCSIN_SMTP_DELIVER_BY_NOTIFY and refuse
 * TOCSIN_SMTP_DELIVER_BY_RETURN.
 */
void tocsin_smtp_mail_set_deliver_by(TocsinSmtpMail *self, TocsinSmtpDeliverBy mode, gint64 seconds,
                                     gboolean is_traced);

/**
 * tocsin_smtp_mail_set_priority:
 * @priority: -9 to 9, higher goes first (MT-PRIORITY, RFC 6710); ignored by servers without it
 */
void tocsin_smtp_mail_set_priority(TocsinSmtpMail *self, int priority);

/**
 * tocsin_smtp_mail_set_options:
 * @options: (nullable) further parameters for MAIL, separated by blanks, ready for the wire
 */
void tocsin_smtp_mail_set_options(TocsinSmtpMail *self, const char *options);

/**
 * tocsin_smtp_mail_set_data:
 * @data: (nullable) the caller's
 * @free_data: (nullable) called when the mail is freed or other data are set
 */
void tocsin_smtp_mail_set_data(TocsinSmtpMail *self, gpointer data, GDestroyNotify free_data);

/**
 * tocsin_smtp_mail_get_data:
 *
 * Returns: what tocsin_smtp_mail_set_data() was given, or NULL
 */
gpointer tocsin_smtp_mail_get_data(const TocsinSmtpMail *self);

/**
 * TocsinSmtpFateStatus:
 * @TOCSIN_SMTP_FATE_DELIVERED: the server took responsibility
 * @TOCSIN_SMTP_FATE_DEFERRED: not delivered; trying again may help
 * @TOCSIN_SMTP_FATE_REFUSED: not delivered; trying again does not help
 * @TOCSIN_SMTP_FATE_UNKNOWN: the connection was lost between the end of the message and the reply
 * to it: it may have been delivered, and may come twice if it is sent again
 *
 * What became of a recipient.
 */
typedef enum {
	TOCSIN_SMTP_FATE_DELIVERED = 0,
	TOCSIN_SMTP_FATE_DEFERRED = 1,
	TOCSIN_SMTP_FATE_REFUSED = 2,
	TOCSIN_SMTP_FATE_UNKNOWN = 3,
} TocsinSmtpFateStatus;

/**
 * TocsinSmtpFate:
 *
 * What became of one recipient of one mail, and why. Only valid during the call that gets it.
 */
typedef struct _TocsinSmtpFate TocsinSmtpFate;

/**
 * tocsin_smtp_fate_get_status:
 *
 * Returns: what became of it
 */
TocsinSmtpFateStatus tocsin_smtp_fate_get_status(const TocsinSmtpFate *self);

/**
 * tocsin_smtp_fate_get_stage:
 *
 * Returns: what decided: "local" (before anything was sent), "sender" (MAIL), "recipient" (RCPT),
 * "data" (the message), "lost" (the connection), "protocol" (what came was not SMTP). Static.
 */
const char *tocsin_smtp_fate_get_stage(const TocsinSmtpFate *self);

/**
 * tocsin_smtp_fate_get_reply:
 *
 * Returns: (nullable) what the server said to it. Belongs to the fate; see
 * tocsin_smtp_reply_copy().
 */
const TocsinSmtpReply *tocsin_smtp_fate_get_reply(const TocsinSmtpFate *self);

/**
 * tocsin_smtp_fate_get_text:
 *
 * Returns: the reason in words, valid UTF-8 on one line. Belongs to the fate.
 */
const char *tocsin_smtp_fate_get_text(const TocsinSmtpFate *self);

/**
 * TocsinSmtpNext:
 * @TOCSIN_SMTP_NEXT_MAIL: there is one
 * @TOCSIN_SMTP_NEXT_NONE: there is none now: tocsin_smtp_send_many() ends when all fates are told,
 * and the connection stays
 * @TOCSIN_SMTP_NEXT_LAST: there is none and will be none on this connection: QUIT goes with what is
 * on its way
 *
 * What a TocsinSmtpSource says.
 */
typedef enum {
	TOCSIN_SMTP_NEXT_MAIL = 0,
	TOCSIN_SMTP_NEXT_NONE = 1,
	TOCSIN_SMTP_NEXT_LAST = 2,
} TocsinSmtpNext;

/**
 * TocsinSmtpSource:
 * @user: as given to tocsin_smtp_send_many()
 * @may_wait: nothing is on its way: the call may block as long as the connection is worth it
 * @out_mail: where to put the next mail, which the client then owns a reference to
 *
 * Gives the next mail. It is asked for before the fates of the ones before are known. A mail may be
 * given again once all its fates are told, not before; one without recipients is passed over.
 *
 * Returns: whether there is one
 */
typedef TocsinSmtpNext (*TocsinSmtpSource)(gpointer user, gboolean may_wait,
                                           TocsinSmtpMail **out_mail);

/**
 * TocsinSmtpTell:
 * @user: as given to tocsin_smtp_send_many()
 * @mail: the mail
 * @index: which of its recipients
 * @fate: what became of it
 *
 * Told exactly once for each recipient of each mail that was taken. Must not call back into the
 * client.
 */
typedef void (*TocsinSmtpTell)(gpointer user, TocsinSmtpMail *mail, guint index,
                               const TocsinSmtpFate *fate);

/**
 * TocsinSmtpSent:
 * @TOCSIN_SMTP_SENT_ALL: there are no more mails
 * @TOCSIN_SMTP_SENT_RECONNECT: the server takes no more on this connection (RFC 9422 MAILMAX, or it
 * broke a promise): say QUIT, connect, log in, and go on
 * @TOCSIN_SMTP_SENT_FAILED: the connection was lost, or was none
 *
 * How tocsin_smtp_send_many() ended.
 */
typedef enum {
	TOCSIN_SMTP_SENT_ALL = 0,
	TOCSIN_SMTP_SENT_RECONNECT = 1,
	TOCSIN_SMTP_SENT_FAILED = 2,
} TocsinSmtpSent;

/**
 * tocsin_smtp_send_many:
 * @next: gives mails
 * @tell: is told what became of them
 * @user: for both
 *
 * Greets the server if needed and sends mails until there are no more. Where the server offers
 * PIPELINING (RFC 2920) it is awaited as seldom as can be: the next mail's commands leave with the
 * end of the message before. With CHUNKING (RFC 3030) too, whole mails follow each other. Without
 * either the same is done one command at a time. Recipients are independent: one that is refused
 * stops no other. LIMITS (RFC 9422) are obeyed: a mail with more recipients than the server takes
 * at once goes in parts. At most 256 mails are on their way at a time.
 *
 * Returns: how it ended, with an error for TOCSIN_SMTP_SENT_FAILED. In each case the fates of all
 * mails that were taken from @next have been told.
 */
TocsinSmtpSent tocsin_smtp_send_many(TocsinSmtp *self, TocsinSmtpSource next, TocsinSmtpTell tell,
                                     gpointer user, GError **error);

#pragma GCC visibility pop

G_END_DECLS

#endif
