/* SPDX-License-Identifier: MIT */
#include "fake.h"

#include <string.h>

Fake fake;

/* What a mechanism of the test lives in, freed with the program. */
typedef struct {
	tocsin_auth_ops ops;
	tocsin_unit unit;
} Made;

static int32_t
begin(const tocsin_host *host, const tocsin_config *credentials, tocsin_exchange *exchange,
      void **out_state, tocsin_error *error)
{
	fake.begun++;
	if (fake.begin_status != TOCSIN_OK) {
		return host->fail(host, error, fake.begin_status, "begin says no");
	}
	if (fake.ask != NULL) {
		fake.ask(host, exchange);
	}
	*out_state = fake.has_no_state ? NULL : (void *)host;
	return TOCSIN_OK;
}

static int32_t
step(void *state, const void *challenge, size_t length, tocsin_buf *answer, tocsin_error *error)
{
	const tocsin_host *host = state;

	fake.stepped++;
	if (fake.answer != NULL) {
		host->put(host, answer, fake.answer, strlen(fake.answer));
	}
	if (fake.step_status < 0) {
		return host->fail(host, error, fake.step_status, "step says no");
	}
	return fake.step_status;
}

static int32_t
refused(void *state, uint32_t code, const char *text, tocsin_error *error)
{
	const tocsin_host *host = state;

	return host->fail(host, error, fake.refused_status, fake.refused_text);
}

static void
end(void *state)
{
	fake.ended++;
}

TocsinMechanism *
fake_mechanism(const char *mechanism, guint32 flags, guint32 strength)
{
	Made *made = g_new0(Made, 1);

	made->ops = (tocsin_auth_ops){
	        .size = sizeof(tocsin_auth_ops),
	        .flags = flags,
	        .strength = strength,
	        .mechanism = mechanism,
	        .begin = begin,
	        .step = step,
	        .refused = refused,
	        .end = end,
	};
	made->unit = (tocsin_unit){
	        .size = sizeof(tocsin_unit),
	        .kind = TOCSIN_KIND_AUTH,
	        .name = g_ascii_strdown(mechanism, -1),
	        .auth = &made->ops,
	};
	return tocsin_mechanism_new(&made->unit);
}

static void
mechanism_free(gpointer data)
{
	const tocsin_unit *unit = tocsin_mechanism_unit(data);
	Made *made = (Made *)((char *)unit - G_STRUCT_OFFSET(Made, unit));

	tocsin_mechanism_free(data);
	g_free((char *)made->unit.name);
	g_free(made);
}

GPtrArray *
fake_mechanisms(void)
{
	return g_ptr_array_new_with_free_func(mechanism_free);
}

TocsinSettings *
fake_credentials(const char *user, const char *secret)
{
	static const tocsin_key user_key = {.size = sizeof(tocsin_key),
	                                    .type = TOCSIN_KEY_STRING,
	                                    .name = "user",
	                                    .help = "User."};
	static const tocsin_key secret_key = {.size = sizeof(tocsin_key),
	                                      .type = TOCSIN_KEY_STRING,
	                                      .flags = TOCSIN_KEY_SECRET,
	                                      .name = "secret",
	                                      .help = "Secret."};
	static const tocsin_key *const table[] = {&user_key, &secret_key, NULL};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, table, NULL));
	TocsinSettings *settings = tocsin_settings_new(keys);

	g_assert_true(tocsin_settings_set_text(settings, "user", user, NULL));
	g_assert_true(tocsin_settings_set_text(settings, "secret", secret, NULL));
	g_assert_true(tocsin_settings_finish(settings, NULL));
	return settings;
}
