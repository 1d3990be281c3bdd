/* SPDX-License-Identifier: MIT */
/* A library that does nothing but name every public struct, so that abidw describes all of them: in
 * a real plugin the tables hide behind one pointer. */
#include <tocsin/plugin.h>

#define WITNESS(type)                                   \
	TOCSIN_EXPORT void witness_##type(type *value); \
	void witness_##type(type *value)                \
	{                                               \
		(void)value;                            \
	}

/* lint: allow other-escape: one entry a line is what makes this table readable */
/* clang-format off */
WITNESS(tocsin_key)
WITNESS(tocsin_host)
WITNESS(tocsin_transport_ops)
WITNESS(tocsin_fate)
WITNESS(tocsin_delivery)
WITNESS(tocsin_streams)
WITNESS(tocsin_login_offer)
WITNESS(tocsin_logins)
WITNESS(tocsin_auth_ops)
WITNESS(tocsin_exchanges)
WITNESS(tocsin_trigger_ops)
WITNESS(tocsin_field)
WITNESS(tocsin_line)
WITNESS(tocsin_attachment)
WITNESS(tocsin_event)
WITNESS(tocsin_loop)
WITNESS(tocsin_schemas)
WITNESS(tocsin_unit)
WITNESS(tocsin_plugin)
