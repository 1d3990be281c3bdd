/* SPDX-License-Identifier: MIT */
/* Raises an event for each line that somebody writes into a FIFO.
 *
 * A trigger lives on the program's main loop: it never waits, but is called when its descriptor is
 * ready. What events mean, and what is mailed, is the rules' business. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/plugin.h>
#include <unistd.h>

typedef struct {
	const tocsin_loop *loop;
	tocsin_source *source;
	int fd;
	int is_watched;
	size_t used;      /* bytes of lines that have not been raised yet */
	char bytes[4096]; /* also the longest line: everything that grows needs a limit */
} Fifo;

/* Says which events will come, so that "tocsin check" knows the field names in rules. */
static int32_t
check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
      tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);

	(void)config, (void)error;
	schemas->add_kind(schema, "line", "A line came.");
	return schemas->add_field(schema, "line", "text", TOCSIN_FIELD_TEXT, "The line.");
}

static int32_t
start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
      void **out_instance, tocsin_error *error)
{
	Fifo *self = calloc(1, sizeof(*self));
	struct stat status;

	if (self == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "out of memory");
	}
	self->loop = host->extension(host, TOCSIN_LOOP);
	self->source = source;
	/* Also for writing, which we never do: else each writer that goes would end the input. */
	self->fd = open(host->get_string(host, config, "path"), O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (self->fd < 0 || fstat(self->fd, &status) != 0 || !S_ISFIFO(status.st_mode)) {
		if (self->fd >= 0) {
			close(self->fd);
		}
		free(self);
		return host->fail(host, error, TOCSIN_E_CONFIG, "cannot open path as a FIFO");
	}
	*out_instance = self;
	self->is_watched = 1;
	return self->loop->watch(source, self->fd, TOCSIN_READABLE);
}

static int32_t
raise_line(Fifo *self, size_t length, uint32_t flags, tocsin_error *error)
{
	const tocsin_field text = {sizeof(text), .type = TOCSIN_FIELD_TEXT, .name = "text",
	                           .text = self->bytes, .length = length};
	const tocsin_field *const fields[] = {&text, NULL};
	const tocsin_event event = {sizeof(event), .flags = flags, .kind = "line",
	                            .fields = fields};

	return self->loop->emit(self->source, &event, error);
}

/* Raises each line that is complete, and a line that fills the buffer as far as it goes. */
static int32_t
raise_lines(Fifo *self, tocsin_error *error)
{
	for (;;) {
		const char *end = memchr(self->bytes, '\n', self->used);
		size_t length = end == NULL ? self->used : (size_t)(end - self->bytes);
		size_t taken = end == NULL ? length : length + 1;
		int32_t status;

		if (end == NULL && self->used < sizeof(self->bytes)) {
			return TOCSIN_OK;
		}
		status = raise_line(self, length, end == NULL ? TOCSIN_EMIT_PARTIAL : 0, error);
		if (status == TOCSIN_E_TEMP) {
			/* No room for events: we read no more, so the writers wait, not our
			 * memory. */
			self->is_watched = 0;
			return self->loop->unwatch(self->source, self->fd);
		}
		if (status != TOCSIN_OK) {
			return status;
		}
		memmove(self->bytes, self->bytes + taken, self->used - taken);
		self->used -= taken;
	}
}

static int32_t
ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	Fifo *self = instance;
	ssize_t count = read(fd, self->bytes + self->used, sizeof(self->bytes) - self->used);

	(void)events;
	self->used += count > 0 ? (size_t)count : 0; /* less: somebody else was faster */
	return raise_lines(self, error);
}

/* There is room again, for the line that was not taken first of all. */
static int32_t
resume(void *instance, tocsin_error *error)
{
	Fifo *self = instance;
	int32_t status = self->loop->watch(self->source, self->fd, TOCSIN_READABLE);

	self->is_watched = 1;
	return status == TOCSIN_OK ? raise_lines(self, error) : status;
}

static void
stop(void *instance)
{
	Fifo *self = instance;

	if (self->is_watched) {
		self->loop->unwatch(self->source, self->fd);
	}
	close(self->fd);
	free(self);
}

static const tocsin_key path = {sizeof(tocsin_key), .type = TOCSIN_KEY_STRING,
                                .flags = TOCSIN_KEY_REQUIRED, .name = "path",
                                .help = "The FIFO; make it with mkfifo(1)."};
static const tocsin_key *const keys[] = {&path, NULL};

static const tocsin_trigger_ops ops = {
        sizeof(tocsin_trigger_ops), .check = check, .start = start, .ready = ready,
        .resume = resume,           .stop = stop};

static const tocsin_unit unit = {
        sizeof(tocsin_unit),    .kind = TOCSIN_KIND_TRIGGER,
        .name = "example-fifo", .trigger = &ops,
        .keys = keys,           .summary = "Raises an event for each line in a FIFO."};
static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "trigger-example-fifo", .version = "1.0", .license = "MIT",
        .units = units};
