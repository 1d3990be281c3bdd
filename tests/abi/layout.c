/* SPDX-License-Identifier: MIT */
/* Where every member of every public struct is, and what every constant is worth, as ABI 1.0 fixed
 * it; P is the size of a pointer. Compiled for several processors, never run.
 *
 * To append a member to a struct of plugin.h: add its OFFSET here, raise the SIZE and the value of
 * TOCSIN_ABI_MINOR. Nothing that stands here may change otherwise. */
#include <tocsin/plugin.h>

#define P sizeof(void *)
#define OFFSET(type, member, fixed, pointers) \
	_Static_assert(offsetof(type, member) == (fixed) + (pointers)*P, #type "." #member)
#define SIZE(type, fixed, pointers) _Static_assert(sizeof(type) == (fixed) + (pointers)*P, #type)
#define VALUE(constant, value) _Static_assert((constant) == (value), #constant)

/* lint: allow other-escape: one entry a line is what makes this table readable */
/* clang-format off */
OFFSET(tocsin_key, size, 0, 0);
OFFSET(tocsin_key, type, 4, 0);
OFFSET(tocsin_key, flags, 8, 0);
OFFSET(tocsin_key, reserved, 12, 0);
OFFSET(tocsin_key, minimum, 16, 0);
OFFSET(tocsin_key, maximum, 24, 0);
OFFSET(tocsin_key, name, 32, 0);
OFFSET(tocsin_key, fallback, 32, 1);
OFFSET(tocsin_key, help, 32, 2);
OFFSET(tocsin_key, choices, 32, 3);
OFFSET(tocsin_key, keys, 32, 4);
OFFSET(tocsin_key, unused, 32, 5);
SIZE(tocsin_key, 32, 6);

OFFSET(tocsin_host, size, 0, 0);
OFFSET(tocsin_host, abi_minor, 4, 0);
OFFSET(tocsin_host, ctx, 8, 0);
OFFSET(tocsin_host, log, 8, 1);
OFFSET(tocsin_host, fail, 8, 2);
OFFSET(tocsin_host, put, 8, 3);
OFFSET(tocsin_host, get_string, 8, 4);
OFFSET(tocsin_host, get_int, 8, 5);
OFFSET(tocsin_host, get_item, 8, 6);
OFFSET(tocsin_host, get_group, 8, 7);
OFFSET(tocsin_host, extension, 8, 8);
SIZE(tocsin_host, 8, 9);

OFFSET(tocsin_transport_ops, size, 0, 0);
OFFSET(tocsin_transport_ops, flags, 4, 0);
OFFSET(tocsin_transport_ops, open, 8, 0);
OFFSET(tocsin_transport_ops, run, 8, 1);
OFFSET(tocsin_transport_ops, quiesce, 8, 2);
OFFSET(tocsin_transport_ops, close, 8, 3);
SIZE(tocsin_transport_ops, 8, 4);

OFFSET(tocsin_fate, size, 0, 0);
OFFSET(tocsin_fate, status, 4, 0);
OFFSET(tocsin_fate, stage, 8, 0);
OFFSET(tocsin_fate, code, 12, 0);
OFFSET(tocsin_fate, enhanced, 16, 0);
OFFSET(tocsin_fate, text, 16, 1);
SIZE(tocsin_fate, 16, 2);

OFFSET(tocsin_delivery, size, 0, 0);
OFFSET(tocsin_delivery, reserved, 4, 0);
OFFSET(tocsin_delivery, next, 8, 0);
OFFSET(tocsin_delivery, result, 8, 1);
OFFSET(tocsin_delivery, failed, 8, 2);
OFFSET(tocsin_delivery, time_left_us, 8, 3);
OFFSET(tocsin_delivery, cancel_fd, 8, 4);
OFFSET(tocsin_delivery, is_traced, 8, 5);
OFFSET(tocsin_delivery, trace, 8, 6);
OFFSET(tocsin_delivery, id, 8, 7);
OFFSET(tocsin_delivery, sender, 8, 8);
OFFSET(tocsin_delivery, recipient_count, 8, 9);
OFFSET(tocsin_delivery, recipient, 8, 10);
OFFSET(tocsin_delivery, property, 8, 11);
OFFSET(tocsin_delivery, recipient_property, 8, 12);
OFFSET(tocsin_delivery, content_size, 8, 13);
OFFSET(tocsin_delivery, content, 8, 14);
SIZE(tocsin_delivery, 8, 15);

OFFSET(tocsin_streams, size, 0, 0);
OFFSET(tocsin_streams, reserved, 4, 0);
OFFSET(tocsin_streams, connect, 8, 0);
OFFSET(tocsin_streams, start_tls, 8, 1);
OFFSET(tocsin_streams, is_encrypted, 8, 2);
OFFSET(tocsin_streams, read_line, 8, 3);
OFFSET(tocsin_streams, read, 8, 4);
OFFSET(tocsin_streams, write, 8, 5);
OFFSET(tocsin_streams, close, 8, 6);
OFFSET(tocsin_streams, new_buf, 8, 7);
OFFSET(tocsin_streams, peek_buf, 8, 8);
OFFSET(tocsin_streams, clear_buf, 8, 9);
SIZE(tocsin_streams, 8, 10);

OFFSET(tocsin_login_offer, size, 0, 0);
OFFSET(tocsin_login_offer, flags, 4, 0);
OFFSET(tocsin_login_offer, mechanisms, 8, 0);
OFFSET(tocsin_login_offer, service, 8, 1);
OFFSET(tocsin_login_offer, server, 8, 2);
OFFSET(tocsin_login_offer, stream, 8, 3);
OFFSET(tocsin_login_offer, exporter, 8, 4);
OFFSET(tocsin_login_offer, exporter_length, 8, 5);
OFFSET(tocsin_login_offer, port, 8, 6);
OFFSET(tocsin_login_offer, reserved, 12, 6);
SIZE(tocsin_login_offer, 16, 6);

OFFSET(tocsin_logins, size, 0, 0);
OFFSET(tocsin_logins, reserved, 4, 0);
OFFSET(tocsin_logins, begin, 8, 0);
OFFSET(tocsin_logins, mechanism, 8, 1);
OFFSET(tocsin_logins, has_initial, 8, 2);
OFFSET(tocsin_logins, step, 8, 3);
OFFSET(tocsin_logins, settle, 8, 4);
OFFSET(tocsin_logins, end, 8, 5);
SIZE(tocsin_logins, 8, 6);

OFFSET(tocsin_auth_ops, size, 0, 0);
OFFSET(tocsin_auth_ops, flags, 4, 0);
OFFSET(tocsin_auth_ops, strength, 8, 0);
OFFSET(tocsin_auth_ops, reserved, 12, 0);
OFFSET(tocsin_auth_ops, mechanism, 16, 0);
OFFSET(tocsin_auth_ops, begin, 16, 1);
OFFSET(tocsin_auth_ops, step, 16, 2);
OFFSET(tocsin_auth_ops, refused, 16, 3);
OFFSET(tocsin_auth_ops, end, 16, 4);
SIZE(tocsin_auth_ops, 16, 5);

OFFSET(tocsin_exchanges, size, 0, 0);
OFFSET(tocsin_exchanges, reserved, 4, 0);
OFFSET(tocsin_exchanges, service, 8, 0);
OFFSET(tocsin_exchanges, server, 8, 1);
OFFSET(tocsin_exchanges, port, 8, 2);
OFFSET(tocsin_exchanges, is_encrypted, 8, 3);
OFFSET(tocsin_exchanges, channel_binding, 8, 4);
OFFSET(tocsin_exchanges, is_offered, 8, 5);
OFFSET(tocsin_exchanges, random, 8, 6);
SIZE(tocsin_exchanges, 8, 7);

OFFSET(tocsin_trigger_ops, size, 0, 0);
OFFSET(tocsin_trigger_ops, reserved, 4, 0);
OFFSET(tocsin_trigger_ops, check, 8, 0);
OFFSET(tocsin_trigger_ops, start, 8, 1);
OFFSET(tocsin_trigger_ops, ready, 8, 2);
OFFSET(tocsin_trigger_ops, tick, 8, 3);
OFFSET(tocsin_trigger_ops, resume, 8, 4);
OFFSET(tocsin_trigger_ops, settled, 8, 5);
OFFSET(tocsin_trigger_ops, stop, 8, 6);
SIZE(tocsin_trigger_ops, 8, 7);

OFFSET(tocsin_field, size, 0, 0);
OFFSET(tocsin_field, type, 4, 0);
OFFSET(tocsin_field, number, 8, 0);
OFFSET(tocsin_field, name, 16, 0);
OFFSET(tocsin_field, text, 16, 1);
OFFSET(tocsin_field, length, 16, 2);
OFFSET(tocsin_field, unused, 16, 3);
SIZE(tocsin_field, 16, 4);

OFFSET(tocsin_line, size, 0, 0);
OFFSET(tocsin_line, mark, 4, 0);
OFFSET(tocsin_line, number, 8, 0);
OFFSET(tocsin_line, text, 16, 0);
OFFSET(tocsin_line, length, 16, 1);
SIZE(tocsin_line, 16, 2);

OFFSET(tocsin_attachment, size, 0, 0);
OFFSET(tocsin_attachment, reserved, 4, 0);
OFFSET(tocsin_attachment, name, 8, 0);
OFFSET(tocsin_attachment, type, 8, 1);
OFFSET(tocsin_attachment, path, 8, 2);
OFFSET(tocsin_attachment, data, 8, 3);
OFFSET(tocsin_attachment, length, 8, 4);
OFFSET(tocsin_attachment, unused, 8, 5);
SIZE(tocsin_attachment, 8, 6);

OFFSET(tocsin_event, size, 0, 0);
OFFSET(tocsin_event, severity, 4, 0);
OFFSET(tocsin_event, flags, 8, 0);
OFFSET(tocsin_event, reserved, 12, 0);
OFFSET(tocsin_event, time_us, 16, 0);
OFFSET(tocsin_event, token, 24, 0);
OFFSET(tocsin_event, kind, 32, 0);
OFFSET(tocsin_event, id, 32, 1);
OFFSET(tocsin_event, key, 32, 2);
OFFSET(tocsin_event, status, 32, 3);
OFFSET(tocsin_event, fields, 32, 4);
OFFSET(tocsin_event, excerpt, 32, 5);
OFFSET(tocsin_event, attachments, 32, 6);
OFFSET(tocsin_event, unused, 32, 7);
SIZE(tocsin_event, 32, 8);

OFFSET(tocsin_loop, size, 0, 0);
OFFSET(tocsin_loop, reserved, 4, 0);
OFFSET(tocsin_loop, watch, 8, 0);
OFFSET(tocsin_loop, unwatch, 8, 1);
OFFSET(tocsin_loop, set_timer, 8, 2);
OFFSET(tocsin_loop, wall_us, 8, 3);
OFFSET(tocsin_loop, monotonic_us, 8, 4);
OFFSET(tocsin_loop, emit, 8, 5);
OFFSET(tocsin_loop, checkpoint, 8, 6);
OFFSET(tocsin_loop, restore, 8, 7);
OFFSET(tocsin_loop, name, 8, 8);
SIZE(tocsin_loop, 8, 9);

OFFSET(tocsin_schemas, size, 0, 0);
OFFSET(tocsin_schemas, reserved, 4, 0);
OFFSET(tocsin_schemas, add_kind, 8, 0);
OFFSET(tocsin_schemas, add_field, 8, 1);
SIZE(tocsin_schemas, 8, 2);

OFFSET(tocsin_unit, size, 0, 0);
OFFSET(tocsin_unit, kind, 4, 0);
OFFSET(tocsin_unit, serial, 8, 0);
OFFSET(tocsin_unit, reserved, 12, 0);
OFFSET(tocsin_unit, name, 16, 0);
OFFSET(tocsin_unit, summary, 16, 1);
OFFSET(tocsin_unit, keys, 16, 2);
OFFSET(tocsin_unit, transport, 16, 3);
OFFSET(tocsin_unit, auth, 16, 4);
OFFSET(tocsin_unit, trigger, 16, 5);
SIZE(tocsin_unit, 16, 6);

OFFSET(tocsin_plugin, size, 0, 0);
OFFSET(tocsin_plugin, magic, 4, 0);
OFFSET(tocsin_plugin, abi_major, 8, 0);
OFFSET(tocsin_plugin, abi_minor, 12, 0);
OFFSET(tocsin_plugin, name, 16, 0);
OFFSET(tocsin_plugin, version, 16, 1);
OFFSET(tocsin_plugin, license, 16, 2);
OFFSET(tocsin_plugin, units, 16, 3);
SIZE(tocsin_plugin, 16, 4);

VALUE(TOCSIN_ABI_MAJOR, 1u);
VALUE(TOCSIN_ABI_MINOR, 0u);
VALUE(TOCSIN_PLUGIN_MAGIC, 0x54534e31u);
VALUE(TOCSIN_OK, 0);
VALUE(TOCSIN_MORE, 1);
VALUE(TOCSIN_END, 2);
VALUE(TOCSIN_E_TEMP, (-1));
VALUE(TOCSIN_E_PERM, (-2));
VALUE(TOCSIN_E_CONFIG, (-3));
VALUE(TOCSIN_E_CANCELLED, (-4));
VALUE(TOCSIN_E_BUG, (-5));
VALUE(TOCSIN_E_UNKNOWN, (-6));
VALUE(TOCSIN_E_UNAVAILABLE, (-7));
VALUE(TOCSIN_E_EXPIRED, (-8));
VALUE(TOCSIN_KIND_TRANSPORT, 1u);
VALUE(TOCSIN_KIND_AUTH, 2u);
VALUE(TOCSIN_KIND_TRIGGER, 3u);
VALUE(TOCSIN_SERIAL_UNIT, 0u);
VALUE(TOCSIN_SERIAL_INSTANCE, 1u);
VALUE(TOCSIN_SERIAL_NONE, 2u);
VALUE(TOCSIN_KEY_STRING, 1u);
VALUE(TOCSIN_KEY_INT, 2u);
VALUE(TOCSIN_KEY_BOOL, 3u);
VALUE(TOCSIN_KEY_DURATION, 4u);
VALUE(TOCSIN_KEY_SIZE, 5u);
VALUE(TOCSIN_KEY_LIST, 6u);
VALUE(TOCSIN_KEY_GROUP, 7u);
VALUE(TOCSIN_KEY_GROUPS, 8u);
VALUE(TOCSIN_KEY_REQUIRED, 0x1u);
VALUE(TOCSIN_KEY_SECRET, 0x2u);
VALUE(TOCSIN_LOG_DEBUG, 0);
VALUE(TOCSIN_LOG_INFO, 1);
VALUE(TOCSIN_LOG_WARNING, 2);
VALUE(TOCSIN_LOG_ERROR, 3);
VALUE(TOCSIN_TRANSPORT_NETWORK, 0x1u);
VALUE(TOCSIN_TRANSPORT_LOGIN, 0x2u);
VALUE(TOCSIN_AT_NONE, 0u);
VALUE(TOCSIN_AT_CONNECT, 1u);
VALUE(TOCSIN_AT_TLS, 2u);
VALUE(TOCSIN_AT_GREETING, 3u);
VALUE(TOCSIN_AT_AUTH, 4u);
VALUE(TOCSIN_AT_SENDER, 5u);
VALUE(TOCSIN_AT_RECIPIENT, 6u);
VALUE(TOCSIN_AT_DATA, 7u);
VALUE(TOCSIN_AT_LOST, 8u);
VALUE(TOCSIN_AT_PROTOCOL, 9u);
VALUE(TOCSIN_AT_LOCAL, 10u);
VALUE(TOCSIN_TRACE_SENT, 0x0u);
VALUE(TOCSIN_TRACE_RECEIVED, 0x1u);
VALUE(TOCSIN_TRACE_SECRET, 0x2u);
VALUE(TOCSIN_TRACE_CONTENT, 0x4u);
VALUE(TOCSIN_LOGIN_ENCRYPTED, 0x1u);
VALUE(TOCSIN_LOGIN_LOCAL, 0x2u);
VALUE(TOCSIN_AUTH_PLAINTEXT, 0x1u);
VALUE(TOCSIN_AUTH_CLIENT_FIRST, 0x2u);
VALUE(TOCSIN_AUTH_CHANNEL_BINDING, 0x4u);
VALUE(TOCSIN_AUTH_MUTUAL, 0x8u);
VALUE(TOCSIN_AUTH_NO_SECRET, 0x10u);
VALUE(TOCSIN_AUTH_TOKEN, 0x20u);
VALUE(TOCSIN_LEVEL_NONE, 0u);
VALUE(TOCSIN_LEVEL_DEBUG, 1u);
VALUE(TOCSIN_LEVEL_INFO, 2u);
VALUE(TOCSIN_LEVEL_NOTICE, 3u);
VALUE(TOCSIN_LEVEL_WARNING, 4u);
VALUE(TOCSIN_LEVEL_ERROR, 5u);
VALUE(TOCSIN_LEVEL_CRITICAL, 6u);
VALUE(TOCSIN_LEVEL_ALERT, 7u);
VALUE(TOCSIN_LEVEL_EMERGENCY, 8u);
VALUE(TOCSIN_EMIT_CATCH_UP, 0x1u);
VALUE(TOCSIN_EMIT_PARTIAL, 0x2u);
VALUE(TOCSIN_FIELD_TEXT, 1u);
VALUE(TOCSIN_FIELD_INT, 2u);
VALUE(TOCSIN_FIELD_BOOL, 3u);
VALUE(TOCSIN_FIELD_TIME, 4u);
VALUE(TOCSIN_FIELD_DURATION, 5u);
VALUE(TOCSIN_FIELD_SIZE, 6u);
VALUE(TOCSIN_LINE_BEFORE, 0u);
VALUE(TOCSIN_LINE_MATCH, 1u);
VALUE(TOCSIN_LINE_AFTER, 2u);
VALUE(TOCSIN_READABLE, 0x1u);
VALUE(TOCSIN_WRITABLE, 0x2u);
_Static_assert(sizeof(TOCSIN_DELIVERY) == sizeof("tocsin.delivery/1"), "TOCSIN_DELIVERY");
_Static_assert(sizeof(TOCSIN_STREAM) == sizeof("tocsin.stream/1"), "TOCSIN_STREAM");
_Static_assert(sizeof(TOCSIN_LOGIN) == sizeof("tocsin.login/1"), "TOCSIN_LOGIN");
_Static_assert(sizeof(TOCSIN_EXCHANGE) == sizeof("tocsin.exchange/1"), "TOCSIN_EXCHANGE");
_Static_assert(sizeof(TOCSIN_LOOP) == sizeof("tocsin.loop/1"), "TOCSIN_LOOP");
_Static_assert(sizeof(TOCSIN_SCHEMA) == sizeof("tocsin.schema/1"), "TOCSIN_SCHEMA");
