/* SPDX-License-Identifier: MIT */
/* Users, groups, and what a process of theirs may do. */
#include "daemon/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

void
tocsin_privileges_protect(void)
{
	const struct rlimit none = {0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	/* The kernel refuses it unless the rest is zero. */
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
}

static const struct passwd *
find_user(const char *name, GError **error)
{
	const struct passwd *user = getpwnam(name);

	if (user == NULL) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		        "there is no user '%s'; make one (adduser --system --group %s), or change "
		        "'user' in the section 'daemon'",
		        name, name);
	}
	return user;
}

static gboolean
find_group(const char *name, gid_t *out_gid, GError **error)
{
	const struct group *group = getgrnam(name);

	if (group == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "there is no group '%s'; see 'group' in the section 'daemon'", name);
		return FALSE;
	}
	*out_gid = group->gr_gid;
	return TRUE;
}

gboolean
tocsin_privileges_make_folder(const char *path, const char *user, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *above = g_path_get_dirname(folder);

	if (g_file_test(folder, G_FILE_TEST_IS_DIR)) {
		return TRUE;
	}
	if ((mkdir(above, 0755) != 0 && errno != EEXIST) || mkdir(folder, 0750) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot make the folder %s: %s",
		            folder, g_strerror(errno));
		return FALSE;
	}
	if (user != NULL && geteuid() == 0) {
		const struct passwd *owner = find_user(user, error);

		if (owner == NULL) {
			return FALSE;
		}
		if (chown(folder, owner->pw_uid, owner->pw_gid) != 0) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
			            "cannot give the folder %s to '%s': %s", folder, user,
			            g_strerror(errno));
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
become(const struct passwd *user, gid_t gid, GError **error)
{
	if (initgroups(user->pw_name, gid) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, "cannot become '%s': %s",
		            user->pw_name, g_strerror(errno));
		return FALSE;
	}
	if (user->pw_uid != 0 && setuid(0) == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "'%s' can become root again; refusing to go on", user->pw_name);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_privileges_find(const char *user, const char *group, guint *out_uid, guint *out_gid,
                       GError **error)
{
	const struct passwd *entry = find_user(user, error);
	gid_t gid;

	if (entry == NULL) {
		return FALSE;
	}
	gid = entry->pw_gid;
	if (group != NULL && !find_group(group, &gid, error)) {
		return FALSE;
	}
	*out_uid = entry->pw_uid;
	*out_gid = gid;
	return TRUE;
}

gboolean
tocsin_privileges_drop(const char *user, const char *group, GError **error)
{
	const struct passwd *entry = find_user(user, error);
	gid_t gid;

	if (entry == NULL) {
		return FALSE;
	}
	gid = entry->pw_gid;
	if (group != NULL && !find_group(group, &gid, error)) {
		return FALSE;
	}
	if (geteuid() == entry->pw_uid && getuid() == entry->pw_uid && getegid() == gid) {
		return TRUE;
	}
	if (geteuid() != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "only root can become '%s'; start as root, or as '%s'", user, user);
		return FALSE;
	}
	return become(entry, gid, error);
}
