/* SPDX-License-Identifier: MIT */
/* What a mail address is, and how long it may be. */
#ifndef TOCSIN_MODEL_ADDRESS_TYPES_H
#define TOCSIN_MODEL_ADDRESS_TYPES_H

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_ADDRESS_DOMAIN_MAX 255u /* bytes: RFC 5321 section 4.5.3.1.2 */
/* Bytes: 64 + 1 + 255 of RFC 5321 section 4.5.3.1. The 64 are not held against a local part alone,
 * for return paths that name their recipient are longer in practice. */
#define TOCSIN_ADDRESS_SPEC_MAX 320u
#define TOCSIN_ADDRESS_NAME_MAX 1000u      /* bytes of a display name */
#define TOCSIN_ADDRESS_LIST_MAX 10000u     /* mailboxes in one list */
#define TOCSIN_ADDRESS_TEXT_MAX (1u << 20) /* bytes of one text */
#define TOCSIN_ADDRESS_NESTING_MAX 32u     /* comments within comments */

/* Read only. */
typedef struct {
	char *name;   /* display name without quotes, or NULL */
	char *spec;   /* local@domain, the local part quoted only if it must be */
	char *domain; /* what stands behind the @ of @spec: points into it */
	char *group;  /* display name of the group it stood in, or NULL */
} TocsinAddress;

G_END_DECLS

#endif
