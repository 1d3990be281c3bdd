/* SPDX-License-Identifier: MIT */
/* The settings of the program itself: the sections "store", "daemon" and "defaults", and what every
 * trigger takes. */
#include "conf/keys.h"

#define SECOND 1000000
#define DAY (86400 * (int64_t)SECOND)
#define LONGEST (3660 * DAY)

#define KEY(id, ...) static const tocsin_key id = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(path, .type = TOCSIN_KEY_STRING, .name = "path",
    .help = "The file with mails, states and the decision log.");
KEY(history, .type = TOCSIN_KEY_DURATION, .name = "history", .fallback = "30d",
    .minimum = 60 * (int64_t)SECOND, .maximum = LONGEST,
    .help = "How long finished mails and the decision log are kept.");
KEY(max_size, .type = TOCSIN_KEY_SIZE, .name = "max_size", .fallback = "0", .minimum = 0,
    .maximum = INT64_C(1) << 50,
    .help = "How large the store may grow; 0: as large as the disk allows.");

const tocsin_key *const tocsin_conf_store_keys[] = {&path, &history, &max_size, NULL};

KEY(socket_path, .type = TOCSIN_KEY_STRING, .name = "socket",
    .help = "The Unix socket on which the daemon is controlled.");
KEY(socket_group, .type = TOCSIN_KEY_STRING, .name = "socket_group",
    .help = "The group whose members may control the daemon.");
KEY(listen, .type = TOCSIN_KEY_STRING, .name = "listen",
    .help = "Also listen for control on this loopback address, such as \"127.0.0.1:8025\".");
KEY(token, .type = TOCSIN_KEY_STRING, .name = "token", .flags = TOCSIN_KEY_SECRET,
    .help = "Where the token comes from that those who come over listen have to know.");
KEY(user, .type = TOCSIN_KEY_STRING, .name = "user",
    .help = "The user that the daemon becomes once it has started as root.");
KEY(group, .type = TOCSIN_KEY_STRING, .name = "group",
    .help = "The group that the daemon becomes; the user's own if not given.");
KEY(postmaster, .type = TOCSIN_KEY_STRING, .name = "postmaster",
    .help = "Who is told of mails that could not be delivered and of the daemon's own trouble.");
KEY(fallback, .type = TOCSIN_KEY_STRING, .name = "fallback",
    .help = "The account through which postmaster is told when no other can be reached.");
KEY(stop_within, .type = TOCSIN_KEY_DURATION, .name = "stop_within", .fallback = "20s",
    .minimum = SECOND, .maximum = 3600 * (int64_t)SECOND,
    .help = "How long mails that are under way may take when the daemon is told to stop.");

const tocsin_key *const tocsin_conf_daemon_keys[] = {
        &socket_path, &socket_group, &listen,   &token,       &user,
        &group,       &postmaster,   &fallback, &stop_within, NULL,
};

KEY(to, .type = TOCSIN_KEY_LIST, .name = "to", .minimum = 1, .maximum = 1000,
    .help = "Whom rules without recipients tell.");
KEY(via, .type = TOCSIN_KEY_LIST, .name = "via", .minimum = 1, .maximum = 16,
    .help = "The accounts of rules that name none; the configuration's first if not given.");
KEY(from, .type = TOCSIN_KEY_STRING, .name = "from",
    .help = "The author of the mails of rules that name none; the account's if not given.");
KEY(zone, .type = TOCSIN_KEY_STRING, .name = "zone",
    .help = "The time zone of rules and mails, such as \"Europe/Berlin\"; the local one if not "
            "given.");
const tocsin_key *const tocsin_conf_defaults_keys[] = {
        &to, &via, &from, &zone, NULL,
};

KEY(trigger, .type = TOCSIN_KEY_STRING, .name = "trigger", .flags = TOCSIN_KEY_REQUIRED,
    .help = "What watches: log, file, command, timer, journal, or a plugin's trigger.");

const tocsin_key *const tocsin_conf_trigger_keys[] = {&trigger, NULL};
