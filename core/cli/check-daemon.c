/* SPDX-License-Identifier: MIT */
/* Tries what the daemon will do first, as far as that can be told beforehand. */
#include "cli/check-daemon.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "conf/load.h"
#include "control/listen.h"

/* (nullable) The text of the setting @name; its place in @out_node. */
static const char *
find_text(const TocsinNode *section, const char *name, const TocsinNode **out_node)
{
	*out_node = tocsin_node_find(section, name);
	return *out_node != NULL && tocsin_node_type(*out_node) == TOCSIN_NODE_STRING
	               ? tocsin_node_text(*out_node)
	               : NULL;
}

static void
check_listen(const TocsinNode *section, TocsinProblems *problems)
{
	const TocsinNode *node;
	const char *text = find_text(section, "socket", &node);
	g_autoptr(GError) error = NULL;

	if (text != NULL && !tocsin_listener_check_unix(text, &error)) {
		tocsin_node_complain(node, problems, "%s", error->message);
	}
	g_clear_error(&error);
	text = find_text(section, "listen", &node);
	if (text != NULL && !tocsin_listener_check_tcp(text, &error)) {
		tocsin_node_complain(node, problems, "%s", error->message);
	}
	if (text != NULL && tocsin_node_find(section, "token") == NULL) {
		tocsin_node_complain(node, problems,
		                     "'listen' needs a 'token' that those who come over it know");
	}
}

static void
check_names(const TocsinNode *section, TocsinProblems *problems)
{
	static const char *const groups[] = {"group", "socket_group"};
	const TocsinNode *node;
	const char *text = find_text(section, "user", &node);

	if (text != NULL && getpwnam(text) == NULL) {
		tocsin_node_complain(
		        node, problems,
		        "'user': this machine has no user '%s'; make it, or name another", text);
	}
	for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
		text = find_text(section, groups[i], &node);
		if (text != NULL && strspn(text, "0123456789") != strlen(text) &&
		    getgrnam(text) == NULL) {
			tocsin_node_complain(
			        node, problems,
			        "'%s': this machine has no group '%s'; make it, or name another",
			        groups[i], text);
		}
	}
}

void
tocsin_check_daemon(const char *path, TocsinProblems *problems)
{
	g_autoptr(TocsinProblems) found = tocsin_problems_new();
	g_autoptr(TocsinConf) conf = tocsin_conf_load(path, found);
	const TocsinNode *section = conf == NULL ? NULL : tocsin_conf_section(conf, "daemon");

	if (section != NULL) {
		check_listen(section, found);
		check_names(section, found);
	}
	tocsin_problems_merge(problems, found);
}
