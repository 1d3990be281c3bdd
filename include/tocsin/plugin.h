/* SPDX-License-Identifier: MIT */
/* Everything a plugin and Tocsin promise each other: plugin ABI 1.
 *
 * A plugin is a shared object that includes this header, links nothing of ours, and exports one
 * symbol: the constant `tocsin_plugin_v1`. It lists units: transports (they deliver mail), auth
 * mechanisms (they log in), triggers (they raise events). pkg-config knows where it goes:
 *
 *     cc $(pkg-config --cflags tocsin-plugin) -shared -fPIC -o auth-x.so auth-x.c
 *     install -m 755 auth-x.so "$(pkg-config --variable=plugindir tocsin-plugin)"
 *
 * Unless a comment says otherwise:
 *
 *   memory   What you are given is yours to read until the call returns; copy what you keep. What
 *            you hand back goes through host->put(), or lives as long as the comment asks. Nobody
 *            frees another's memory.
 *   strings  UTF-8, NUL-terminated, never NULL unless marked (nullable).
 *   arrays   Arrays of pointers, ended by NULL.
 *   time     Microseconds. Wall time counts from 1970-01-01 00:00 UTC.
 *   threads  Each call is tagged: [main] on the host's main loop, so it must not block; [worker] on
 *            a thread that may block, but only inside the host's calls; [any]. The unit's `serial`
 *            says how many calls may run at once.
 *   errors   Return TOCSIN_OK, or a negative TOCSIN_E_* after saying why, once, with host->fail().
 *            Any other value, a NULL where one is not allowed, an index out of range, or a fate
 *            told twice is the plugin's misbehaviour: the host says so in its log, answers
 *            TOCSIN_E_BUG where it can, disables the instance and keeps the mail.
 *   growth   Every struct starts with its size as its maker's compiler knew it, and only ever
 *            grows at the end; ask TOCSIN_HAS() before you use a member newer than 1.0. Set
 *            reserved and unused members, and flags without a name, to 0. New services are new
 *            extension tables. A plugin built with any 1.x header runs in any later 1.y program.
 *
 *   life     load ── start/open ──┬── run, ready, tick, step … ──┬── stop/close ── (exit)
 *                                 └──────────────<───────────────┘
 *            The file is checked before its code runs, and is never unloaded. A reload of the
 *            configuration opens new instances and closes the old ones. Make threads, if you must,
 *            only while an instance is open, and none of them may call the host.
 *
 * C99, C11, C17, C23 and C++11 compile this; it needs the two headers below and nothing else. */
#ifndef TOCSIN_PLUGIN_H
#define TOCSIN_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ── Version ──────────────────────────────────────────────────────────────────────────────── */

/* The major version is also part of the exported symbol's name. The minor one grows with each
 * addition and serves messages only: ask TOCSIN_HAS(). */
#define TOCSIN_ABI_MAJOR 1u
#define TOCSIN_ABI_MINOR 0u
#define TOCSIN_PLUGIN_MAGIC 0x54534e31u /* "TSN1" */

/* Does *p, as its maker declared it, reach past member m? Ask before reading newer members. */
#define TOCSIN_HAS(p, type, m) ((p)->size >= offsetof(type, m) + sizeof(((type *)0)->m))

/* Puts the descriptor where the host looks for it, whatever the compiler's default visibility. */
#if defined(__GNUC__)
#define TOCSIN_EXPORT __attribute__((visibility("default")))
#else
#define TOCSIN_EXPORT
#endif

/* ── Constants: fixed-width, never enums, whose size is the compiler's choice ─────────────── */

/* What a call returns. */
#define TOCSIN_OK 0
#define TOCSIN_MORE 1             /* auth: more to come; login: begin again */
#define TOCSIN_END 2              /* nothing more now */
#define TOCSIN_E_TEMP (-1)        /* not now: try again later */
#define TOCSIN_E_PERM (-2)        /* no: do not try this again */
#define TOCSIN_E_CONFIG (-3)      /* an administrator must act */
#define TOCSIN_E_CANCELLED (-4)   /* the host asked to stop */
#define TOCSIN_E_BUG (-5)         /* the contract was broken */
#define TOCSIN_E_UNKNOWN (-6)     /* delivery: accepted or not, nobody can tell */
#define TOCSIN_E_UNAVAILABLE (-7) /* auth: cannot be used now, try the next mechanism */
#define TOCSIN_E_EXPIRED (-8)     /* auth: the credential is no longer valid, fetch it anew */

/* tocsin_unit.kind */
#define TOCSIN_KIND_TRANSPORT 1u
#define TOCSIN_KIND_AUTH 2u
#define TOCSIN_KIND_TRIGGER 3u

/* tocsin_unit.serial: how many calls may run at once. Triggers always live on the main loop. */
#define TOCSIN_SERIAL_UNIT 0u     /* one into the whole unit (the default, always safe) */
#define TOCSIN_SERIAL_INSTANCE 1u /* one into each instance */
#define TOCSIN_SERIAL_NONE 2u     /* any number; you lock what you share */

/* tocsin_key.type, with what get_string() and get_int() return */
#define TOCSIN_KEY_STRING 1u   /* the text */
#define TOCSIN_KEY_INT 2u      /* the number */
#define TOCSIN_KEY_BOOL 3u     /* 0 or 1 */
#define TOCSIN_KEY_DURATION 4u /* "10s", "1h30m": microseconds */
#define TOCSIN_KEY_SIZE 5u     /* "64k", "10M": bytes */
#define TOCSIN_KEY_LIST 6u     /* of strings: get_item() */
#define TOCSIN_KEY_GROUP 7u    /* of settings, by tocsin_key.keys: get_group() with index 0 */
#define TOCSIN_KEY_GROUPS 8u   /* a list of such groups: get_group() */

/* tocsin_key.flags */
#define TOCSIN_KEY_REQUIRED 0x1u
#define TOCSIN_KEY_SECRET 0x2u /* string: read from file, command, …; never shown */

/* tocsin_host.log() levels. Never log a secret, nor a mail's text above debug. */
#define TOCSIN_LOG_DEBUG 0
#define TOCSIN_LOG_INFO 1
#define TOCSIN_LOG_WARNING 2
#define TOCSIN_LOG_ERROR 3

/* ── Opaque handles of the host; all of them can learn to answer new questions ────────────── */

typedef struct tocsin_error tocsin_error;       /* where a call says why it failed */
typedef struct tocsin_buf tocsin_buf;           /* takes what put() gives it */
typedef struct tocsin_config tocsin_config;     /* settings, already checked against the keys */
typedef struct tocsin_job tocsin_job;           /* one connection's worth of delivering */
typedef struct tocsin_mail tocsin_mail;         /* envelope and octets of one mail */
typedef struct tocsin_stream tocsin_stream;     /* a connection that the host made */
typedef struct tocsin_login tocsin_login;       /* one login, as a transport sees it */
typedef struct tocsin_exchange tocsin_exchange; /* one login, as a mechanism sees it */
typedef struct tocsin_source tocsin_source;     /* a running trigger, as the host knows it */
typedef struct tocsin_schema tocsin_schema;     /* which events a trigger can raise */

/* ── Settings ─────────────────────────────────────────────────────────────────────────────── */

/* One setting. From this the host parses, checks, documents and redacts it. Constant data. */
typedef struct tocsin_key {
	uint32_t size;
	uint32_t type;  /* TOCSIN_KEY_* */
	uint32_t flags; /* TOCSIN_KEY_REQUIRED, TOCSIN_KEY_SECRET */
	uint32_t reserved;
	int64_t minimum;      /* numbers: the least allowed; list, groups: the fewest */
	int64_t maximum;      /* … and the most; 0 with minimum 0: no bounds */
	const char *name;     /* [a-z][a-z0-9_]*, up to 40 */
	const char *fallback; /* (nullable) default, as in the configuration; a list: one item */
	const char *help;     /* one sentence, up to 500 bytes, shown by "tocsin plugins show" */
	const char *const *choices;           /* (nullable) string, list: the only values allowed */
	const struct tocsin_key *const *keys; /* (nullable) group, groups: the settings inside */
	const void *unused;                   /* NULL; keeps the size equal on 32-bit targets */
} tocsin_key;

/* ── The host ─────────────────────────────────────────────────────────────────────────────── */

/* Given to every unit; valid as long as the program runs. */
typedef struct tocsin_host {
	uint32_t size;
	uint32_t abi_minor; /* of the running program */
	void *ctx;          /* the host's */

	/* [any] One line for the log; the host adds the unit's name. @level: TOCSIN_LOG_*. */
	void (*log)(const struct tocsin_host *host, int32_t level, const char *text);

	/* [any] Says why a call fails and returns @status, so that you can write
	 * "return host->fail(…)". @text: lower case, no full stop, what, on what, why;
	 * (nullable) if there is nothing to add. */
	int32_t (*fail)(const struct tocsin_host *host, tocsin_error *error, int32_t status,
	                const char *text);

	/* [any] Appends @length bytes. TOCSIN_E_PERM when the buffer may not grow further. */
	int32_t (*put)(const struct tocsin_host *host, tocsin_buf *buf, const void *data,
	               size_t length);

	/* [any] A string setting. (nullable) when it is not set and has no default. The text lives
	 * as long as the config: the one given to open(), start() or begin() until close(), stop()
	 * or end() returns; the one given to check() until that returns. */
	const char *(*get_string)(const struct tocsin_host *host, const tocsin_config *config,
	                          const char *key);

	/* [any] An int, bool, duration or size; 0 when it is not set and has no default. */
	int64_t (*get_int)(const struct tocsin_host *host, const tocsin_config *config,
	                   const char *key);

	/* [any] The @index-th string of a list, (nullable) past its end. */
	const char *(*get_item)(const struct tocsin_host *host, const tocsin_config *config,
	                        const char *key, uint32_t index);

	/* [any] The @index-th group of a group or groups setting, (nullable) past its end. */
	const tocsin_config *(*get_group)(const struct tocsin_host *host,
	                                  const tocsin_config *config, const char *key,
	                                  uint32_t index);

	/* [any] A table of further services: TOCSIN_DELIVERY, … below, or another's id in reverse
	 * DNS. (nullable) where this program does not have it. An id never changes its meaning. */
	const void *(*extension)(const struct tocsin_host *host, const char *id);
} tocsin_host;

/* ── Transports: deliver mail ─────────────────────────────────────────────────────────────── */

/* tocsin_transport_ops.flags. NETWORK: the account also takes the connection settings (host, port,
 * socket, tls, timeout, …: tocsin.conf(5)), and TOCSIN_STREAM connects by them. LOGIN: it also
 * takes the login settings (user, secret, auth, …). All of these but secrets are readable like your
 * own, and so are those of every account, such as idle: how long to wait in next(). */
#define TOCSIN_TRANSPORT_NETWORK 0x1u
#define TOCSIN_TRANSPORT_LOGIN 0x2u

/* One instance per account. A transport is asked to run() when mail waits for its account: it
 * connects, takes one mail after the other with TOCSIN_DELIVERY's next(), and tells each
 * recipient's fate. It may take the next mail before the last one's fates are known, and so keep
 * a pipeline full. */
typedef struct tocsin_transport_ops {
	uint32_t size;
	uint32_t flags; /* TOCSIN_TRANSPORT_* */

	/* [main] Checks the settings and makes an instance. No network, no files yet. */
	int32_t (*open)(const tocsin_host *host, const tocsin_config *config, void **out_instance,
	                tocsin_error *error);

	/* [worker] Delivers until next() says TOCSIN_END, then closes its connection. What it
	 * returns holds for the mails it took and told no fate of, and for the connection:
	 * TOCSIN_E_TEMP and the host tries again later, or the rule's next account. */
	int32_t (*run)(void *instance, tocsin_job *job, tocsin_error *error);

	/* [main] (nullable) Nothing will come for a while: drop what the instance caches. */
	void (*quiesce)(void *instance);

	/* [main] No run() is active any more. Frees the instance. */
	void (*close)(void *instance);
} tocsin_transport_ops;

/* tocsin_fate.stage: where it was decided */
#define TOCSIN_AT_NONE 0u
#define TOCSIN_AT_CONNECT 1u
#define TOCSIN_AT_TLS 2u
#define TOCSIN_AT_GREETING 3u
#define TOCSIN_AT_AUTH 4u
#define TOCSIN_AT_SENDER 5u
#define TOCSIN_AT_RECIPIENT 6u
#define TOCSIN_AT_DATA 7u
#define TOCSIN_AT_LOST 8u     /* the link was lost */
#define TOCSIN_AT_PROTOCOL 9u /* the server broke the protocol */
#define TOCSIN_AT_LOCAL 10u   /* never left this machine */

/* What became of one recipient. */
typedef struct tocsin_fate {
	uint32_t size;
	int32_t status; /* TOCSIN_OK delivered, _E_TEMP deferred, _E_PERM refused, _E_UNKNOWN */
	uint32_t stage; /* TOCSIN_AT_* */
	uint32_t code;  /* the server's reply code, up to 999; 0 if there was none */
	const char *enhanced; /* (nullable) "5.1.1" */
	const char *text;     /* (nullable) the server's words, or yours; UTF-8, may have lines */
} tocsin_fate;

/* tocsin_delivery.trace() flags */
#define TOCSIN_TRACE_SENT 0x0u
#define TOCSIN_TRACE_RECEIVED 0x1u
#define TOCSIN_TRACE_SECRET 0x2u  /* the bytes are a secret: the host writes "***" instead */
#define TOCSIN_TRACE_CONTENT 0x4u /* the bytes are message content: shown by length only */

/* The id of tocsin_delivery, for host->extension(). */
#define TOCSIN_DELIVERY "tocsin.delivery/1"

/* All [worker], from the thread that is in run() with this job. */
typedef struct tocsin_delivery {
	uint32_t size;
	uint32_t reserved;

	/* The next mail for this connection. Waits up to @wait_us for one (0: does not wait; keep
	 * an idle connection only as long as the server likes). TOCSIN_END: none now;
	 * TOCSIN_E_CANCELLED: stop, the host is closing. The mail is yours until the last of its
	 * recipients' fates is told, or run() returns. */
	int32_t (*next)(tocsin_job *job, int64_t wait_us, tocsin_mail **out_mail);

	/* Tells the fate of recipient @index. Each exactly once; all of one mail before run()
	 * returns, or run()'s status speaks for the rest, which must then be a failure. */
	int32_t (*result)(tocsin_job *job, tocsin_mail *mail, uint32_t index,
	                  const tocsin_fate *fate);

	/* Tells what went wrong with the connection as a whole (connect, TLS, greeting, login), in
	 * more detail than run()'s status can. At most once. Without a text in it, run()'s own
	 * error becomes that. */
	int32_t (*failed)(tocsin_job *job, const tocsin_fate *fate);

	/* Microseconds until this job must end; 0 when it has to end now. */
	int64_t (*time_left_us)(tocsin_job *job);

	/* A descriptor that becomes readable when the job is to be given up at once; only poll it.
	 * -1: there is none. */
	int32_t (*cancel_fd)(tocsin_job *job);

	/* Is somebody watching the dialogue? If not, trace() need not be called. */
	int32_t (*is_traced)(tocsin_job *job);
	void (*trace)(tocsin_job *job, uint32_t flags, const void *data, size_t length);

	/* The mail. Texts live as long as the mail does. sender: "" is the null reverse path. */
	const char *(*id)(const tocsin_mail *mail);
	const char *(*sender)(const tocsin_mail *mail);
	uint32_t (*recipient_count)(const tocsin_mail *mail);
	const char *(*recipient)(const tocsin_mail *mail, uint32_t index); /* (nullable) past end */

	/* (nullable) What else the envelope asks for. Mail: "message-id", "envid", "ret", "body"
	 * (7BIT, 8BITMIME, BINARYMIME), "smtputf8" and "require-tls" ("1"), "hold-for" (seconds),
	 * "deliver-by" (seconds;mode), "priority" (-9 … 9). Recipient: "notify", "orcpt". */
	const char *(*property)(const tocsin_mail *mail, const char *name);
	const char *(*recipient_property)(const tocsin_mail *mail, uint32_t index,
	                                  const char *name);

	/* The content's size in octets, and the octets from @offset on: *out_data points into the
	 * host's memory, the result says how many follow there, 0 at the end, negative on error.
	 * The bytes stay until the mail's next content() call or its end. */
	uint64_t (*content_size)(const tocsin_mail *mail);
	int64_t (*content)(tocsin_mail *mail, uint64_t offset, const void **out_data);
} tocsin_delivery;

/* The id of tocsin_streams, for host->extension(). */
#define TOCSIN_STREAM "tocsin.stream/1"

/* A connection with deadline, cancellation, TLS and trace, made by the host as the account's
 * connection settings say; for units with TOCSIN_TRANSPORT_NETWORK. All [worker]; all but close()
 * fail with TOCSIN_E_TEMP when the job's time is over or the peer is gone. */
typedef struct tocsin_streams {
	uint32_t size;
	uint32_t reserved;

	/* Connects, with TLS from the first byte if the account says tls = "implicit". One stream
	 * per job at a time. */
	int32_t (*connect)(tocsin_job *job, tocsin_stream **out_stream, tocsin_error *error);

	/* Goes on in TLS, as the account wants it verified. Bytes that came before are an error. */
	int32_t (*start_tls)(tocsin_stream *stream, tocsin_error *error);
	int32_t (*is_encrypted)(const tocsin_stream *stream);

	/* One line into @line without its LF or CRLF. TOCSIN_E_PERM if it is longer than @limit. */
	int32_t (*read_line)(tocsin_stream *stream, tocsin_buf *line, size_t limit,
	                     tocsin_error *error);

	/* Just @length bytes into @bytes. */
	int32_t (*read)(tocsin_stream *stream, tocsin_buf *bytes, size_t length,
	                tocsin_error *error);

	/* All @length bytes. @flags: TOCSIN_TRACE_*, for the transcript. */
	int32_t (*write)(tocsin_stream *stream, uint32_t flags, const void *data, size_t length,
	                 tocsin_error *error);

	/* Once; the stream is not to be used after that. */
	void (*close)(tocsin_stream *stream);

	/* What put() gave a buffer, until the next call with that buffer; new_buf() makes one that
	 * lives as long as the job, clear_buf() empties it. */
	tocsin_buf *(*new_buf)(tocsin_job *job);
	const void *(*peek_buf)(const tocsin_buf *buf, size_t *out_length);
	void (*clear_buf)(tocsin_buf *buf);
} tocsin_streams;

/* tocsin_login_offer.flags */
#define TOCSIN_LOGIN_ENCRYPTED 0x1u /* the link is TLS */
#define TOCSIN_LOGIN_LOCAL 0x2u     /* the peer is on this machine */

/* What the server offers and what the link is like. */
typedef struct tocsin_login_offer {
	uint32_t size;
	uint32_t flags;                /* TOCSIN_LOGIN_* */
	const char *const *mechanisms; /* SASL names as the server sent them */
	const char *service;           /* "smtp", "lmtp", … (RFC 4422, the GSSAPI service name) */
	const char *server;            /* the name that the certificate was checked against */
	const tocsin_stream *stream;   /* (nullable) the host's stream, if you use one: it answers
	                                * for flags and exporter, which are then not read */
	const void *exporter;          /* (nullable) tls-exporter bytes (RFC 9266) */
	size_t exporter_length;
	uint32_t port;
	uint32_t reserved;
} tocsin_login_offer;

/* The id of tocsin_logins, for host->extension(). */
#define TOCSIN_LOGIN "tocsin.login/1"

/* Logs in with whichever mechanism fits; for units with TOCSIN_TRANSPORT_LOGIN. The host owns the
 * credentials, chooses by strength, by the account's list and by what the link allows, and never
 * sends a secret in clear. You only carry bytes (base64 is yours if your protocol wants it). */
typedef struct tocsin_logins {
	uint32_t size;
	uint32_t reserved;

	/* [worker] TOCSIN_OK with a login; TOCSIN_END: the account wants none; an error says which
	 * mechanisms were offered, which were refused and why. */
	int32_t (*begin)(tocsin_job *job, const tocsin_login_offer *offer, tocsin_login **out_login,
	                 tocsin_error *error);

	/* The SASL name of the chosen mechanism, and whether step() may be asked at once, with a
	 * NULL challenge, for an initial response. */
	const char *(*mechanism)(const tocsin_login *login);
	int32_t (*has_initial)(const tocsin_login *login);

	/* [worker] The answer to a challenge. It is a secret; it lives until the next call.
	 * An error means: cancel the exchange (SMTP: "*"), read the reply, then settle(). */
	int32_t (*step)(tocsin_login *login, const void *challenge, size_t length,
	                const void **out_answer, size_t *out_length, tocsin_error *error);

	/* [worker] The server's verdict. @status: TOCSIN_OK accepted, _E_TEMP, _E_PERM refused;
	 * @code and @text its words. TOCSIN_OK: logged in. TOCSIN_MORE: end() this one and
	 * begin() again, there is a fresh credential or another mechanism. Else: give up. */
	int32_t (*settle)(tocsin_login *login, int32_t status, uint32_t code, const char *text,
	                  tocsin_error *error);

	/* Wipes and frees it. */
	void (*end)(tocsin_login *login);
} tocsin_logins;

/* ── Auth: SASL mechanisms ────────────────────────────────────────────────────────────────── */

/* tocsin_auth_ops.flags */
#define TOCSIN_AUTH_PLAINTEXT 0x1u       /* who sees the exchange has the secret: needs TLS */
#define TOCSIN_AUTH_CLIENT_FIRST 0x2u    /* speaks first: step() is called with no challenge */
#define TOCSIN_AUTH_CHANNEL_BINDING 0x4u /* usable only where channel_binding() has bytes */
#define TOCSIN_AUTH_MUTUAL 0x8u          /* proves the server: success counts only after OK */
#define TOCSIN_AUTH_NO_SECRET 0x10u      /* needs no user and no secret in the account */
#define TOCSIN_AUTH_TOKEN 0x20u          /* the secret is an OAuth token, not a password */

/* A SASL mechanism as a pure state machine: no I/O, no clock, no randomness of its own, no log.
 * The host owns base64, initial responses, cancelling, limits, choice, policy and redaction.
 * All [worker]. */
typedef struct tocsin_auth_ops {
	uint32_t size;
	uint32_t flags;    /* TOCSIN_AUTH_* */
	uint32_t strength; /* the host prefers the largest; plain has 20, scram-sha-256 60 */
	uint32_t reserved;
	const char *mechanism; /* SASL name (RFC 4422 3.1): 1 to 20 of [A-Z0-9-_] */

	/* @credentials: "user", "secret", "authzid" as the account has them, fetched just now, and
	 * the unit's own keys. TOCSIN_E_UNAVAILABLE: cannot now, try the next mechanism. */
	int32_t (*begin)(const tocsin_host *host, const tocsin_config *credentials,
	                 tocsin_exchange *exchange, void **out_state, tocsin_error *error);

	/* Puts the answer to @challenge, which is (nullable) only for the first step of a
	 * TOCSIN_AUTH_CLIENT_FIRST mechanism; an empty challenge is not NULL. TOCSIN_MORE: the
	 * server has to say more before this can succeed. TOCSIN_OK: I am content, its verdict
	 * decides. Any error: the exchange is cancelled. */
	int32_t (*step)(void *state, const void *challenge, size_t length, tocsin_buf *answer,
	                tocsin_error *error);

	/* (nullable) The server refused. TOCSIN_E_EXPIRED: a new credential may help, the host
	 * fetches it and tries once more; TOCSIN_E_TEMP; TOCSIN_E_PERM, which is the default. May
	 * add to the words with host->fail(). */
	int32_t (*refused)(void *state, uint32_t code, const char *text, tocsin_error *error);

	/* Wipes every secret it copied and frees the state. */
	void (*end)(void *state);
} tocsin_auth_ops;

/* The id of tocsin_exchanges, for host->extension(). */
#define TOCSIN_EXCHANGE "tocsin.exchange/1"

/* What a mechanism may ask about the login. All [worker]. */
typedef struct tocsin_exchanges {
	uint32_t size;
	uint32_t reserved;
	const char *(*service)(const tocsin_exchange *exchange); /* "smtp" */
	const char *(*server)(const tocsin_exchange *exchange);  /* host name */
	uint32_t (*port)(const tocsin_exchange *exchange);
	int32_t (*is_encrypted)(const tocsin_exchange *exchange);

	/* (nullable) @type: "tls-exporter" (RFC 9266). Valid during the exchange. */
	const void *(*channel_binding)(const tocsin_exchange *exchange, const char *type,
	                               size_t *out_length);

	/* Does the server offer this mechanism too? SCRAM's downgrade check needs to know. */
	int32_t (*is_offered)(const tocsin_exchange *exchange, const char *mechanism);

	/* Fills @bytes from the host's cryptographic source. */
	int32_t (*random)(tocsin_exchange *exchange, void *bytes, size_t length);
} tocsin_exchanges;

/* ── Triggers: raise events ───────────────────────────────────────────────────────────────── */

/* Watches something and emits events through TOCSIN_LOOP. One instance per configured trigger. All
 * [main]: nothing here may block, and one call should not take longer than some milliseconds. */
typedef struct tocsin_trigger_ops {
	uint32_t size;
	uint32_t reserved;

	/* (nullable) Checks the settings without touching anything outside, and names in @schema
	 * the kinds and fields of the events to come. NULL: any kind, fields unknown. */
	int32_t (*check)(const tocsin_host *host, const tocsin_config *config,
	                 tocsin_schema *schema, tocsin_error *error);

	/* Begins to watch, from where checkpoint() left off. */
	int32_t (*start)(const tocsin_host *host, const tocsin_config *config,
	                 tocsin_source *source, void **out_instance, tocsin_error *error);

	/* (nullable) A watched descriptor is ready. @events: TOCSIN_READABLE, … */
	int32_t (*ready)(void *instance, int32_t fd, uint32_t events, tocsin_error *error);

	/* (nullable) The timer ran out. */
	int32_t (*tick)(void *instance, tocsin_error *error);

	/* (nullable) emit() said TOCSIN_E_TEMP before; now there is room again. */
	int32_t (*resume)(void *instance, tocsin_error *error);

	/* (nullable) Every event up to the one with this token, and all that follows from it, is
	 * on disk. */
	void (*settled)(void *instance, uint64_t token);

	/* Nothing is emitted after this returns. Frees the instance. */
	void (*stop)(void *instance);
} tocsin_trigger_ops;

/* tocsin_event.severity, as syslog's but upside down */
#define TOCSIN_LEVEL_NONE 0u
#define TOCSIN_LEVEL_DEBUG 1u
#define TOCSIN_LEVEL_INFO 2u
#define TOCSIN_LEVEL_NOTICE 3u
#define TOCSIN_LEVEL_WARNING 4u
#define TOCSIN_LEVEL_ERROR 5u
#define TOCSIN_LEVEL_CRITICAL 6u
#define TOCSIN_LEVEL_ALERT 7u
#define TOCSIN_LEVEL_EMERGENCY 8u

/* tocsin_event.flags */
#define TOCSIN_EMIT_CATCH_UP 0x1u /* happened while nobody watched, found afterwards */
#define TOCSIN_EMIT_PARTIAL 0x2u  /* the end of it was not there yet */

/* tocsin_field.type */
#define TOCSIN_FIELD_TEXT 1u /* bytes from outside; the host makes them UTF-8 where it must */
#define TOCSIN_FIELD_INT 2u
#define TOCSIN_FIELD_BOOL 3u
#define TOCSIN_FIELD_TIME 4u     /* wall time */
#define TOCSIN_FIELD_DURATION 5u /* microseconds */
#define TOCSIN_FIELD_SIZE 6u     /* bytes */

/* One named value of an event. */
typedef struct tocsin_field {
	uint32_t size;
	uint32_t type;    /* TOCSIN_FIELD_* */
	int64_t number;   /* all types but text */
	const char *name; /* [a-z][a-z0-9_]*, up to 40 */
	const void *text; /* text: */
	size_t length;    /* … and its length; NUL is a byte like any other */
	const void *unused;
} tocsin_field;

/* tocsin_line.mark */
#define TOCSIN_LINE_BEFORE 0u
#define TOCSIN_LINE_MATCH 1u
#define TOCSIN_LINE_AFTER 2u

/* One line of an excerpt. */
typedef struct tocsin_line {
	uint32_t size;
	uint32_t mark;   /* TOCSIN_LINE_* */
	uint64_t number; /* in its file, 0 if unknown */
	const void *text;
	size_t length;
} tocsin_line;

/* A file for the mail: either bytes, or a path that the host reads when the mail is made. */
typedef struct tocsin_attachment {
	uint32_t size;
	uint32_t reserved;
	const char *name; /* as the reader of the mail sees it */
	const char *type; /* (nullable) media type; guessed if NULL */
	const char *path; /* (nullable) absolute */
	const void *data; /* (nullable) */
	size_t length;
	const void *unused;
} tocsin_attachment;

/* What happened. */
typedef struct tocsin_event {
	uint32_t size;
	uint32_t severity; /* TOCSIN_LEVEL_* */
	uint32_t flags;    /* TOCSIN_EMIT_* */
	uint32_t reserved;
	int64_t time_us;    /* when it happened; 0: now */
	uint64_t token;     /* yours, rising; settled() names it; 0: not wanted */
	const char *kind;   /* what a rule's "on" names: TRIGGER.KIND; no blanks, up to 200 bytes */
	const char *id;     /* (nullable) the same each time the same happening is read again, so
	                     * that it is mailed once; NULL: always new. Up to 64 KiB, as key */
	const char *key;    /* (nullable) what it is about; groups events that belong together */
	const char *status; /* (nullable) "problem", "ok", "failure" or "success" */
	const tocsin_field *const *fields;           /* (nullable) */
	const tocsin_line *const *excerpt;           /* (nullable) */
	const tocsin_attachment *const *attachments; /* (nullable) */
	const void *unused;
} tocsin_event;

/* tocsin_loop.watch() and ready() */
#define TOCSIN_READABLE 0x1u
#define TOCSIN_WRITABLE 0x2u

/* The id of tocsin_loop, for host->extension(). */
#define TOCSIN_LOOP "tocsin.loop/1"

/* The main loop, and the way in for events. All [main]. */
typedef struct tocsin_loop {
	uint32_t size;
	uint32_t reserved;

	/* Calls ready() while @fd is ready; again with other @events to change them. unwatch() it
	 * before you close it. */
	int32_t (*watch)(tocsin_source *source, int32_t fd, uint32_t events);
	int32_t (*unwatch)(tocsin_source *source, int32_t fd);

	/* Calls tick() once, @delay_us from now; a negative delay cancels it. There is one timer:
	 * setting it again moves it. */
	int32_t (*set_timer)(tocsin_source *source, int64_t delay_us);

	/* The host's clocks, which a replay may turn: wall time, and one that never goes back. */
	int64_t (*wall_us)(tocsin_source *source);
	int64_t (*monotonic_us)(tocsin_source *source);

	/* Hands an event in. TOCSIN_E_TEMP: there is no room now; it was not taken: keep your
	 * position and wait for resume(). */
	int32_t (*emit)(tocsin_source *source, const tocsin_event *event, tocsin_error *error);

	/* Remembers where you are, under @name (one per file, say; up to 255 bytes), in up to
	 * 64 KiB; TOCSIN_E_PERM for more. It becomes durable in the same transaction as all that
	 * the events emitted before it cause, never earlier. Length 0 forgets the name. */
	int32_t (*checkpoint)(tocsin_source *source, const char *name, const void *data,
	                      size_t length);

	/* The @index-th thing remembered, in the order of names: TOCSIN_OK, or TOCSIN_END. What
	 * the out parameters point to lives until the next call. */
	int32_t (*restore)(tocsin_source *source, uint32_t index, const char **out_name,
	                   const void **out_data, size_t *out_length);

	/* The trigger's name in the configuration. */
	const char *(*name)(tocsin_source *source);
} tocsin_loop;

/* The id of tocsin_schemas, for host->extension(). */
#define TOCSIN_SCHEMA "tocsin.schema/1"

/* How check() names what will come. All [main]. */
typedef struct tocsin_schemas {
	uint32_t size;
	uint32_t reserved;

	/* Events of @kind will be raised. */
	int32_t (*add_kind)(tocsin_schema *schema, const char *kind, const char *help);

	/* They have this field; @kind NULL: events of every kind do. @type: TOCSIN_FIELD_*. */
	int32_t (*add_field)(tocsin_schema *schema, const char *kind, const char *name,
	                     uint32_t type, const char *help);
} tocsin_schemas;

/* ── The descriptor ───────────────────────────────────────────────────────────────────────── */

/* One thing a plugin provides. Constant data. */
typedef struct tocsin_unit {
	uint32_t size;
	uint32_t kind;   /* TOCSIN_KIND_* */
	uint32_t serial; /* TOCSIN_SERIAL_* */
	uint32_t reserved;
	const char *name;              /* [a-z][a-z0-9-]*, up to 40, what the configuration says */
	const char *summary;           /* one line, up to 200 bytes */
	const tocsin_key *const *keys; /* (nullable) its settings */
	const tocsin_transport_ops *transport; /* the one that the kind names, … */
	const tocsin_auth_ops *auth;           /* … the others NULL */
	const tocsin_trigger_ops *trigger;
} tocsin_unit;

/* What the file exports, as a constant:
 *
 *     TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
 *             TOCSIN_PLUGIN_HEAD,
 *             .name = "auth-x",
 *             .version = "1.0",
 *             .license = "MIT",
 *             .units = units,
 *     };
 */
typedef struct tocsin_plugin {
	uint32_t size;
	uint32_t magic;      /* TOCSIN_PLUGIN_MAGIC */
	uint32_t abi_major;  /* TOCSIN_ABI_MAJOR, and … */
	uint32_t abi_minor;  /* … TOCSIN_ABI_MINOR of the header that it was built with */
	const char *name;    /* the file's name without ".so": KIND-NAME by custom */
	const char *version; /* the plugin's own */
	const char *license; /* SPDX expression */
	const tocsin_unit *const *units;
} tocsin_plugin;

/* The first members of a tocsin_plugin. */
#define TOCSIN_PLUGIN_HEAD \
	sizeof(tocsin_plugin), TOCSIN_PLUGIN_MAGIC, TOCSIN_ABI_MAJOR, TOCSIN_ABI_MINOR

extern TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1;

#ifdef __cplusplus
}
#endif

#endif
