/* SPDX-License-Identifier: MIT */
/* From the account's settings to where, how and as whom its connections are made. */
#include "account.h"

#include <string.h>

#include "smtp/extensions.h"

#define PORT_RELAY 25
#define PORT_SUBMISSION 587
#define PORT_IMPLICIT 465
#define PORT_LMTP 24

static const tocsin_key local_name_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "local_name",
        .help = "The name said in EHLO, if it is not this machine's full name or address.",
};

static const tocsin_key pipelining_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_BOOL,
        .name = "pipelining",
        .fallback = "true",
        .help = "Whether commands go out without waiting, where the server offers that.",
};

static const tocsin_key chunking_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_BOOL,
        .name = "chunking",
        .fallback = "true",
        .help = "Whether messages go out by BDAT, where the server offers that.",
};

const tocsin_key *const smtp_keys[] = {&local_name_key, &pipelining_key, &chunking_key, NULL};

/* Whether the server is on this machine by what the settings say. */
static gboolean
is_local(const TocsinConnectTarget *target)
{
	if (target->path != NULL) {
		return TRUE;
	}
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(target->host);

	return g_ascii_strcasecmp(target->host, "localhost") == 0 ||
	       (address != NULL && g_inet_address_get_is_loopback(address));
}

static SmtpTls
read_tls(const SmtpAccount *self)
{
	const char *text = self->host->get_string(self->host, self->config, "tls");

	if (text == NULL && self->kind.is_implicit) {
		return SMTP_TLS_IMPLICIT;
	}
	if (text == NULL) {
		gboolean is_clear =
		        self->kind.is_lmtp ? is_local(&self->target) : self->target.path != NULL;

		return is_clear ? SMTP_TLS_NONE : SMTP_TLS_REQUIRED;
	}
	return strcmp(text, "none") == 0            ? SMTP_TLS_NONE
	       : strcmp(text, "opportunistic") == 0 ? SMTP_TLS_OPPORTUNISTIC
	       : strcmp(text, "implicit") == 0      ? SMTP_TLS_IMPLICIT
	                                            : SMTP_TLS_REQUIRED;
}

static gboolean
has_login(const SmtpAccount *self)
{
	const tocsin_host *host = self->host;

	return host->get_string(host, self->config, "user") != NULL ||
	       host->get_item(host, self->config, "auth", 0) != NULL;
}

static guint16
find_port(const SmtpAccount *self)
{
	int64_t port = self->host->get_int(self->host, self->config, "port");

	if (port != 0) {
		return (guint16)port;
	}
	if (self->kind.is_lmtp) {
		return PORT_LMTP;
	}
	if (self->tls == SMTP_TLS_IMPLICIT) {
		return PORT_IMPLICIT;
	}
	return has_login(self) ? PORT_SUBMISSION : PORT_RELAY;
}

static void
read_settings(SmtpAccount *self)
{
	const tocsin_host *host = self->host;
	const tocsin_config *config = self->config;

	self->target = (TocsinConnectTarget){
	        .host = host->get_string(host, config, "host"),
	        .path = host->get_string(host, config, "socket"),
	        .source_address = host->get_string(host, config, "source_address"),
	        .proxy = host->get_string(host, config, "proxy"),
	};
	self->server_name = host->get_string(host, config, "server_name");
	if (self->server_name == NULL) {
		self->server_name = self->target.host != NULL ? self->target.host : "";
	}
	self->local_name = host->get_string(host, config, "local_name");
	self->timeout_us = host->get_int(host, config, "timeout");
	self->idle_us = host->get_int(host, config, "idle");
	self->disabled =
	        (host->get_int(host, config, "pipelining") ? 0 : TOCSIN_FEATURE_PIPELINING) |
	        (host->get_int(host, config, "chunking") ? 0 : TOCSIN_FEATURE_CHUNKING);
}

/* A name or an address literal: nothing that could not be one word of a command. */
static gboolean
is_word(const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (*at <= ' ' || *at > '~') {
			return FALSE;
		}
	}
	return text[0] != '\0';
}

/* (nullable) What is wrong with the settings, and what to do. */
static const char *
find_flaw(const SmtpAccount *self)
{
	const TocsinConnectTarget *target = &self->target;

	if ((target->host == NULL) == (target->path == NULL)) {
		return "either 'host' or 'socket' has to say where the server is";
	}
	if (target->path != NULL && (target->proxy != NULL || target->source_address != NULL)) {
		return "a 'socket' is reached neither by 'proxy' nor from a 'source_address'";
	}
	if (target->source_address != NULL && !g_hostname_is_ip_address(target->source_address)) {
		return "'source_address' is no IP address of this machine";
	}
	if (self->kind.is_implicit && self->tls != SMTP_TLS_IMPLICIT) {
		return "'tls' can only be \"implicit\" here; use the transport smtp for STARTTLS";
	}
	if (self->tls != SMTP_TLS_NONE && self->server_name[0] == '\0') {
		return "TLS over a 'socket' needs 'server_name' to check the certificate against";
	}
	if (self->local_name != NULL && !is_word(self->local_name)) {
		return "'local_name' has to be a host name, or an address such as \"[192.0.2.1]\"";
	}
	return NULL;
}

int32_t
smtp_account_open(const SmtpKind *kind, const tocsin_host *host, const tocsin_config *config,
                  void **out_instance, tocsin_error *error)
{
	SmtpAccount *self = g_new0(SmtpAccount, 1);
	g_autoptr(GError) reason = NULL;
	const char *flaw;

	self->kind = *kind;
	self->host = host;
	self->config = config;
	self->delivery = host->extension(host, TOCSIN_DELIVERY);
	self->logins = host->extension(host, TOCSIN_LOGIN);
	self->watcher = smtp_watcher_new();
	g_mutex_init(&self->lock);
	read_settings(self);
	if (self->target.host != NULL || self->target.path != NULL) {
		self->tls = read_tls(self);
		self->target.port = self->target.path != NULL ? 0 : find_port(self);
	}
	flaw = self->delivery == NULL ? "this program cannot deliver" : find_flaw(self);
	if (flaw == NULL && self->tls != SMTP_TLS_NONE && !tocsin_tls_prepare(&reason)) {
		flaw = reason->message;
	}
	if (flaw != NULL) {
		smtp_account_close(self);
		return host->fail(host, error, TOCSIN_E_CONFIG, flaw);
	}
	*out_instance = self;
	return TOCSIN_OK;
}

void
smtp_account_close(void *instance)
{
	SmtpAccount *self = instance;

	smtp_watcher_free(self->watcher);
	tocsin_tls_unref(self->context);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void
smtp_account_quiesce(void *instance)
{
	SmtpAccount *self = instance;

	/* Servers are mended, too. */
	g_atomic_int_set(&self->broken, 0);
}

/* "sha256//A;sha256//B", or NULL. */
static char *
join_pins(const SmtpAccount *self)
{
	GString *pins = g_string_new(NULL);
	const char *pin;

	for (guint i = 0; (pin = self->host->get_item(self->host, self->config, "pin", i)) != NULL;
	     i++) {
		g_string_append_printf(pins, "%s%s", i == 0 ? "" : ";", pin);
	}
	gboolean is_empty = pins->len == 0;

	return g_string_free(pins, is_empty);
}

static TocsinTls *
make_tls(const SmtpAccount *self, GError **error)
{
	const tocsin_host *host = self->host;
	g_autofree char *pins = join_pins(self);
	const TocsinTlsSettings settings = {
	        .ca_file = host->get_string(host, self->config, "ca_file"),
	        .certificate_file = host->get_string(host, self->config, "certificate"),
	        .key_file = host->get_string(host, self->config, "private_key"),
	        .minimum_version = host->get_string(host, self->config, "tls_version"),
	        .pins = pins,
	        /* Who could forge a certificate could as well have hidden STARTTLS. */
	        .is_unverified = self->tls == SMTP_TLS_OPPORTUNISTIC ||
	                         !host->get_int(host, self->config, "verify"),
	};

	return tocsin_tls_new(&settings, error);
}

TocsinTls *
smtp_account_get_tls(SmtpAccount *self, GError **error)
{
	g_mutex_lock(&self->lock);
	if (self->context == NULL) {
		self->context = make_tls(self, error);
	}
	TocsinTls *tls = self->context;

	g_mutex_unlock(&self->lock);
	return tls;
}

void
smtp_account_note_broken(SmtpAccount *self, guint features)
{
	guint before = g_atomic_int_or(&self->broken, features);

	if ((features & ~before & TOCSIN_FEATURE_PIPELINING) != 0) {
		self->host->log(self->host, TOCSIN_LOG_INFO,
		                "the server offers PIPELINING but complains of it; commands go out "
		                "one by one from now on");
	}
	if ((features & ~before & TOCSIN_FEATURE_CHUNKING) != 0) {
		self->host->log(
		        self->host, TOCSIN_LOG_INFO,
		        "the server offers CHUNKING but fails BDAT; messages go out by DATA "
		        "from now on");
	}
}
