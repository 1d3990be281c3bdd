/* SPDX-License-Identifier: MIT */
/* A trigger as one would have been written for ABI 1.0: when its timer runs out it raises one event
 * with a field, a line and a position. */
#include <tocsin/plugin.h>

#include <stdlib.h>

struct instance {
	const tocsin_host *host;
	const tocsin_loop *loop;
	tocsin_source *source;
};

static int32_t
frozen_check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
             tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);

	(void)config;
	(void)error;
	if (schemas->add_kind(schema, "frozen", "It happened as in 1.0.") != TOCSIN_OK) {
		return TOCSIN_E_BUG;
	}
	return schemas->add_field(schema, "frozen", "user", TOCSIN_FIELD_TEXT, "Who.");
}

static int32_t
frozen_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
             void **out_instance, tocsin_error *error)
{
	struct instance *self = calloc(1, sizeof(*self));

	(void)config;
	if (self == NULL) {
		return host->fail(host, error, TOCSIN_E_TEMP, "no memory");
	}
	self->host = host;
	self->loop = host->extension(host, TOCSIN_LOOP);
	self->source = source;
	*out_instance = self;
	return self->loop->set_timer(source, 0);
}

static int32_t
frozen_tick(void *instance, tocsin_error *error)
{
	struct instance *self = instance;
	const tocsin_field user = {.size = sizeof(user),
	                           .type = TOCSIN_FIELD_TEXT,
	                           .name = "user",
	                           .text = "root",
	                           .length = 4};
	const tocsin_field *const fields[] = {&user, NULL};
	const tocsin_line line = {
	        .size = sizeof(line), .mark = TOCSIN_LINE_MATCH, .text = "su root", .length = 7};
	const tocsin_line *const excerpt[] = {&line, NULL};
	const tocsin_event event = {.size = sizeof(event),
	                            .severity = TOCSIN_LEVEL_WARNING,
	                            .token = 1,
	                            .kind = "frozen",
	                            .id = "1",
	                            .fields = fields,
	                            .excerpt = excerpt};
	int32_t status = self->loop->emit(self->source, &event, error);

	return status != TOCSIN_OK ? status : self->loop->checkpoint(self->source, "place", "1", 1);
}

static void
frozen_stop(void *instance)
{
	free(instance);
}

static const tocsin_trigger_ops ops = {
        .size = sizeof(ops),
        .check = frozen_check,
        .start = frozen_start,
        .tick = frozen_tick,
        .stop = frozen_stop,
};

static const tocsin_unit unit = {
        .size = sizeof(unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .name = "frozen",
        .summary = "Raises an event as in 1.0",
        .trigger = &ops,
};

static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "frozen-trigger", .version = "1.0",
        .license = "MIT",   .units = units,
};
