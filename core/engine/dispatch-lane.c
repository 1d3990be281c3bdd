/* SPDX-License-Identifier: MIT */
/* The lane of an account. */
#include "engine/dispatch-lane.h"

#define TARGET_FIRST 4u

/* How long mails have to wait before one more connection is opened for them. */
#define RAMP_US 25000

TocsinLane *
tocsin_lane_new(const char *name)
{
	TocsinLane *self = g_new0(TocsinLane, 1);

	self->name = g_strdup(name);
	self->due_us = G_MAXINT64;
	self->target = TARGET_FIRST;
	g_queue_init(&self->ready);
	g_cond_init(&self->more);
	return self;
}

static void
free_claim(gpointer data)
{
	tocsin_claim_free(data);
}

void
tocsin_lane_free(TocsinLane *self)
{
	if (self == NULL) {
		return;
	}
	g_queue_clear_full(&self->ready, free_claim);
	g_cond_clear(&self->more);
	tocsin_reach_clear(&self->reach);
	tocsin_rate_free(self->rate);
	g_free(self->rate_text);
	g_free(self->name);
	g_free(self);
}

static void
use_rate(TocsinLane *self, const char *text)
{
	if (g_strcmp0(self->rate_text, text) == 0) {
		return;
	}
	g_clear_pointer(&self->rate, tocsin_rate_free);
	g_free(self->rate_text);
	self->rate_text = g_strdup(text);
	self->rate = text == NULL ? NULL : tocsin_rate_new(text, NULL);
}

void
tocsin_lane_use(TocsinLane *self, TocsinAccount *account)
{
	self->account = account;
	self->cap = 0;
	self->current = 0;
	self->is_tried = FALSE;
	self->reach.is_proven = FALSE;
	tocsin_reach_end_rest(&self->reach);
	if (account != NULL) {
		const TocsinSettings *settings = tocsin_account_settings(account);

		self->connections = (guint)tocsin_settings_get_int(settings, "connections");
		use_rate(self, tocsin_settings_get_string(settings, "rate"));
	}
}

guint
tocsin_lane_wants(TocsinLane *self, gint64 now_us)
{
	guint wanted = self->target;

	/* Mails that have to wait for the rate wait in the store, where urgent ones overtake. */
	if (self->rate != NULL) {
		wanted = MIN(wanted, tocsin_rate_available(self->rate, now_us));
	}
	/* Few at a time would make many small claims. */
	return self->ready.length <= wanted / 2 ? wanted - self->ready.length : 0;
}

void
tocsin_lane_note_claims(TocsinLane *self, const GPtrArray *claims, gboolean is_last)
{
	gsize bytes = 0;

	if (is_last) {
		self->target = MIN(self->target, MAX(self->target / 2, TARGET_FIRST));
	}
	for (guint i = 0; i < claims->len; i++) {
		const TocsinMail *mail = ((const TocsinClaim *)claims->pdata[i])->mail;

		bytes += mail->content == NULL ? 0 : g_bytes_get_size(mail->content);
	}
	if (claims->len > 0 && bytes > claims->len) {
		gsize fitting = TOCSIN_LANE_READY_BYTES / (bytes / claims->len);

		self->target = (guint)CLAMP(fitting, 1, self->target);
	}
}

/* How many connections there may be. */
static guint
find_limit(TocsinLane *self, gint64 real_us)
{
	/* The first one shows whether there is any use in more. */
	if (!self->reach.is_proven && self->current > 0) {
		return 0;
	}
	if (self->cap > 0 && real_us >= self->cap_until_us) {
		self->cap = 0;
	}
	return self->cap > 0 ? MIN(self->cap, self->connections) : self->connections;
}

gboolean
tocsin_lane_may_open(TocsinLane *self, gint64 now_us, gint64 real_us, gint64 *out_look_us)
{
	*out_look_us = G_MAXINT64;
	if (self->ready.length == 0 || self->waiting > 0) {
		self->backlog_us = 0;
		return FALSE;
	}
	if (self->open >= find_limit(self, real_us) ||
	    (self->rate != NULL && tocsin_rate_available(self->rate, now_us) == 0)) {
		return FALSE;
	}
	if (self->current == 0) {
		return TRUE;
	}
	if (self->backlog_us == 0) {
		self->backlog_us = real_us;
	}
	if (real_us - self->backlog_us < RAMP_US) {
		*out_look_us = self->backlog_us + RAMP_US;
		return FALSE;
	}
	self->backlog_us = real_us;
	return TRUE;
}
