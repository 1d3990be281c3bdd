/* SPDX-License-Identifier: MIT */
/* Delivers into a Maildir (https://cr.yp.to/proto/maildir.html): the unit, its settings, its
 * instances. */
#include <stdlib.h>
#include <string.h>
#include <tocsin/plugin.h>
#include <unistd.h>

#include "file.h"
#include "run.h"

#define FOLDER_MAX 200u
#define HOST_NAME_MAX_LENGTH 64u

/* A name that is one component of a path, and a Maildir++ folder's: parts between single dots. */
static bool
is_folder(const char *folder)
{
	size_t length = strlen(folder);

	if (length == 0 || length > FOLDER_MAX || folder[0] == '.' || folder[length - 1] == '.' ||
	    strstr(folder, "..") != NULL || strchr(folder, '/') != NULL) {
		return false;
	}
	for (; *folder != '\0'; folder++) {
		if ((unsigned char)*folder < ' ' || *folder == '\x7f') {
			return false;
		}
	}
	return true;
}

static bool
is_name(const char *name)
{
	return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Splits an absolute path into the folder above and the last name. */
static bool
split_path(MaildirPlace *place, const char *path)
{
	char *parent = strdup(path);
	size_t length = parent == NULL ? 0 : strlen(parent);

	while (length > 1 && parent[length - 1] == '/') {
		parent[--length] = '\0';
	}
	char *slash = parent == NULL ? NULL : strrchr(parent, '/');

	place->parent = parent;
	place->name = slash == NULL ? NULL : strdup(slash + 1);
	if (place->name == NULL) {
		return false;
	}
	*slash = '\0';
	return true;
}

static void
close_instance(void *instance)
{
	MaildirInstance *self = instance;

	free(self->place.parent);
	free(self->place.name);
	free(self);
}

/* One of the choices below, in octal. */
static mode_t
read_mode(const char *text)
{
	mode_t mode = 0;

	for (; *text != '\0'; text++) {
		mode = mode * 8 + (mode_t)(*text - '0');
	}
	return mode;
}

static int32_t
fill_instance(MaildirInstance *self, const tocsin_host *host, const tocsin_config *config,
              tocsin_error *error)
{
	char name[HOST_NAME_MAX_LENGTH + 1] = "";

	self->host = host;
	self->delivery = host->extension(host, TOCSIN_DELIVERY);
	self->place.folder = host->get_string(host, config, "folder");
	self->place.mode = read_mode(host->get_string(host, config, "mode"));
	/* A name that is too long for it is cut, and still tells machines apart. */
	(void)gethostname(name, sizeof(name) - 1);
	maildir_file_escape_host(name[0] == '\0' ? "localhost" : name, self->host_name,
	                         sizeof(self->host_name));
	if (self->delivery == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, "this program cannot deliver");
	}
	if (!split_path(&self->place, host->get_string(host, config, "path"))) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	if (!is_name(self->place.name)) {
		return host->fail(host, error, TOCSIN_E_CONFIG,
		                  "path does not end in the name of a folder");
	}
	return TOCSIN_OK;
}

static int32_t
open_instance(const tocsin_host *host, const tocsin_config *config, void **out_instance,
              tocsin_error *error)
{
	const char *folder = host->get_string(host, config, "folder");

	if (host->get_string(host, config, "path")[0] != '/') {
		return host->fail(host, error, TOCSIN_E_CONFIG,
		                  "path is not absolute; write it from / on");
	}
	if (folder != NULL && !is_folder(folder)) {
		return host->fail(host, error, TOCSIN_E_CONFIG,
		                  "folder is no Maildir++ name; write it like \"Alerts\" or "
		                  "\"Alerts.Nightly\"");
	}
	MaildirInstance *self = calloc(1, sizeof(*self));

	if (self == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	int32_t status = fill_instance(self, host, config, error);

	if (status != TOCSIN_OK) {
		close_instance(self);
		return status;
	}
	*out_instance = self;
	return TOCSIN_OK;
}

static const tocsin_key path_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .flags = TOCSIN_KEY_REQUIRED,
        .name = "path",
        .help = "The Maildir's absolute path; it is made if it is missing.",
};

static const tocsin_key folder_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "folder",
        .help = "A Maildir++ folder in it, such as \"Alerts\" or \"Alerts.Nightly\".",
};

static const char *const modes[] = {"0600", "0640", "0660", NULL};
static const tocsin_key mode_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "mode",
        .fallback = "0600",
        .choices = modes,
        .help = "Who may read and write the files; folders that are made follow it.",
};

static const tocsin_key *const keys[] = {&path_key, &folder_key, &mode_key, NULL};

static const tocsin_transport_ops ops = {
        .size = sizeof(tocsin_transport_ops),
        .open = open_instance,
        .run = maildir_run,
        .close = close_instance,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "maildir",
        .summary = "Delivers into a Maildir on this machine.",
        .keys = keys,
        .transport = &ops,
};

static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "transport-maildir", .version = VERSION, .license = "MIT",
        .units = units,
};
