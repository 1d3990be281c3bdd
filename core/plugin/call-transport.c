/* SPDX-License-Identifier: MIT */
/* Calls open(), run(), quiesce() and close() of a transport. */
#include "plugin/call-transport.h"

#include "abi/error.h"
#include "abi/host.h"
#include "plugin/job-run.h"

struct _TocsinTransport {
	const TocsinUnit *unit;
	TocsinGuard *guard;
	TocsinHost *host;
	TocsinSettings *settings;
	void *instance; /* NULL until open() made one */
};

static TocsinTransport *
make(const TocsinUnit *unit, const char *account, TocsinSettings *settings,
     const tocsin_logins *logins, const TocsinPluginWatcher *watcher)
{
	TocsinTransport *self = g_new0(TocsinTransport, 1);
	guint32 flags = tocsin_unit_transport(unit)->flags;

	self->unit = unit;
	self->guard = tocsin_guard_new(tocsin_unit_origin(unit), account);
	self->host = tocsin_host_new(account, watcher == NULL ? NULL : watcher->log,
	                             watcher == NULL ? NULL : watcher->user);
	self->settings = tocsin_settings_ref(settings);
	tocsin_host_offer(self->host, TOCSIN_DELIVERY, &tocsin_table_delivery);
	if (flags & TOCSIN_TRANSPORT_NETWORK) {
		tocsin_host_offer(self->host, TOCSIN_STREAM, &tocsin_table_streams);
	}
	if (flags & TOCSIN_TRANSPORT_LOGIN) {
		tocsin_host_offer(self->host, TOCSIN_LOGIN,
		                  logins != NULL ? logins : &tocsin_table_logins);
	}
	return self;
}

/* Turns what a call returned into @error; TRUE if it went well. */
static gboolean
settle(TocsinTransport *self, gint32 status, const tocsin_error *said, GError **error)
{
	if (status == TOCSIN_OK) {
		return TRUE;
	}
	if (status == TOCSIN_E_BUG) {
		tocsin_guard_set_error(self->guard, error);
		return FALSE;
	}
	tocsin_abi_error_to_gerror(said, status, error);
	g_prefix_error(error, "account '%s': ", tocsin_guard_instance(self->guard));
	return FALSE;
}

TocsinTransport *
tocsin_transport_open(const TocsinUnit *unit, const char *account, TocsinSettings *settings,
                      const tocsin_logins *logins, const TocsinPluginWatcher *watcher,
                      GError **error)
{
	g_autoptr(TocsinTransport) self = make(unit, account, settings, logins, watcher);
	g_autoptr(tocsin_error) said = tocsin_abi_error_new();

	tocsin_guard_enter_soon(self->guard);
	gint32 status = tocsin_unit_transport(unit)->open(tocsin_host_table(self->host), settings,
	                                                  &self->instance, said);

	tocsin_guard_leave(self->guard);
	if (status != TOCSIN_OK) {
		self->instance = NULL; /* what a failed open() left there is nothing to close */
	} else if (self->instance == NULL) {
		tocsin_guard_complain(self->guard, "open() made no instance");
	}
	status = tocsin_guard_check_status(self->guard, "open", status, NULL);
	if (tocsin_guard_is_disabled(self->guard)) {
		status = TOCSIN_E_BUG;
	}
	if (!settle(self, status, said, error)) {
		return NULL;
	}
	tocsin_guard_watch(self->guard, watcher); /* of what was before @error tells */
	return g_steal_pointer(&self);
}

/* A run that went well has told every fate. */
static gint32
check_run(TocsinTransport *self, const TocsinJob *job, gint32 status)
{
	static const gint32 allowed[] = {TOCSIN_E_UNKNOWN, 0};

	status = tocsin_guard_check_status(self->guard, "run", status, allowed);
	if (status == TOCSIN_OK && job->mails->len > 0) {
		tocsin_guard_complain(self->guard,
		                      "run() says all is well but told no fate of some "
		                      "recipients");
	}
	return tocsin_guard_is_disabled(self->guard) ? TOCSIN_E_BUG : status;
}

gint32
tocsin_transport_run(TocsinTransport *self, TocsinJob *job, GError **error)
{
	g_autoptr(tocsin_error) said = tocsin_abi_error_new();

	tocsin_guard_enter(self->guard);
	if (tocsin_guard_is_disabled(self->guard)) {
		tocsin_guard_leave(self->guard);
		settle(self, TOCSIN_E_BUG, said, error);
		return TOCSIN_E_BUG;
	}
	tocsin_job_begin(job, self->guard);
	gint32 status = tocsin_unit_transport(self->unit)->run(self->instance, job, said);

	tocsin_guard_leave(self->guard);
	status = check_run(self, job, status);
	tocsin_abi_error_cover(said, job->veil);
	tocsin_job_end(job, status, tocsin_abi_error_get(said));
	settle(self, status, said, error);
	return status;
}

void
tocsin_transport_quiesce(TocsinTransport *self)
{
	const tocsin_transport_ops *ops = tocsin_unit_transport(self->unit);

	if (ops->quiesce == NULL || tocsin_guard_is_disabled(self->guard) ||
	    !tocsin_guard_try_enter(self->guard)) {
		return;
	}
	ops->quiesce(self->instance);
	tocsin_guard_leave(self->guard);
}

void
tocsin_transport_close(TocsinTransport *self)
{
	if (self == NULL) {
		return;
	}
	if (self->instance != NULL) {
		tocsin_guard_enter_soon(self->guard);
		tocsin_unit_transport(self->unit)->close(self->instance);
		tocsin_guard_leave(self->guard);
	}
	tocsin_settings_unref(self->settings);
	tocsin_host_free(self->host);
	tocsin_guard_free(self->guard);
	g_free(self);
}

gboolean
tocsin_transport_is_disabled(const TocsinTransport *self)
{
	return tocsin_guard_is_disabled(self->guard);
}

const TocsinUnit *
tocsin_transport_unit(const TocsinTransport *self)
{
	return self->unit;
}

const char *
tocsin_transport_account(const TocsinTransport *self)
{
	return tocsin_guard_instance(self->guard);
}
