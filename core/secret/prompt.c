/* SPDX-License-Identifier: MIT */
/* Secrets that a person types, with the terminal's echo off. */
#include "secret/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "secret/file.h"

#define TYPED_MAX 4096u

/* What a person is typing. The keys are the terminal's own. */
typedef struct {
	int terminal;
	const cc_t *keys;
	char bytes[TYPED_MAX];
	gsize length;
	int signal; /* of the key that ended it, or 0 */
} Typing;

static void
erase_character(Typing *self)
{
	/* With all bytes of a character in UTF-8. */
	while (self->length > 0 && ((guchar)self->bytes[--self->length] & 0xc0) == 0x80) {
	}
}

/* FALSE when the line is over. */
static gboolean
take_key(Typing *self, char key)
{
	cc_t byte = (cc_t)key;

	if (byte == self->keys[VINTR] || byte == self->keys[VQUIT]) {
		self->signal = byte == self->keys[VINTR] ? SIGINT : SIGQUIT;
		return FALSE;
	}
	if (byte == '\n' || byte == '\r' || byte == self->keys[VEOF]) {
		return FALSE;
	}
	if (byte == self->keys[VERASE] || byte == 0x7f || byte == '\b') {
		erase_character(self);
	} else if (byte == self->keys[VKILL]) {
		self->length = 0;
	} else if (self->length < sizeof(self->bytes)) {
		self->bytes[self->length++] = key;
	}
	return TRUE;
}

static void
read_line(Typing *self)
{
	char key = '\0';
	gssize got;

	do {
		got = read(self->terminal, &key, 1);
	} while ((got < 0 && errno == EINTR) || (got == 1 && take_key(self, key)));
}

/* Whoever interrupts us must find his terminal as it was: so that key is read, not signalled. */
static TocsinSecret *
ask(int terminal, const char *text, GError **error)
{
	struct termios shown;
	struct termios hidden;
	Typing typing = {.terminal = terminal};

	if (tcgetattr(terminal, &shown) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "cannot ask on the terminal: %s", g_strerror(errno));
		return NULL;
	}
	typing.keys = shown.c_cc;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	hidden.c_cc[VMIN] = 1;
	hidden.c_cc[VTIME] = 0;
	(void)tcsetattr(terminal, TCSAFLUSH, &hidden);
	(void)dprintf(terminal, "%s: ", text);
	read_line(&typing);
	(void)tcsetattr(terminal, TCSAFLUSH, &shown);
	(void)dprintf(terminal, "\n");
	if (typing.signal != 0) {
		tocsin_wipe(typing.bytes, sizeof(typing.bytes));
		(void)raise(typing.signal);
	}
	TocsinSecret *secret =
	        tocsin_secret_from_text(typing.bytes, typing.length, "the terminal", error);

	tocsin_wipe(typing.bytes, sizeof(typing.bytes));
	return secret;
}

TocsinSecret *
tocsin_secret_prompt(const char *text, GError **error)
{
	static GMutex one_at_a_time; /* lint: allow static-state: there is one terminal */
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&one_at_a_time);
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (terminal < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "there is no terminal to ask for '%s' on; use a file, a command or the "
		            "environment",
		            text);
		return NULL;
	}
	TocsinSecret *secret = ask(terminal, text, error);

	(void)close(terminal);
	return secret;
}
