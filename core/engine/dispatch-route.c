/* SPDX-License-Identifier: MIT */
/* Which account a mail goes on to. */
#include "engine/dispatch-private.h"
#include "engine/dispatch-verdict.h"

#include <string.h>

TocsinLane *
tocsin_dispatch_find_lane(TocsinDispatch *self, const char *name)
{
	return g_hash_table_lookup(self->lanes, name);
}

static gboolean
is_known(TocsinDispatch *self, const char *name)
{
	const TocsinLane *lane = tocsin_dispatch_find_lane(self, name);

	return lane != NULL && lane->account != NULL;
}

/* Whether a mail that goes there has hope of being sent soon. */
static gboolean
is_open(TocsinDispatch *self, const char *name, gint64 now_us)
{
	const TocsinLane *lane = tocsin_dispatch_find_lane(self, name);

	/* What failed last has to show first that it works again. */
	return lane != NULL && lane->account != NULL && lane->reach.failures == 0 &&
	       !tocsin_reach_is_resting(&lane->reach, &self->schedule, now_us);
}

/* The mail's own accounts, or the default ones if it has none that is known. */
static const char *const *
find_via(TocsinDispatch *self, const TocsinMail *mail)
{
	for (char **via = mail->via; via != NULL && *via != NULL; via++) {
		if (is_known(self, *via)) {
			return (const char *const *)mail->via;
		}
	}
	return (const char *const *)self->default_via;
}

/* The account that may be tried soonest, and when. */
static const char *
find_soonest(TocsinDispatch *self, const char *const *via, gint64 now_us, gint64 *out_until_us)
{
	const char *soonest = NULL;

	for (; *via != NULL; via++) {
		const TocsinLane *lane = tocsin_dispatch_find_lane(self, *via);
		gint64 until_us;

		if (lane == NULL || lane->account == NULL) {
			continue;
		}
		until_us = tocsin_reach_is_resting(&lane->reach, &self->schedule, now_us)
		                   ? lane->reach.rest_until_us
		                   : now_us;
		if (soonest == NULL || until_us < *out_until_us) {
			soonest = *via;
			*out_until_us = until_us;
		}
	}
	return soonest;
}

const char *
tocsin_dispatch_route(TocsinDispatch *self, const TocsinMail *mail, const char *from, gint64 now_us,
                      gint64 *out_due_us)
{
	const char *const *via = find_via(self, mail);
	gboolean is_behind = !g_strv_contains(via, from);
	gint64 until_us = now_us;
	const char *soonest = find_soonest(self, via, now_us, &until_us);

	for (; *via != NULL; via++) {
		if (is_behind && is_open(self, *via, now_us)) {
			*out_due_us = now_us;
			return *via;
		}
		is_behind = is_behind || strcmp(*via, from) == 0;
	}
	*out_due_us = tocsin_verdict_wait(mail, until_us, now_us);
	return soonest;
}
