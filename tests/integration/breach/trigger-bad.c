/* SPDX-License-Identifier: MIT */
/* A trigger that raises an event whose kind no rule could name. */
#include <tocsin/plugin.h>

static const tocsin_loop *loop;
static tocsin_source *source;

static int32_t
bad_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *given,
          void **out_instance, tocsin_error *error)
{
	(void)config;
	(void)error;
	loop = host->extension(host, TOCSIN_LOOP);
	source = given;
	*out_instance = &source;
	return loop->set_timer(source, 0);
}

static int32_t
bad_tick(void *self, tocsin_error *error)
{
	const tocsin_event event = {.size = sizeof(event), .kind = "two words"};

	(void)self;
	return loop->emit(source, &event, error);
}

static void
bad_stop(void *self)
{
	(void)self;
}

static const tocsin_trigger_ops ops = {
        .size = sizeof(ops), .start = bad_start, .tick = bad_tick, .stop = bad_stop};

static const tocsin_unit unit = {
        .size = sizeof(unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .name = "bad",
        .summary = "Breaks the contract.",
        .trigger = &ops,
};

static const tocsin_unit *const units[] = {&unit, 0};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "trigger-bad", .version = "1", .license = "MIT", .units = units,
};
