/* SPDX-License-Identifier: MIT */
/* The durable place of mails with their fates, group states, cursors and the decision log.
 *
 * What this interface promises, whatever stands behind it:
 * - What tocsin_store_commit() answered TRUE to survives the end of the process and of the machine.
 * - A batch is stored as a whole or not at all; what cannot be kept is refused with an error, and
 *   accepted again as soon as it can be, without reopening.
 * - Of mails with the same (rule, cause) the first is kept, for as long as its history is.
 * - No message is longer than TOCSIN_CONTENT_MAX (512 MiB).
 * - A claimed mail is not claimed again until it was settled, its lease is over, or the process
 *   ended.
 *
 * Threads: every function may be called from any thread, and blocks until the store's own thread
 * has answered, but for tocsin_store_commit_async(). Other processes hand their mails to the one
 * that has the store open.
 *
 * Errors are TOCSIN_ERROR_STORE where nothing else is said. */
#ifndef TOCSIN_STORE_STORE_H
#define TOCSIN_STORE_STORE_H

#include <glib.h>

#include "base/clock.h"
#include "store/batch.h"
#include "store/records.h"
#include "store/schedule.h"

G_BEGIN_DECLS

/* Work that waits to be stored, in bytes; more is refused by tocsin_store_commit_async() with
 * TOCSIN_ERROR_LIMIT, so that a flood cannot fill the memory. */
#define TOCSIN_STORE_WAITING_MAX (64u << 20)

typedef struct _TocsinStore TocsinStore;

typedef struct {
	const char *path;   /* absolute; the folder must exist */
	TocsinClock *clock; /* NULL: the system's; must outlive the store */
	guint64 max_bytes;  /* of the database, 0: no limit but the disk's */
} TocsinStoreOptions;

/* Opens or makes a store, for this process alone. What was written before a crash is there.
 * TOCSIN_ERROR_TRUST if others could read or change it. */
TocsinStore *tocsin_store_open(const TocsinStoreOptions *options, GError **error);

/* Stores what waits, and closes. No other call may be under way; callbacks of batches handed in
 * before still come when their context runs. Does nothing on NULL. */
void tocsin_store_close(TocsinStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinStore, tocsin_store_close)

/* Stores @batch and waits until it is safe. TOCSIN_ERROR_INVALID or TOCSIN_ERROR_LIMIT if something
 * in it may not be stored. */
gboolean tocsin_store_commit(TocsinStore *self, TocsinBatch *batch, GError **error);

/* @error is NULL if the batch is safe. */
typedef void (*TocsinStoreCallback)(TocsinBatch *batch, const GError *error, gpointer user_data);

/* As tocsin_store_commit(), but returns at once; @on_done is called once in @context (NULL: the
 * default one). Batches are stored in the order in which they are handed in. */
void tocsin_store_commit_async(TocsinStore *self, TocsinBatch *batch, GMainContext *context,
                               TocsinStoreCallback on_done, gpointer user_data);

/* Claims up to @limit waiting mails of @account that are due, those of high priority and then those
 * longest due first. Each is this process's for @lease_us, or until it is settled if that is 0.
 * @out_claims: an array of TocsinClaim, perhaps empty; free with g_ptr_array_unref() after
 * stealing the claims that are to be settled. */
gboolean tocsin_store_claim(TocsinStore *self, const char *account, guint limit, gint64 lease_us,
                            GPtrArray **out_claims, GError **error);

/* Ends the claim on the mail @id without a try: it may be claimed again at once. */
gboolean tocsin_store_hand_back(TocsinStore *self, const char *id, GError **error);

/* When the next mail of @account that nobody has claimed is due; TOCSIN_SCHEDULE_NEVER if none
 * waits. */
gboolean tocsin_store_next_due(TocsinStore *self, const char *account, gint64 *out_due_us,
                               GError **error);

/* The same for each account that mails wait for, in one call: an array of TocsinDueRecord; free
 * with g_ptr_array_unref(). */
gboolean tocsin_store_list_due(TocsinStore *self, GPtrArray **out_dues, GError **error);

/* Has @on_wake called in @context (NULL: the default one) soon after something was stored by which
 * a mail may have become due earlier; calls that pile up are one. NULL ends it. */
void tocsin_store_set_wake(TocsinStore *self, GMainContext *context, GSourceFunc on_wake,
                           gpointer user_data);

/* Names of accounts that mails wait for, with those that no configuration knows any more. */
gboolean tocsin_store_list_accounts(TocsinStore *self, char ***out_accounts, GError **error);

/* Mails by id, which is by time. An array of TocsinMailInfo; free with g_ptr_array_unref(). */
gboolean tocsin_store_list(TocsinStore *self, const TocsinListFilter *filter, GPtrArray **out_infos,
                           GError **error);

/* One mail, with its message if that is still there. TOCSIN_ERROR_INVALID if there is none. */
TocsinMailInfo *tocsin_store_show(TocsinStore *self, const char *id, GError **error);

/* How many mails are in each TocsinMailState: an array of 5. */
gboolean tocsin_store_count(TocsinStore *self, guint64 out_counts[5], GError **error);

/* Waiting to held. A try that is under way ends first. Here and in the following functions
 * TOCSIN_ERROR_INVALID: there is no such mail, or its state does not allow it. */
gboolean tocsin_store_hold(TocsinStore *self, const char *id, GError **error);

/* Held to waiting. */
gboolean tocsin_store_release(TocsinStore *self, const char *id, GError **error);

/* Waiting: due now. Dead: its recipients that did not get it wait again, and it does not expire
 * until @expire_us (0: never). */
gboolean tocsin_store_retry(TocsinStore *self, const char *id, gint64 expire_us, GError **error);

/* Whatever still waits is given up; the message is deleted, the history stays. */
gboolean tocsin_store_remove(TocsinStore *self, const char *id, GError **error);

/* Groups of @rule, or of all rules with NULL. An array of TocsinStateRecord. */
gboolean tocsin_store_list_groups(TocsinStore *self, const char *rule, GPtrArray **out_records,
                                  GError **error);

/* Cursors of @trigger, or of all with NULL. An array of TocsinStateRecord. */
gboolean tocsin_store_list_cursors(TocsinStore *self, const char *trigger, GPtrArray **out_records,
                                   GError **error);

/* One group's state; *@out_state NULL if there is none. */
gboolean tocsin_store_get_group(TocsinStore *self, const char *rule, const char *key,
                                GBytes **out_state, GError **error);

/* One cursor; *@out_state NULL if there is none. */
gboolean tocsin_store_get_cursor(TocsinStore *self, const char *trigger, const char *name,
                                 GBytes **out_state, GError **error);

/* The thread that all of @addresses (NULL-terminated) have got mail of: Message-IDs for References
 * and In-Reply-To. @out_last is NULL unless they all got the same mail last; both are NULL if not
 * all are in one thread. Free with g_free(). */
gboolean tocsin_store_get_thread(TocsinStore *self, const char *rule, const char *key,
                                 const char *const *addresses, char **out_root, char **out_last,
                                 GError **error);

/* Which of @addresses (NULL-terminated) have missed all mails of the group that were made since
 * @since_us and are known: @out_has_missed has a place for each. FALSE as well if there is no mail,
 * if one is under way, or in doubt. */
gboolean tocsin_store_find_missed(TocsinStore *self, const char *rule, const char *key,
                                  const char *const *addresses, gint64 since_us,
                                  gboolean *out_has_missed, GError **error);

/* Lines of the decision log in the order they were written: those about @event, or about @mail, or
 * all if both are NULL; after @after_seq (0: from the start); at most @limit, and 1000. An array of
 * TocsinLogLine. */
gboolean tocsin_store_query_log(TocsinStore *self, const char *event, const char *mail,
                                gint64 after_seq, guint limit, GPtrArray **out_lines,
                                GError **error);

/* Deletes up to @limit finished mails, log lines and threads that are older than @before_us, so
 * that a long history does not block the store. *@out_more: there is more to delete. */
gboolean tocsin_store_purge(TocsinStore *self, gint64 before_us, guint limit, gboolean *out_more,
                            GError **error);

G_END_DECLS

#endif
