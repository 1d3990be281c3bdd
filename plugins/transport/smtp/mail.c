/* SPDX-License-Identifier: MIT */
/* Envelopes, content and fates between the plugin ABI and the engine. */
#include "mail.h"

#include <stdlib.h>
#include <string.h>
#include <tocsin/error.h>

#include "mime/seven-bit.h"

/* RFC 3461 section 4.1: "NEVER", or some of the others with commas. */
static guint
parse_notify(const char *text)
{
	guint notify = 0;

	if (text == NULL) {
		return 0;
	}
	if (strcmp(text, "NEVER") == 0) {
		return TOCSIN_NOTIFY_NEVER;
	}
	notify |= strstr(text, "SUCCESS") != NULL ? TOCSIN_NOTIFY_SUCCESS : 0;
	notify |= strstr(text, "FAILURE") != NULL ? TOCSIN_NOTIFY_FAILURE : 0;
	notify |= strstr(text, "DELAY") != NULL ? TOCSIN_NOTIFY_DELAY : 0;
	return notify;
}

static TocsinRet
parse_ret(const char *text)
{
	return text == NULL                ? TOCSIN_RET_UNSET
	       : strcmp(text, "HDRS") == 0 ? TOCSIN_RET_HEADERS
	                                   : TOCSIN_RET_FULL;
}

static TocsinBody
parse_body(const char *text)
{
	return text == NULL                      ? TOCSIN_BODY_UNSET
	       : strcmp(text, "7BIT") == 0       ? TOCSIN_BODY_7BIT
	       : strcmp(text, "BINARYMIME") == 0 ? TOCSIN_BODY_BINARYMIME
	                                         : TOCSIN_BODY_8BITMIME;
}

/* "SECONDS;N" or "SECONDS;R", either with T behind: RFC 2852 section 4. */
static void
parse_deliver_by(const char *text, TocsinEnvelope *envelope)
{
	const char *mode = text == NULL ? NULL : strchr(text, ';');

	if (mode != NULL) {
		envelope->deliver_by_s = g_ascii_strtoll(text, NULL, 10);
		envelope->deliver_by =
		        mode[1] == 'R' ? TOCSIN_DELIVER_BY_RETURN : TOCSIN_DELIVER_BY_NOTIFY;
		envelope->is_deliver_by_traced = mode[1] != '\0' && mode[2] == 'T';
	}
}

static void
read_envelope(SmtpMail *self, guint count)
{
	const tocsin_delivery *delivery = self->delivery;
	const tocsin_mail *mail = self->mail;
	TocsinEnvelope *envelope = &self->outgoing.envelope;
	const char *hold_for = delivery->property(mail, "hold-for");
	const char *priority = delivery->property(mail, "priority");

	envelope->sender = delivery->sender(mail);
	envelope->recipients = self->recipients;
	envelope->n_recipients = count;
	envelope->envid = delivery->property(mail, "envid");
	envelope->ret = parse_ret(delivery->property(mail, "ret"));
	envelope->body = parse_body(delivery->property(mail, "body"));
	envelope->is_smtputf8 = delivery->property(mail, "smtputf8") != NULL;
	envelope->is_tls_required = delivery->property(mail, "require-tls") != NULL;
	envelope->hold_for_s = hold_for == NULL ? 0 : g_ascii_strtoll(hold_for, NULL, 10);
	parse_deliver_by(delivery->property(mail, "deliver-by"), envelope);
	envelope->has_mt_priority = priority != NULL;
	envelope->mt_priority = priority == NULL ? 0 : (int)g_ascii_strtoll(priority, NULL, 10);
	for (guint i = 0; i < count; i++) {
		self->places[i].index = i;
		self->recipients[i].address = delivery->recipient(mail, i);
		self->recipients[i].orcpt = delivery->recipient_property(mail, i, "orcpt");
		self->recipients[i].notify =
		        parse_notify(delivery->recipient_property(mail, i, "notify"));
	}
}

static gint64
pull(gpointer user, guint64 offset, const void **out_bytes)
{
	SmtpMail *self = user;

	return self->delivery->content(self->mail, offset, out_bytes);
}

SmtpMail *
smtp_mail_new(const tocsin_delivery *delivery, tocsin_mail *mail)
{
	guint count = delivery->recipient_count(mail);
	SmtpMail *self = g_malloc0(sizeof(SmtpMail) + count * sizeof(TocsinEnvelopeRecipient));
	TocsinContent *content = &self->outgoing.content;
	const void *bytes = NULL;

	self->delivery = delivery;
	self->mail = mail;
	self->untold = count;
	self->places = g_new0(SmtpPlace, count);
	self->outgoing.user = self;
	read_envelope(self, count);
	content->length = delivery->content_size(mail);
	/* In one piece, it stays where it is as long as it is not asked for again. */
	if (content->length > 0 && delivery->content(mail, 0, &bytes) == (int64_t)content->length) {
		content->bytes = bytes;
	} else {
		content->pull = pull;
		content->user = self;
	}
	return self;
}

void
smtp_mail_free(SmtpMail *self)
{
	if (self != NULL) {
		g_clear_pointer(&self->encoded_octets, g_bytes_unref);
		g_free(self->places);
		g_free(self);
	}
}

/* All of the content as it is. */
static GBytes *
gather(SmtpMail *self, GError **error)
{
	const TocsinContent *content = &self->outgoing.content;
	g_autoptr(GByteArray) octets = NULL;
	const void *bytes = NULL;
	gint64 count;

	if (content->bytes != NULL) {
		return g_bytes_new_static(content->bytes, (gsize)content->length);
	}
	octets = g_byte_array_new();
	while ((count = tocsin_content_read(content, octets->len, &bytes)) > 0) {
		if (count > (gint64)(G_MAXUINT - octets->len)) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
			            "the message is too large to be encoded in 7 bits");
			return NULL;
		}
		g_byte_array_append(octets, bytes, (guint)count);
	}
	if (count < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "the message cannot be read");
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&octets));
}

const TocsinContent *
smtp_mail_reencode(SmtpMail *self, GError **error)
{
	g_autoptr(GBytes) octets = gather(self, error);
	g_autoptr(GBytes) encoded = NULL;
	gsize length;

	if (octets != NULL) {
		encoded = tocsin_seven_bit_encode(octets, error);
	}
	if (encoded == NULL) {
		return NULL;
	}
	g_clear_pointer(&self->encoded_octets, g_bytes_unref);
	self->encoded_octets = g_steal_pointer(&encoded);
	self->encoded.bytes = g_bytes_get_data(self->encoded_octets, &length);
	self->encoded.length = length;
	return &self->encoded;
}

static gint32
map_status(TocsinFateStatus status)
{
	static const gint32 statuses[] = {
	        [TOCSIN_FATE_DELIVERED] = TOCSIN_OK,
	        [TOCSIN_FATE_DEFERRED] = TOCSIN_E_TEMP,
	        [TOCSIN_FATE_REFUSED] = TOCSIN_E_PERM,
	        [TOCSIN_FATE_UNKNOWN] = TOCSIN_E_UNKNOWN,
	};

	return statuses[status];
}

guint32
smtp_mail_map_stage(TocsinStage stage)
{
	static const guint32 stages[] = {
	        [TOCSIN_STAGE_LOCAL] = TOCSIN_AT_LOCAL,
	        [TOCSIN_STAGE_CONNECT] = TOCSIN_AT_CONNECT,
	        [TOCSIN_STAGE_TLS] = TOCSIN_AT_TLS,
	        [TOCSIN_STAGE_GREETING] = TOCSIN_AT_GREETING,
	        [TOCSIN_STAGE_AUTH] = TOCSIN_AT_AUTH,
	        [TOCSIN_STAGE_SENDER] = TOCSIN_AT_SENDER,
	        [TOCSIN_STAGE_RECIPIENT] = TOCSIN_AT_RECIPIENT,
	        [TOCSIN_STAGE_DATA] = TOCSIN_AT_DATA,
	        [TOCSIN_STAGE_LOST] = TOCSIN_AT_LOST,
	        [TOCSIN_STAGE_PROTOCOL] = TOCSIN_AT_PROTOCOL,
	};

	return stages[stage];
}

void
smtp_mail_tell(SmtpMail *self, tocsin_job *job, guint index, const TocsinOutcome *outcome)
{
	const TocsinReply *reply = outcome->reply;
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX];
	g_autofree char *words = NULL;
	tocsin_fate fate = {
	        .size = sizeof(fate),
	        .status = map_status(outcome->status),
	        .stage = smtp_mail_map_stage(outcome->stage),
	        .text = outcome->text,
	};

	if (reply != NULL) {
		fate.code = reply->code > 0 ? (guint32)reply->code : 0;
		fate.enhanced = tocsin_reply_get_enhanced(reply, enhanced) ? enhanced : NULL;
		if (fate.text == NULL) {
			words = tocsin_reply_dup_text(reply, NULL);
			fate.text = words;
		}
	}
	self->delivery->result(job, self->mail, self->places[index].index, &fate);
	self->untold--;
	if (self->untold == 0) {
		smtp_mail_free(self);
	}
}

gboolean
smtp_mail_take_back(SmtpMail *self, guint index)
{
	TocsinEnvelope *envelope = &self->outgoing.envelope;
	guint kept = 0;

	self->places[index].is_back = TRUE;
	if (++self->back < self->untold) {
		return FALSE;
	}
	for (guint i = 0; i < envelope->n_recipients; i++) {
		if (self->places[i].is_back) {
			self->places[kept] = (SmtpPlace){.index = self->places[i].index};
			self->recipients[kept++] = self->recipients[i];
		}
	}
	envelope->n_recipients = kept;
	self->back = 0;
	return TRUE;
}
