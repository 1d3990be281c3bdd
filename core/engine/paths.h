/* SPDX-License-Identifier: MIT */
/* Where things are unless somebody says otherwise. */
#ifndef TOCSIN_ENGINE_PATHS_H
#define TOCSIN_ENGINE_PATHS_H

#define TOCSIN_CONFIG_PATH "/etc/tocsin/tocsin.conf"
#define TOCSIN_STORE_PATH "/var/lib/tocsin/tocsin.db"
#define TOCSIN_SOCKET_PATH "/run/tocsin/control.sock"

#endif
