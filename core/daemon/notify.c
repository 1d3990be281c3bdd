/* SPDX-License-Identifier: MIT */
/* Over libsystemd, where Tocsin is built with it. */
#include "daemon/notify.h"

#ifdef TOCSIN_HAS_SYSTEMD

#include <systemd/sd-daemon.h>

#include "base/clock.h"

void
tocsin_notify_ready(const char *status)
{
	(void)sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void
tocsin_notify_reloading(void)
{
	/* The manager compares it with its own clock. */
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT,
	                 tocsin_clock_monotonic_us(tocsin_clock_system()));
}

void
tocsin_notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

static gboolean
on_beat(gpointer data)
{
	(void)sd_notify(0, "WATCHDOG=1");
	return G_SOURCE_CONTINUE;
}

guint
tocsin_notify_watch(void)
{
	uint64_t interval_us = 0;

	if (sd_watchdog_enabled(0, &interval_us) <= 0) {
		return 0;
	}
	/* Twice as often as asked, as sd_watchdog_enabled(3) has it. */
	return g_timeout_add((guint)MAX(interval_us / 2000, 1), on_beat, NULL);
}

#else

void
tocsin_notify_ready(const char *status)
{
}

void
tocsin_notify_reloading(void)
{
}

void
tocsin_notify_stopping(void)
{
}

guint
tocsin_notify_watch(void)
{
	return 0;
}

#endif
