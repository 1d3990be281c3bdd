/* SPDX-License-Identifier: MIT */
/* A SASL mechanism that can be used, with its serial rule. */
#include "sasl/mechanism.h"

#include <string.h>

#include "sasl/questions.h"

#define NAME_MAX_LENGTH 20u

struct _TocsinMechanism {
	const tocsin_unit *unit;
	TocsinHost *host;
	GMutex serial;    /* guards the unit, if its rule asks for that */
	gint is_disabled; /* atomic */
};

TocsinMechanism *
tocsin_mechanism_new(const tocsin_unit *unit, TocsinHost *host)
{
	TocsinMechanism *self = g_new0(TocsinMechanism, 1);

	self->unit = unit;
	self->host = host;
	g_mutex_init(&self->serial);
	tocsin_host_offer(host, TOCSIN_EXCHANGE, tocsin_questions_table());
	return self;
}

void
tocsin_mechanism_free(TocsinMechanism *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_host_free(self->host);
	g_mutex_clear(&self->serial);
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

void
tocsin_mechanism_disable(TocsinMechanism *self)
{
	g_atomic_int_set(&self->is_disabled, TRUE);
}

gboolean
tocsin_mechanism_is_disabled(const TocsinMechanism *self)
{
	return g_atomic_int_get(&self->is_disabled);
}

/* A mechanism's state is one login's, which is one thread's: only the unit's rule needs a lock. */
void
tocsin_mechanism_enter(TocsinMechanism *self)
{
	if (self->unit->serial == TOCSIN_SERIAL_UNIT) {
		g_mutex_lock(&self->serial);
	}
}

void
tocsin_mechanism_leave(TocsinMechanism *self)
{
	if (self->unit->serial == TOCSIN_SERIAL_UNIT) {
		g_mutex_unlock(&self->serial);
	}
}

gboolean
tocsin_mechanism_is_name(const char *name)
{
	gsize length = strnlen(name, NAME_MAX_LENGTH + 1);

	return length > 0 && length <= NAME_MAX_LENGTH &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == length;
}
