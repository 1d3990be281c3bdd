/* SPDX-License-Identifier: MIT */
/* The byte and byte-pair statistics of log lines. */
#include "frequency.h"

#include <string.h>

/* Above this many counted bytes all counts are halved, so that new lines weigh more than old. */
#define FADE_AT (8u << 20)

/* What an unseen pair counts: neither impossible nor common. */
#define UNSEEN 0.02

struct _TocsinLogFrequency {
	guint32 total;
	guint32 bytes[256];
	guint32 pairs[256][256];
};

/* Lines as they stand in the logs of common programs, weighted by being seen many times. */
static const char seed[] =
        "Nov 23 20:24:28 web-01 sshd[12345]: Failed password for invalid user "
        "admin from 192.0.2.17 "
        "port 41822 ssh2\n"
        "Nov  3 06:25:01 db2 CRON[998]: pam_unix(cron:session): session opened "
        "for user root(uid=0) "
        "by (uid=0)\n"
        "Nov 13 11:02:59 mail postfix/smtpd[7719]: connect from unknown[198.51.100.24]\n"
        "Nov 13 11:03:00 mail postfix/qmgr[801]: 4F1D26A0C3: "
        "from=<user@example.org>, size=3821, "
        "nrcpt=1 (queue active)\n"
        "2026-11-23T20:24:28.123456+01:00 host systemd[1]: Started Session 42 of user deploy.\n"
        "2026-11-23 20:24:28,123 INFO  [main] "
        "org.example.service.RequestHandler - request 7f3a9c2e "
        "completed in 18 ms, status=200\n"
        "2026-11-23 20:24:29,001 DEBUG [pool-3-thread-7] "
        "com.example.db.ConnectionPool: connection "
        "acquired, active=5 idle=11\n"
        "2026-11-23 20:24:31 WARN  retrying request to backend-4.internal "
        "(attempt 2 of 5): timeout\n"
        "2026-11-23 20:24:33 ERROR unhandled exception in worker: "
        "java.lang.IllegalStateException: "
        "no such element\n"
        "203.0.113.9 - - [23/Nov/2026:20:24:28 +0000] \"GET "
        "/api/v1/items?page=2 HTTP/1.1\" 200 5316 "
        "\"https://www.example.com/\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\"\n"
        ""
        "{\"time\":\"2026-11-23T20:24:28Z\",\"level\":\"info\",\"msg\":\"request served\",\"path\":"
        "\"/health\",\"duration_ms\":3,\"id\":\"c0ffee12-9ab4\"}\n"
        "kernel: [123456.789012] [UFW BLOCK] IN=eth0 OUT= "
        "MAC=00:16:3e:5a:1b:2c SRC=198.51.100.7 "
        "DST=192.0.2.1 LEN=60 PROTO=TCP SPT=51200 DPT=443\n"
        "level=info ts=2026-11-23T20:24:28.000Z caller=main.go:180 "
        "msg=\"server is ready to receive "
        "web requests\" component=api\n";

TocsinLogFrequency *
tocsin_log_frequency_new(void)
{
	TocsinLogFrequency *self = g_new0(TocsinLogFrequency, 1);

	for (guint i = 0; i < 16; i++) {
		tocsin_log_frequency_learn(self, seed, sizeof seed - 1);
	}
	return self;
}

void
tocsin_log_frequency_free(TocsinLogFrequency *self)
{
	g_free(self);
}

static void
fade(TocsinLogFrequency *self)
{
	self->total = 0;
	for (guint a = 0; a < 256; a++) {
		self->bytes[a] /= 2;
		self->total += self->bytes[a];
		for (guint b = 0; b < 256; b++) {
			self->pairs[a][b] /= 2;
		}
	}
}

void
tocsin_log_frequency_learn(TocsinLogFrequency *self, const void *bytes, gsize length)
{
	const guint8 *p = bytes;

	for (gsize i = 0; i < length; i++) {
		self->bytes[p[i]]++;
		if (i + 1 < length) {
			self->pairs[p[i]][p[i + 1]]++;
		}
		if (++self->total >= FADE_AT) {
			fade(self);
		}
	}
}

/* The forms of @byte to count: itself, or a letter's two cases. Returns how many. */
static guint
forms_of(guint8 byte, gboolean is_caseless, guint8 out_forms[2])
{
	out_forms[0] = byte;
	if (!is_caseless || !g_ascii_isalpha((char)byte)) {
		return 1;
	}
	out_forms[1] = byte ^ 0x20;
	return 2;
}

double
tocsin_log_frequency_estimate(const TocsinLogFrequency *self, const guint8 *bytes, gsize length,
                              gboolean is_caseless)
{
	guint8 now[2], next[2];
	guint now_count, next_count;
	double before = 0, result;

	if (length == 0) {
		return 1;
	}
	now_count = forms_of(bytes[0], is_caseless, now);
	for (guint i = 0; i < now_count; i++) {
		before += self->bytes[now[i]];
	}
	result = (before + UNSEEN) / (self->total + 1.0);
	for (gsize at = 1; at < length; at++) {
		double pairs = 0, nexts = 0;

		next_count = forms_of(bytes[at], is_caseless, next);
		for (guint j = 0; j < next_count; j++) {
			nexts += self->bytes[next[j]];
			for (guint i = 0; i < now_count; i++) {
				pairs += self->pairs[now[i]][next[j]];
			}
		}
		/* An unseen pair is smoothed towards the byte's own frequency. */
		result *= (pairs + UNSEEN + 8 * nexts / (self->total + 1.0)) / (before + 9);
		before = nexts;
		now_count = next_count;
		memcpy(now, next, sizeof now);
	}
	return MIN(result, 1);
}
