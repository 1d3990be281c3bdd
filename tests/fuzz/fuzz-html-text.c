/* SPDX-License-Identifier: MIT */
/* Derives text from the bytes as HTML. */
#include <stddef.h>
#include <stdint.h>

#include "template/html-text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *html =
	        g_utf8_make_valid(data != NULL ? (const char *)data : "", (gssize)size);
	g_autofree char *text = tocsin_html_text_derive(html);

	return 0;
}
