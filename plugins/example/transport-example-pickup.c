/* SPDX-License-Identifier: MIT */
/* Delivers into a pickup folder, as some mail servers watch one: a mail becomes the file ID.eml,
 * with its envelope in X-Sender and X-Receiver fields in front.
 *
 * The program calls run() on a worker thread when mail waits for the account. It takes one mail
 * after the other and tells what became of each recipient; queueing, trying again, … is not its
 * business. */
#include <fcntl.h>
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

static int
write_mail(const tocsin_delivery *delivery, tocsin_mail *mail, FILE *file)
{
	const void *piece;
	uint64_t offset = 0;
	int64_t length;
	uint32_t i;

	fprintf(file, "X-Sender: <%s>\r\n", delivery->sender(mail));
	for (i = 0; i < delivery->recipient_count(mail); i++) {
		fprintf(file, "X-Receiver: <%s>\r\n", delivery->recipient(mail, i));
	}
	/* The content comes in pieces, of which each is valid until the next is asked for. */
	while ((length = delivery->content(mail, offset, &piece)) > 0) {
		fwrite(piece, 1, (size_t)length, file);
		offset += (uint64_t)length;
	}
	return length == 0 && fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
}

/* "Delivered" means: on disk, the name too. Until then the mail is the queue's. */
static int
store_mail(const tocsin_delivery *delivery, tocsin_mail *mail, int folder)
{
	char part[300], name[300];
	FILE *file;
	int fd, is_written;

	/* Under another name first: who watches the folder must not see half a mail. */
	snprintf(part, sizeof(part), "%s.part", delivery->id(mail));
	snprintf(name, sizeof(name), "%s.eml", delivery->id(mail));
	fd = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0) {
		return 0;
	}
	file = fdopen(fd, "wb");
	if (file == NULL) {
		close(fd);
		return 0;
	}
	is_written = write_mail(delivery, mail, file);
	return fclose(file) == 0 && is_written && renameat(folder, part, folder, name) == 0 &&
	       fsync(folder) == 0;
}

static int32_t
run(void *instance, tocsin_job *job, tocsin_error *error)
{
	const Pickup *self = instance;
	int folder = open(self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tocsin_mail *mail;
	int32_t status;
	uint32_t i, count;
	char text[600];

	if (folder < 0) { /* wrong with the account as a whole, so no mail is taken */
		snprintf(text, sizeof(text), "cannot open %s: %m", self->folder);
		return self->host->fail(self->host, error, TOCSIN_E_CONFIG, text);
	}
	while ((status = self->delivery->next(job, 0, &mail)) == TOCSIN_OK) {
		tocsin_fate fate = {sizeof(fate), .stage = TOCSIN_AT_LOCAL, .text = text};

		snprintf(text, sizeof(text), "in %s", self->folder);
		if (!store_mail(self->delivery, mail, folder)) {
			fate.status = TOCSIN_E_TEMP; /* a full disk gets room one day */
			snprintf(text, sizeof(text), "cannot write into %s: %m", self->folder);
		}
		count = self->delivery->recipient_count(mail);
		for (i = 0; i < count; i++) { /* the mail is gone with its last one's fate */
			self->delivery->result(job, mail, i, &fate);
		}
	}
	close(folder);
	return status == TOCSIN_END ? TOCSIN_OK : status;
}

static const tocsin_key folder = {sizeof(tocsin_key), .type = TOCSIN_KEY_STRING,
                                  .flags = TOCSIN_KEY_REQUIRED, .name = "folder",
                                  .help = "Where the files go; the folder has to be there."};
static const tocsin_key *const keys[] = {&folder, NULL};

static const tocsin_transport_ops ops = {sizeof(tocsin_transport_ops), .open = open_account,
                                         .run = run, .close = free};

static const tocsin_unit unit = {sizeof(tocsin_unit),
                                 .kind = TOCSIN_KIND_TRANSPORT,
                                 .serial = TOCSIN_SERIAL_NONE,
                                 .name = "example-pickup",
                                 .transport = &ops,
                                 .keys = keys,
                                 .summary = "Writes each mail into a folder."};
static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "transport-example-pickup", .version = "1.0", .license = "MIT",
        .units = units};
