/* SPDX-License-Identifier: MIT */
/* The lock of a unit that may be entered once at a time, whoever enters it.
 *
 * A configuration that is read again makes new objects of a plugin that is still the same code with
 * the same data: what they share is the plugin's own constant, and that tells the lock. */
#ifndef TOCSIN_ABI_SERIAL_H
#define TOCSIN_ABI_SERIAL_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinSerial TocsinSerial;

/* The lock of the unit that the plugin has at this address, the same in the whole program for as
 * long as it runs: files are never unloaded. Any thread. */
TocsinSerial *tocsin_serial_of(const void *unit);

/* Waits until nobody is in the unit. */
void tocsin_serial_enter(TocsinSerial *self);

/* The same for the main loop, which cannot wait for as long as there are mails: who is in the unit
 * is asked to leave, see is_wanted(). */
void tocsin_serial_enter_soon(TocsinSerial *self);

/* Enters if nobody is in the unit. */
gboolean tocsin_serial_try_enter(TocsinSerial *self);

/* Leaves. */
void tocsin_serial_leave(TocsinSerial *self);

/* Does somebody wait in enter_soon()? */
gboolean tocsin_serial_is_wanted(const TocsinSerial *self);

G_END_DECLS

#endif
