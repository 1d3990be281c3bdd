/* SPDX-License-Identifier: MIT */
/* The end of what the store gave out. */
#include "store/records.h"

void
tocsin_mail_info_free(TocsinMailInfo *self)
{
	if (self != NULL) {
		tocsin_mail_unref(self->mail);
		g_free(self->account);
		g_ptr_array_unref(self->recipients);
		g_free(self);
	}
}

void
tocsin_state_record_free(gpointer record)
{
	TocsinStateRecord *self = record;

	g_free(self->owner);
	g_free(self->name);
	g_bytes_unref(self->state);
	g_free(self);
}

void
tocsin_due_record_free(gpointer record)
{
	TocsinDueRecord *self = record;

	g_free(self->account);
	g_free(self);
}

void
tocsin_log_line_free(gpointer line)
{
	TocsinLogLine *self = line;

	g_free(self->event);
	g_free(self->mail);
	g_free(self->rule);
	g_free(self->action);
	g_free(self->text);
	g_free(self);
}
