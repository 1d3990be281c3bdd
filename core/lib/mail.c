/* SPDX-License-Identifier: MIT */
/* A mail in the making: its message, its envelope, and what it asks of the server. */
#include "lib/mail.h"

G_STATIC_ASSERT((int)TOCSIN_SMTP_NOTIFY_NEVER == TOCSIN_NOTIFY_NEVER);
G_STATIC_ASSERT((int)TOCSIN_SMTP_NOTIFY_SUCCESS == TOCSIN_NOTIFY_SUCCESS);
G_STATIC_ASSERT((int)TOCSIN_SMTP_NOTIFY_FAILURE == TOCSIN_NOTIFY_FAILURE);
G_STATIC_ASSERT((int)TOCSIN_SMTP_NOTIFY_DELAY == TOCSIN_NOTIFY_DELAY);
G_STATIC_ASSERT((int)TOCSIN_SMTP_RETURN_HEADERS == TOCSIN_RET_HEADERS);
G_STATIC_ASSERT((int)TOCSIN_SMTP_RETURN_FULL == TOCSIN_RET_FULL);
G_STATIC_ASSERT((int)TOCSIN_SMTP_BODY_7BIT == TOCSIN_BODY_7BIT);
G_STATIC_ASSERT((int)TOCSIN_SMTP_BODY_8BITMIME == TOCSIN_BODY_8BITMIME);
G_STATIC_ASSERT((int)TOCSIN_SMTP_BODY_BINARYMIME == TOCSIN_BODY_BINARYMIME);
G_STATIC_ASSERT((int)TOCSIN_SMTP_DELIVER_BY_NOTIFY == TOCSIN_DELIVER_BY_NOTIFY);
G_STATIC_ASSERT((int)TOCSIN_SMTP_DELIVER_BY_RETURN == TOCSIN_DELIVER_BY_RETURN);

static void
clear_recipient(gpointer data)
{
	TocsinEnvelopeRecipient *recipient = data;

	g_free((char *)recipient->address);
	g_free((char *)recipient->orcpt);
	g_free((char *)recipient->options);
}

static TocsinSmtpMail *
new_mail(const char *sender)
{
	TocsinSmtpMail *self = g_new0(TocsinSmtpMail, 1);

	g_atomic_ref_count_init(&self->references);
	self->sender = g_strdup(sender);
	self->recipients = g_array_new(FALSE, FALSE, sizeof(TocsinEnvelopeRecipient));
	g_array_set_clear_func(self->recipients, clear_recipient);
	self->outgoing.user = self;
	return self;
}

/* Points @content at @octets, which stay the caller's. */
static void
use_octets(TocsinContent *content, GBytes *octets)
{
	gsize length;
	const void *bytes = g_bytes_get_data(octets, &length);

	content->bytes = length > 0 ? bytes : "";
	content->length = length;
}

TocsinSmtpMail *
tocsin_smtp_mail_new(const char *sender, GBytes *octets)
{
	TocsinSmtpMail *self = new_mail(sender);

	self->octets = g_bytes_ref(octets);
	use_octets(&self->outgoing.content, self->octets);
	return self;
}

TocsinSmtpMail *
tocsin_smtp_mail_new_pulled(const char *sender, TocsinSmtpPull pull, gpointer user,
                            GDestroyNotify free_user)
{
	TocsinSmtpMail *self = new_mail(sender);

	self->outgoing.content.pull = pull;
	self->outgoing.content.user = user;
	self->pull_user = user;
	self->free_pull_user = free_user;
	return self;
}

TocsinSmtpMail *
tocsin_smtp_mail_new_from_message(TocsinMessage *message, GError **error)
{
	g_autofree char *sender = NULL;
	g_auto(GStrv) recipients = NULL;
	g_autoptr(TocsinMessage) visible = NULL;
	g_autoptr(GBytes) octets = NULL;
	TocsinSmtpMail *self;

	if (!tocsin_message_get_envelope(message, &sender, &recipients, error)) {
		return NULL;
	}
	visible = tocsin_message_without_bcc(message);
	octets = tocsin_message_get_octets(visible);
	self = tocsin_smtp_mail_new(sender, octets);
	for (char **each = recipients; *each != NULL; each++) {
		(void)tocsin_smtp_mail_add_recipient(self, *each, TOCSIN_SMTP_NOTIFY_DEFAULT, NULL,
		                                     NULL);
	}
	return self;
}

TocsinSmtpMail *
tocsin_smtp_mail_ref(TocsinSmtpMail *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tocsin_smtp_mail_unref(TocsinSmtpMail *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	tocsin_smtp_mail_set_data(self, NULL, NULL);
	if (self->free_pull_user != NULL) {
		self->free_pull_user(self->pull_user);
	}
	g_clear_pointer(&self->octets, g_bytes_unref);
	g_clear_pointer(&self->reencoded, g_bytes_unref);
	g_array_unref(self->recipients);
	g_free(self->sender);
	g_free(self->envelope_id);
	g_free(self->hold_until);
	g_free(self->options);
	g_free(self);
}

guint
tocsin_smtp_mail_add_recipient(TocsinSmtpMail *self, const char *address, TocsinSmtpNotify notify,
                               const char *original, const char *options)
{
	gboolean is_never = (notify & TOCSIN_SMTP_NOTIFY_NEVER) != 0;
	TocsinEnvelopeRecipient recipient = {
	        .address = g_strdup(address),
	        .orcpt = g_strdup(original),
	        .notify = is_never ? TOCSIN_NOTIFY_NEVER : (guint)notify,
	        .options = g_strdup(options),
	};

	g_array_append_val(self->recipients, recipient);
	return self->recipients->len - 1;
}

guint
tocsin_smtp_mail_count_recipients(const TocsinSmtpMail *self)
{
	return self->recipients->len;
}

const char *
tocsin_smtp_mail_get_recipient(const TocsinSmtpMail *self, guint index)
{
	g_return_val_if_fail(index < self->recipients->len, NULL);
	return g_array_index(self->recipients, TocsinEnvelopeRecipient, index).address;
}

void
tocsin_smtp_mail_set_dsn(TocsinSmtpMail *self, TocsinSmtpReturn returned, const char *envelope_id)
{
	self->outgoing.envelope.ret = (TocsinRet)returned;
	g_free(self->envelope_id);
	self->envelope_id = g_strdup(envelope_id);
}

void
tocsin_smtp_mail_set_body(TocsinSmtpMail *self, TocsinSmtpBody body)
{
	self->outgoing.envelope.body = (TocsinBody)body;
}

void
tocsin_smtp_mail_set_smtputf8(TocsinSmtpMail *self, gboolean is_needed)
{
	self->outgoing.envelope.is_smtputf8 = is_needed;
}

void
tocsin_smtp_mail_set_requires_tls(TocsinSmtpMail *self, gboolean is_required)
{
	self->outgoing.envelope.is_tls_required = is_required;
}

void
tocsin_smtp_mail_set_hold_for(TocsinSmtpMail *self, gint64 hold_for_s)
{
	self->outgoing.envelope.hold_for_s = hold_for_s;
}

void
tocsin_smtp_mail_set_hold_until(TocsinSmtpMail *self, const char *date)
{
	g_free(self->hold_until);
	self->hold_until = g_strdup(date);
}

void
tocsin_smtp_mail_set_deliver_by(TocsinSmtpMail *self, TocsinSmtpDeliverBy mode, gint64 seconds,
                                gboolean is_traced)
{
	self->outgoing.envelope.deliver_by = (TocsinDeliverBy)mode;
	self->outgoing.envelope.deliver_by_s = seconds;
	self->outgoing.envelope.is_deliver_by_traced = is_traced;
}

void
tocsin_smtp_mail_set_priority(TocsinSmtpMail *self, int priority)
{
	g_return_if_fail(priority >= -9 && priority <= 9);
	self->outgoing.envelope.has_mt_priority = TRUE;
	self->outgoing.envelope.mt_priority = priority;
}

void
tocsin_smtp_mail_set_options(TocsinSmtpMail *self, const char *options)
{
	g_free(self->options);
	self->options = g_strdup(options);
}

void
tocsin_smtp_mail_set_data(TocsinSmtpMail *self, gpointer data, GDestroyNotify free_data)
{
	if (self->free_data != NULL) {
		self->free_data(self->data);
	}
	self->data = data;
	self->free_data = free_data;
}

gpointer
tocsin_smtp_mail_get_data(const TocsinSmtpMail *self)
{
	return self->data;
}

const TocsinOutgoing *
tocsin_lib_mail_prepare(TocsinSmtpMail *self)
{
	TocsinEnvelope *envelope = &self->outgoing.envelope;

	envelope->sender = self->sender;
	envelope->recipients =
	        (const TocsinEnvelopeRecipient *)(const void *)self->recipients->data;
	envelope->n_recipients = self->recipients->len;
	envelope->envid = self->envelope_id;
	envelope->hold_until = self->hold_until;
	envelope->options = self->options;
	self->told = 0;
	return &self->outgoing;
}

const TocsinContent *
tocsin_lib_mail_reencode(TocsinSmtpMail *self, GError **error)
{
	g_autoptr(TocsinMessage) message = NULL;
	g_autoptr(TocsinMessage) encoded = NULL;

	if (self->reencoded != NULL) {
		return &self->reencoded_content;
	}
	if (self->octets == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the server does not take such a message as it is, and one that is not "
		            "in memory is not encoded for it");
		return NULL;
	}
	message = tocsin_message_new(self->octets, error);
	encoded = message != NULL ? tocsin_message_to_7bit(message, error) : NULL;
	if (encoded == NULL) {
		return NULL;
	}
	self->reencoded = tocsin_message_get_octets(encoded);
	use_octets(&self->reencoded_content, self->reencoded);
	return &self->reencoded_content;
}
