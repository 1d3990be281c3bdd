/* SPDX-License-Identifier: MIT */
/* Messages: composing them, and what an envelope needs to know of them.
 *
 * A TocsinMessage is the octets of one message (RFC 5322) with its header found; it is immutable
 * and refcounted, so any thread may hold one. A TocsinComposer makes one from parts, and belongs
 * to one thread. */
#ifndef TOCSIN_MESSAGE_H
#define TOCSIN_MESSAGE_H

#include <glib.h>
#include <tocsin/error.h>

G_BEGIN_DECLS

#pragma GCC visibility push(default)

/**
 * TocsinMessage:
 *
 * The octets of one message. Lines may end in CRLF, LF or CR; sending makes CRLF of them.
 */
typedef struct _TocsinMessage TocsinMessage;

/**
 * tocsin_message_new:
 * @octets: the message; a reference is taken, nothing is copied
 *
 * Finds the header. Whatever it is, it is a message: one without a header has only a body, and a
 * line "From " before it, as in mailboxes, is left out.
 *
 * Returns: the message, or NULL with TOCSIN_ERROR_LIMIT if the header is larger than a mebibyte or
 * has more than 10,000 fields.
 */
TocsinMessage *tocsin_message_new(GBytes *octets, GError **error);

/**
 * tocsin_message_ref:
 *
 * Returns: @self with one more reference
 */
TocsinMessage *tocsin_message_ref(TocsinMessage *self);

/**
 * tocsin_message_unref:
 * @self: (nullable) the message
 *
 * Drops a reference; frees with the last.
 */
void tocsin_message_unref(TocsinMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMessage, tocsin_message_unref)

/**
 * tocsin_message_get_octets:
 *
 * Returns: the message's octets; unref with g_bytes_unref()
 */
GBytes *tocsin_message_get_octets(const TocsinMessage *self);

/**
 * tocsin_message_count:
 * @name: a field's name; case does not matter
 *
 * Returns: how many fields of that name the header has
 */
guint tocsin_message_count(const TocsinMessage *self, const char *name);

/**
 * tocsin_message_get:
 * @name: a field's name; case does not matter
 * @index: which of them, from 0
 *
 * Returns: (nullable) the field's body, unfolded and without white space around it, but not decoded
 * (RFC 2047); NULL if there is none. Free with g_free().
 */
char *tocsin_message_get(const TocsinMessage *self, const char *name, guint index);

/**
 * tocsin_message_without:
 * @names: fields' names, NULL-terminated; case does not matter
 *
 * Returns: the message without those fields, all else octet for octet; @self itself, with one more
 * reference, if it has none of them
 */
TocsinMessage *tocsin_message_without(TocsinMessage *self, const char *const *names);

/**
 * tocsin_message_with:
 * @name: a field's name
 * @value: its body, ASCII or UTF-8 on one line; encoded (RFC 2047) and folded as needed
 *
 * Returns: the message with that field put before all others, or NULL with TOCSIN_ERROR_INVALID if
 * name or value may not stand in a header
 */
TocsinMessage *tocsin_message_with(const TocsinMessage *self, const char *name, const char *value,
                                   GError **error);

/**
 * tocsin_message_get_envelope:
 * @out_sender: (nullable) where to put the sender's address; free with g_free()
 * @out_recipients: (nullable) where to put the recipients' addresses; free with g_strfreev()
 *
 * Reads the envelope from the header, as Python's send_message() does: the sender is the first
 * address of Sender or else of From; the recipients are those of To, Bcc and Cc in that order. If
 * the message was resent once, the Resent- fields count instead (RFC 5322 section 3.6.6). Empty
 * fields have no addresses. No address comes twice.
 *
 * Returns: FALSE with TOCSIN_ERROR_INVALID if an address is malformed, the sender is missing, or
 * there is more than one block of Resent- fields
 */
gboolean tocsin_message_get_envelope(const TocsinMessage *self, char **out_sender,
                                     char ***out_recipients, GError **error);

/**
 * tocsin_message_without_bcc:
 *
 * Returns: the message without Bcc and Resent-Bcc, which nobody may see
 */
TocsinMessage *tocsin_message_without_bcc(TocsinMessage *self);

/**
 * tocsin_message_to_7bit:
 *
 * Encodes 8-bit and binary parts, and those with lines of more than 998 octets, as quoted-printable
 * or base64, and headers that are not ASCII as RFC 2047 and RFC 2231 have it: what every server
 * takes (RFC 6152 section 3, RFC 5322 section 2.1.1). Signatures over what is encoded break.
 *
 * Returns: the message in ASCII; @self itself, with one more reference, if nothing needed encoding;
 * NULL with TOCSIN_ERROR_NOT_SUPPORTED if something is left that cannot be encoded, such as an
 * address with a local part in UTF-8, which only SMTPUTF8 can carry
 */
TocsinMessage *tocsin_message_to_7bit(TocsinMessage *self, GError **error);

/**
 * TocsinComposer:
 *
 * A message in the making.
 */
typedef struct _TocsinComposer TocsinComposer;

/**
 * tocsin_composer_new:
 *
 * Returns: an empty message
 */
TocsinComposer *tocsin_composer_new(void);

/**
 * tocsin_composer_free:
 * @self: (nullable) the composer
 */
void tocsin_composer_free(TocsinComposer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinComposer, tocsin_composer_free)

/**
 * tocsin_composer_add_addresses:
 * @field: "From", "Sender", "Reply-To", "To", "Cc" or "Bcc"; case does not matter
 * @list: addresses in UTF-8, such as "Ann <ann@example.org>, bob@example.org"
 *
 * Adds addresses to a field. From and Sender take one. Bcc stays in the message, so that the
 * envelope can be read from it; tocsin_message_without_bcc() removes it before it goes out.
 *
 * Returns: FALSE with TOCSIN_ERROR_INVALID if the list is malformed or the field is none of these
 */
gboolean tocsin_composer_add_addresses(TocsinComposer *self, const char *field, const char *list,
                                       GError **error);

/**
 * tocsin_composer_set_subject:
 * @subject: UTF-8; controls and line ends become spaces
 */
void tocsin_composer_set_subject(TocsinComposer *self, const char *subject);

/**
 * tocsin_composer_add_header:
 * @name: a field's name that no other function sets
 * @value: its body in UTF-8, on one line
 *
 * Returns: FALSE with TOCSIN_ERROR_INVALID if they may not stand in a header
 */
gboolean tocsin_composer_add_header(TocsinComposer *self, const char *name, const char *value,
                                    GError **error);

/**
 * tocsin_composer_set_text:
 * @text: (nullable) the plain text in UTF-8, lines ending in LF
 */
void tocsin_composer_set_text(TocsinComposer *self, const char *text);

/**
 * tocsin_composer_set_html:
 * @html: (nullable) the same in HTML, UTF-8
 */
void tocsin_composer_set_html(TocsinComposer *self, const char *html);

/**
 * tocsin_composer_attach:
 * @name: the file name that the reader sees, UTF-8, without folders
 * @type: (nullable) media type; guessed from name and octets if NULL
 * @octets: the content; a reference is taken
 *
 * Returns: FALSE with TOCSIN_ERROR_INVALID if the name or the type is none
 */
gboolean tocsin_composer_attach(TocsinComposer *self, const char *name, const char *type,
                                GBytes *octets, GError **error);

/**
 * tocsin_composer_attach_file:
 * @path: a file to attach under its own name; it is mapped, not read, until the message is made
 * @type: (nullable) media type; guessed if NULL
 *
 * Returns: FALSE with TOCSIN_ERROR_IO if it cannot be read
 */
gboolean tocsin_composer_attach_file(TocsinComposer *self, const char *path, const char *type,
                                     GError **error);

/**
 * tocsin_composer_set_date:
 * @wall_us: microseconds since 1970, UTC; the default is the time of tocsin_composer_finish()
 */
void tocsin_composer_set_date(TocsinComposer *self, gint64 wall_us);

/**
 * tocsin_composer_set_message_id:
 * @id: (nullable) without its angle brackets; NULL: a new one at the author's domain
 *
 * Returns: FALSE with TOCSIN_ERROR_INVALID if it is no id (RFC 5322 section 3.6.4)
 */
gboolean tocsin_composer_set_message_id(TocsinComposer *self, const char *id, GError **error);

/**
 * tocsin_composer_finish:
 *
 * Makes the message: text and HTML as alternatives, attachments beside them, everything in 7 bits
 * (but for addresses that need SMTPUTF8), lines of at most 998 octets, with Date, Message-ID and
 * MIME-Version.
 *
 * Returns: the message, or NULL with TOCSIN_ERROR_INVALID if it has no From
 */
TocsinMessage *tocsin_composer_finish(TocsinComposer *self, GError **error);

#pragma GCC visibility pop

G_END_DECLS

#endif
