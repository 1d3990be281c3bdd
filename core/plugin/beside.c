/* SPDX-License-Identifier: MIT */
/* Puts tables together as an account or a trigger has them. */
#include "plugin/beside.h"

#include "abi/keys.h"
#include "plugin/refuse.h"
#include "plugin/unit-check.h"

/* Can both tables stand in one group? */
static gboolean
fits(const TocsinUnit *unit, const tocsin_key *const *table, const char *whose, GError **error)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(GError) reason = NULL;

	if (tocsin_keys_add(keys, table, &reason) &&
	    tocsin_keys_add(keys, tocsin_unit_keys(unit), &reason)) {
		return TRUE;
	}
	return tocsin_refuse(error, "its %s unit '%s' does not fit to %s: %s; rename that setting",
	                     tocsin_unit_kind_name(tocsin_unit_kind(unit)), tocsin_unit_name(unit),
	                     whose, reason->message);
}

static gboolean
has_flag(const TocsinUnit *unit, guint32 flag)
{
	const tocsin_transport_ops *transport = tocsin_unit_transport(unit);

	return tocsin_unit_kind(unit) == TOCSIN_KIND_AUTH ||
	       (transport != NULL && (transport->flags & flag) != 0);
}

/* Do the settings of both stand in one account? A mechanism's do in each that logs in. */
static gboolean
share_account(const TocsinUnit *a, const TocsinUnit *b)
{
	return (tocsin_unit_kind(a) == TOCSIN_KIND_AUTH && has_flag(b, TOCSIN_TRANSPORT_LOGIN)) ||
	       (tocsin_unit_kind(b) == TOCSIN_KIND_AUTH && has_flag(a, TOCSIN_TRANSPORT_LOGIN));
}

gboolean
tocsin_beside_check(const TocsinBeside *self, const TocsinUnit *unit, const GPtrArray *known,
                    GError **error)
{
	if (tocsin_unit_kind(unit) == TOCSIN_KIND_TRIGGER) {
		return fits(unit, self->trigger, "what every trigger takes", error);
	}
	if (!fits(unit, self->account, "what every account takes", error) ||
	    (has_flag(unit, TOCSIN_TRANSPORT_NETWORK) &&
	     !fits(unit, self->network, "the connection settings", error)) ||
	    (has_flag(unit, TOCSIN_TRANSPORT_LOGIN) &&
	     !fits(unit, self->login, "the login settings", error))) {
		return FALSE;
	}
	for (guint i = 0; i < known->len; i++) {
		const TocsinUnit *other = g_ptr_array_index(known, i);

		if (share_account(unit, other) &&
		    !fits(unit, tocsin_unit_keys(other), tocsin_unit_path(other), error)) {
			return FALSE;
		}
	}
	return TRUE;
}
