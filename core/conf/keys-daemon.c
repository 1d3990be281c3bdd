/* SPDX-License-Identifier: MIT */
/* The settings of the program itself: store, daemon, plugins, and what every trigger has. */
#include "conf/keys.h"

#define SECOND 1000000
#define DAY (86400 * (int64_t)SECOND)

#define KEY(id, ...) static const tocsin_key id = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(store_path, .type = TOCSIN_KEY_STRING, .name = "path", .fallback = "/var/lib/tocsin/tocsin.db",
    .help = "The database that keeps mails, groups and positions.");
KEY(keep, .type = TOCSIN_KEY_DURATION, .name = "keep", .fallback = "30d", .minimum = 0,
    .maximum = 3650 * DAY, .help = "How long finished mails and decisions can be looked up.");

const tocsin_key *const tocsin_conf_store_keys[] = {&store_path, &keep, NULL};

KEY(socket_path, .type = TOCSIN_KEY_STRING, .name = "socket", .fallback = "/run/tocsin/control",
    .help = "The Unix socket on which the command talks to the daemon.");
KEY(socket_group, .type = TOCSIN_KEY_STRING, .name = "socket_group",
    .help = "The group that may use that socket besides its owner.");
KEY(user, .type = TOCSIN_KEY_STRING, .name = "user",
    .help = "The user to become after the start as root.");
KEY(postmaster, .type = TOCSIN_KEY_STRING, .name = "postmaster",
    .help = "Who is told when a mail could not be delivered and when the daemon is in trouble.");
KEY(fallback, .type = TOCSIN_KEY_LIST, .name = "fallback", .minimum = 1, .maximum = 16,
    .help = "The accounts through which the daemon tells of its own trouble.");
KEY(stop_time, .type = TOCSIN_KEY_DURATION, .name = "stop_time", .fallback = "10s", .minimum = 0,
    .maximum = 600 * (int64_t)SECOND, .help = "How long a stop waits for mails under way.");

const tocsin_key *const tocsin_conf_daemon_keys[] = {
        &socket_path, &socket_group, &user, &postmaster, &fallback, &stop_time, NULL,
};

KEY(folders, .type = TOCSIN_KEY_LIST, .name = "folders", .minimum = 1, .maximum = 16,
    .help = "Absolute paths of further folders to load plugins from.");

const tocsin_key *const tocsin_conf_plugins_keys[] = {&folders, NULL};

KEY(trigger, .type = TOCSIN_KEY_STRING, .name = "trigger", .flags = TOCSIN_KEY_REQUIRED,
    .help = "What watches: log, file, command, timer, emit, journal, or a plugin's.");

const tocsin_key *const tocsin_conf_trigger_keys[] = {&trigger, NULL};
