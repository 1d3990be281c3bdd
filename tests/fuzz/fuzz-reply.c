/* SPDX-License-Identifier: MIT */
/* The reply parser and the reader of EHLO: the same however the bytes come in parts. */
#include <stddef.h>
#include <stdint.h>

#include "smtp/extensions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	TocsinReplyParser whole = {0};
	TocsinReplyParser parts = {0};
	TocsinReply reply;
	TocsinReply other;
	TocsinReplyStatus status = tocsin_reply_parse(&whole, bytes, size, &reply, NULL);
	TocsinReplyStatus again = TOCSIN_REPLY_MORE;
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX];

	for (size_t length = 0; length <= size && again == TOCSIN_REPLY_MORE; length++) {
		again = tocsin_reply_parse(&parts, bytes, length, &other, NULL);
	}
	g_assert_cmpint(status, ==, again);
	tocsin_reply_free(tocsin_reply_new_garbage(bytes, size));
	if (status == TOCSIN_REPLY_COMPLETE) {
		g_autoptr(TocsinFeatures) features = tocsin_features_new(&reply);
		g_autofree char *shown = tocsin_reply_dup_display(&reply, 100);

		g_assert_cmpuint(reply.length, ==, other.length);
		g_assert_true(g_utf8_validate(shown, -1, NULL));
		tocsin_reply_get_enhanced(&reply, enhanced);
		g_assert_nonnull(features->mechanisms);
	}
	return 0;
}
