/* SPDX-License-Identifier: MIT */
/* The tocsin_host table: thin, checked ways from a plugin to the host's own types. */
#include "abi/host.h"

#include <string.h>

#include "abi/buf.h"
#include "abi/error.h"
#include "abi/settings.h"
#include "base/text.h"

#define LOG_LINE_LIMIT 4000u

struct _TocsinHost {
	tocsin_host table;
	char *unit;
	TocsinHostLog log;
	gpointer user;
	GHashTable *extensions; /* of id : const void, borrowed */
};

static void
host_log(const tocsin_host *host, int32_t level, const char *text)
{
	if (host == NULL || text == NULL) {
		tocsin_guard_blame("log() was given NULL");
		return;
	}
	const TocsinHost *self = host->ctx;
	g_autofree char *clean = tocsin_text_keep_displayed(text, strlen(text), LOG_LINE_LIMIT);

	if (self->log == NULL) {
		g_debug("%s: %s", self->unit, clean);
	} else {
		self->log(self->unit, CLAMP(level, TOCSIN_LOG_DEBUG, TOCSIN_LOG_ERROR), clean,
		          self->user);
	}
}

static int32_t
host_fail(const tocsin_host *host, tocsin_error *error, int32_t status, const char *text)
{
	if (error == NULL) {
		tocsin_guard_blame("fail() was given NULL");
	} else if (text != NULL) {
		tocsin_abi_error_set(error, text);
	}
	return status;
}

static int32_t
host_put(const tocsin_host *host, tocsin_buf *buf, const void *data, size_t length)
{
	if (buf == NULL || (data == NULL && length > 0)) {
		tocsin_guard_blame("put() was given NULL");
		return TOCSIN_E_BUG;
	}
	return tocsin_buf_append(buf, data, length) ? TOCSIN_OK : TOCSIN_E_PERM;
}

static gboolean
are_given(const tocsin_config *config, const char *key, const char *call)
{
	if (config == NULL || key == NULL) {
		tocsin_guard_blame("%s() was given NULL", call);
		return FALSE;
	}
	return TRUE;
}

static const char *
host_get_string(const tocsin_host *host, const tocsin_config *config, const char *key)
{
	return are_given(config, key, "get_string") ? tocsin_settings_get_string(config, key)
	                                            : NULL;
}

static int64_t
host_get_int(const tocsin_host *host, const tocsin_config *config, const char *key)
{
	return are_given(config, key, "get_int") ? tocsin_settings_get_int(config, key) : 0;
}

static const char *
host_get_item(const tocsin_host *host, const tocsin_config *config, const char *key, uint32_t index)
{
	return are_given(config, key, "get_item") ? tocsin_settings_get_item(config, key, index)
	                                          : NULL;
}

static const tocsin_config *
host_get_group(const tocsin_host *host, const tocsin_config *config, const char *key,
               uint32_t index)
{
	return are_given(config, key, "get_group") ? tocsin_settings_get_group(config, key, index)
	                                           : NULL;
}

static const void *
host_extension(const tocsin_host *host, const char *id)
{
	if (host == NULL || id == NULL) {
		tocsin_guard_blame("extension() was given NULL");
		return NULL;
	}
	const TocsinHost *self = host->ctx;

	return g_hash_table_lookup(self->extensions, id);
}

TocsinHost *
tocsin_host_new(const char *unit, TocsinHostLog log, gpointer user)
{
	TocsinHost *self = g_new0(TocsinHost, 1);

	self->table = (tocsin_host){
	        .size = sizeof(tocsin_host),
	        .abi_minor = TOCSIN_ABI_MINOR,
	        .ctx = self,
	        .log = host_log,
	        .fail = host_fail,
	        .put = host_put,
	        .get_string = host_get_string,
	        .get_int = host_get_int,
	        .get_item = host_get_item,
	        .get_group = host_get_group,
	        .extension = host_extension,
	};
	self->unit = g_strdup(unit);
	self->log = log;
	self->user = user;
	self->extensions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

void
tocsin_host_free(TocsinHost *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->extensions);
	g_free(self->unit);
	g_free(self);
}

void
tocsin_host_offer(TocsinHost *self, const char *id, const void *table)
{
	g_hash_table_insert(self->extensions, g_strdup(id), (gpointer)table);
}

const tocsin_host *
tocsin_host_table(const TocsinHost *self)
{
	return &self->table;
}
