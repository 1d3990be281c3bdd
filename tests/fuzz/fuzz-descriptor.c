/* SPDX-License-Identifier: MIT */
/* A descriptor that is valid but for the bytes that the input changes: each four bytes of it are a
 * place (two), how (one) and a value (one). Whatever comes of it, only mapped memory is read. */
#include <stdint.h>
#include <string.h>

#include "plugin/descriptor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All that the descriptor consists of, in one piece of memory. */
typedef struct {
	tocsin_plugin plugin;
	const tocsin_unit *units[4];
	tocsin_unit transport;
	tocsin_unit auth;
	tocsin_unit trigger;
	tocsin_transport_ops transport_ops;
	tocsin_auth_ops auth_ops;
	tocsin_trigger_ops trigger_ops;
	const tocsin_key *keys[3];
	const tocsin_key *inner[2];
	const char *choices[3];
	tocsin_key port;
	tocsin_key group;
	char name[8];
	char text[8];
	char mechanism[8];
	char number[8];
	char code[8]; /* callbacks point here */
} Arena;

static gsize
readable(guintptr address, gpointer user)
{
	guintptr start = (guintptr)user;

	return address >= start && address < start + sizeof(Arena) ? start + sizeof(Arena) - address
	                                                           : 0;
}

static gboolean
callable(guintptr address, gpointer user)
{
	return address >= (guintptr)((Arena *)user)->code &&
	       address < (guintptr)user + sizeof(Arena);
}

static void
fill_code(void *ops, gsize from, gsize to, const Arena *arena)
{
	guintptr code = (guintptr)arena->code;

	for (gsize at = from; at < to; at += sizeof(code)) {
		memcpy((char *)ops + at, &code, sizeof(code));
	}
}

static void
fill_keys(Arena *arena)
{
	arena->keys[0] = &arena->port;
	arena->keys[1] = &arena->group;
	arena->inner[0] = &arena->port;
	arena->choices[0] = arena->text;
	arena->port = (tocsin_key){
	        .size = sizeof(tocsin_key),
	        .type = TOCSIN_KEY_INT,
	        .maximum = 65535,
	        .name = arena->name,
	        .fallback = arena->number,
	        .help = arena->text,
	};
	arena->group = (tocsin_key){
	        .size = sizeof(tocsin_key),
	        .type = TOCSIN_KEY_GROUPS,
	        .name = arena->text,
	        .help = arena->text,
	        .keys = arena->inner,
	};
}

static void
fill_units(Arena *arena)
{
	tocsin_unit unit = {
	        .size = sizeof(tocsin_unit),
	        .name = arena->name,
	        .summary = arena->text,
	        .keys = arena->keys,
	};

	arena->transport = arena->auth = arena->trigger = unit;
	arena->transport.kind = TOCSIN_KIND_TRANSPORT;
	arena->transport.transport = &arena->transport_ops;
	arena->auth.kind = TOCSIN_KIND_AUTH;
	arena->auth.auth = &arena->auth_ops;
	arena->trigger.kind = TOCSIN_KIND_TRIGGER;
	arena->trigger.trigger = &arena->trigger_ops;
	fill_code(&arena->transport_ops, offsetof(tocsin_transport_ops, open),
	          sizeof(tocsin_transport_ops), arena);
	fill_code(&arena->auth_ops, offsetof(tocsin_auth_ops, begin), sizeof(tocsin_auth_ops),
	          arena);
	fill_code(&arena->trigger_ops, offsetof(tocsin_trigger_ops, check),
	          sizeof(tocsin_trigger_ops), arena);
	arena->transport_ops.size = sizeof(tocsin_transport_ops);
	arena->auth_ops.size = sizeof(tocsin_auth_ops);
	arena->auth_ops.mechanism = arena->mechanism;
	arena->trigger_ops.size = sizeof(tocsin_trigger_ops);
}

static Arena *
make_arena(void)
{
	Arena *arena = g_new0(Arena, 1);

	memcpy(arena->name, "auth-x", 7);
	memcpy(arena->text, "text", 5);
	memcpy(arena->mechanism, "X-TEST", 7);
	memcpy(arena->number, "25", 3);
	fill_keys(arena);
	fill_units(arena);
	arena->name[4] = '\0'; /* a key's name has no "-" */
	arena->units[0] = &arena->transport;
	arena->units[1] = &arena->auth;
	arena->units[2] = &arena->trigger;
	arena->plugin = (tocsin_plugin){
	        TOCSIN_PLUGIN_HEAD,     .name = arena->name,   .version = arena->number,
	        .license = arena->text, .units = arena->units,
	};
	return arena;
}

static void
change(Arena *arena, const uint8_t *data, size_t size)
{
	uint8_t *bytes = (uint8_t *)arena;

	for (; size >= 4; data += 4, size -= 4) {
		gsize at = (gsize)(data[0] | data[1] << 8) % sizeof(Arena);

		switch (data[2] % 3) {
		case 0:
			bytes[at] = data[3];
			break;
		case 1:
			bytes[at] ^= data[3];
			break;
		default:
			bytes[at] = (uint8_t)(bytes[at] + data[3]);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree Arena *arena = make_arena();
	g_autoptr(GError) error = NULL;
	const TocsinMemory memory = {readable, callable, arena};

	change(arena, data, size);
	if (!tocsin_descriptor_check(&arena->plugin, sizeof(tocsin_plugin), "auth", &memory,
	                             &error)) {
		/* Without a change it is valid: else nothing behind the first check is tried. */
		g_assert_true(size >= 4);
		g_assert_cmpuint(strlen(error->message), >, 0);
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
	}
	return 0;
}
