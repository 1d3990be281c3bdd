/* SPDX-License-Identifier: MIT */
#include "base/veil.h"

#include <string.h>

#define SECRET "s3cret-Tr4p"

static void
assert_cover(const TocsinVeil *veil, const char *text, const char *expected)
{
	g_autofree char *covered = tocsin_veil_cover(veil, text, strlen(text));

	g_assert_cmpstr(covered, ==, expected);
}

static void
covers_a_secret_wherever_it_stands(void)
{
	g_autoptr(TocsinVeil) veil = tocsin_veil_new();

	tocsin_veil_add(veil, SECRET);
	assert_cover(veil, "no", NULL);
	assert_cover(veil, "", NULL);
	assert_cover(veil, SECRET, "***********");
	assert_cover(veil, "<" SECRET "> and " SECRET, "<***********> and ***********");
	assert_cover(veil, "s3cret-Tr4", NULL);
	assert_cover(NULL, SECRET, NULL);
}

/* Whatever stands before and behind it: no character that tells of the secret alone is left. */
static void
covers_base64_at_every_place(void)
{
	g_autoptr(TocsinVeil) veil = tocsin_veil_new();

	tocsin_veil_add(veil, SECRET);
	for (gsize before = 0; before < 9; before++) {
		for (gsize behind = 0; behind < 4; behind++) {
			g_autofree char *front = g_strnfill(before, 'u');
			g_autofree char *back = g_strnfill(behind, '\x01');
			g_autofree char *plain = g_strconcat(front, SECRET, back, NULL);
			g_autofree char *line = g_base64_encode((guchar *)plain, strlen(plain));
			g_autofree char *covered = tocsin_veil_cover(veil, line, strlen(line));
			gsize first = (8 * before + 5) / 6;
			gsize end = 8 * (before + strlen(SECRET)) / 6;

			g_assert_nonnull(covered);
			for (gsize i = 0; i < strlen(line); i++) {
				g_assert_cmpint(covered[i] == '*', ==, i >= first && i < end);
			}
		}
	}
}

static void
covers_overlapping_secrets(void)
{
	g_autoptr(TocsinVeil) veil = tocsin_veil_new();

	tocsin_veil_add(veil, "abcd");
	tocsin_veil_add(veil, "cdef");
	tocsin_veil_add(veil, "aaaa");
	assert_cover(veil, "-abcdef-", "-******-");
	assert_cover(veil, "-aaaaaa-", "-******-");
}

static void
knows_bytes_behind_a_nul(void)
{
	g_autoptr(TocsinVeil) veil = tocsin_veil_new();
	g_autofree char *covered = NULL;

	tocsin_veil_add(veil, SECRET);
	covered = tocsin_veil_cover(veil, "a\0" SECRET, 2 + strlen(SECRET));
	g_assert_cmpmem(covered, 2 + strlen(SECRET), "a\0***********", 2 + strlen(SECRET));
}

static void
leaves_words_alone_for_short_secrets(void)
{
	g_autoptr(TocsinVeil) veil = tocsin_veil_new();

	tocsin_veil_add(veil, NULL);
	tocsin_veil_add(veil, "");
	tocsin_veil_add(veil, "the");
	assert_cover(veil, "the end", NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/veil/" #name, name)
	ADD(covers_a_secret_wherever_it_stands);
	ADD(covers_base64_at_every_place);
	ADD(covers_overlapping_secrets);
	ADD(knows_bytes_behind_a_nul);
	ADD(leaves_words_alone_for_short_secrets);
	return g_test_run();
}
