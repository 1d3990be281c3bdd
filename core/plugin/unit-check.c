/* SPDX-License-Identifier: MIT */
/* One unit: its names, its callbacks, its settings. */
#include "plugin/unit-check.h"

#include <string.h>

#include "abi/keys.h"
#include "abi/sizes.h"
#include "plugin/probe.h"
#include "plugin/refuse.h"

#define NAME_LIMIT 40u
#define NAME_SHOWN 200u
#define SUMMARY_LIMIT 200u
#define HELP_LIMIT 500u
#define VALUE_LIMIT 500u
#define MECHANISM_LIMIT 20u /* RFC 4422 section 3.1 */
#define CHOICES_MAX 64u
#define KEYS_MAX 200u /* in all tables of a unit together */
#define NESTING_MAX 4u

typedef struct {
	gsize offset;
	const char *name;
	gboolean is_mandatory;
} Callback;

static const Callback transport_callbacks[] = {
        {offsetof(tocsin_transport_ops, open), "open", TRUE},
        {offsetof(tocsin_transport_ops, run), "run", TRUE},
        {offsetof(tocsin_transport_ops, quiesce), "quiesce", FALSE},
        {offsetof(tocsin_transport_ops, close), "close", TRUE},
};

static const Callback auth_callbacks[] = {
        {offsetof(tocsin_auth_ops, begin), "begin", TRUE},
        {offsetof(tocsin_auth_ops, step), "step", TRUE},
        {offsetof(tocsin_auth_ops, refused), "refused", FALSE},
        {offsetof(tocsin_auth_ops, end), "end", TRUE},
};

static const Callback trigger_callbacks[] = {
        {offsetof(tocsin_trigger_ops, check), "check", FALSE},
        {offsetof(tocsin_trigger_ops, start), "start", TRUE},
        {offsetof(tocsin_trigger_ops, ready), "ready", FALSE},
        {offsetof(tocsin_trigger_ops, tick), "tick", FALSE},
        {offsetof(tocsin_trigger_ops, resume), "resume", FALSE},
        {offsetof(tocsin_trigger_ops, settled), "settled", FALSE},
        {offsetof(tocsin_trigger_ops, stop), "stop", TRUE},
};

/* One kind of unit, by its number. */
typedef struct {
	const char *name;
	gsize least; /* of its ops */
	const Callback *callbacks;
	gsize count;
} Kind;

static const Kind kinds[] = {
        [TOCSIN_KIND_TRANSPORT] = {"transport", TOCSIN_SIZE_TRANSPORT_OPS, transport_callbacks,
                                   G_N_ELEMENTS(transport_callbacks)},
        [TOCSIN_KIND_AUTH] = {"auth", TOCSIN_SIZE_AUTH_OPS, auth_callbacks,
                              G_N_ELEMENTS(auth_callbacks)},
        [TOCSIN_KIND_TRIGGER] = {"trigger", TOCSIN_SIZE_TRIGGER_OPS, trigger_callbacks,
                                 G_N_ELEMENTS(trigger_callbacks)},
};

const char *
tocsin_unit_kind_name(guint32 kind)
{
	return kind < G_N_ELEMENTS(kinds) ? kinds[kind].name : NULL;
}

static gboolean
check_callbacks(const Kind *kind, const void *ops, const char *unit, const TocsinMemory *memory,
                GError **error)
{
	g_return_val_if_fail(ops != NULL, FALSE);
	for (gsize i = 0; i < kind->count; i++) {
		const Callback *callback = &kind->callbacks[i];
		guintptr address;

		memcpy(&address, (const char *)ops + callback->offset, sizeof(address));
		if (address == 0 && callback->is_mandatory) {
			return tocsin_refuse(
			        error, "'%s' lacks the callback %s(), which every %s has; write it",
			        unit, callback->name, kind->name);
		}
		if (address != 0 && !memory->callable(address, memory->user)) {
			return tocsin_refuse(error, "'%s' has a %s() that is no code; rebuild it",
			                     unit, callback->name);
		}
	}
	return TRUE;
}

/* What is found where a struct was to begin with its size. */
static char *
describe_size(const TocsinMemory *memory, const void *address)
{
	guint32 size;

	if (address == NULL || !tocsin_probe_bytes(memory, address, sizeof(size))) {
		return g_strdup("cannot be read");
	}
	memcpy(&size, address, sizeof(size));
	return g_strdup_printf("says that it has %u bytes", size);
}

static gboolean
check_ops(const tocsin_unit *unit, const TocsinMemory *memory, GError **error)
{
	const void *const tables[] = {
	        [TOCSIN_KIND_TRANSPORT] = unit->transport,
	        [TOCSIN_KIND_AUTH] = unit->auth,
	        [TOCSIN_KIND_TRIGGER] = unit->trigger,
	};
	const Kind *kind = &kinds[unit->kind];

	for (guint i = TOCSIN_KIND_TRANSPORT; i < G_N_ELEMENTS(tables); i++) {
		if (i == unit->kind && tables[i] == NULL) {
			return tocsin_refuse(error,
			                     "'%s' is of kind %s but .%s is NULL; point it to its "
			                     "callbacks",
			                     unit->name, kind->name, kind->name);
		}
		if (i != unit->kind && tables[i] != NULL) {
			return tocsin_refuse(error,
			                     "'%s' is of kind %s but .%s is set; leave it NULL",
			                     unit->name, kind->name, kinds[i].name);
		}
	}
	if (!tocsin_probe_struct(memory, tables[unit->kind], kind->least)) {
		g_autofree char *found = describe_size(memory, tables[unit->kind]);

		return tocsin_refuse(
		        error,
		        "'%s' has a table of callbacks that %s, ABI 1.0 has %zu; set .size to "
		        "sizeof(tocsin_%s_ops)",
		        unit->name, found, kind->least, kind->name);
	}
	return check_callbacks(kind, tables[unit->kind], unit->name, memory, error);
}

static gboolean
check_mechanism(const tocsin_unit *unit, const TocsinMemory *memory, GError **error)
{
	const char *mechanism = unit->auth->mechanism;

	if (!tocsin_probe_text(memory, mechanism, MECHANISM_LIMIT) || mechanism[0] == '\0' ||
	    strspn(mechanism, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != strlen(mechanism)) {
		return tocsin_refuse(
		        error,
		        "'%s' has no SASL mechanism name of 1 to 20 of [A-Z0-9-_]; set "
		        ".mechanism",
		        unit->name);
	}
	return TRUE;
}

/* Can all pointers in these settings be followed, and do the tables end? */
static gboolean probe_keys(const tocsin_key *const *keys, guint depth, guint *count,
                           const TocsinMemory *memory);

static gboolean
probe_choices(const char *const *choices, const TocsinMemory *memory)
{
	for (guint i = 0; i <= CHOICES_MAX; i++) {
		if (!tocsin_probe_bytes(memory, choices + i, sizeof(*choices))) {
			return FALSE;
		}
		if (choices[i] == NULL) {
			return i > 0;
		}
		if (!tocsin_probe_text(memory, choices[i], VALUE_LIMIT)) {
			return FALSE;
		}
	}
	return FALSE;
}

static gboolean
probe_key(const tocsin_key *key, guint depth, guint *count, const TocsinMemory *memory)
{
	return tocsin_probe_struct(memory, key, TOCSIN_SIZE_KEY) &&
	       (key->name == NULL || tocsin_probe_text(memory, key->name, NAME_LIMIT)) &&
	       (key->help == NULL || tocsin_probe_text(memory, key->help, HELP_LIMIT)) &&
	       (key->fallback == NULL || tocsin_probe_text(memory, key->fallback, VALUE_LIMIT)) &&
	       (key->choices == NULL || probe_choices(key->choices, memory)) &&
	       (key->keys == NULL || probe_keys(key->keys, depth + 1, count, memory));
}

static gboolean
probe_keys(const tocsin_key *const *keys, guint depth, guint *count, const TocsinMemory *memory)
{
	if (depth > NESTING_MAX) {
		return FALSE;
	}
	for (;; keys++) {
		if (!tocsin_probe_bytes(memory, keys, sizeof(*keys))) {
			return FALSE;
		}
		if (*keys == NULL) {
			return TRUE;
		}
		if (++*count > KEYS_MAX || !probe_key(*keys, depth, count, memory)) {
			return FALSE;
		}
	}
}

static gboolean
check_keys(const tocsin_unit *unit, const TocsinMemory *memory, GError **error)
{
	guint count = 0;

	if (unit->keys == NULL) {
		return TRUE;
	}
	if (!probe_keys(unit->keys, 0, &count, memory)) {
		return tocsin_refuse(
		        error,
		        "'%s' has settings of which number %u is damaged or the list has no "
		        "end; give each its size, name and help, and end the list with NULL",
		        unit->name, count);
	}
	if (!tocsin_keys_check_table(unit->keys, error)) {
		g_prefix_error(error, "'%s': ", unit->name);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_unit_check(const tocsin_unit *unit, const TocsinMemory *memory, GError **error)
{
	if (!tocsin_probe_struct(memory, unit, TOCSIN_SIZE_UNIT)) {
		g_autofree char *found = describe_size(memory, unit);

		return tocsin_refuse(error,
		                     "it is one that %s, ABI 1.0 has %zu; set .size to "
		                     "sizeof(tocsin_unit)",
		                     found, TOCSIN_SIZE_UNIT);
	}
	if (!tocsin_probe_text(memory, unit->name, NAME_SHOWN)) {
		return tocsin_refuse(error, "its name is missing or cannot be printed; name it");
	}
	if (!tocsin_probe_is_name(unit->name, NAME_LIMIT)) {
		return tocsin_refuse(error,
		                     "its name '%s' is not 1 to 40 of [a-z0-9-] with a letter "
		                     "first; rename it",
		                     unit->name);
	}
	if (!tocsin_probe_text(memory, unit->summary, SUMMARY_LIMIT) || unit->summary[0] == '\0') {
		return tocsin_refuse(
		        error,
		        "'%s' has no summary, or one that cannot be printed; say in up to %u bytes "
		        "what it does",
		        unit->name, SUMMARY_LIMIT);
	}
	if (tocsin_unit_kind_name(unit->kind) == NULL) {
		return tocsin_refuse(
		        error,
		        "'%s' is of kind %u, which ABI %u.%u does not know; use a newer "
		        "tocsin, or an older version of the plugin",
		        unit->name, unit->kind, TOCSIN_ABI_MAJOR, TOCSIN_ABI_MINOR);
	}
	if (unit->serial > TOCSIN_SERIAL_NONE) {
		return tocsin_refuse(error,
		                     "'%s' has the unknown thread rule %u; set .serial to a "
		                     "TOCSIN_SERIAL_*",
		                     unit->name, unit->serial);
	}
	return check_ops(unit, memory, error) &&
	       (unit->kind != TOCSIN_KIND_AUTH || check_mechanism(unit, memory, error)) &&
	       check_keys(unit, memory, error);
}
