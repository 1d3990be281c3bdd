/* SPDX-License-Identifier: MIT */
/* A table of what was read. */
#include "secret/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "secret/file.h"

struct _TocsinSecretKeeper {
	GMutex lock;
	GHashTable *by_path; /* of char : TocsinSecret */
};

TocsinSecretKeeper *
tocsin_secret_keeper_new(void)
{
	TocsinSecretKeeper *self = g_new0(TocsinSecretKeeper, 1);

	g_mutex_init(&self->lock);
	self->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                      (GDestroyNotify)tocsin_secret_unref);
	return self;
}

void
tocsin_secret_keeper_free(TocsinSecretKeeper *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->by_path);
	g_mutex_clear(&self->lock);
	g_free(self);
}

/* Whether it is this user who must not, and not that the file is gone or is not to be trusted. */
static gboolean
is_forbidden(const char *path)
{
	return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0 && errno == EACCES;
}

TocsinSecret *
tocsin_secret_keeper_read(TocsinSecretKeeper *self, const char *path, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);
	g_autoptr(GError) cause = NULL;
	g_autoptr(TocsinSecret) secret = tocsin_secret_read_file(path, &cause);

	if (secret != NULL) {
		g_hash_table_replace(self->by_path, g_strdup(path), tocsin_secret_ref(secret));
		return g_steal_pointer(&secret);
	}
	if (!is_forbidden(path)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	TocsinSecret *kept = g_hash_table_lookup(self->by_path, path);

	if (kept == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "%s; the daemon, which is user %u now, has to read it: let its group, "
		            "chown root:GROUP %s and chmod 0640 %s, or restart it as root",
		            cause->message, (guint)geteuid(), path, path);
		return NULL;
	}
	return tocsin_secret_ref(kept);
}

void
tocsin_secret_keeper_put(TocsinSecretKeeper *self, const char *path, TocsinSecret *secret)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

	g_hash_table_replace(self->by_path, g_strdup(path), tocsin_secret_ref(secret));
}
