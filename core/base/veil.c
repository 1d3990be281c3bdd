/* SPDX-License-Identifier: MIT */
/* Covers known secrets in what others say. */
#include "base/veil.h"

#include <string.h>

#include "base/secret.h"

/* Shorter ones would cover ordinary words, and nobody could guess less than they show. */
#define CLEAR_MIN 4u
#define BASE64_MIN 6u

/* A secret has a form in clear, and one in base64 for each place in a group of three bytes that it
 * may begin at. */
struct _TocsinVeil {
	GPtrArray *forms; /* of char */
};

static void
free_form(gpointer form)
{
	tocsin_wipe_free(form);
}

TocsinVeil *
tocsin_veil_new(void)
{
	TocsinVeil *self = g_new0(TocsinVeil, 1);

	self->forms = g_ptr_array_new_with_free_func(free_form);
	return self;
}

void
tocsin_veil_free(TocsinVeil *self)
{
	if (self != NULL) {
		g_ptr_array_unref(self->forms);
		g_free(self);
	}
}

/* Base64 of @secret behind @shift other bytes, without the characters that these or what follows
 * have a part in. */
static char *
encode_part(const char *secret, gsize length, guint shift)
{
	static const guint skipped[] = {0, 2, 3};
	gsize bits = 8 * (shift + length);
	g_autofree guchar *bytes = g_malloc0(shift + length);

	memcpy(bytes + shift, secret, length);
	char *whole = g_base64_encode(bytes, shift + length);
	char *part = g_strndup(whole + skipped[shift], bits / 6 - skipped[shift]);

	tocsin_wipe(bytes, shift + length);
	tocsin_wipe_free(whole);
	return part;
}

void
tocsin_veil_add(TocsinVeil *self, const char *secret)
{
	gsize length = secret == NULL ? 0 : strlen(secret);

	if (length < CLEAR_MIN ||
	    g_ptr_array_find_with_equal_func(self->forms, secret, g_str_equal, NULL)) {
		return;
	}
	g_ptr_array_add(self->forms, g_strdup(secret));
	for (guint shift = 0; shift < 3; shift++) {
		char *part = encode_part(secret, length, shift);

		if (strlen(part) >= BASE64_MIN) {
			g_ptr_array_add(self->forms, part);
		} else {
			free_form(part);
		}
	}
}

/* Covers @form in @text, which is made from @bytes when the first one is found. */
static char *
cover_form(const char *form, const char *bytes, gsize length, char *text)
{
	gsize size = strlen(form);
	const char *at = bytes;

	while ((at = memmem(at, (gsize)(bytes + length - at), form, size)) != NULL) {
		if (text == NULL) {
			text = g_malloc(length + 1);
			memcpy(text, bytes, length);
			text[length] = '\0';
		}
		memset(text + (at - bytes), '*', size);
		at++;
	}
	return text;
}

char *
tocsin_veil_cover(const TocsinVeil *self, const void *bytes, gsize length)
{
	char *text = NULL;

	for (guint i = 0; self != NULL && i < self->forms->len; i++) {
		text = cover_form(g_ptr_array_index(self->forms, i), bytes, length, text);
	}
	return text;
}
