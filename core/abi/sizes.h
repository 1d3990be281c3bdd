/* SPDX-License-Identifier: MIT */
/* How large each struct that a plugin fills was in ABI 1.0: the least a plugin may bring. These
 * never change; what stands behind is only there if the struct's own size says so. */
#ifndef TOCSIN_ABI_SIZES_H
#define TOCSIN_ABI_SIZES_H

#include <tocsin/plugin.h>

#define TOCSIN_SIZE_UP_TO(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))

#define TOCSIN_SIZE_KEY TOCSIN_SIZE_UP_TO(tocsin_key, unused)
#define TOCSIN_SIZE_UNIT TOCSIN_SIZE_UP_TO(tocsin_unit, trigger)
#define TOCSIN_SIZE_PLUGIN TOCSIN_SIZE_UP_TO(tocsin_plugin, units)
#define TOCSIN_SIZE_TRANSPORT_OPS TOCSIN_SIZE_UP_TO(tocsin_transport_ops, close)
#define TOCSIN_SIZE_AUTH_OPS TOCSIN_SIZE_UP_TO(tocsin_auth_ops, end)
#define TOCSIN_SIZE_TRIGGER_OPS TOCSIN_SIZE_UP_TO(tocsin_trigger_ops, stop)
#define TOCSIN_SIZE_FATE TOCSIN_SIZE_UP_TO(tocsin_fate, text)
#define TOCSIN_SIZE_LOGIN_OFFER TOCSIN_SIZE_UP_TO(tocsin_login_offer, reserved)
#define TOCSIN_SIZE_EVENT TOCSIN_SIZE_UP_TO(tocsin_event, unused)
#define TOCSIN_SIZE_FIELD TOCSIN_SIZE_UP_TO(tocsin_field, unused)
#define TOCSIN_SIZE_LINE TOCSIN_SIZE_UP_TO(tocsin_line, length)
#define TOCSIN_SIZE_ATTACHMENT TOCSIN_SIZE_UP_TO(tocsin_attachment, unused)

#endif
