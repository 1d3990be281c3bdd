/* SPDX-License-Identifier: MIT */
/* A seeded generator: the same lines in each run. */
#include "corpus.h"

#include <stdio.h>

static const char *const causes[] = {
        "authentication failure", "connection refused",   "disk quota exceeded", "lease expired",
        "checksum mismatch",      "certificate rejected", "segment fault",       "replication lag",
        "queue overflow",         "permission denied",
};

static const char *const programs[] = {
        "sshd", "postfix/smtpd", "nginx", "systemd", "CRON", "dovecot", "kernel", "api-gateway",
};

static const char *const syllables[] = {
        "ka",  "ro",  "mi",  "ta",  "ven", "dor", "lus", "pex",
        "qui", "zan", "fro", "bel", "gru", "hap", "jin", "nol",
};

/* A made-up service's name, another one for each index. */
static void
make_name(guint index, char name[32])
{
	g_snprintf(name, 32, "%s%s%s%u", syllables[index % 16], syllables[index / 16 % 16],
	           syllables[index / 256 % 16], index % 10);
}

char *
corpus_make_regex(guint index)
{
	char name[32];

	make_name(index, name);
	switch (index % 4) {
	case 0:
		return g_strdup_printf("%s\\[\\d+\\]: %s for (?<user>\\S+) from (?<ip>[\\d.]+)",
		                       name, causes[index % 10]);
	case 1:
		return g_strdup_printf("(?<unit>%s)\\S*: (?:error|fatal): (?<what>%s)", name,
		                       causes[index % 10]);
	case 2:
		return g_strdup_printf("(?i)\\b%s: %s .*code=(?<code>\\d+)$", name,
		                       causes[index % 10]);
	default:
		return g_strdup_printf("^\\S+ +\\d+ [\\d:]+ (?<host>\\S+) %s: .*%s", name,
		                       causes[index % 10]);
	}
}

static void
append_match(GString *out, GRand *random, guint index)
{
	char name[32];

	make_name(index, name);
	g_string_append_printf(out, "Nov 23 20:%02d:%02d web-%02d ",
	                       g_rand_int_range(random, 0, 60), g_rand_int_range(random, 0, 60),
	                       g_rand_int_range(random, 1, 40));
	switch (index % 4) {
	case 0:
		g_string_append_printf(out, "%s[%d]: %s for user%d from 192.0.2.%d port 4711", name,
		                       g_rand_int_range(random, 1, 30000), causes[index % 10],
		                       g_rand_int_range(random, 0, 999),
		                       g_rand_int_range(random, 1, 255));
		break;
	case 1:
		g_string_append_printf(out, "%s-worker: error: %s while handling request %08x",
		                       name, causes[index % 10], g_rand_int(random));
		break;
	default:
		g_string_append_printf(out, "%s: %s in stage %d, code=%d", name, causes[index % 10],
		                       g_rand_int_range(random, 1, 9),
		                       g_rand_int_range(random, 100, 999));
	}
}

static void
append_other(GString *out, GRand *random)
{
	const char *program = programs[g_rand_int_range(random, 0, G_N_ELEMENTS(programs))];

	g_string_append_printf(
	        out, "Nov 23 20:%02d:%02d web-%02d %s[%d]: ", g_rand_int_range(random, 0, 60),
	        g_rand_int_range(random, 0, 60), g_rand_int_range(random, 1, 40), program,
	        g_rand_int_range(random, 1, 30000));
	switch (g_rand_int_range(random, 0, 5)) {
	case 0:
		g_string_append_printf(
		        out,
		        "198.51.100.%d - - \"GET /api/v1/items?page=%d HTTP/1.1\" 200 %d \"-\" "
		        "\"Mozilla/5.0 (X11; Linux x86_64)\" rt=0.%03d",
		        g_rand_int_range(random, 1, 255), g_rand_int_range(random, 1, 500),
		        g_rand_int_range(random, 100, 90000), g_rand_int_range(random, 0, 999));
		break;
	case 1:
		g_string_append_printf(out,
		                       "session opened for user deploy%d(uid=%d) by (uid=0), "
		                       "terminal pts/%d, request %08x accepted and recorded",
		                       g_rand_int_range(random, 0, 99),
		                       g_rand_int_range(random, 1000, 9999),
		                       g_rand_int_range(random, 0, 20), g_rand_int(random));
		break;
	case 2:
		g_string_append_printf(
		        out,
		        "%08X%02X: from=<user%d@example.org>, size=%d, nrcpt=1 (queue "
		        "active), delays=0.1/0/0.2/0.3",
		        g_rand_int(random), g_rand_int_range(random, 0, 255),
		        g_rand_int_range(random, 0, 9999), g_rand_int_range(random, 500, 99999));
		break;
	case 3:
		g_string_append_printf(
		        out,
		        "connection from 203.0.113.%d established after %d ms, tls=TLSv1.3 "
		        "cipher=TLS_AES_256_GCM_SHA384, error count 0",
		        g_rand_int_range(random, 1, 255), g_rand_int_range(random, 1, 900));
		break;
	default:
		g_string_append_printf(
		        out,
		        "job %d finished with status ok in %d.%03d s; next run in %d "
		        "minutes, no permission changes needed",
		        g_rand_int_range(random, 1, 99999), g_rand_int_range(random, 0, 60),
		        g_rand_int_range(random, 0, 999), g_rand_int_range(random, 1, 60));
	}
}

guint64
corpus_write(const char *path, guint64 bytes, guint per_mille, guint rules)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(4711);
	g_autoptr(GString) text = g_string_new(NULL);
	FILE *file = fopen(path, "we");
	guint64 written = 0, matches = 0;

	g_assert_nonnull(file);
	while (written < bytes) {
		g_string_truncate(text, 0);
		for (guint i = 0; i < 4096; i++) {
			if ((guint)g_rand_int_range(random, 0, 1000) < per_mille) {
				append_match(text, random,
				             (guint)g_rand_int_range(random, 0, (gint32)rules));
				matches++;
			} else {
				append_other(text, random);
			}
			g_string_append_c(text, '\n');
		}
		g_assert_cmpuint(fwrite(text->str, 1, text->len, file), ==, text->len);
		written += text->len;
	}
	g_assert_cmpint(fclose(file), ==, 0);
	return matches;
}
