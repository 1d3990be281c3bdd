/* SPDX-License-Identifier: MIT */
/* The parts of SCRAM (RFC 5802) that the mechanism is made of. Pure functions on text. */
#ifndef TOCSIN_SCRAM_SHA_256_SCRAM_H
#define TOCSIN_SCRAM_SHA_256_SCRAM_H

#include <glib.h>

#define SCRAM_DIGEST_LENGTH 32u /* SHA-256 */

/* What server-first says (RFC 5802 section 7). */
typedef struct {
	char *nonce; /* ours and the server's */
	guchar *salt;
	gsize salt_length;
	guint iterations;
} ScramServerFirst;

void scram_server_first_clear(ScramServerFirst *self);

/* Parses "r=…,s=…,i=…" where the nonce has to go on from @client_nonce. Returns NULL, or what is
 * wrong. Iterations below 4096 (RFC 7677 section 4) or so many that they would keep us busy are
 * refused. */
const char *scram_parse_server_first(const char *text, gsize length, const char *client_nonce,
                                     ScramServerFirst *out);

/* Parses "v=…" into @out_signature. Returns NULL, or what is wrong; an "e=…" goes to *out_refusal
 * (free with g_free()). */
const char *scram_parse_server_final(const char *text, gsize length,
                                     guchar out_signature[SCRAM_DIGEST_LENGTH], char **out_refusal);

/* Prepares a user name or password (SASLprep, RFC 4013). NULL if it may not be used. The caller
 * wipes and frees. */
char *scram_prepare(const char *text);

#endif
