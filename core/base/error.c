/* SPDX-License-Identifier: MIT */
/* The error domain; include/tocsin/error.h lists the codes. */
#include <tocsin/error.h>

G_DEFINE_QUARK(tocsin_error, tocsin_error)
