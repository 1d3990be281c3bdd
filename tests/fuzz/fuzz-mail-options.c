/* SPDX-License-Identifier: MIT */
/* Whatever is taken as a mail's packed options packs again. */
#include "model/mail.h"

#include <stddef.h>
#include <stdint.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(TocsinMail) mail = tocsin_mail_new("m1", "a@b", 0);
	g_autoptr(TocsinMail) back = tocsin_mail_new("m1", "a@b", 0);

	if (tocsin_mail_unpack_options(mail, data, size, NULL)) {
		g_autoptr(GByteArray) packed = tocsin_mail_pack_options(mail);

		g_assert_true(tocsin_mail_unpack_options(back, packed->data, packed->len, NULL));
	}
	return 0;
}
