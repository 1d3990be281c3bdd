/* SPDX-License-Identifier: MIT */
/* TLS settings: collected one by one, loaded once, then shared. */
#include "lib/tls.h"

#include <string.h>

struct _TocsinSmtpTls {
	gatomicrefcount references;
	char *ca_file;
	char *certificate;
	char *key;
	TocsinSecret *password;
	char *minimum_version;
	char *pins;
	gboolean is_unverified;
	GMutex lock;
	TocsinTls *loaded; /* (nullable) under the lock */
};

TocsinSmtpTls *
tocsin_smtp_tls_new(void)
{
	TocsinSmtpTls *self = g_new0(TocsinSmtpTls, 1);

	g_atomic_ref_count_init(&self->references);
	g_mutex_init(&self->lock);
	return self;
}

TocsinSmtpTls *
tocsin_smtp_tls_ref(TocsinSmtpTls *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tocsin_smtp_tls_unref(TocsinSmtpTls *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	g_clear_pointer(&self->loaded, tocsin_tls_unref);
	g_mutex_clear(&self->lock);
	g_free(self->ca_file);
	g_free(self->certificate);
	g_free(self->key);
	tocsin_secret_unref(self->password);
	g_free(self->minimum_version);
	g_free(self->pins);
	g_free(self);
}

void
tocsin_smtp_tls_set_ca_file(TocsinSmtpTls *self, const char *path)
{
	g_free(self->ca_file);
	self->ca_file = g_strdup(path);
}

void
tocsin_smtp_tls_set_certificate(TocsinSmtpTls *self, const char *certificate, const char *key,
                                const char *password)
{
	g_free(self->certificate);
	self->certificate = g_strdup(certificate);
	g_free(self->key);
	self->key = g_strdup(key);
	g_clear_pointer(&self->password, tocsin_secret_unref);
	if (password != NULL) {
		self->password = tocsin_secret_new(password, strlen(password));
	}
}

void
tocsin_smtp_tls_set_minimum_version(TocsinSmtpTls *self, const char *version)
{
	g_free(self->minimum_version);
	self->minimum_version = g_strdup(version);
}

void
tocsin_smtp_tls_set_pins(TocsinSmtpTls *self, const char *pins)
{
	g_free(self->pins);
	self->pins = g_strdup(pins);
}

void
tocsin_smtp_tls_set_unverified(TocsinSmtpTls *self, gboolean is_unverified)
{
	self->is_unverified = is_unverified;
}

TocsinTls *
tocsin_lib_tls_load(TocsinSmtpTls *self, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

	if (self->loaded == NULL) {
		const TocsinTlsSettings settings = {
		        .ca_file = self->ca_file,
		        .certificate_file = self->certificate,
		        .key_file = self->key,
		        .key_password = self->password,
		        .minimum_version = self->minimum_version,
		        .pins = self->pins,
		        .is_unverified = self->is_unverified,
		};

		self->loaded = tocsin_tls_new(&settings, error);
		if (self->loaded != NULL) {
			g_clear_pointer(&self->password, tocsin_secret_unref);
		}
	}
	return self->loaded;
}
