/* SPDX-License-Identifier: MIT */
/* What is to be stored in one transaction: all of it or nothing.
 *
 * A batch is filled by one thread, handed to tocsin_store_commit(), and read again when that has
 * answered. Refcounted; the store holds a reference while it works. */
#ifndef TOCSIN_STORE_BATCH_H
#define TOCSIN_STORE_BATCH_H

#include <glib.h>

#include "model/fate.h"
#include "model/mail.h"
#include "store/batch-types.h"

G_BEGIN_DECLS

/* Gives up the memory, not the claim. Does nothing on NULL. */
void tocsin_claim_free(TocsinClaim *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinClaim, tocsin_claim_free)

/* An empty one. */
TocsinBatch *tocsin_batch_new(void);
/* One more reference, for the caller to drop. */
TocsinBatch *tocsin_batch_ref(TocsinBatch *self);

/* Does nothing on NULL. */
void tocsin_batch_unref(TocsinBatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinBatch, tocsin_batch_unref)

/* Enqueues @mail for its first account. Returns its place for tocsin_batch_is_duplicate(). A mail
 * whose (rule, cause) the store has already is left out and said to be a duplicate; the rest of the
 * batch is stored all the same. */
guint tocsin_batch_add_mail(TocsinBatch *self, TocsinMail *mail);

/* What became of a claim. @fates has one entry for each of its mail's recipients, NULL for one that
 * was not tried. Those delivered and refused are finished. The others wait until @due_us; or are
 * given up if that is TOCSIN_SCHEDULE_NEVER. @account is the one to try then, NULL the same. The
 * claim ends when the batch is stored, and not before. Returns its place for
 * tocsin_batch_settled_state(). Takes @claim. */
guint tocsin_batch_settle(TocsinBatch *self, TocsinClaim *claim, TocsinFate *const *fates,
                          gint64 due_us, const char *account);

/* Says that the failures of the mail @id were told (to postmaster, say). */
void tocsin_batch_mark_told(TocsinBatch *self, const char *id);

/* Puts a group's state, or deletes it with @state NULL. @due_us is for the rules' own use: when the
 * group wants to be looked at. */
void tocsin_batch_put_group(TocsinBatch *self, const char *rule, const char *key, gint64 due_us,
                            GBytes *state);

/* Puts a trigger's cursor, or deletes it with @state NULL. @name tells several of one trigger
 * apart, such as its files. */
void tocsin_batch_put_cursor(TocsinBatch *self, const char *trigger, const char *name,
                             GBytes *state);

/* Adds a line to the decision log. @event, @mail (an id) and @rule may be NULL. */
void tocsin_batch_add_log(TocsinBatch *self, gint64 time_us, const char *event, const char *mail,
                          const char *rule, const char *action, const char *text);

/* After the batch was stored: whether the mail at @place was there already. */
gboolean tocsin_batch_is_duplicate(const TocsinBatch *self, guint place);

/* After the batch was stored: the state of the mail whose claim was settled at @place. */
TocsinMailState tocsin_batch_settled_state(const TocsinBatch *self, guint place);

/* Whether all that is in it may be stored: mails are checked with tocsin_mail_check(). Any thread
 * but once only; tocsin_store_commit() does it. */
gboolean tocsin_batch_check(const TocsinBatch *self, GError **error);

G_END_DECLS

#endif
