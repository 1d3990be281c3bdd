/* SPDX-License-Identifier: MIT */
/* The link whose peer is a script. Two places move through one list of steps: the writer's, at the
 * client's bytes that are wanted next, and the reader's, which may never pass it. */
#include "net/scripted.h"

#include <string.h>

#include "base/text.h"
#include "net/carry.h"
#include "net/script.h"
#include "tocsin/error.h"

typedef struct {
	TocsinLink base;
	GArray *steps; /* of TocsinStep */
	guint reader;
	gsize read_offset; /* within the reader's step */
	guint writer;
	gsize write_offset; /* within the writer's step */
	gsize body_start;   /* in written: where the step of kind BODY began */
	gboolean is_dripping;
	GString *written;
	guint writes;
	char *mismatch;
} ScriptedLink;

static TocsinStep *
step_at(ScriptedLink *self, guint index)
{
	return index < self->steps->len ? &g_array_index(self->steps, TocsinStep, index) : NULL;
}

/* The step that the reader meets next: the server's bytes, an end, silence, a wanted start of TLS
 * or the client's turn. NULL at the end of the script. */
static TocsinStep *
next_for_reader(ScriptedLink *self)
{
	for (;; self->reader++, self->read_offset = 0) {
		TocsinStep *step = step_at(self, self->reader);

		if (step == NULL) {
			return NULL;
		}
		if (step->kind == STEP_DRIP || step->kind == STEP_FLOW) {
			self->is_dripping = step->kind == STEP_DRIP;
		} else if (step->kind == STEP_ENCRYPTED) {
			self->base.is_encrypted = TRUE;
		} else if (step->kind == STEP_SERVER) {
			if (self->read_offset < step->bytes->len) {
				return step;
			}
		} else if (step->kind == STEP_CLIENT || step->kind == STEP_BODY) {
			if (self->reader >= self->writer) {
				return step;
			}
		} else if (step->kind != STEP_PASSED) {
			return step;
		}
	}
}

/* The step that the writer meets next: wanted bytes, an end, a wanted start of TLS, or silence if
 * there is nothing left to read before it. NULL at the end of the script. */
static TocsinStep *
next_for_writer(ScriptedLink *self)
{
	for (;; self->writer++, self->write_offset = 0) {
		TocsinStep *step = step_at(self, self->writer);

		if (step == NULL) {
			return NULL;
		}
		switch (step->kind) {
		case STEP_SERVER:
		case STEP_DRIP:
		case STEP_FLOW:
		case STEP_PASSED:
			break;
		case STEP_ENCRYPTED:
			self->base.is_encrypted = TRUE;
			break;
		case STEP_CLIENT:
			if (self->write_offset < step->bytes->len) {
				return step;
			}
			break;
		case STEP_SILENCE:
			if (next_for_reader(self) == step) {
				return step;
			}
			break;
		default:
			return step;
		}
	}
}

/* Keeps the first mismatch and reports it. */
static gssize
mismatch(ScriptedLink *self, char *text, GError **error)
{
	if (self->mismatch == NULL) {
		self->mismatch = text;
	} else {
		g_free(text);
	}
	g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL, self->mismatch);
	return TOCSIN_LINK_FAILED;
}

static gssize
scripted_read(TocsinLink *link, void *buffer, gsize length, GError **error)
{
	ScriptedLink *self = (ScriptedLink *)link;
	gsize count = 0;
	TocsinStep *step;

	while (count < length && (step = next_for_reader(self)) != NULL &&
	       step->kind == STEP_SERVER) {
		gsize left = step->bytes->len - self->read_offset;
		gsize some = self->is_dripping ? 1 : MIN(left, length - count);

		memcpy((char *)buffer + count, step->bytes->str + self->read_offset, some);
		self->read_offset += some;
		count += some;
		if (self->is_dripping) {
			break;
		}
	}
	if (count > 0) {
		return (gssize)count;
	}
	step = next_for_reader(self);
	if (step != NULL && step->kind == STEP_SILENCE) {
		link->events = POLLIN;
		return TOCSIN_LINK_AGAIN;
	}
	if (step != NULL && (step->kind == STEP_CLOSE || step->kind == STEP_TRUNCATE)) {
		link->end =
		        step->kind == STEP_CLOSE ? TOCSIN_STREAM_CLOSED : TOCSIN_STREAM_TRUNCATED;
		return 0;
	}
	link->end = TOCSIN_STREAM_LOST;
	if (step != NULL && step->kind == STEP_RESET) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		                    "the connection to script was lost: reset");
		return TOCSIN_LINK_FAILED;
	}
	g_autofree char *wanted = tocsin_script_describe_step(step);

	return mismatch(self, g_strdup_printf("%s, the client reads", wanted), error);
}

/* Whether the bytes written since the body began end it. */
static gboolean
is_body_over(ScriptedLink *self)
{
	const char *body = self->written->str + self->body_start;
	gsize length = self->written->len - self->body_start;

	return (length == 3 && memcmp(body, ".\r\n", 3) == 0) ||
	       (length >= 5 && memcmp(body + length - 5, "\r\n.\r\n", 5) == 0);
}

/* How many of the bytes the step takes; 0 if it cannot take the first. */
static gsize
take(ScriptedLink *self, TocsinStep *step, const char *bytes, gsize length)
{
	gsize count = 0;

	if (step->kind == STEP_CLIENT) {
		const GString *wanted = step->bytes;

		while (count < length && self->write_offset < wanted->len &&
		       bytes[count] == wanted->str[self->write_offset]) {
			count++;
			self->write_offset++;
		}
		g_string_append_len(self->written, bytes, (gssize)count);
	} else if (step->kind == STEP_BODY) {
		if (self->write_offset == 0) {
			self->body_start = self->written->len;
		}
		for (gboolean is_over = FALSE; count < length && !is_over; count++) {
			g_string_append_c(self->written, bytes[count]);
			self->write_offset++;
			is_over = is_body_over(self);
			self->writer += is_over;
			self->write_offset = is_over ? 0 : self->write_offset;
		}
	}
	return count;
}

/* Why the writer's step takes nothing. */
static gssize
refuse(ScriptedLink *self, TocsinStep *step, const char *bytes, gsize length, GError **error)
{
	g_autofree char *wanted = NULL;
	g_autofree char *seen = NULL;

	if (step != NULL && step->kind == STEP_SILENCE) {
		self->base.events = POLLOUT;
		return TOCSIN_LINK_AGAIN;
	}
	if (step != NULL &&
	    (step->kind == STEP_CLOSE || step->kind == STEP_RESET || step->kind == STEP_TRUNCATE)) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		                    "the connection to script was lost while writing");
		return TOCSIN_LINK_FAILED;
	}
	wanted = tocsin_script_describe_step(step);
	seen = tocsin_text_for_display(bytes, length, 200);
	return mismatch(self,
	                g_strdup_printf("%s, the client sent \"%s\" behind %" G_GSIZE_FORMAT
	                                " matching bytes",
	                                wanted, seen, self->write_offset),
	                error);
}

static gssize
scripted_write(TocsinLink *link, const struct iovec *pieces, gsize count, GError **error)
{
	ScriptedLink *self = (ScriptedLink *)link;
	gsize total = 0;

	for (gsize i = 0; i < count; i++) {
		const char *bytes = pieces[i].iov_base;
		gsize length = pieces[i].iov_len;

		while (length > 0) {
			TocsinStep *step = next_for_writer(self);
			gsize some = step == NULL ? 0 : take(self, step, bytes, length);

			if (some == 0) {
				self->writes += total > 0;
				return total > 0 ? (gssize)total
				                 : refuse(self, step, bytes, length, error);
			}
			bytes += some;
			length -= some;
			total += some;
		}
	}
	self->writes++;
	next_for_writer(self); /* past the end of what was just satisfied */
	return (gssize)total;
}

/* Time passes in silences only, and there at once. */
static int
scripted_wait(TocsinLink *link, int events, int cancel_fd, gint64 deadline_us)
{
	ScriptedLink *self = (ScriptedLink *)link;
	TocsinStep *step = next_for_reader(self);

	if (deadline_us == 0) {
		gboolean is_readable = step != NULL && step->kind != STEP_CLIENT &&
		                       step->kind != STEP_BODY && step->kind != STEP_SILENCE &&
		                       step->kind != STEP_TLS;

		return (is_readable ? POLLIN : 0) & events;
	}
	if (step != NULL && step->kind == STEP_SILENCE) {
		step->kind = STEP_PASSED;
		return 0;
	}
	return events;
}

static gboolean
scripted_start_tls(TocsinLink *link, GError **error)
{
	ScriptedLink *self = (ScriptedLink *)link;
	TocsinStep *step = next_for_reader(self);

	if (step == NULL || step->kind != STEP_TLS) {
		g_autofree char *wanted = tocsin_script_describe_step(step);

		mismatch(self, g_strdup_printf("%s, the client starts TLS", wanted), error);
		return FALSE;
	}
	step->kind = STEP_PASSED;
	link->is_encrypted = TRUE;
	return TRUE;
}

static void
scripted_free(TocsinLink *link)
{
	ScriptedLink *self = (ScriptedLink *)link;

	g_array_unref(self->steps);
	g_string_free(self->written, TRUE);
	g_free(self->mismatch);
	tocsin_link_clear(link);
	g_free(self);
}

static const TocsinLinkClass scripted_class = {
        .read = scripted_read,
        .write = scripted_write,
        .wait = scripted_wait,
        .start_tls = scripted_start_tls,
        .free = scripted_free,
};

TocsinStream *
tocsin_scripted_stream_new(const char *script)
{
	ScriptedLink *self = g_new0(ScriptedLink, 1);

	self->base.class = &scripted_class;
	self->base.peer = g_strdup("script");
	self->steps = tocsin_script_parse(script);
	self->written = g_string_new(NULL);
	next_for_reader(self); /* the steps before the first bytes hold from the start */
	return tocsin_stream_new(&self->base);
}

static ScriptedLink *
get_link(TocsinStream *stream)
{
	TocsinLink *link = tocsin_stream_get_link(stream);

	g_assert(link->class == &scripted_class);
	return (ScriptedLink *)link;
}

static gboolean
is_due(const TocsinStep *step)
{
	return step != NULL && (step->kind == STEP_SERVER || step->kind == STEP_CLIENT ||
	                        step->kind == STEP_BODY || step->kind == STEP_TLS);
}

char *
tocsin_scripted_check(TocsinStream *stream)
{
	ScriptedLink *self = get_link(stream);
	TocsinStep *step = next_for_reader(self);
	gsize left;
	const char *bytes = tocsin_stream_peek(stream, &left);
	g_autofree char *text = NULL;

	if (self->mismatch != NULL) {
		return g_strdup(self->mismatch);
	}
	if (left > 0) {
		text = tocsin_text_for_display(bytes, left, 200);
		return g_strdup_printf("the client left \"%s\" unconsumed", text);
	}
	if (is_due(step)) {
		text = tocsin_script_describe_step(step);
		return g_strdup_printf("%s, the client stopped before", text);
	}
	return NULL;
}

const char *
tocsin_scripted_get_written(TocsinStream *stream, gsize *out_length)
{
	ScriptedLink *self = get_link(stream);

	*out_length = self->written->len;
	return self->written->str;
}

guint
tocsin_scripted_get_writes(TocsinStream *stream)
{
	return get_link(stream)->writes;
}
