/* SPDX-License-Identifier: MIT */
/* The TLS settings of <tocsin/smtp.h> and what is loaded by them. */
#ifndef TOCSIN_LIB_TLS_H
#define TOCSIN_LIB_TLS_H

#include <tocsin/smtp.h>

#include "net/tls.h"

G_BEGIN_DECLS

/* What @self says, loaded with the first call. Belongs to @self. TOCSIN_ERROR_CONFIG if it cannot
 * be. Any thread. */
TocsinTls *tocsin_lib_tls_load(TocsinSmtpTls *self, GError **error);

G_END_DECLS

#endif
