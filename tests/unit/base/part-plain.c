/* SPDX-License-Identifier: MIT */
/* A module that is no part. */
extern const int plain;
const int plain = 1;
