/* SPDX-License-Identifier: MIT */
/* A SASL mechanism that can be used, with its guard. */
#include "sasl/mechanism.h"

#include <string.h>

#include "abi/host.h"
#include "sasl/questions.h"

#define NAME_MAX_LENGTH 20u

struct _TocsinMechanism {
	const tocsin_unit *unit;
	TocsinHost *host;
	TocsinGuard *guard;
};

TocsinMechanism *
tocsin_mechanism_new_watched(const tocsin_unit *unit, const TocsinOrigin *origin,
                             const TocsinPluginWatcher *watcher)
{
	TocsinMechanism *self = g_new0(TocsinMechanism, 1);

	self->unit = unit;
	self->host = tocsin_host_new(unit->name, watcher == NULL ? NULL : watcher->log,
	                             watcher == NULL ? NULL : watcher->user);
	self->guard = tocsin_guard_new(origin, unit->name);
	tocsin_guard_watch(self->guard, watcher);
	tocsin_host_offer(self->host, TOCSIN_EXCHANGE, tocsin_questions_table());
	return self;
}

TocsinMechanism *
tocsin_mechanism_new(const tocsin_unit *unit)
{
	const TocsinOrigin origin = {
	        .plugin = unit->name,
	        .path = "part of this program",
	        .kind = TOCSIN_KIND_AUTH,
	        .serial = unit->serial,
	        .unit = unit,
	};

	return tocsin_mechanism_new_watched(unit, &origin, NULL);
}

void
tocsin_mechanism_free(TocsinMechanism *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_host_free(self->host);
	tocsin_guard_free(self->guard);
	g_free(self);
}

const tocsin_unit *
tocsin_mechanism_unit(const TocsinMechanism *self)
{
	return self->unit;
}

const tocsin_host *
tocsin_mechanism_host(const TocsinMechanism *self)
{
	return tocsin_host_table(self->host);
}

const char *
tocsin_mechanism_name(const TocsinMechanism *self)
{
	return self->unit->auth->mechanism;
}

guint32
tocsin_mechanism_flags(const TocsinMechanism *self)
{
	return self->unit->auth->flags;
}

TocsinGuard *
tocsin_mechanism_guard(const TocsinMechanism *self)
{
	return self->guard;
}

gboolean
tocsin_mechanism_is_disabled(const TocsinMechanism *self)
{
	return tocsin_guard_is_disabled(self->guard);
}

gboolean
tocsin_mechanism_is_name(const char *name)
{
	gsize length = strnlen(name, NAME_MAX_LENGTH + 1);

	return length > 0 && length <= NAME_MAX_LENGTH &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == length;
}
