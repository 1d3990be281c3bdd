/* SPDX-License-Identifier: MIT */
/* Finds, reads, compiles and keeps templates. */
#include "engine/letters.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/text.h"
#include "base/trust.h"
#include "engine/letter-head.h"
#include "template/check.h"

#define NAME_BYTES_MAX 200u
#define SUFFIX ".mail"

struct _TocsinLetters {
	char **folders;
	GHashTable *mails; /* of name : TocsinMailTemplate */

	GMutex lock;       /* guards parts: a rendering may ask for one that no constant named */
	GHashTable *parts; /* of file name : TocsinTemplate */
};

TocsinLetters *
tocsin_letters_new(const char *const *folders)
{
	TocsinLetters *self = g_new0(TocsinLetters, 1);

	self->folders = g_strdupv((char **)folders);
	self->mails = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                    (GDestroyNotify)tocsin_mail_template_free);
	self->parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                    (GDestroyNotify)tocsin_template_unref);
	g_mutex_init(&self->lock);
	return self;
}

const char *
tocsin_letters_shipped(void)
{
	return TOCSIN_TEMPLATE_FOLDER;
}

TocsinLetters *
tocsin_letters_new_for(const TocsinConf *conf, const char *shipped)
{
	const char *folder = conf != NULL ? tocsin_conf_folder(conf) : NULL;
	g_autofree char *own = folder != NULL ? g_build_filename(folder, "templates", NULL) : NULL;
	const char *last = shipped != NULL ? shipped : tocsin_letters_shipped();
	const char *const folders[] = {own != NULL ? own : last, own != NULL ? last : NULL, NULL};

	return tocsin_letters_new(folders);
}

void
tocsin_letters_free(TocsinLetters *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->mails);
	g_hash_table_unref(self->parts);
	g_strfreev(self->folders);
	g_mutex_clear(&self->lock);
	g_free(self);
}

/* A name that cannot lead out of a folder, nor to a hidden file. */
static gboolean
is_plain(const char *name)
{
	gsize length = strnlen(name, NAME_BYTES_MAX + 1);

	return length > 0 && length <= NAME_BYTES_MAX && name[0] != '.' && name[0] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                    "0123456789._-") == length;
}

static gboolean
is_there(const char *path)
{
	struct stat info;

	/* Whatever else is wrong is said when it is opened. */
	return lstat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* (nullable) The path of the first file of that name. */
static char *
find_path(const TocsinLetters *self, const char *file)
{
	for (guint i = 0; self->folders[i] != NULL; i++) {
		g_autofree char *path = g_build_filename(self->folders[i], file, NULL);

		if (is_there(path)) {
			return g_steal_pointer(&path);
		}
	}
	return NULL;
}

/* The file's text, NUL-terminated; free with g_free(). */
static char *
read_file(const char *path, gsize *out_length, GError **error)
{
	gsize limit = (gsize)tocsin_template_default_limits.source_bytes + 1;
	int fd = tocsin_trust_open_file(path, TOCSIN_TRUST_UNCHANGED, error);
	g_autofree char *bytes = NULL;
	gsize length = 0;
	gssize got = 1;

	if (fd < 0) {
		return NULL;
	}
	bytes = g_malloc(limit + 1);
	while (got > 0 && length < limit) {
		got = read(fd, bytes + length, limit - length);
		length += got > 0 ? (gsize)got : 0;
	}
	if (got < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot read %s: %s", path,
		            g_strerror(errno));
	}
	close(fd);
	if (got < 0) {
		return NULL;
	}
	bytes[length] = '\0';
	*out_length = length;
	return g_steal_pointer(&bytes);
}

/* The text of @file in whichever folder has it, and where that was. */
static char *
read_named(const TocsinLetters *self, const char *file, char **out_path, gsize *out_length,
           GError **error)
{
	g_autofree char *path = find_path(self, file);
	g_autofree char *folders = NULL;
	char *text;

	if (path == NULL) {
		folders = g_strjoinv(" or ", self->folders);
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, "there is no %s in %s", file,
		            folders);
		return NULL;
	}
	text = read_file(path, out_length, error);
	if (text != NULL) {
		*out_path = g_steal_pointer(&path);
	}
	return text;
}

static gboolean
refuse_name(const char *name, GError **error)
{
	g_autofree char *shown = NULL;

	if (is_plain(name)) {
		return FALSE;
	}
	shown = tocsin_text_for_display(name, strlen(name), NAME_BYTES_MAX);
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
	            "'%s' is no template's name: letters, digits, '.', '_' and '-'", shown);
	return TRUE;
}

TocsinTemplate *
tocsin_letters_load(gpointer data, const char *name, GError **error)
{
	TocsinLetters *self = data;
	g_autofree char *path = NULL;
	g_autofree char *text = NULL;
	TocsinTemplate *part;
	gsize length = 0;

	if (refuse_name(name, error)) {
		return NULL;
	}
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

	part = g_hash_table_lookup(self->parts, name);
	if (part != NULL) {
		return tocsin_template_ref(part);
	}
	text = read_named(self, name, &path, &length, error);
	if (text == NULL) {
		return NULL;
	}
	part = tocsin_template_parse(path, text, (gssize)length, NULL, error);
	if (part != NULL) {
		g_hash_table_insert(self->parts, g_strdup(name), tocsin_template_ref(part));
	}
	return part;
}

/* Adds what was probably meant. */
static void
add_nearest(const TocsinLetters *self, const char *name, GError **error)
{
	g_auto(GStrv) names = tocsin_letters_names(self);
	const char *nearest = tocsin_text_nearest(name, (const char *const *)names);

	if (nearest != NULL && error != NULL && *error != NULL) {
		g_autofree char *message =
		        g_strdup_printf("%s; did you mean '%s'?", (*error)->message, nearest);

		g_free((*error)->message);
		(*error)->message = g_steal_pointer(&message);
	}
}

const TocsinMailTemplate *
tocsin_letters_find(TocsinLetters *self, const char *name, GError **error)
{
	const TocsinMailTemplate *known = g_hash_table_lookup(self->mails, name);
	g_autoptr(TocsinMailTemplate) mail = NULL;
	g_autofree char *file = NULL;
	g_autofree char *path = NULL;
	g_autofree char *text = NULL;
	gsize length = 0;

	if (known != NULL || refuse_name(name, error)) {
		return known;
	}
	file = g_strconcat(name, SUFFIX, NULL);
	text = read_named(self, file, &path, &length, error);
	if (text == NULL) {
		g_autofree char *there = find_path(self, file);

		if (there == NULL) {
			add_nearest(self, name, error);
		}
		return NULL;
	}
	mail = tocsin_mail_template_parse(path, text, (gssize)length, NULL, error);
	if (mail == NULL) {
		return NULL;
	}
	/* Looking for names that are missing loads all that it names: what can be read now need not
	 * be read when it is rendered. */
	g_autoptr(TocsinDatum) nothing = tocsin_datum_new_map();
	g_autoptr(GPtrArray) problems =
	        tocsin_mail_template_check(mail, nothing, tocsin_letters_load, self);

	known = mail;
	g_hash_table_insert(self->mails, g_strdup(name), g_steal_pointer(&mail));
	return known;
}

const TocsinMailTemplate *
tocsin_letters_get(const TocsinLetters *self, const char *name)
{
	return g_hash_table_lookup(self->mails, name);
}

/* The front matter may set any header but those that every mail has anyway. */
static void
check_front(const TocsinMailTemplate *mail, GPtrArray *problems)
{
	guint line = 0;

	for (guint i = 0; tocsin_mail_template_key(mail, i, &line) != NULL; i++) {
		const char *name = tocsin_mail_template_key(mail, i, &line);
		g_autoptr(GError) error = NULL;

		if (g_ascii_strcasecmp(name, "subject") != 0 &&
		    !tocsin_letter_head_is_free(name, &error)) {
			g_ptr_array_add(problems, g_strdup_printf("%s:%u:1: %s",
			                                          tocsin_mail_template_file(mail),
			                                          line, error->message));
		}
	}
}

GPtrArray *
tocsin_letters_check(TocsinLetters *self, const char *name, const TocsinDatum *schema)
{
	g_autoptr(GError) error = NULL;
	const TocsinMailTemplate *mail = tocsin_letters_find(self, name, &error);
	GPtrArray *problems;

	if (mail != NULL) {
		problems = tocsin_mail_template_check(mail, schema, tocsin_letters_load, self);
		check_front(mail, problems);
		return problems;
	}
	problems = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(problems, g_strdup(error->message));
	return problems;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **
tocsin_letters_names(const TocsinLetters *self)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; self->folders[i] != NULL; i++) {
		g_autoptr(GDir) folder = g_dir_open(self->folders[i], 0, NULL);
		const char *file;

		while (folder != NULL && (file = g_dir_read_name(folder)) != NULL) {
			g_autofree char *name =
			        g_str_has_suffix(file, SUFFIX)
			                ? g_strndup(file, strlen(file) - strlen(SUFFIX))
			                : NULL;

			if (name != NULL && is_plain(name) &&
			    !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
				g_ptr_array_add(names, g_steal_pointer(&name));
			}
		}
	}
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	g_ptr_array_set_free_func(names, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}
