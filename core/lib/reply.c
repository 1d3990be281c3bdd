/* SPDX-License-Identifier: MIT */
/* What the server said, in a form that outlives the session. */
#include "lib/reply.h"

#include <string.h>

#define SHOWN_MAX 400u

struct _TocsinSmtpReply {
	TocsinReply *reply;
	char *text;
	gsize length;                             /* of text */
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX]; /* "" if it has none */
};

/* One recipient and why. */
typedef struct {
	char *address;
	TocsinSmtpReply *reply;
} Entry;

struct _TocsinSmtpRefused {
	GArray *entries; /* of Entry */
};

TocsinSmtpReply *
tocsin_lib_reply_take(TocsinReply *reply)
{
	TocsinSmtpReply *self;

	if (reply == NULL) {
		return NULL;
	}
	self = g_new0(TocsinSmtpReply, 1);
	self->reply = reply;
	self->text = tocsin_reply_dup_text(reply, &self->length);
	if (!tocsin_reply_get_enhanced(reply, self->enhanced)) {
		self->enhanced[0] = '\0';
	}
	return self;
}

TocsinSmtpReply *
tocsin_lib_reply_new(const TocsinReply *reply)
{
	return reply == NULL ? NULL : tocsin_lib_reply_take(tocsin_reply_copy(reply));
}

char *
tocsin_lib_reply_show(const TocsinSmtpReply *self)
{
	return tocsin_reply_dup_display(self->reply, SHOWN_MAX);
}

TocsinSmtpReply *
tocsin_smtp_reply_copy(const TocsinSmtpReply *self)
{
	return tocsin_lib_reply_new(self->reply);
}

void
tocsin_smtp_reply_free(TocsinSmtpReply *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_reply_free(self->reply);
	g_free(self->text);
	g_free(self);
}

int
tocsin_smtp_reply_get_code(const TocsinSmtpReply *self)
{
	return self->reply->code;
}

const char *
tocsin_smtp_reply_get_text(const TocsinSmtpReply *self, gsize *out_length)
{
	if (out_length != NULL) {
		*out_length = self->length;
	}
	return self->text;
}

const char *
tocsin_smtp_reply_get_enhanced(const TocsinSmtpReply *self)
{
	return self->enhanced[0] != '\0' ? self->enhanced : NULL;
}

static void
clear_entry(gpointer data)
{
	Entry *entry = data;

	g_free(entry->address);
	tocsin_smtp_reply_free(entry->reply);
}

TocsinSmtpRefused *
tocsin_lib_refused_new(void)
{
	TocsinSmtpRefused *self = g_new0(TocsinSmtpRefused, 1);

	self->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	g_array_set_clear_func(self->entries, clear_entry);
	return self;
}

void
tocsin_lib_refused_add(TocsinSmtpRefused *self, const char *address, const TocsinReply *reply)
{
	Entry entry = {g_strdup(address), tocsin_lib_reply_new(reply)};

	g_array_append_val(self->entries, entry);
}

guint
tocsin_smtp_refused_count(const TocsinSmtpRefused *self)
{
	return self->entries->len;
}

const char *
tocsin_smtp_refused_get_address(const TocsinSmtpRefused *self, guint index)
{
	g_return_val_if_fail(index < self->entries->len, NULL);
	return g_array_index(self->entries, Entry, index).address;
}

const TocsinSmtpReply *
tocsin_smtp_refused_get_reply(const TocsinSmtpRefused *self, guint index)
{
	g_return_val_if_fail(index < self->entries->len, NULL);
	return g_array_index(self->entries, Entry, index).reply;
}

const TocsinSmtpReply *
tocsin_smtp_refused_find(const TocsinSmtpRefused *self, const char *address)
{
	for (guint i = 0; i < self->entries->len; i++) {
		const Entry *entry = &g_array_index(self->entries, Entry, i);

		if (strcmp(entry->address, address) == 0) {
			return entry->reply;
		}
	}
	return NULL;
}

void
tocsin_smtp_refused_free(TocsinSmtpRefused *self)
{
	if (self == NULL) {
		return;
	}
	g_array_unref(self->entries);
	g_free(self);
}
