/* SPDX-License-Identifier: MIT */
/* The table of the part. */
#include "net/tls-calls.h"
#include "net/tls-openssl.h"

const TocsinTlsCalls tocsin_tls_calls = {
        .new = tls_new,
        .ref = tls_ref,
        .unref = tls_unref,
        .start = tls_start,
        .get_binding = tls_info_get_binding,
        .get_info = tls_info_get,
};
