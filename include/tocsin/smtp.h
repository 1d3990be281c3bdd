/* SPDX-License-Identifier: MIT */
/* Sending mail: a client for SMTP (RFC 5321), submission (RFC 6409) and LMTP (RFC 2033).
 *
 * A TocsinSmtp has a function for each method of Python's smtplib (docs/from-smtplib.md compares
 * them); <tocsin/smtp-stream.h> sends many mails, faster by far. docs/library.md has examples.
 *
 * Thread: a client, and the mails handed to it while it has them, belong to one thread at a time.
 * Another thread may only cancel the GCancellable. Replies and tables of refused recipients are
 * immutable: any thread may read them.
 *
 * Errors of every function that talks to the server, beside those that it names itself:
 * TOCSIN_ERROR_DISCONNECTED (there is no connection, or it was lost, or the server said 421),
 * TOCSIN_ERROR_TIMEOUT, TOCSIN_ERROR_CANCELLED, TOCSIN_ERROR_PROTOCOL (what came is not SMTP: the
 * connection is closed), TOCSIN_ERROR_LIMIT (a reply of more than 64 KiB, 256 lines or 8 KiB a
 * line: closed too; or a command of more than 12 KiB), TOCSIN_ERROR_INVALID (a command would hold a
 * control byte, or bytes that are not ASCII where they may not: nothing was sent). What the server
 * said with an error is kept: tocsin_smtp_get_failed_reply() and its neighbours.
 *
 * Replies that a function returns are returned whatever their code, unless it says that it judges
 * them. */
#ifndef TOCSIN_SMTP_H
#define TOCSIN_SMTP_H

#include <gio/gio.h>
#include <tocsin/error.h>
#include <tocsin/message.h>

G_BEGIN_DECLS

#pragma GCC visibility push(default)

/**
 * TOCSIN_SMTP_PORT:
 *
 * SMTP between servers, with STARTTLS if at all (RFC 5321 section 4.5.4.2).
 */
#define TOCSIN_SMTP_PORT 25

/**
 * TOCSIN_SMTP_SUBMISSION_PORT:
 *
 * Submission by users, with STARTTLS (RFC 6409).
 */
#define TOCSIN_SMTP_SUBMISSION_PORT 587

/**
 * TOCSIN_SMTP_SSL_PORT:
 *
 * Submission in TLS from the first byte (RFC 8314 section 3.3).
 */
#define TOCSIN_SMTP_SSL_PORT 465

/**
 * TOCSIN_SMTP_LMTP_PORT:
 *
 * LMTP has no port of its own (RFC 2033 section 5); this is the one that smtplib uses.
 */
#define TOCSIN_SMTP_LMTP_PORT 2003

/* --- Replies ------------------------------------------------------------------------------- */

/**
 * TocsinSmtpReply:
 *
 * What the server said to one command: a code and a text, Python's (code, msg). Immutable.
 */
typedef struct _TocsinSmtpReply TocsinSmtpReply;

/**
 * tocsin_smtp_reply_get_code:
 *
 * Returns: the three digits of the last line, 0 to 999; -1 for what was no reply, which only a
 * compatible client returns (tocsin_smtp_set_compatible())
 */
int tocsin_smtp_reply_get_code(const TocsinSmtpReply *self);

/**
 * tocsin_smtp_reply_get_text:
 * @out_length: (nullable) where to put its length in bytes
 *
 * Returns: the text without codes; lines are stripped and joined by LF. The bytes that the server
 * sent, which need not be UTF-8 and never hold a NUL, with a NUL behind. Belongs to the reply.
 */
const char *tocsin_smtp_reply_get_text(const TocsinSmtpReply *self, gsize *out_length);

/**
 * tocsin_smtp_reply_get_enhanced:
 *
 * Returns: (nullable) the enhanced status code (RFC 3463) such as "5.1.1", if the reply has one and
 * its class is the reply's. Belongs to the reply.
 */
const char *tocsin_smtp_reply_get_enhanced(const TocsinSmtpReply *self);

/**
 * tocsin_smtp_reply_copy:
 *
 * Returns: a copy; free with tocsin_smtp_reply_free()
 */
TocsinSmtpReply *tocsin_smtp_reply_copy(const TocsinSmtpReply *self);

/**
 * tocsin_smtp_reply_free:
 * @self: (nullable) the reply
 */
void tocsin_smtp_reply_free(TocsinSmtpReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSmtpReply, tocsin_smtp_reply_free)

/**
 * TocsinSmtpRefused:
 *
 * Recipients that the server refused, and what it said to each: the dictionary that Python's
 * sendmail() returns, but in the order of the recipients, and an address that was given twice can
 * be refused twice. Immutable.
 */
typedef struct _TocsinSmtpRefused TocsinSmtpRefused;

/**
 * tocsin_smtp_refused_count:
 *
 * Returns: how many there are
 */
guint tocsin_smtp_refused_count(const TocsinSmtpRefused *self);

/**
 * tocsin_smtp_refused_get_address:
 * @index: which, below the count
 *
 * Returns: the address as it was given. Belongs to the table.
 */
const char *tocsin_smtp_refused_get_address(const TocsinSmtpRefused *self, guint index);

/**
 * tocsin_smtp_refused_get_reply:
 * @index: which, below the count
 *
 * Returns: what the server said. Belongs to the table.
 */
const TocsinSmtpReply *tocsin_smtp_refused_get_reply(const TocsinSmtpRefused *self, guint index);

/**
 * tocsin_smtp_refused_find:
 * @address: an address as it was given
 *
 * Returns: (nullable) what the server said to the first recipient of that address, NULL if it was
 * not refused. Belongs to the table.
 */
const TocsinSmtpReply *tocsin_smtp_refused_find(const TocsinSmtpRefused *self, const char *address);

/**
 * tocsin_smtp_refused_free:
 * @self: (nullable) the table
 */
void tocsin_smtp_refused_free(TocsinSmtpRefused *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSmtpRefused, tocsin_smtp_refused_free)

/* --- TLS ----------------------------------------------------------------------------------- */

/**
 * TocsinSmtpTls:
 *
 * How connections are encrypted. As it is made it is safe: certificates must come from one of the
 * system's authorities and be valid for the host's name (RFC 9525), TLS 1.2 or later. Clients that
 * share one resume each other's TLS sessions. Set it up in one thread before the first connection;
 * from then on nothing changes, and clients of any thread may use it.
 */
typedef struct _TocsinSmtpTls TocsinSmtpTls;

/**
 * tocsin_smtp_tls_new:
 *
 * Returns: safe settings; free with tocsin_smtp_tls_unref()
 */
TocsinSmtpTls *tocsin_smtp_tls_new(void);

/**
 * tocsin_smtp_tls_ref:
 *
 * Returns: @self with one more reference. Any thread.
 */
TocsinSmtpTls *tocsin_smtp_tls_ref(TocsinSmtpTls *self);

/**
 * tocsin_smtp_tls_unref:
 * @self: (nullable) the settings
 *
 * Drops a reference; frees with the last. Any thread.
 */
void tocsin_smtp_tls_unref(TocsinSmtpTls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSmtpTls, tocsin_smtp_tls_unref)

/**
 * tocsin_smtp_tls_set_ca_file:
 * @path: (nullable) PEM file of the authorities to trust; NULL: the system's
 */
void tocsin_smtp_tls_set_ca_file(TocsinSmtpTls *self, const char *path);

/**
 * tocsin_smtp_tls_set_certificate:
 * @certificate: (nullable) PEM file of the chain to show to servers that ask for one
 * @key: (nullable) PEM file of its key; NULL: it is in @certificate
 * @password: (nullable) of an encrypted key; copied, and wiped once the key was read
 */
void tocsin_smtp_tls_set_certificate(TocsinSmtpTls *self, const char *certificate, const char *key,
                                     const char *password);

/**
 * tocsin_smtp_tls_set_minimum_version:
 * @version: (nullable) "1.2" or "1.3"; NULL: "1.2"
 */
void tocsin_smtp_tls_set_minimum_version(TocsinSmtpTls *self, const char *version);

/**
 * tocsin_smtp_tls_set_pins:
 * @pins: (nullable) "sha256//BASE64", several joined by ";": the server's public key must be one of
 * them, besides all other checks
 */
void tocsin_smtp_tls_set_pins(TocsinSmtpTls *self, const char *pins);

/**
 * tocsin_smtp_tls_set_unverified:
 * @is_unverified: TRUE to take any certificate, as smtplib does unless it is told better. That
 * protects from those who listen, not from those who interfere.
 */
void tocsin_smtp_tls_set_unverified(TocsinSmtpTls *self, gboolean is_unverified);

/* --- The client and its settings ----------------------------------------------------------- */

/**
 * TocsinSmtpKind:
 * @TOCSIN_SMTP_CLEAR: SMTP that begins in clear text (smtplib.SMTP)
 * @TOCSIN_SMTP_TLS: SMTP in TLS from the first byte (smtplib.SMTP_SSL)
 * @TOCSIN_SMTP_LMTP: LMTP in clear text (smtplib.LMTP)
 *
 * What is spoken.
 */
typedef enum {
	TOCSIN_SMTP_CLEAR = 0,
	TOCSIN_SMTP_TLS = 1,
	TOCSIN_SMTP_LMTP = 2,
} TocsinSmtpKind;

/**
 * TocsinSmtp:
 *
 * A client: settings, and at most one connection. Settings count from the next connection on,
 * except where they say otherwise.
 */
typedef struct _TocsinSmtp TocsinSmtp;

/**
 * tocsin_smtp_new:
 * @kind: what to speak
 *
 * Returns: a client without a connection; free with tocsin_smtp_free()
 */
TocsinSmtp *tocsin_smtp_new(TocsinSmtpKind kind);

/**
 * tocsin_smtp_free:
 * @self: (nullable) the client
 *
 * Closes the connection without a word, and frees. Call tocsin_smtp_quit() before.
 */
void tocsin_smtp_free(TocsinSmtp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSmtp, tocsin_smtp_free)

/**
 * tocsin_smtp_get_kind:
 *
 * Returns: what is spoken
 */
TocsinSmtpKind tocsin_smtp_get_kind(const TocsinSmtp *self);

/**
 * tocsin_smtp_get_default_port:
 *
 * Returns: 25, 465 or 2003, by kind
 */
guint16 tocsin_smtp_get_default_port(const TocsinSmtp *self);

/**
 * tocsin_smtp_set_compatible:
 * @is_compatible: TRUE to be as smtplib is where programs may rely on it
 *
 * A compatible client reads addresses as Python does, which takes nearly anything ("a@b, c@d" is
 * a@b); tries CRAM-MD5, PLAIN and LOGIN in that order; may log in with a mechanism that shows the
 * password when the server is on this machine; returns a line that is no reply as one with code -1
 * (and closes the connection then: where the reply ends is unknown); takes a reply whose lines say
 * yes and no, of which the last counts; sends 8-bit messages to servers without 8BITMIME. The
 * default is FALSE.
 */
void tocsin_smtp_set_compatible(TocsinSmtp *self, gboolean is_compatible);

/**
 * tocsin_smtp_set_local_hostname:
 * @name: (nullable) what to say in EHLO, HELO and LHLO; NULL: the host's name if it is a full one,
 * else the connection's address as a literal (RFC 5321 section 4.1.3)
 */
void tocsin_smtp_set_local_hostname(TocsinSmtp *self, const char *name);

/**
 * tocsin_smtp_get_local_hostname:
 *
 * Returns: what is said in EHLO, HELO and LHLO. NULL as long as it is neither set nor known: it is
 * known once there is a connection. Belongs to the client, until the next connection.
 */
const char *tocsin_smtp_get_local_hostname(TocsinSmtp *self);

/**
 * tocsin_smtp_set_timeout:
 * @timeout_us: microseconds; -1: none
 *
 * Bounds the making of a connection, the TLS handshake, and the wait for each reply as a whole: a
 * server that sends a byte now and then gains no time by it. Without it the bounds are those of RFC
 * 5321 section 4.5.3.2: five minutes, and ten for the reply to the end of a message. The reply to
 * QUIT is never awaited for longer than five seconds.
 *
 * Returns: FALSE with TOCSIN_ERROR_INVALID for 0 and below -1
 */
gboolean tocsin_smtp_set_timeout(TocsinSmtp *self, gint64 timeout_us, GError **error);

/**
 * tocsin_smtp_get_timeout:
 *
 * Returns: what was set, in microseconds; -1: none; the default is five minutes
 */
gint64 tocsin_smtp_get_timeout(const TocsinSmtp *self);

/**
 * tocsin_smtp_set_final_timeout:
 * @timeout_us: microseconds for the reply to the end of a message; -1: none
 *
 * Overrides tocsin_smtp_set_timeout(), which has to be called first, for this reply: who hangs up
 * too early may have the message delivered twice.
 *
 * Returns: FALSE with TOCSIN_ERROR_INVALID for 0 and below -1
 */
gboolean tocsin_smtp_set_final_timeout(TocsinSmtp *self, gint64 timeout_us, GError **error);

/**
 * tocsin_smtp_set_source_address:
 * @address: (nullable) our own IP address to connect from; NULL: the system's choice
 * @port: our own port; 0: any
 */
void tocsin_smtp_set_source_address(TocsinSmtp *self, const char *address, guint16 port);

/**
 * tocsin_smtp_get_source_address:
 * @out_port: (nullable) where to put the port
 *
 * Returns: (nullable) what was set. Belongs to the client.
 */
const char *tocsin_smtp_get_source_address(const TocsinSmtp *self, guint16 *out_port);

/**
 * tocsin_smtp_set_proxy:
 * @url: (nullable) "socks5://[user:password@]host:port" or "http://..."; "system" to ask the
 * desktop; NULL: connect directly
 */
void tocsin_smtp_set_proxy(TocsinSmtp *self, const char *url);

/**
 * tocsin_smtp_set_tls:
 * @tls: (nullable) how to encrypt; a reference is taken. NULL: tocsin_smtp_tls_new()
 *
 * Counts at once.
 */
void tocsin_smtp_set_tls(TocsinSmtp *self, TocsinSmtpTls *tls);

/**
 * tocsin_smtp_set_server_name:
 * @name: (nullable) what the server's certificate must be valid for, if it is not the host that is
 * connected to; also sent as SNI (RFC 6066 section 3)
 *
 * Counts at once.
 */
void tocsin_smtp_set_server_name(TocsinSmtp *self, const char *name);

/**
 * tocsin_smtp_set_auth_mechanisms:
 * @names: (nullable) NULL-terminated SASL names: tocsin_smtp_login() tries those of them that the
 * server offers, in this order; NULL: all, the strongest first
 *
 * Built in are SCRAM-SHA-256-PLUS, SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN, and if they are named
 * here OAUTHBEARER and XOAUTH2, for which the password is an access token, and EXTERNAL. Counts at
 * once.
 */
void tocsin_smtp_set_auth_mechanisms(TocsinSmtp *self, const char *const *names);

/**
 * tocsin_smtp_set_clear_auth:
 * @is_allowed: TRUE to let tocsin_smtp_login() use mechanisms that show the password to whoever
 * listens (PLAIN, LOGIN), though the connection is not encrypted
 *
 * Counts at once. The default is FALSE.
 */
void tocsin_smtp_set_clear_auth(TocsinSmtp *self, gboolean is_allowed);

/**
 * tocsin_smtp_set_pipelining:
 * @is_allowed: FALSE not to use PIPELINING (RFC 2920) and CHUNKING (RFC 3030) though the server
 * offers them: some servers break them. The default is TRUE.
 */
void tocsin_smtp_set_pipelining(TocsinSmtp *self, gboolean is_allowed);

/**
 * tocsin_smtp_set_cancellable:
 * @cancellable: (nullable) ends what waits with TOCSIN_ERROR_CANCELLED; a reference is taken
 */
void tocsin_smtp_set_cancellable(TocsinSmtp *self, GCancellable *cancellable);

/**
 * TocsinSmtpDebug:
 * @user: as given to tocsin_smtp_set_debug()
 * @line: one line in smtplib's words, without line end
 *
 * Takes a line of the dialogue. Must not call back into the client.
 */
typedef void (*TocsinSmtpDebug)(gpointer user, const char *line);

/**
 * tocsin_smtp_set_debug:
 * @level: 0: nothing, 1: the dialogue, 2: the dialogue with the time of day in front of each line
 * @on_line: (nullable) where lines go; NULL: to standard error
 * @user: for @on_line
 *
 * Tells the dialogue in smtplib's words, with the commands that are sent here:
 *
 *     connect: to ('mx.example.org', 25) None
 *     reply: b'220 mx.example.org\r\n'
 *     reply: retcode (220); Msg: b'mx.example.org'
 *     connect: b'mx.example.org'
 *     send: 'EHLO me.example.org\r\n'
 *     reply: b'250 mx.example.org\r\n'
 *     reply: retcode (250); Msg: b'mx.example.org'
 *
 * and so on, "send: b'...'" for each part of a message and "data: (250, b'ok')" behind it. Secrets
 * appear as "***". Counts at once.
 */
void tocsin_smtp_set_debug(TocsinSmtp *self, int level, TocsinSmtpDebug on_line, gpointer user);

/**
 * tocsin_smtp_get_debug_level:
 *
 * Returns: 0, 1 or 2
 */
int tocsin_smtp_get_debug_level(const TocsinSmtp *self);

/**
 * TocsinSmtpAuditConnect:
 * @user: as given to tocsin_smtp_set_audit()
 * @host: the host, or the path of a Unix socket
 * @port: the port; 0 for a Unix socket
 *
 * Called before a connection is made (Python's audit event smtplib.connect), for Unix sockets too.
 *
 * Returns: FALSE with an error to forbid it
 */
typedef gboolean (*TocsinSmtpAuditConnect)(gpointer user, const char *host, guint16 port,
                                           GError **error);

/**
 * TocsinSmtpAuditSend:
 * @user: as given to tocsin_smtp_set_audit()
 * @bytes: what is about to be sent: a command, or a part of a message
 * @length: how many bytes
 *
 * Called before bytes are sent (Python's audit event smtplib.send). A secret appears as "***".
 * Must not call back into the client.
 */
typedef void (*TocsinSmtpAuditSend)(gpointer user, const void *bytes, gsize length);

/**
 * tocsin_smtp_set_audit:
 * @on_connect: (nullable) called before a connection is made
 * @on_send: (nullable) called before bytes are sent
 * @user: for both
 *
 * Counts at once.
 */
void tocsin_smtp_set_audit(TocsinSmtp *self, TocsinSmtpAuditConnect on_connect,
                           TocsinSmtpAuditSend on_send, gpointer user);

/**
 * tocsin_smtp_set_shows_secrets:
 * @shows_secrets: TRUE to let passwords and tokens appear in what debug and audit callbacks get, as
 * smtplib does
 *
 * Counts at once. The default is FALSE.
 */
void tocsin_smtp_set_shows_secrets(TocsinSmtp *self, gboolean shows_secrets);

/* --- Connecting and leaving ---------------------------------------------------------------- */

/**
 * tocsin_smtp_open:
 * @host: see tocsin_smtp_connect()
 * @port: see tocsin_smtp_connect()
 *
 * Connects, and judges the greeting, as Python's constructors do when they are given a host.
 *
 * Returns: FALSE with TOCSIN_ERROR_CONNECT if the greeting is not 220 (the connection is closed),
 * or with an error of tocsin_smtp_connect()
 */
gboolean tocsin_smtp_open(TocsinSmtp *self, const char *host, guint16 port, GError **error);

/**
 * tocsin_smtp_connect:
 * @host: (nullable) a name, IDN or not, an IP address, "name:port" if @port is 0, or the path of a
 * Unix socket ("/run/lmtp", "@abstract"); NULL: "localhost"
 * @port: the port; 0: by kind
 *
 * Closes the connection if there is one, makes another, starts TLS if the kind says so, and reads
 * the greeting. Of a host with several addresses the first that answers is taken (RFC 8305).
 *
 * Returns: the greeting; NULL with TOCSIN_ERROR_INVALID (host or port make no sense),
 * TOCSIN_ERROR_CONNECT, TOCSIN_ERROR_TLS, TOCSIN_ERROR_CONFIG (TLS settings that cannot be used),
 * or what the audit callback said
 */
TocsinSmtpReply *tocsin_smtp_connect(TocsinSmtp *self, const char *host, guint16 port,
                                     GError **error);

/**
 * TocsinSmtpCallbacks:
 * @read: reads up to @length bytes: how many, 0 at the end, -1 with errno set on failure
 * (ETIMEDOUT past @deadline_us). Waits until there is a byte; with @wait it may fail with EAGAIN.
 * @write: writes up to @length bytes: how many, or -1 likewise
 * @wait: (nullable) waits until reading (POLLIN) or writing (POLLOUT) would not block; returns
 * those of @events that are ready, 0 past the deadline
 * @close: (nullable) the connection is over; called once
 * @is_private: nobody can listen: counts as encrypted
 *
 * A connection that the caller makes: a tunnel, a child's pipe, a test. All are called in the
 * client's thread, from within its calls. Deadlines are microseconds of g_get_monotonic_time();
 * G_MAXINT64: none.
 */
typedef struct {
	gssize (*read)(gpointer user, void *buffer, gsize length, gint64 deadline_us);
	gssize (*write)(gpointer user, const void *bytes, gsize length, gint64 deadline_us);
	int (*wait)(gpointer user, int events, gint64 deadline_us);
	void (*close)(gpointer user);
	gboolean is_private;
} TocsinSmtpCallbacks;

/**
 * tocsin_smtp_connect_callbacks:
 * @callbacks: how to read and write; copied
 * @user: for the callbacks
 * @host: what to call the server in messages, and what its certificate must be valid for
 *
 * As tocsin_smtp_connect(), over the caller's own connection.
 *
 * Returns: the greeting, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_connect_callbacks(TocsinSmtp *self,
                                               const TocsinSmtpCallbacks *callbacks, gpointer user,
                                               const char *host, GError **error);

/**
 * tocsin_smtp_is_connected:
 *
 * Returns: whether there is a connection. It may be broken without our knowing yet.
 */
gboolean tocsin_smtp_is_connected(const TocsinSmtp *self);

/**
 * tocsin_smtp_is_encrypted:
 *
 * Returns: whether TLS protects the connection
 */
gboolean tocsin_smtp_is_encrypted(const TocsinSmtp *self);

/**
 * tocsin_smtp_quit:
 * @out_reply: (nullable) where to put the reply; stays untouched when there is none
 *
 * Says QUIT and closes. Waits no longer than five seconds. A server that hangs up instead of
 * replying is no error: whatever was sent before has its own reply. Forgets what EHLO told.
 *
 * Returns: FALSE with TOCSIN_ERROR_DISCONNECTED if there is no connection
 */
gboolean tocsin_smtp_quit(TocsinSmtp *self, TocsinSmtpReply **out_reply, GError **error);

/**
 * tocsin_smtp_close:
 *
 * Closes the connection, if there is one, without a word.
 */
void tocsin_smtp_close(TocsinSmtp *self);

/* --- Commands ------------------------------------------------------------------------------ */

/**
 * tocsin_smtp_putcmd:
 * @command: a verb, or a verb with arguments
 * @arguments: (nullable) what follows after a blank
 *
 * Sends a command and does not wait for the reply.
 *
 * Returns: FALSE on error
 */
gboolean tocsin_smtp_putcmd(TocsinSmtp *self, const char *command, const char *arguments,
                            GError **error);

/**
 * tocsin_smtp_send:
 * @line: a line, with or without its CRLF or LF
 *
 * Sends one line as it is. It is checked as commands are; messages go by tocsin_smtp_data().
 *
 * Returns: FALSE on error
 */
gboolean tocsin_smtp_send(TocsinSmtp *self, const char *line, GError **error);

/**
 * tocsin_smtp_getreply:
 *
 * Returns: the next reply of the server, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_getreply(TocsinSmtp *self, GError **error);

/**
 * tocsin_smtp_docmd:
 * @command: a verb, or a verb with arguments
 * @arguments: (nullable) what follows after a blank
 *
 * Returns: the reply to the command, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_docmd(TocsinSmtp *self, const char *command, const char *arguments,
                                   GError **error);

/**
 * tocsin_smtp_helo:
 * @name: (nullable) our name; NULL: the local host name
 *
 * Says HELO (RFC 5321 section 4.1.1.1), which knows no extensions.
 *
 * Returns: the reply, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_helo(TocsinSmtp *self, const char *name, GError **error);

/**
 * tocsin_smtp_ehlo:
 * @name: (nullable) our name; NULL: the local host name
 *
 * Says EHLO, in LMTP LHLO (RFC 2033 section 4.1), and keeps what the server offers.
 *
 * Returns: the reply, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_ehlo(TocsinSmtp *self, const char *name, GError **error);

/**
 * tocsin_smtp_ehlo_or_helo_if_needed:
 *
 * Greets the server, unless it was greeted on this connection: by EHLO, and by HELO if the server
 * does not know EHLO (500 to 504; never in LMTP, which has no HELO, and not in TLS).
 *
 * Returns: FALSE with TOCSIN_ERROR_HELO if the server does not take the greeting
 */
gboolean tocsin_smtp_ehlo_or_helo_if_needed(TocsinSmtp *self, GError **error);

/**
 * tocsin_smtp_get_ehlo_reply:
 *
 * Returns: (nullable) the reply to EHLO or LHLO on this connection. Belongs to the client, until
 * the next greeting.
 */
const TocsinSmtpReply *tocsin_smtp_get_ehlo_reply(const TocsinSmtp *self);

/**
 * tocsin_smtp_get_helo_reply:
 *
 * Returns: (nullable) the reply to HELO on this connection. Belongs to the client, until the next
 * greeting.
 */
const TocsinSmtpReply *tocsin_smtp_get_helo_reply(const TocsinSmtp *self);

/**
 * tocsin_smtp_does_esmtp:
 *
 * Returns: whether the server answered EHLO or LHLO with 250
 */
gboolean tocsin_smtp_does_esmtp(const TocsinSmtp *self);

/**
 * tocsin_smtp_has_extn:
 * @name: an EHLO keyword; case does not matter
 *
 * Returns: whether the server offers it
 */
gboolean tocsin_smtp_has_extn(const TocsinSmtp *self, const char *name);

/**
 * tocsin_smtp_get_extn:
 * @name: an EHLO keyword; case does not matter
 *
 * Returns: (nullable) its parameters, "" if it has none; NULL if it is not offered. Belongs to the
 * client, until the next greeting.
 */
const char *tocsin_smtp_get_extn(const TocsinSmtp *self, const char *name);

/**
 * tocsin_smtp_list_extns:
 *
 * Returns: the keywords that the server offers, in lower case, sorted; free with g_strfreev()
 */
char **tocsin_smtp_list_extns(const TocsinSmtp *self);

/**
 * tocsin_smtp_help:
 * @topic: (nullable) what to ask about
 *
 * Returns: the reply to HELP (RFC 5321 section 4.1.1.8), or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_help(TocsinSmtp *self, const char *topic, GError **error);

/**
 * tocsin_smtp_noop:
 *
 * Returns: the reply to NOOP (RFC 5321 section 4.1.1.9), or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_noop(TocsinSmtp *self, GError **error);

/**
 * tocsin_smtp_rset:
 *
 * Gives the transaction up (RFC 5321 section 4.1.1.5).
 *
 * Returns: the reply, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_rset(TocsinSmtp *self, GError **error);

/**
 * tocsin_smtp_verify:
 * @address: an address, with or without a name
 *
 * Asks whether an address exists (VRFY, RFC 5321 section 3.5). Most servers do not tell.
 *
 * Returns: the reply, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_verify(TocsinSmtp *self, const char *address, GError **error);

/**
 * tocsin_smtp_vrfy:
 * @address: an address, with or without a name
 *
 * The same as tocsin_smtp_verify(), under its other name.
 *
 * Returns: the reply, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_vrfy(TocsinSmtp *self, const char *address, GError **error);

/**
 * tocsin_smtp_expn:
 * @list: a mailing list's address or name
 *
 * Asks who is on a list (EXPN, RFC 5321 section 3.5). Most servers do not tell.
 *
 * Returns: the reply, or NULL with an error
 */
TocsinSmtpReply *tocsin_smtp_expn(TocsinSmtp *self, const char *list, GError **error);

/* --- TLS and login ------------------------------------------------------------------------- */

/**
 * tocsin_smtp_starttls:
 *
 * Greets the server if needed and goes on in TLS (RFC 3207), as tocsin_smtp_set_tls() says. What
 * was known of the server is forgotten: the next function that needs it greets it again. If the
 * server sent anything behind its 220 the connection is closed (CVE-2011-0411), as it is when the
 * handshake fails: nothing goes on in clear.
 *
 * Returns: the reply (220); NULL with TOCSIN_ERROR_NOT_SUPPORTED if the server does not offer
 * STARTTLS, TOCSIN_ERROR_RESPONSE if it refuses, TOCSIN_ERROR_TLS, TOCSIN_ERROR_CONFIG
 */
TocsinSmtpReply *tocsin_smtp_starttls(TocsinSmtp *self, GError **error);

/**
 * TocsinSmtpLoginFlags:
 * @TOCSIN_SMTP_LOGIN_DEFAULT: nothing special
 * @TOCSIN_SMTP_LOGIN_NO_INITIAL_RESPONSE: do not send a response together with AUTH (Python's
 * initial_response_ok=False): some servers do not take it
 *
 * How to log in.
 */
typedef enum {
	TOCSIN_SMTP_LOGIN_DEFAULT = 0,
	TOCSIN_SMTP_LOGIN_NO_INITIAL_RESPONSE = 1,
} TocsinSmtpLoginFlags;

/**
 * tocsin_smtp_login:
 * @user: UTF-8
 * @password: UTF-8; or an OAuth 2 access token, see tocsin_smtp_set_auth_mechanisms()
 * @flags: usually TOCSIN_SMTP_LOGIN_DEFAULT
 *
 * Greets the server if needed and logs in (RFC 4954) with the strongest mechanism that it offers. A
 * password that was refused is not tried again with another mechanism, since servers lock accounts;
 * another mechanism follows only where the server does not take this one after all (500, 501, 502,
 * 504, 534). Mechanisms that show the password are not used without TLS, unless
 * tocsin_smtp_set_clear_auth() allows it.
 *
 * Returns: the last reply (235, or 503 where we are logged in); NULL with
 * TOCSIN_ERROR_NOT_SUPPORTED if the server does not offer AUTH, TOCSIN_ERROR_NO_MECHANISM with the
 * reason for each mechanism that it offers, TOCSIN_ERROR_AUTHENTICATION if it refuses, or
 * asks what makes no sense to the mechanism
 */
TocsinSmtpReply *tocsin_smtp_login(TocsinSmtp *self, const char *user, const char *password,
                                   TocsinSmtpLoginFlags flags, GError **error);

/**
 * TocsinSmtpStep:
 * @TOCSIN_SMTP_STEP_ANSWER: the answer was appended; an empty one is one too
 * @TOCSIN_SMTP_STEP_NONE: there is no initial response: the server speaks first
 * @TOCSIN_SMTP_STEP_FAILED: the exchange cannot go on; an error is set
 *
 * What a step of an exchange came to.
 */
typedef enum {
	TOCSIN_SMTP_STEP_ANSWER = 0,
	TOCSIN_SMTP_STEP_NONE = 1,
	TOCSIN_SMTP_STEP_FAILED = 2,
} TocsinSmtpStep;

/**
 * TocsinSmtpAuth:
 * @user: as given to tocsin_smtp_auth()
 * @challenge: (nullable) what the server asked, without base64; NULL: the initial response is
 * wanted
 * @length: of @challenge
 * @answer: to append the answer to, without base64; wiped after use
 *
 * One step of a SASL mechanism (RFC 4422), Python's authobject. Must not call back into the client.
 *
 * Returns: what it came to; TOCSIN_SMTP_STEP_NONE only if @challenge is NULL
 */
typedef TocsinSmtpStep (*TocsinSmtpAuth)(gpointer user, const void *challenge, gsize length,
                                         GString *answer, GError **error);

/**
 * tocsin_smtp_auth:
 * @mechanism: a SASL name; sent in capitals
 * @step: the mechanism
 * @user: for @step
 * @flags: with TOCSIN_SMTP_LOGIN_NO_INITIAL_RESPONSE no initial response is asked for
 *
 * Says AUTH (RFC 4954) and has @step answer the challenges. When @step fails, or the server asks
 * more than twenty times, or what it asks is not base64, the exchange is cancelled with "*", and
 * the session can go on.
 *
 * Returns: the last reply (235 or 503); NULL with TOCSIN_ERROR_AUTHENTICATION if the server
 * refuses, TOCSIN_ERROR_PROTOCOL, or the error of @step
 */
TocsinSmtpReply *tocsin_smtp_auth(TocsinSmtp *self, const char *mechanism, TocsinSmtpAuth step,
                                  gpointer user, TocsinSmtpLoginFlags flags, GError **error);

/* --- One mail ------------------------------------------------------------------------------ */

/**
 * tocsin_smtp_mail:
 * @sender: an address, with or without a name; "" is the null reverse-path
 * @options: (nullable) NULL-terminated parameters such as "SIZE=1000"; only sent to ESMTP servers
 *
 * Begins a transaction (MAIL, RFC 5321 section 4.1.1.2). The option "SMTPUTF8" lets local parts be
 * UTF-8; domains alone go as A-labels.
 *
 * Returns: the reply; NULL with TOCSIN_ERROR_NOT_SUPPORTED if SMTPUTF8 is wanted and not offered,
 * TOCSIN_ERROR_INVALID if @sender is no address
 */
TocsinSmtpReply *tocsin_smtp_mail(TocsinSmtp *self, const char *sender, const char *const *options,
                                  GError **error);

/**
 * tocsin_smtp_rcpt:
 * @recipient: an address, with or without a name
 * @options: (nullable) NULL-terminated parameters such as "NOTIFY=NEVER"; only sent to ESMTP
 * servers
 *
 * Adds a recipient (RCPT, RFC 5321 section 4.1.1.3).
 *
 * Returns: the reply; NULL with TOCSIN_ERROR_INVALID if @recipient is no address
 */
TocsinSmtpReply *tocsin_smtp_rcpt(TocsinSmtp *self, const char *recipient,
                                  const char *const *options, GError **error);

/**
 * tocsin_smtp_data:
 * @octets: the message; lines may end in CRLF, LF or CR
 * @length: how many bytes
 *
 * Says DATA and sends the message (RFC 5321 section 4.1.1.4): every line ends in CRLF, dots are
 * doubled, the last line ends, whatever @octets hold. In LMTP the replies for all accepted
 * recipients are read, and the first refusal among them is returned; tocsin_smtp_sendmail() tells
 * them apart.
 *
 * Returns: the reply to the message; NULL with TOCSIN_ERROR_DATA if the server refuses DATA itself
 */
TocsinSmtpReply *tocsin_smtp_data(TocsinSmtp *self, const void *octets, gsize length,
                                  GError **error);

/**
 * tocsin_smtp_sendmail:
 * @sender: an address, with or without a name; "" is the null reverse-path
 * @recipients: NULL-terminated addresses, with or without names
 * @octets: the message; lines may end in CRLF, LF or CR
 * @length: how many bytes
 * @mail_options: (nullable) NULL-terminated parameters for MAIL; SIZE and BODY are added
 * @rcpt_options: (nullable) NULL-terminated parameters for each RCPT
 * @out_refused: (nullable) where to put the recipients that were refused; NULL is put there if none
 * was. Free with tocsin_smtp_refused_free().
 *
 * Greets the server if needed and sends one mail. Succeeds if at least one recipient is accepted.
 * SMTPUTF8 is said where the header or an address needs it, unless A-labels do for its domain.
 * A transaction that fails is given up with RSET, so that another can follow; 421 closes. A message
 * that is larger than the server's SIZE is not offered to it. In LMTP each recipient has a reply of
 * its own behind the message, and those that were refused there are in the table too.
 *
 * Returns: FALSE with TOCSIN_ERROR_HELO, TOCSIN_ERROR_SENDER_REFUSED,
 * TOCSIN_ERROR_RECIPIENTS_REFUSED (all of them, or 421), TOCSIN_ERROR_DATA (the message),
 * TOCSIN_ERROR_NOT_SUPPORTED, TOCSIN_ERROR_LIMIT (SIZE); tocsin_smtp_get_refused() has the table
 * then
 */
gboolean tocsin_smtp_sendmail(TocsinSmtp *self, const char *sender, const char *const *recipients,
                              const void *octets, gsize length, const char *const *mail_options,
                              const char *const *rcpt_options, TocsinSmtpRefused **out_refused,
                              GError **error);

/**
 * tocsin_smtp_send_message:
 * @message: the message
 * @sender: (nullable) NULL: from the header, see tocsin_message_get_envelope()
 * @recipients: (nullable) NULL-terminated; NULL: from the header
 * @mail_options: (nullable) NULL-terminated parameters for MAIL
 * @rcpt_options: (nullable) NULL-terminated parameters for each RCPT
 * @out_refused: (nullable) where to put the recipients that were refused
 *
 * As tocsin_smtp_sendmail(), for a message: Bcc and Resent-Bcc are left out, and for a server
 * without 8BITMIME, or without SMTPUTF8 if the header is not ASCII, it is encoded
 * (tocsin_message_to_7bit()).
 *
 * Returns: FALSE with an error of tocsin_smtp_sendmail() or tocsin_message_get_envelope();
 * TOCSIN_ERROR_NOT_SUPPORTED if an address needs SMTPUTF8 and the server lacks it
 */
gboolean tocsin_smtp_send_message(TocsinSmtp *self, TocsinMessage *message, const char *sender,
                                  const char *const *recipients, const char *const *mail_options,
                                  const char *const *rcpt_options, TocsinSmtpRefused **out_refused,
                                  GError **error);

/**
 * tocsin_smtp_get_failed_reply:
 *
 * What Python's exceptions have as smtp_code and smtp_error.
 *
 * Returns: (nullable) what the server said that made the last call fail; NULL if it did not fail or
 * the server said nothing. Belongs to the client, until the next call that talks.
 */
const TocsinSmtpReply *tocsin_smtp_get_failed_reply(const TocsinSmtp *self);

/**
 * tocsin_smtp_get_failed_sender:
 *
 * What SMTPSenderRefused has as sender.
 *
 * Returns: (nullable) the sender that the last call was refused for. Belongs to the client, until
 * the next call that talks.
 */
const char *tocsin_smtp_get_failed_sender(const TocsinSmtp *self);

/**
 * tocsin_smtp_get_refused:
 *
 * What SMTPRecipientsRefused has as recipients; here it outlives TOCSIN_ERROR_DATA too.
 *
 * Returns: (nullable) the recipients that were refused in the last call, if it failed. Belongs to
 * the client, until the next call that talks.
 */
const TocsinSmtpRefused *tocsin_smtp_get_refused(const TocsinSmtp *self);

/**
 * tocsin_smtp_quoteaddr:
 * @text: an address, with or without a name
 *
 * Python's smtplib.quoteaddr(): takes nearly anything.
 *
 * Returns: the path for MAIL and RCPT, such as "<a@b>"; free with g_free(). Any thread.
 */
char *tocsin_smtp_quoteaddr(const char *text);

/**
 * tocsin_smtp_quotedata:
 * @octets: a message
 * @length: how many bytes
 *
 * Python's smtplib.quotedata(): every line ends in CRLF, and dots at the start of lines are
 * doubled.
 *
 * Returns: (transfer full): the message; unref with g_bytes_unref(). Any thread.
 */
GBytes *tocsin_smtp_quotedata(const void *octets, gsize length);

#pragma GCC visibility pop

G_END_DECLS

#endif
