/* SPDX-License-Identifier: MIT */
/* A token endpoint's answer. */
#include <stdint.h>

#include "secret/grant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(TocsinGrant) grant = {0};
	g_autoptr(GError) error = NULL;

	if (tocsin_grant_parse((const char *)data, size, 200, &grant, &error)) {
		g_assert_nonnull(grant.access_token);
		g_assert_cmpint(grant.lifetime_us, >, 0);
	} else {
		g_assert_nonnull(error);
	}
	return 0;
}
