/* SPDX-License-Identifier: MIT */
/* Listening sockets. A Unix socket has a lock file beside it, which its owner keeps locked: without
 * it two that start at once could each take the other's new socket for a dead one. */
#include "control/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <grp.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/trust.h"

#define RUN_FOLDER "/run"
#define SOCKET_MODE 0660
#define FOLDER_MODE 0755
#define BACKLOG 64
#define GROUP_BUFFER 65536u

struct _TocsinListener {
	int descriptor; /* or -1 */
	int lock;       /* or -1 */
	char *path;     /* (nullable) of a Unix socket */
	dev_t device;   /* what is at path, as it was made */
	ino_t inode;
	guint16 port;
};

static void
close_if_open(int *descriptor)
{
	if (*descriptor >= 0) {
		(void)close(*descriptor);
		*descriptor = -1;
	}
}

void
tocsin_listener_free(TocsinListener *self)
{
	struct stat now;

	if (self == NULL) {
		return;
	}
	close_if_open(&self->descriptor);
	if (self->path != NULL && lstat(self->path, &now) == 0 && now.st_dev == self->device &&
	    now.st_ino == self->inode) {
		(void)unlink(self->path);
	}
	close_if_open(&self->lock); /* the file stays: whoever waits for it has it open */
	g_free(self->path);
	g_free(self);
}

static gboolean
fail_errno(const char *what, const char *where, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot %s '%s': %s", what, where,
	            g_strerror(errno));
	return FALSE;
}

static TocsinListener *
make(int family, GError **error)
{
	TocsinListener *self = g_new0(TocsinListener, 1);

	self->lock = -1;
	self->descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (self->descriptor < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot make a socket: %s",
		            g_strerror(errno));
		g_clear_pointer(&self, tocsin_listener_free);
	}
	return self;
}

/* Makes the folder of the socket where only that folder is missing, and holds it to trust. */
static gboolean
prepare_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *above = g_path_get_dirname(folder);
	int descriptor;

	/* The group has to reach the socket, whatever the umask. */
	if (strcmp(above, RUN_FOLDER) == 0 &&
	    (mkdir(folder, FOLDER_MODE) == 0 ? chmod(folder, FOLDER_MODE) != 0 : errno != EEXIST)) {
		return fail_errno("make the folder", folder, error);
	}
	descriptor = tocsin_trust_open_directory(folder, NULL, error);
	if (descriptor < 0) {
		g_prefix_error(error, "the control socket's folder: ");
		return FALSE;
	}
	(void)close(descriptor);
	return TRUE;
}

static gboolean
fill_address(const char *path, struct sockaddr_un *out_address, GError **error)
{
	*out_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (!g_path_is_absolute(path)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the control socket's path '%s' is not absolute", path);
		return FALSE;
	}
	if (strlen(path) >= sizeof out_address->sun_path) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the control socket's path '%s' is longer than %u bytes", path,
		            (guint)sizeof out_address->sun_path - 1);
		return FALSE;
	}
	(void)g_strlcpy(out_address->sun_path, path, sizeof out_address->sun_path);
	return TRUE;
}

/* Connects to whoever listens there: a descriptor, or -1 with errno. */
static int
knock(const struct sockaddr_un *address)
{
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (probe >= 0 && connect(probe, (const struct sockaddr *)address, sizeof *address) != 0) {
		int cause = errno;

		close_if_open(&probe);
		errno = cause;
	}
	return probe;
}

static gboolean
fail_live(const struct sockaddr_un *address, GError **error)
{
	struct ucred owner = {0};
	socklen_t length = sizeof owner;
	int probe = knock(address);

	if (probe >= 0) {
		(void)getsockopt(probe, SOL_SOCKET, SO_PEERCRED, &owner, &length);
		close_if_open(&probe);
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONNECT,
	            "the control socket '%s' is in use by process %d: is another tocsind running?",
	            address->sun_path, (int)owner.pid);
	return FALSE;
}

/* Only one process can have the lock, which goes with the process. */
static gboolean
take_lock(TocsinListener *self, const struct sockaddr_un *address, GError **error)
{
	const char *path = address->sun_path;
	g_autofree char *lock_path = g_strconcat(path, ".lock", NULL);

	self->lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (self->lock < 0) {
		return fail_errno("open", lock_path, error);
	}
	if (flock(self->lock, LOCK_EX | LOCK_NB) != 0) {
		return errno == EWOULDBLOCK ? fail_live(address, error)
		                            : fail_errno("lock", lock_path, error);
	}
	return TRUE;
}

/* Takes away what a dead process left; what is no socket, or alive, stays. */
static gboolean
remove_stale(const struct sockaddr_un *address, GError **error)
{
	const char *path = address->sun_path;
	struct stat there;

	if (lstat(path, &there) != 0) {
		return errno == ENOENT || fail_errno("look at", path, error);
	}
	if (!S_ISSOCK(there.st_mode)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is there already, and is no socket; remove it, or set another "
		            "path",
		            path);
		return FALSE;
	}
	int probe = knock(address);

	if (probe >= 0 || errno != ECONNREFUSED) {
		close_if_open(&probe);
		return fail_live(address, error);
	}
	return unlink(path) == 0 || errno == ENOENT || fail_errno("remove", path, error);
}

static gboolean
find_group(const char *name, gid_t *out_group, GError **error)
{
	g_autofree char *buffer = g_malloc(GROUP_BUFFER);
	struct group entry;
	struct group *found = NULL;
	guint64 number;

	if (getgrnam_r(name, &entry, buffer, GROUP_BUFFER, &found) == 0 && found != NULL) {
		*out_group = found->gr_gid;
		return TRUE;
	}
	if (g_ascii_string_to_unsigned(name, 10, 0, G_MAXUINT32 - 1, &number, NULL)) {
		*out_group = (gid_t)number;
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "there is no group '%s' for the control socket; make it (groupadd %s), or set "
	            "socket_group",
	            name, name);
	return FALSE;
}

/* Binds with rights for nobody else, and widens them when the group is the right one. */
static gboolean
bind_unix(TocsinListener *self, const struct sockaddr_un *address, gid_t group, GError **error)
{
	const char *path = address->sun_path;
	struct stat made;

	if (fchmod(self->descriptor, 0600) != 0 ||
	    bind(self->descriptor, (const struct sockaddr *)address, sizeof *address) != 0) {
		return fail_errno("make the control socket", path, error);
	}
	if (lstat(path, &made) != 0) {
		return fail_errno("look at", path, error);
	}
	self->path = g_strdup(path);
	self->device = made.st_dev;
	self->inode = made.st_ino;
	if (group != (gid_t)-1 && lchown(path, (uid_t)-1, group) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "cannot give the control socket '%s' to the group %u: %s; the user "
		            "that the daemon runs as has to be a member of the group",
		            path, (guint)group, g_strerror(errno));
		return FALSE;
	}
	if (chmod(path, SOCKET_MODE) != 0 || listen(self->descriptor, BACKLOG) != 0) {
		return fail_errno("open the control socket", path, error);
	}
	return TRUE;
}

TocsinListener *
tocsin_listener_new_unix(const char *path, const char *group, GError **error)
{
	struct sockaddr_un address;
	gid_t number = (gid_t)-1;

	if (!fill_address(path, &address, error) ||
	    (group != NULL && !find_group(group, &number, error)) || !prepare_folder(path, error)) {
		return NULL;
	}
	g_autoptr(TocsinListener) self = make(AF_UNIX, error);

	if (self == NULL || !take_lock(self, &address, error) || !remove_stale(&address, error) ||
	    !bind_unix(self, &address, number, error)) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

/* Whether @text ends in a port: a colon alone may be part of an IPv6 address. */
static gboolean
has_port(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon != NULL && colon[1] != '\0' &&
	       strspn(colon + 1, "0123456789") == strlen(colon + 1) &&
	       (text[0] != '[' || colon[-1] == ']');
}

/* The address if it is this machine's alone. */
static GSocketAddress *
parse_loopback(const char *text, GError **error)
{
	g_autoptr(GSocketConnectable) parsed = g_network_address_parse(text, 0, NULL);
	GNetworkAddress *network = parsed == NULL ? NULL : G_NETWORK_ADDRESS(parsed);
	const char *host = network == NULL ? "" : g_network_address_get_hostname(network);
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(
	        g_ascii_strcasecmp(host, "localhost") == 0 ? "127.0.0.1" : host);

	if (address == NULL || !has_port(text)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no address with a port, such as 127.0.0.1:8420", text);
		return NULL;
	}
	if (!g_inet_address_get_is_loopback(address)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the control server listens on this machine only, and '%s' can be "
		            "reached by others; take 127.0.0.1, and a proxy with TLS before it",
		            text);
		return NULL;
	}
	return g_inet_socket_address_new(address, g_network_address_get_port(network));
}

static gboolean
bind_tcp(TocsinListener *self, GSocketAddress *address, const char *shown, GError **error)
{
	struct sockaddr_storage native;
	const int on = 1;
	gssize size = g_socket_address_get_native_size(address);

	if (!g_socket_address_to_native(address, &native, sizeof native, error)) {
		return FALSE;
	}
	(void)setsockopt(self->descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(self->descriptor, (const struct sockaddr *)&native, (socklen_t)size) != 0 ||
	    listen(self->descriptor, BACKLOG) != 0) {
		return fail_errno("listen on", shown, error);
	}
	socklen_t length = sizeof native;

	if (getsockname(self->descriptor, (struct sockaddr *)&native, &length) != 0) {
		return fail_errno("ask for the port of", shown, error);
	}
	g_autoptr(GSocketAddress) bound = g_socket_address_new_from_native(&native, length);

	self->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
	return TRUE;
}

TocsinListener *
tocsin_listener_new_tcp(const char *address, GError **error)
{
	g_autoptr(GSocketAddress) parsed = parse_loopback(address, error);

	if (parsed == NULL) {
		return NULL;
	}
	gboolean is_v6 = g_socket_address_get_family(parsed) == G_SOCKET_FAMILY_IPV6;
	g_autoptr(TocsinListener) self = make(is_v6 ? AF_INET6 : AF_INET, error);

	if (self == NULL || !bind_tcp(self, parsed, address, error)) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

gboolean
tocsin_listener_check_unix(const char *path, GError **error)
{
	struct sockaddr_un address;

	return fill_address(path, &address, error);
}

gboolean
tocsin_listener_check_tcp(const char *address, GError **error)
{
	g_autoptr(GSocketAddress) parsed = parse_loopback(address, error);

	return parsed != NULL;
}

int
tocsin_listener_steal(TocsinListener *self)
{
	int descriptor = self->descriptor;

	self->descriptor = -1;
	return descriptor;
}

gboolean
tocsin_listener_is_unix(const TocsinListener *self)
{
	return self->path != NULL;
}

guint16
tocsin_listener_port(const TocsinListener *self)
{
	return self->port;
}
