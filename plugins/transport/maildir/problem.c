/* SPDX-License-Identifier: MIT */
/* The texts and codes of problems. */
#include "problem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <tocsin/plugin.h>
#include <unistd.h>

bool
maildir_problem_set(MaildirProblem *self, const char *format, ...)
{
	va_list arguments;

	self->status = TOCSIN_E_CONFIG;
	self->enhanced = "4.3.5"; /* the system is incorrectly configured */
	va_start(arguments, format);
	vsnprintf(self->text, sizeof(self->text), format, arguments);
	va_end(arguments);
	return false;
}

static const char *
find_enhanced(int number)
{
	switch (number) {
	case ENOSPC:
		return "4.3.1"; /* the system is full */
	case EDQUOT:
		return "4.2.2"; /* the mailbox is full */
	default:
		return "4.3.0";
	}
}

/* What an administrator can do about it; "" where nothing helps but trying again. */
static void
advise(int number, char *out_advice, size_t size)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT:
		snprintf(out_advice, size, "; make room there");
		break;
	case EACCES:
	case EPERM:
		snprintf(out_advice, size, "; let user %u write there", (unsigned)geteuid());
		break;
	case ENOENT:
		snprintf(out_advice, size, "; make the folder above it");
		break;
	default:
		out_advice[0] = '\0';
		break;
	}
}

bool
maildir_problem_from_errno(MaildirProblem *self, int number, const char *verb, const char *folder,
                           const char *name)
{
	const char *reason = strerrordesc_np(number); /* unlike strerror(), for every thread */
	char advice[64];

	advise(number, advice, sizeof(advice));
	self->status = TOCSIN_E_TEMP;
	self->enhanced = find_enhanced(number);
	snprintf(self->text, sizeof(self->text), "cannot %s %s%s%s: %s%s", verb, folder,
	         name == NULL ? "" : "/", name == NULL ? "" : name,
	         reason == NULL ? "unknown error" : reason, advice);
	return false;
}
