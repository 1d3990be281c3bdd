/* SPDX-License-Identifier: MIT */
/* Finds where a domain is missing: a scan that knows quotes, comments, angle brackets and domain
 * literals. */
#include "cli/qualify.h"

/* Of the address that is being read. */
typedef struct {
	GString *out;
	const char *domain;
	gsize word_end;    /* in out: behind the last character that is neither blank nor comment */
	gboolean has_word; /* of the whole mailbox, or behind "<" */
	gboolean has_at;
	gboolean has_angle;
	gboolean is_angle; /* between "<" and ">" */
	char until;        /* what ends the quotes or the domain literal; 0 outside */
	guint comments;    /* how many are open */
} Scan;

static void
begin_address(Scan *self)
{
	self->has_word = FALSE;
	self->has_at = FALSE;
	self->has_angle = FALSE;
	self->is_angle = FALSE;
}

static void
end_address(Scan *self)
{
	if (self->has_word && !self->has_at) {
		g_string_insert_c(self->out, (gssize)self->word_end, '@');
		g_string_insert(self->out, (gssize)self->word_end + 1, self->domain);
	}
	begin_address(self);
}

/* A character that is neither quoted nor in a comment. */
static void
read_plain(Scan *self, char c)
{
	switch (c) {
	case ',':
	case ';':
		end_address(self);
		break;
	case ':':
		/* What stood here was a group's name; "<@route:" keeps its sign. */
		if (!self->is_angle) {
			begin_address(self);
		}
		break;
	case '<':
		begin_address(self);
		self->has_angle = TRUE;
		self->is_angle = TRUE;
		break;
	case '>':
		self->is_angle = FALSE;
		break;
	default:
		self->until = c == '"' ? '"' : c == '[' ? ']' : '\0';
		self->comments += c == '(' ? 1 : 0;
		/* Behind ">" nothing belongs to the address. */
		if (c != '(' && !g_ascii_isspace(c) && (!self->has_angle || self->is_angle)) {
			self->has_at |= c == '@';
			self->has_word = TRUE;
			self->word_end = self->out->len + 1;
		}
	}
}

/* A character in quotes, a domain literal or a comment, which ends none if it @is_escaped. */
static void
read_inside(Scan *self, char c, gboolean is_escaped)
{
	if (self->comments == 0) {
		self->word_end = self->out->len + 1;
		self->until = c == self->until && !is_escaped ? '\0' : self->until;
	} else if (!is_escaped && c == '(') {
		self->comments++;
	} else if (!is_escaped && c == ')') {
		self->comments--;
	}
}

char *
tocsin_qualify_list(const char *list, const char *domain)
{
	Scan self = {.out = g_string_new(NULL), .domain = domain};
	gboolean is_escaped = FALSE;

	for (; *list != '\0'; list++) {
		if (self.until != '\0' || self.comments > 0) {
			read_inside(&self, *list, is_escaped);
		} else {
			read_plain(&self, *list);
		}
		is_escaped = *list == '\\' && !is_escaped;
		g_string_append_c(self.out, *list);
	}
	if (self.until == '\0' && self.comments == 0 && !self.is_angle) {
		end_address(&self);
	}
	return g_string_free(self.out, FALSE);
}
