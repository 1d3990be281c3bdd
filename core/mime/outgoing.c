/* SPDX-License-Identifier: MIT */
/* A mail around a message. */
#include "mime/outgoing.h"

#include <string.h>
#include <tocsin/error.h>

#include "model/address.h"

static char *
find_message_id(const TocsinMessage *message)
{
	g_autofree char *id = tocsin_message_get(message, "Message-ID", 0);
	gsize length = id == NULL ? 0 : strlen(id);

	return length > 2 && id[0] == '<' && id[length - 1] == '>' ? g_strndup(id + 1, length - 2)
	                                                           : NULL;
}

TocsinMail *
tocsin_outgoing_new(TocsinMessage *message, const char *sender, const char *const *recipients,
                    gint64 now_us, GError **error)
{
	g_autoptr(TocsinMessage) outgoing = tocsin_message_without_bcc(message);
	g_autoptr(TocsinMail) mail = tocsin_mail_new(NULL, sender, now_us);

	if (recipients[0] == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "there is no recipient; name one, or have To in the message's header");
		return NULL;
	}
	mail->is_smtputf8 = tocsin_address_needs_utf8(sender);
	for (; *recipients != NULL; recipients++) {
		(void)tocsin_mail_add_recipient(mail, *recipients);
		mail->is_smtputf8 |= tocsin_address_needs_utf8(*recipients);
	}
	mail->content = tocsin_message_get_octets(outgoing);
	mail->message_id = find_message_id(outgoing);
	return tocsin_mail_check(mail, error) ? g_steal_pointer(&mail) : NULL;
}
