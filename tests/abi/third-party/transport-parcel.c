/* SPDX-License-Identifier: MIT */
/* A transport as a stranger would write it: a protocol of its own over the program's connections
 * and logins, with the header and libc alone.
 *
 * The server greets with "PARCEL" and its mechanisms. "LOGIN NAME [HEX]" begins a login; the server
 * says "? HEX" (a challenge, answered with HEX, or with "*" to give up), "+ TEXT" or "- TEXT". Then
 * "MAIL SIZE SENDER", "TO RECIPIENT" lines, ".", the content; and for each recipient the server
 * says "+", "~" (not now) or "-" and a text. "BYE" ends it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin/plugin.h>

#define LINE_MAX_LENGTH 2000
#define MECHANISMS_MAX 16

struct parcel {
	const tocsin_host *host;
	const tocsin_delivery *delivery;
	const tocsin_streams *streams;
	const tocsin_logins *logins;
};

/* One run; everything but the error belongs to the job. */
struct visit {
	const struct parcel *parcel;
	tocsin_job *job;
	tocsin_stream *stream;
	tocsin_buf *buf;
	tocsin_error *error;
	char line[LINE_MAX_LENGTH + 1];
};

static int32_t
parcel_open(const tocsin_host *host, const tocsin_config *config, void **out_instance,
            tocsin_error *error)
{
	struct parcel *self = calloc(1, sizeof(*self));

	(void)config;
	if (self == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	self->host = host;
	self->delivery = host->extension(host, TOCSIN_DELIVERY);
	self->streams = host->extension(host, TOCSIN_STREAM);
	self->logins = host->extension(host, TOCSIN_LOGIN);
	if (self->delivery == NULL || self->streams == NULL || self->logins == NULL) {
		free(self);
		return host->fail(host, error, TOCSIN_E_CONFIG, "this program has no logins");
	}
	*out_instance = self;
	return TOCSIN_OK;
}

static int32_t
say(struct visit *visit, uint32_t flags, const char *text, size_t length)
{
	return visit->parcel->streams->write(visit->stream, flags, text, length, visit->error);
}

/* Reads a line into visit->line. */
static int32_t
hear(struct visit *visit)
{
	const tocsin_streams *streams = visit->parcel->streams;
	int32_t status =
	        streams->read_line(visit->stream, visit->buf, LINE_MAX_LENGTH, visit->error);
	size_t length = 0;
	const void *bytes = streams->peek_buf(visit->buf, &length);

	if (status == TOCSIN_OK) {
		memcpy(visit->line, bytes, length);
		visit->line[length] = '\0';
	}
	return status;
}

static int32_t
give_up(struct visit *visit, int32_t status, const char *text)
{
	return visit->parcel->host->fail(visit->parcel->host, visit->error, status, text);
}

static int32_t
say_hex(struct visit *visit, const unsigned char *bytes, size_t length)
{
	char text[3];
	int32_t status = TOCSIN_OK;
	size_t i;

	for (i = 0; i < length && status == TOCSIN_OK; i++) {
		snprintf(text, sizeof(text), "%02x", bytes[i]);
		status = say(visit, TOCSIN_TRACE_SECRET, text, 2);
	}
	return status == TOCSIN_OK ? say(visit, 0, "\r\n", 2) : status;
}

/* Turns the hexadecimal digits at @text into bytes, in place. */
static size_t
from_hex(char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t length = 0;

	while (text[2 * length] != '\0' && text[2 * length + 1] != '\0') {
		const char *high = strchr(digits, text[2 * length]);
		const char *low = strchr(digits, text[2 * length + 1]);

		if (high == NULL || low == NULL) {
			break;
		}
		text[length++] = (char)((high - digits) << 4 | (low - digits));
	}
	return length;
}

static int32_t
answer(struct visit *visit, tocsin_login *login, const void *challenge, size_t length)
{
	const void *bytes = NULL;
	size_t count = 0;
	int32_t status =
	        visit->parcel->logins->step(login, challenge, length, &bytes, &count, visit->error);

	if (status < 0) {
		return say(visit, 0, "*\r\n", 3);
	}
	return say_hex(visit, bytes, count);
}

/* From "LOGIN" to the verdict, which goes to settle(). */
static int32_t
try_login(struct visit *visit, tocsin_login *login)
{
	const tocsin_logins *logins = visit->parcel->logins;
	char text[64];
	int length = snprintf(text, sizeof(text), "LOGIN %s ", logins->mechanism(login));
	int32_t status = say(visit, 0, text, (size_t)length);

	if (status == TOCSIN_OK) {
		status = logins->has_initial(login) ? answer(visit, login, NULL, 0)
		                                    : say(visit, 0, "\r\n", 2);
	}
	while (status == TOCSIN_OK && (status = hear(visit)) == TOCSIN_OK &&
	       visit->line[0] == '?' && visit->line[1] == ' ') {
		status = answer(visit, login, visit->line + 2, from_hex(visit->line + 2));
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	return logins->settle(login, visit->line[0] == '+' ? TOCSIN_OK : TOCSIN_E_PERM, 0,
	                      visit->line, visit->error);
}

/* The greeting's words after the first are mechanisms. */
static int32_t
log_in(struct visit *visit)
{
	const tocsin_logins *logins = visit->parcel->logins;
	const char *mechanisms[MECHANISMS_MAX + 1] = {NULL};
	tocsin_login_offer offer = {.size = sizeof(offer),
	                            .mechanisms = mechanisms,
	                            .service = "parcel",
	                            .server = "parcel.example",
	                            .stream = visit->stream};
	char greeting[LINE_MAX_LENGTH + 1];
	char *word;
	size_t count = 0;
	int32_t status = TOCSIN_MORE;

	memcpy(greeting, visit->line, sizeof(greeting));
	for (word = strchr(greeting, ' '); word != NULL && count < MECHANISMS_MAX;
	     word = strchr(word, ' ')) {
		*word++ = '\0';
		mechanisms[count++] = word;
	}
	while (status == TOCSIN_MORE) {
		tocsin_login *login = NULL;

		status = logins->begin(visit->job, &offer, &login, visit->error);
		if (status == TOCSIN_END) { /* the account wants none */
			return TOCSIN_OK;
		}
		if (status == TOCSIN_OK) {
			status = try_login(visit, login);
			logins->end(login);
		}
	}
	return status;
}

static int32_t
say_line(struct visit *visit, const char *verb, const char *argument)
{
	char text[LINE_MAX_LENGTH + 1];
	int length = snprintf(text, sizeof(text), "%s %s\r\n", verb, argument);

	if (length < 0 || (size_t)length >= sizeof(text)) {
		return give_up(visit, TOCSIN_E_PERM, "an address is too long for this protocol");
	}
	return say(visit, 0, text, (size_t)length);
}

static int32_t
say_mail(struct visit *visit, tocsin_mail *mail)
{
	const tocsin_delivery *delivery = visit->parcel->delivery;
	char verb[40];
	uint64_t offset = 0;
	const void *piece = ".\r\n";
	int64_t length = 3;
	uint32_t i;

	snprintf(verb, sizeof(verb), "MAIL %llu", (unsigned long long)delivery->content_size(mail));
	int32_t status = say_line(visit, verb, delivery->sender(mail));

	for (i = 0; i < delivery->recipient_count(mail) && status == TOCSIN_OK; i++) {
		status = say_line(visit, "TO", delivery->recipient(mail, i));
	}
	if (status == TOCSIN_OK) {
		status = say(visit, 0, piece, (size_t)length);
	}
	while (status == TOCSIN_OK && (length = delivery->content(mail, offset, &piece)) > 0) {
		status = say(visit, TOCSIN_TRACE_CONTENT, piece, (size_t)length);
		offset += (uint64_t)length;
	}
	return status;
}

static int32_t
deliver(struct visit *visit, tocsin_mail *mail)
{
	const tocsin_delivery *delivery = visit->parcel->delivery;
	uint32_t count = delivery->recipient_count(mail);
	int32_t status = say_mail(visit, mail);
	uint32_t i;

	for (i = 0; i < count && status == TOCSIN_OK; i++) {
		tocsin_fate fate = {.size = sizeof(fate), .stage = TOCSIN_AT_DATA};

		if (hear(visit) != TOCSIN_OK) {
			return TOCSIN_E_UNKNOWN; /* it has all of the mail; what it made of it? */
		}
		fate.status = visit->line[0] == '+'   ? TOCSIN_OK
		              : visit->line[0] == '~' ? TOCSIN_E_TEMP
		                                      : TOCSIN_E_PERM;
		fate.text = visit->line;
		status = delivery->result(visit->job, mail, i, &fate);
	}
	return status;
}

static int32_t
parcel_run(void *instance, tocsin_job *job, tocsin_error *error)
{
	const struct parcel *self = instance;
	struct visit visit = {.parcel = self, .job = job, .error = error};
	tocsin_mail *mail;
	int32_t status = self->streams->connect(job, &visit.stream, error);

	if (status != TOCSIN_OK) {
		return status;
	}
	visit.buf = self->streams->new_buf(job);
	status = hear(&visit);
	if (status == TOCSIN_OK && strncmp(visit.line, "PARCEL", 6) != 0) {
		status = give_up(&visit, TOCSIN_E_TEMP, "the server does not speak PARCEL");
	}
	status = status == TOCSIN_OK ? log_in(&visit) : status;
	while (status == TOCSIN_OK && (status = self->delivery->next(job, 0, &mail)) == TOCSIN_OK) {
		status = deliver(&visit, mail);
	}
	if (status == TOCSIN_END) {
		status = say(&visit, 0, "BYE\r\n", 5);
	}
	self->streams->close(visit.stream);
	return status;
}

static const tocsin_transport_ops ops = {
        .size = sizeof(ops),
        .flags = TOCSIN_TRANSPORT_NETWORK | TOCSIN_TRANSPORT_LOGIN,
        .open = parcel_open,
        .run = parcel_run,
        .close = free,
};

static const tocsin_unit unit = {
        .size = sizeof(unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "parcel",
        .summary = "Delivers by a protocol of its own.",
        .transport = &ops,
};

static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "transport-parcel", .version = "0.1", .license = "MIT",
        .units = units,
};
