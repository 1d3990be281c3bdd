/* SPDX-License-Identifier: MIT */
/* Delivers into a pickup folder, as some mail servers watch one: a mail becomes the file ID.eml,
 * with its envelope in X-Sender and X-Receiver fields in front.
 *
 * The program calls run() on a worker thread when mail waits for the account. It takes one mail
 * after the other and tells what became of each recipient; queueing, trying again, … is not its
 * business. */
#include <stdio.h>
#include <stdlib.h>
#include <tocsin/plugin.h>
#include <unistd.h>

typedef struct { /* one account */
	const tocsin_host *host;
	const tocsin_delivery *delivery;
	const char *folder;
} Pickup;

/* Looks at the settings, touches nothing yet. Required ones are there: the program has checked. */
static int32_t
open_account(const tocsin_host *host, const tocsin_config *config, void **out_instance,
             tocsin_error *error)
{
	Pickup *self = calloc(1, sizeof(*self));

	if (self == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	self->host = host;
	self->delivery = host->extension(host, TOCSIN_DELIVERY);
	self->folder = host->get_string(host, config, "folder"); /* lives until close() */
	*out_instance = self;
	return TOCSIN_OK;
}

/* The content comes in pieces, of which each is valid until the next is asked for. */
static int
write_mail(const Pickup *self, tocsin_mail *mail, FILE *file)
{
	const tocsin_delivery *delivery = self->delivery;
	const void *piece;
	uint64_t offset = 0;
	int64_t length;
	uint32_t i;

	fprintf(file, "X-Sender: <%s>\r\n", delivery->sender(mail));
	for (i = 0; i < delivery->recipient_count(mail); i++) {
		fprintf(file, "X-Receiver: <%s>\r\n", delivery->recipient(mail, i));
	}
	while ((length = delivery->content(mail, offset, &piece)) > 0) {
		fwrite(piece, 1, (size_t)length, file);
		offset += (uint64_t)length;
	}
	/* "Delivered" means: on disk. Until then it is the queue's. */
	return length == 0 && fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
}

static void
deliver(const Pickup *self, tocsin_job *job, tocsin_mail *mail)
{
	tocsin_fate fate = {sizeof(fate), .status = TOCSIN_OK, .stage = TOCSIN_AT_LOCAL};
	uint32_t i, count = self->delivery->recipient_count(mail);
	char part[1024], path[1024], text[1200];
	FILE *file;
	int is_written;

	/* Under another name first: who watches the folder must not see half a mail. */
	snprintf(part, sizeof(part), "%s/%s.part", self->folder, self->delivery->id(mail));
	snprintf(path, sizeof(path), "%s/%s.eml", self->folder, self->delivery->id(mail));
	file = fopen(part, "wb");
	is_written = file != NULL && write_mail(self, mail, file);
	if (!is_written || rename(part, path) != 0) {
		fate.status = TOCSIN_E_TEMP; /* a full disk gets room one day: try again later */
		snprintf(text, sizeof(text), "cannot write %s: %m", path);
	} else {
		snprintf(text, sizeof(text), "in %s", path);
	}
	if (file != NULL) {
		fclose(file);
	}
	fate.text = text;
	for (i = 0; i < count; i++) { /* the mail is gone with its last recipient's fate */
		self->delivery->result(job, mail, i, &fate);
	}
}

static int32_t
run(void *instance, tocsin_job *job, tocsin_error *error)
{
	const Pickup *self = instance;
	tocsin_mail *mail;
	int32_t status;

	(void)error; /* for what is wrong with the account as a whole */
	while ((status = self->delivery->next(job, 0, &mail)) == TOCSIN_OK) {
		deliver(self, job, mail);
	}
	return status == TOCSIN_END ? TOCSIN_OK : status;
}

static const tocsin_key folder = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .flags = TOCSIN_KEY_REQUIRED,
        .name = "folder",
        .help = "Where the files go; the folder has to be there.",
};
static const tocsin_key *const keys[] = {&folder, NULL};

static const tocsin_transport_ops ops = {
        .size = sizeof(tocsin_transport_ops),
        .open = open_account,
        .run = run,
        .close = free,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "example-pickup",
        .summary = "Writes each mail into a folder.",
        .keys = keys,
        .transport = &ops,
};
static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "transport-example-pickup", .version = "1.0", .license = "MIT",
        .units = units,
};
