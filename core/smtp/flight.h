/* SPDX-License-Identifier: MIT */
/* What is on its way: mails, their transactions, and the replies that are expected. Only for the
 * pipeline's files. */
#ifndef TOCSIN_SMTP_FLIGHT_H
#define TOCSIN_SMTP_FLIGHT_H

#include "smtp/outgoing.h"
#include "smtp/session-private.h"

G_BEGIN_DECLS

/* Where a recipient of a mail stands. */
typedef enum {
	RECIPIENT_PENDING,  /* in no transaction */
	RECIPIENT_ASKED,    /* in one, RCPT not answered yet */
	RECIPIENT_ACCEPTED, /* in one, RCPT answered with 2yz */
	RECIPIENT_TOLD,     /* its fate is told */
} RecipientState;

/* A mail that was taken. */
typedef struct {
	const TocsinOutgoing *outgoing;
	const TocsinContent *content; /* as it will be sent: of outgoing, or reencoded */
	TocsinContentScan scan;
	gboolean is_reencoded;
	gboolean is_waiting; /* in Pipeline.waiting */
	gboolean was_read;   /* parts of the content were read for sending */
	gboolean is_retried; /* a transaction failed, or was too small: another may not */
	guint n_told;
	guint transactions; /* that are not over */
	guint n_recipients;
	guint8 states[]; /* RecipientState of each recipient */
} Flight;

typedef enum {
	STEP_RSET,
	STEP_MAIL,
	STEP_RCPT,
	STEP_DATA,    /* DATA or BDAT is next */
	STEP_WAIT,    /* for the reply to DATA */
	STEP_CONTENT, /* the content, some of which may have gone */
	STEP_DOT,     /* DATA was accepted though nobody will get it */
	STEP_SENT,    /* nothing more to send */
} Step;

/* A MAIL with some of a mail's recipients. */
typedef struct {
	GList link; /* in Pipeline.transactions; data points to the transaction */
	Flight *flight;
	Step step;
	gboolean is_chunked;
	gboolean is_mail_answered;
	gboolean is_refused; /* MAIL was */
	gboolean is_handed;  /* the whole message was added to the wire, up to end */
	guint64 end;
	gboolean was_piped; /* it was begun while commands ran ahead */
	guint64 begin;      /* where its content begins on the wire */
	guint64 offset;     /* in the content: next to read */
	const char *chunk;  /* what was read and not encoded yet */
	gsize chunk_left;
	TocsinContentEncoder encoder;
	guint sent;        /* members whose RCPT was added */
	guint asked;       /* RCPTs that were sent and not answered */
	guint accepted;    /* RCPTs that were answered with 2yz */
	guint settled;     /* LMTP: members whose final reply came */
	TocsinReply *held; /* what was said of the mail's last untold recipient, or NULL */
	TocsinFateStatus held_status;
	TocsinStage held_stage;
	guint held_index;
	guint n_members;
	guint members[]; /* indices of recipients */
} Transaction;

/* Which reply comes next. */
typedef enum {
	EXPECT_RSET,
	EXPECT_MAIL,
	EXPECT_RCPT,
	EXPECT_DATA,
	EXPECT_FINAL, /* in LMTP one for each accepted recipient */
	EXPECT_QUIT,
} Expect;

typedef struct {
	Transaction *transaction; /* NULL: none */
	guint member;             /* RCPT: index into members */
	Expect what;
} Expected;

typedef struct {
	TocsinSession *session;
	const TocsinPipelineCalls *calls;
	gpointer user;
	GString *line;        /* scratch */
	GQueue transactions;  /* of Transaction, in the order of their commands */
	GQueue waiting;       /* of Flight : some recipients are pending, after all the others */
	Transaction *sending; /* or NULL */
	Expected *expected;   /* ring */
	guint expected_size;  /* power of two */
	guint expected_head;
	guint expected_count;
	gint64 deadline_us; /* for the expected reply; 0: wait not begun */
	gboolean is_piped;
	gboolean is_dirty;       /* the server may hold a transaction: RSET first */
	gboolean is_rset_proven; /* the server was seen to understand RSET */
	gboolean is_draining;    /* the window was full: gather half a window of replies first */
	gboolean is_closing;     /* no new transactions on this connection */
	gboolean is_last;        /* next() said so */
	gboolean is_quitting;    /* QUIT was added */
	gboolean is_idle;        /* next() said that there is none now */
} Pipeline;

/* Nothing is on its way yet; @calls and @user as for tocsin_pipeline_run(). */
void tocsin_flight_init(Pipeline *self, TocsinSession *session, const TocsinPipelineCalls *calls,
                        gpointer user);

/* Frees what init() allocated; everything must be told. */
void tocsin_flight_clear(Pipeline *self);

/* A reply to what was just added to the wire will come behind all others that are expected. */
void tocsin_flight_expect(Pipeline *self, Expect what, Transaction *transaction, guint member);

/* The reply that comes next; there must be one. */
Expected *tocsin_flight_peek(Pipeline *self);

/* It came. */
void tocsin_flight_pop(Pipeline *self);

/* Tells the fate of recipient @index unless it is told. */
void tocsin_flight_tell(Pipeline *self, Flight *flight, guint index, const TocsinOutcome *outcome);

/* Gives all recipients back that are in no transaction; FALSE if the caller takes none. */
gboolean tocsin_flight_give_back(Pipeline *self, Flight *flight);

/* Tells it now, or when the transaction ends: with the last fate the mail is the caller's again,
 * and its content must not be waiting on the wire then. */
void tocsin_flight_tell_when_sent(Pipeline *self, Transaction *transaction, guint index,
                                  const TocsinOutcome *outcome);

/* Whether all of the transaction's message has left. */
gboolean tocsin_flight_is_sent(const Pipeline *self, const Transaction *transaction);

/* Tells it for all recipients that are in none of @kept (a set of 1 << RecipientState). */
void tocsin_flight_tell_all(Pipeline *self, Flight *flight, guint kept,
                            const TocsinOutcome *outcome);

/* Puts the mail where it waits for its next transaction, if it has pending recipients; frees it, if
 * nothing is left to be done. */
void tocsin_flight_settle(Pipeline *self, Flight *flight);

/* Begins a transaction with those pending recipients that the server takes in one. */
Transaction *tocsin_flight_begin(Pipeline *self, Flight *flight);

/* The transaction is over; what was held back is told. */
void tocsin_flight_end(Pipeline *self, Transaction *transaction);

G_END_DECLS

#endif
