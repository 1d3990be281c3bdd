/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target without a fuzzing engine: each seed of a folder, every truncation of it, and a
 * fixed number of seeded random mutations, so that every run of the tests does the same work and a
 * failure can be repeated. */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUTATIONS 300u
#define TRUNCATIONS 512u

/* The target gets its own allocation of just this size, so that the sanitizer sees a read past its
 * end. */
static void
feed(const guint8 *bytes, gsize length)
{
	g_autofree guint8 *copy = g_malloc(MAX(length, 1));

	if (length > 0) {
		memcpy(copy, bytes, length);
	}
	LLVMFuzzerTestOneInput(copy, length);
}

static void
mutate(GRand *random, guint8 *bytes, gsize length)
{
	guint changes = (guint)g_rand_int_range(random, 1, 8);

	for (guint i = 0; i < changes && length > 0; i++) {
		gsize at = (gsize)g_rand_int_range(random, 0, (gint32)MIN(length, G_MAXINT32));

		switch (g_rand_int_range(random, 0, 4)) {
		case 0:
			bytes[at] ^= (guint8)(1u << g_rand_int_range(random, 0, 8));
			break;
		case 1:
			bytes[at] = (guint8)g_rand_int_range(random, 0, 256);
			break;
		case 2:
			bytes[at] = bytes[(gsize)g_rand_int_range(random, 0, (gint32)length)];
			break;
		default:
			bytes[at] =
			        (guint8) "\r\n\0.:{}%\"\\ \xff<>="[g_rand_int_range(random, 0, 15)];
		}
	}
}

static void
run_seed(GRand *random, const guint8 *bytes, gsize length)
{
	g_autofree guint8 *work = g_malloc(MAX(length, 1));

	feed(bytes, length);
	for (gsize cut = 0; cut < MIN(length, TRUNCATIONS); cut++) {
		feed(bytes, cut);
	}
	for (guint i = 0; i < MUTATIONS; i++) {
		if (length > 0) {
			memcpy(work, bytes, length);
		}
		mutate(random, work, length);
		feed(work, length);
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(20260101);
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) folder = argc == 2 ? g_dir_open(argv[1], 0, &error) : NULL;
	guint seeds = 0;
	const char *name;

	if (folder == NULL) {
		fprintf(stderr, "usage: %s SEEDS-FOLDER%s%s\n", argv[0], error ? ": " : "",
		        error ? error->message : "");
		return 2;
	}
	feed(NULL, 0);
	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(argv[1], name, NULL);
		g_autofree char *bytes = NULL;
		gsize length;

		if (!g_file_get_contents(path, &bytes, &length, &error)) {
			fprintf(stderr, "%s\n", error->message);
			return 2;
		}
		run_seed(random, (const guint8 *)bytes, length);
		seeds++;
	}
	if (seeds == 0) {
		fprintf(stderr, "%s holds no seed\n", argv[1]);
		return 2;
	}
	printf("%u seeds, %u mutations each\n", seeds, MUTATIONS);
	return 0;
}
