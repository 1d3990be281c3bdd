/* SPDX-License-Identifier: MIT */
/* Secrets that a person types, with the terminal's echo off. */
#include "secret/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "secret/file.h"

#define TYPED_MAX 4096u

/* One line into @buffer; -1 on failure. The terminal hands out whole lines. */
static gssize
read_line(int terminal, char *buffer)
{
	gssize length;

	do {
		length = read(terminal, buffer, TYPED_MAX);
	} while (length < 0 && errno == EINTR);
	return length;
}

static TocsinSecret *
ask(int terminal, const char *text, GError **error)
{
	struct termios shown;
	struct termios hidden;
	char buffer[TYPED_MAX];
	gssize length;

	if (tcgetattr(terminal, &shown) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "cannot ask on the terminal: %s", g_strerror(errno));
		return NULL;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO);
	(void)tcsetattr(terminal, TCSAFLUSH, &hidden);
	(void)dprintf(terminal, "%s: ", text);
	length = read_line(terminal, buffer);
	(void)tcsetattr(terminal, TCSAFLUSH, &shown);
	(void)dprintf(terminal, "\n");
	TocsinSecret *secret =
	        tocsin_secret_from_text(buffer, (gsize)MAX(length, 0), "the terminal", error);

	tocsin_wipe(buffer, sizeof(buffer));
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
