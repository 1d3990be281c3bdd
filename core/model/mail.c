/* SPDX-License-Identifier: MIT */
/* One composed message with its envelope: life, ids, and the packed options. */
#include "model/mail.h"

#include "model/pack.h"

#include <string.h>
#include <tocsin/error.h>

/* Version of the packed options. A later version may only append. */
#define VERSION 2u
/* The first one that says whether the mail is a notice. */
#define VERSION_WITH_NOTICE 2u

/* In the order of ASCII, so that ids sort as text; without vowels, so that no word appears. */
static const char letters[] = "0123456789BCDFGHJKLMNPQRSTVWXZbc";

/* 51 bits of microseconds last until the year 2041; 12 bits keep processes apart. */
#define NOISE_BITS 12

char *
tocsin_mail_make_id(gint64 now_us)
{
	/* lint: allow static-state: atomic, and unique ids need one memory for the whole process */
	static guint64 last;
	guint64 now = ((guint64)MAX(now_us, 0) << NOISE_BITS) & G_MAXINT64;
	guint64 seen = __atomic_load_n(&last, __ATOMIC_RELAXED);
	guint64 number;

	/* Each is greater than the one before, within this process, also when the clock stands. */
	now |= g_random_int() & ((1u << NOISE_BITS) - 1);
	do {
		number = now > seen || seen - now > (1u << 30) ? now : seen + 1;
	} while (!__atomic_compare_exchange_n(&last, &seen, number, FALSE, __ATOMIC_RELAXED,
	                                      __ATOMIC_RELAXED));
	return tocsin_mail_format_id((gint64)number);
}

char *
tocsin_mail_format_id(gint64 number)
{
	char id[TOCSIN_MAIL_ID_LENGTH + 1] = {0};
	guint64 rest = (guint64)number;

	for (int i = TOCSIN_MAIL_ID_LENGTH - 1; i >= 0; i--) {
		id[i] = letters[rest & 31];
		rest >>= 5;
	}
	return g_strdup(id);
}

gint64
tocsin_mail_first_number(gint64 time_us)
{
	return (gint64)(((guint64)MAX(time_us, 0) << NOISE_BITS) & G_MAXINT64);
}

gboolean
tocsin_mail_parse_id(const char *id, gint64 *out_number)
{
	guint64 number = 0;

	if (strlen(id) != TOCSIN_MAIL_ID_LENGTH) {
		return FALSE;
	}
	for (const char *p = id; *p != '\0'; p++) {
		const char *letter = strchr(letters, *p);

		if (letter == NULL || number > (G_MAXINT64 >> 5)) {
			return FALSE;
		}
		number = (number << 5) | (guint64)(letter - letters);
	}
	*out_number = (gint64)number;
	return TRUE;
}

static void
free_recipient(gpointer data)
{
	TocsinRecipient *recipient = data;

	g_free(recipient->address);
	g_free(recipient->orcpt);
	g_free(recipient);
}

TocsinMail *
tocsin_mail_new(const char *id, const char *sender, gint64 created_us)
{
	TocsinMail *self = g_atomic_rc_box_new0(TocsinMail);

	self->id = id != NULL ? g_strdup(id) : tocsin_mail_make_id(created_us);
	self->sender = g_strdup(sender);
	self->recipients = g_ptr_array_new_with_free_func(free_recipient);
	self->created_us = created_us;
	return self;
}

TocsinMail *
tocsin_mail_ref(const TocsinMail *self)
{
	return g_atomic_rc_box_acquire((TocsinMail *)self);
}

static void
clear_mail(gpointer data)
{
	TocsinMail *self = data;

	g_free(self->id);
	g_free(self->message_id);
	g_free(self->rule);
	g_free(self->group_key);
	g_free(self->cause);
	g_free(self->sender);
	g_ptr_array_unref(self->recipients);
	g_strfreev(self->via);
	g_free(self->envid);
	g_clear_pointer(&self->content, g_bytes_unref);
	g_free(self->path);
}

void
tocsin_mail_unref(TocsinMail *self)
{
	if (self != NULL) {
		g_atomic_rc_box_release_full(self, clear_mail);
	}
}

TocsinRecipient *
tocsin_mail_add_recipient(TocsinMail *self, const char *address)
{
	TocsinRecipient *recipient = g_new0(TocsinRecipient, 1);

	recipient->address = g_strdup(address);
	g_ptr_array_add(self->recipients, recipient);
	return recipient;
}

const TocsinRecipient *
tocsin_mail_recipient(const TocsinMail *self, guint index)
{
	g_return_val_if_fail(index < self->recipients->len, NULL);
	return self->recipients->pdata[index];
}

GByteArray *
tocsin_mail_pack_options(const TocsinMail *self)
{
	GByteArray *out = g_byte_array_sized_new(64);
	guint accounts = self->via != NULL ? g_strv_length(self->via) : 0;

	tocsin_pack_uint(out, VERSION);
	tocsin_pack_uint(out, self->ret);
	tocsin_pack_string(out, self->envid);
	tocsin_pack_uint(out, self->body);
	tocsin_pack_uint(out, self->is_smtputf8 != FALSE);
	tocsin_pack_uint(out, self->is_tls_required != FALSE);
	tocsin_pack_int(out, self->hold_for_s);
	tocsin_pack_uint(out, self->deliver_by);
	tocsin_pack_int(out, self->deliver_by_s);
	tocsin_pack_uint(out, self->is_deliver_by_traced != FALSE);
	tocsin_pack_uint(out, self->has_mt_priority != FALSE);
	tocsin_pack_int(out, self->mt_priority);
	tocsin_pack_uint(out, accounts);
	for (guint i = 0; i < accounts; i++) {
		tocsin_pack_string(out, self->via[i]);
	}
	tocsin_pack_uint(out, self->is_notice != FALSE);
	return out;
}

static void
unpack_via(TocsinMail *self, TocsinUnpack *from)
{
	guint accounts = tocsin_unpack_below(from, TOCSIN_MAIL_VIA_MAX + 1);

	if (accounts == 0) {
		return;
	}
	self->via = g_new0(char *, accounts + 1);
	for (guint i = 0; i < accounts && !from->is_bad; i++) {
		self->via[i] = tocsin_unpack_required_string(from);
	}
}

gboolean
tocsin_mail_unpack_options(TocsinMail *self, const void *bytes, gsize length, GError **error)
{
	TocsinUnpack from;

	tocsin_unpack_init(&from, bytes, length);
	guint64 version = tocsin_unpack_uint(&from);

	if (version < 1 || version > VERSION) {
		tocsin_unpack_fail(&from);
	}
	self->ret = tocsin_unpack_below(&from, TOCSIN_RET_FULL + 1);
	self->envid = tocsin_unpack_string(&from);
	self->body = tocsin_unpack_below(&from, TOCSIN_BODY_BINARYMIME + 1);
	self->is_smtputf8 = tocsin_unpack_below(&from, 2) == 1;
	self->is_tls_required = tocsin_unpack_below(&from, 2) == 1;
	self->hold_for_s = tocsin_unpack_int(&from);
	self->deliver_by = tocsin_unpack_below(&from, TOCSIN_DELIVER_BY_RETURN + 1);
	self->deliver_by_s = tocsin_unpack_int(&from);
	self->is_deliver_by_traced = tocsin_unpack_below(&from, 2) == 1;
	self->has_mt_priority = tocsin_unpack_below(&from, 2) == 1;
	gint64 mt_priority = tocsin_unpack_int(&from);

	unpack_via(self, &from);
	self->is_notice = version >= VERSION_WITH_NOTICE && tocsin_unpack_below(&from, 2) == 1;
	if (from.is_bad || from.at != from.end || ABS(mt_priority) > 9) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the options of mail %s are damaged, or of a newer version", self->id);
		return FALSE;
	}
	self->mt_priority = (int)mt_priority;
	return TRUE;
}
