/* SPDX-License-Identifier: MIT */
/* The link that encrypts: OpenSSL between the stream and another link. What OpenSSL writes is
 * gathered here, so that many records leave with one system call and a write never stops inside
 * OpenSSL. */
#include <string.h>

#include <openssl/err.h>

#include "net/tls-openssl.h"
#include "tocsin/error.h"

/* The largest record's content (RFC 8446, 5.1). */
#define RECORD_MAX ((gsize)16384)

/* Encrypted bytes worth a system call of their own. */
#define OUT_ENOUGH ((gsize)64 << 10)

static gboolean
has_output(TlsLink *self)
{
	return self->out_start < self->out->len;
}

static int
on_bio_read(BIO *bio, char *buffer, int length)
{
	TlsLink *self = BIO_get_data(bio);
	gssize count;

	BIO_clear_retry_flags(bio);
	if (self->lower->end != TOCSIN_STREAM_OPEN || length <= 0) {
		return 0;
	}
	g_clear_error(&self->io_error);
	/* What the peer waits for goes first, for a link may wait in its read. A broken write shows
	 * in the read. */
	if (has_output(self)) {
		tls_link_flush(self, NULL);
	}
	count = self->lower->class->read(self->lower, buffer, (gsize)length, &self->io_error);
	if (count == TOCSIN_LINK_AGAIN) {
		BIO_set_retry_read(bio);
	}
	if (count > 0 && self->first_length < sizeof self->first) {
		gsize some = MIN((gsize)count, sizeof self->first - self->first_length);

		memcpy(self->first + self->first_length, buffer, some);
		self->first_length += some;
	}
	return count < 0 ? -1 : (int)count;
}

static int
on_bio_write(BIO *bio, const char *bytes, int length)
{
	TlsLink *self = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	g_byte_array_append(self->out, (const guint8 *)bytes, (guint)MAX(length, 0));
	return length;
}

static long
on_bio_control(BIO *bio, int command, long number, void *pointer)
{
	TlsLink *self = BIO_get_data(bio);

	switch (command) {
	case BIO_CTRL_FLUSH:
		return 1;
	case BIO_CTRL_EOF:
		return self->lower->end != TOCSIN_STREAM_OPEN;
	default:
		return 0;
	}
}

/* One for the process, made at first use and kept. */
static BIO_METHOD *
get_bio_method(void)
{
	static gsize made = 0;

	if (g_once_init_enter(&made)) {
		BIO_METHOD *method =
		        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tocsin link");

		BIO_meth_set_read(method, on_bio_read);
		BIO_meth_set_write(method, on_bio_write);
		BIO_meth_set_ctrl(method, on_bio_control);
		g_once_init_leave(&made, (gsize)method);
	}
	return (BIO_METHOD *)made;
}

char *
tls_link_describe_error(void)
{
	unsigned long code = ERR_peek_last_error();
	const char *text;
	int reason;

	if (!ERR_SYSTEM_ERROR(code) && ERR_COMMON_ERROR(code)) {
		/* "system lib" and "PEM lib" tell nothing; what came first does. */
		code = ERR_peek_error();
	}
	reason = ERR_GET_REASON(code);
	ERR_clear_error();
	if (ERR_SYSTEM_ERROR(code)) {
		return g_strdup(g_strerror(reason));
	}
	/* An alert is one byte; what lies above is OpenSSL's own. */
	if (code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET &&
	    reason <= SSL_AD_REASON_OFFSET + 255) {
		return g_strdup_printf("it sent the TLS alert \"%s\"",
		                       SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET));
	}
	text = ERR_reason_error_string(code);
	return g_strdup(text != NULL ? text : "OpenSSL gives no reason");
}

gssize
tls_link_flush(TlsLink *self, GError **error)
{
	self->lower->deadline_us = self->base.deadline_us;
	while (self->out_start < self->out->len) {
		struct iovec piece = {.iov_base = self->out->data + self->out_start,
		                      .iov_len = self->out->len - self->out_start};
		gssize written = self->lower->class->write(self->lower, &piece, 1, error);

		if (written < 0) {
			self->base.events = self->lower->events;
			return written;
		}
		self->out_start += (gsize)written;
	}
	g_byte_array_set_size(self->out, 0);
	self->out_start = 0;
	return 0;
}

static gssize
flush(TocsinLink *link, GError **error)
{
	return tls_link_flush((TlsLink *)link, error);
}

static gboolean
has_pending(TocsinLink *link)
{
	TlsLink *self = (TlsLink *)link;

	return has_output(self) || self->ended != TOCSIN_STREAM_OPEN || SSL_has_pending(self->ssl);
}

/* What a failed SSL_read_ex() means: 0 at the end, AGAIN or FAILED. */
static gssize
judge_read(TlsLink *self, GError **error)
{
	TocsinLink *link = &self->base;
	int code = SSL_get_error(self->ssl, 0);
	gboolean is_cut =
	        ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
	g_autofree char *why = NULL;

	if (code == SSL_ERROR_WANT_READ) {
		link->events = (short)(POLLIN | (has_output(self) ? POLLOUT : 0));
		return TOCSIN_LINK_AGAIN;
	}
	if (code == SSL_ERROR_ZERO_RETURN) {
		link->end = TOCSIN_STREAM_CLOSED;
		return 0;
	}
	if (self->io_error != NULL) {
		link->end = self->lower->end;
		g_propagate_error(error, g_steal_pointer(&self->io_error));
		return TOCSIN_LINK_FAILED;
	}
	if (is_cut) {
		link->end = TOCSIN_STREAM_TRUNCATED;
		return 0;
	}
	link->end = TOCSIN_STREAM_LOST;
	why = tls_link_describe_error();
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS, "TLS with %s failed: %s", link->peer,
	            why);
	return TOCSIN_LINK_FAILED;
}

static gssize
tls_read(TocsinLink *link, void *buffer, gsize length, GError **error)
{
	TlsLink *self = (TlsLink *)link;
	gsize total = 0;
	gsize count;

	if (self->ended != TOCSIN_STREAM_OPEN) {
		link->end = self->ended;
		if (self->deferred == NULL) {
			return 0;
		}
		g_propagate_error(error, g_steal_pointer(&self->deferred));
		return TOCSIN_LINK_FAILED;
	}
	/* A broken write shows in the read that follows, behind what the server said before. */
	tls_link_flush(self, NULL);
	ERR_clear_error();
	do {
		gssize result;

		if (SSL_read_ex(self->ssl, (char *)buffer + total, length - total, &count) == 1) {
			total += count;
			continue;
		}
		result = judge_read(self, total > 0 ? &self->deferred : error);
		if (total == 0) {
			return result;
		}
		self->ended = link->end;
		link->end = TOCSIN_STREAM_OPEN; /* the next read tells */
		break;
	} while (total < length && SSL_has_pending(self->ssl));
	return (gssize)total;
}

/* Encrypts some of the pieces: how many bytes of them, or FAILED. Small neighbours share a record.
 */
static gssize
encrypt(TlsLink *self, const struct iovec *pieces, gsize count, gsize offset, GError **error)
{
	const char *bytes = (const char *)pieces[0].iov_base + offset;
	gsize length = pieces[0].iov_len - offset;
	gsize written;

	if (length < RECORD_MAX && count > 1) {
		gsize used = 0;

		for (gsize i = 0; i < count && used < RECORD_MAX; i++, offset = 0) {
			gsize some = MIN(pieces[i].iov_len - offset, RECORD_MAX - used);

			if (some > 0) {
				memcpy(self->staging + used,
				       (const char *)pieces[i].iov_base + offset, some);
			}
			used += some;
		}
		bytes = self->staging;
		length = used;
	}
	length = MIN(length, OUT_ENOUGH);
	ERR_clear_error();
	if (length > 0 && SSL_write_ex(self->ssl, bytes, length, &written) != 1) {
		g_autofree char *why = tls_link_describe_error();

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS, "TLS with %s failed: %s",
		            self->base.peer, why);
		return TOCSIN_LINK_FAILED;
	}
	return (gssize)length;
}

static gssize
tls_write(TocsinLink *link, const struct iovec *pieces, gsize count, GError **error)
{
	TlsLink *self = (TlsLink *)link;
	gsize total = 0;
	gsize index = 0;
	gsize offset = 0;

	while (index < count) {
		gssize taken;

		if (self->out->len - self->out_start >= OUT_ENOUGH) {
			gssize left = tls_link_flush(self, error);

			if (left < 0) {
				return total > 0 && left == TOCSIN_LINK_AGAIN ? (gssize)total
				                                              : left;
			}
		}
		taken = encrypt(self, pieces + index, count - index, offset, error);
		if (taken < 0) {
			return taken;
		}
		total += (gsize)taken;
		offset += (gsize)taken;
		while (index < count && offset >= pieces[index].iov_len) {
			offset -= pieces[index++].iov_len;
		}
	}
	return tls_link_flush(self, error) == TOCSIN_LINK_FAILED ? TOCSIN_LINK_FAILED
	                                                         : (gssize)total;
}

static int
tls_wait(TocsinLink *link, int events, int cancel_fd, gint64 deadline_us)
{
	TocsinLink *lower = ((TlsLink *)link)->lower;

	return lower->class->wait(lower, events, cancel_fd, deadline_us);
}

static void
tls_free(TocsinLink *link)
{
	TlsLink *self = (TlsLink *)link;

	/* One try to say that this is the end; nobody waits for the answer. */
	if (self->base.end != TOCSIN_STREAM_LOST && !has_output(self)) {
		ERR_clear_error();
		SSL_shutdown(self->ssl);
		if (self->lower->class->wait(self->lower, POLLOUT, -1, 0) != 0) {
			tls_link_flush(self, NULL);
		}
	}
	tls_link_free(self);
}

static const TocsinLinkClass tls_class = {
        .read = tls_read,
        .write = tls_write,
        .flush = flush,
        .has_pending = has_pending,
        .wait = tls_wait,
        .free = tls_free,
};

TlsLink *
tls_link_new(TocsinTls *tls, TocsinLink *lower, GError **error)
{
	TlsLink *self = g_new0(TlsLink, 1);
	BIO *bio = BIO_new(get_bio_method());

	self->base.class = &tls_class;
	self->lower = lower;
	self->tls = tls_ref(tls);
	self->out = g_byte_array_new();
	self->staging = g_malloc(RECORD_MAX);
	self->ssl = SSL_new(tls->context);
	if (self->ssl == NULL || bio == NULL || SSL_set_ex_data(self->ssl, 0, self) != 1) {
		g_autofree char *why = tls_link_describe_error();

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS, "cannot prepare TLS: %s", why);
		BIO_free(bio);
		tls_link_free(self);
		return NULL;
	}
	BIO_set_data(bio, self);
	BIO_set_init(bio, 1);
	SSL_set_bio(self->ssl, bio, bio);
	SSL_set_connect_state(self->ssl);
	return self;
}

void
tls_link_adopt(TlsLink *self)
{
	self->is_owner = TRUE;
	self->base.peer = g_strdup(self->lower->peer);
	self->base.local_address = g_strdup(self->lower->local_address);
	self->base.is_local = self->lower->is_local;
	self->base.has_read = FALSE;
	self->base.is_encrypted = TRUE;
}

void
tls_link_free(TlsLink *self)
{
	if (self->ssl != NULL) {
		/* Or else OpenSSL spoils the session for resumption. */
		SSL_set_shutdown(self->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
		SSL_free(self->ssl);
	}
	X509_free(self->refused);
	if (self->is_owner) {
		self->lower->class->free(self->lower);
	}
	g_clear_error(&self->io_error);
	g_clear_error(&self->deferred);
	g_byte_array_unref(self->out);
	g_free(self->staging);
	g_free(self->session_key);
	tls_unref(self->tls);
	tocsin_link_clear(&self->base);
	g_free(self);
}

TlsLink *
tls_link_of(TocsinStream *stream)
{
	TocsinLink *link = tocsin_stream_get_link(stream);

	return link->class == &tls_class ? (TlsLink *)link : NULL;
}

TlsLink *
tls_link_of_ssl(const SSL *ssl)
{
	return SSL_get_ex_data(ssl, 0);
}
