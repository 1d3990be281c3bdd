/* SPDX-License-Identifier: MIT */
/* The answers to what a mechanism may ask. */
#include "sasl/questions.h"

#include <string.h>
#include <sys/random.h>

/* May the mechanism ask now? FALSE, with a complaint: about no login, from another thread. */
static gboolean
check_call(const tocsin_exchange *self, const char *call)
{
	if (self == NULL) {
		tocsin_guard_blame("%s() was given NULL", call);
		return FALSE;
	}
	if (self->thread != g_thread_self()) {
		tocsin_guard_complain(self->guard, "%s() was called from a thread of its own",
		                      call);
		return FALSE;
	}
	return TRUE;
}

/* The same for a call with a further pointer, which must not be NULL. */
static gboolean
check_call_with(const tocsin_exchange *self, const void *given, const char *call)
{
	if (!check_call(self, call)) {
		return FALSE;
	}
	if (given == NULL) {
		tocsin_guard_complain(self->guard, "%s() was given NULL", call);
		return FALSE;
	}
	return TRUE;
}

static const char *
answer_service(const tocsin_exchange *self)
{
	return check_call(self, "service") ? self->link->service : "";
}

static const char *
answer_server(const tocsin_exchange *self)
{
	return check_call(self, "server") ? self->link->server : "";
}

static uint32_t
answer_port(const tocsin_exchange *self)
{
	return check_call(self, "port") ? self->link->port : 0;
}

static int32_t
answer_is_encrypted(const tocsin_exchange *self)
{
	return check_call(self, "is_encrypted") && self->link->is_encrypted;
}

static const void *
answer_channel_binding(const tocsin_exchange *self, const char *type, size_t *out_length)
{
	if (!check_call_with(self, type, "channel_binding") ||
	    !check_call_with(self, out_length, "channel_binding") || self->link->exporter == NULL ||
	    strcmp(type, "tls-exporter") != 0) {
		return NULL;
	}
	return g_bytes_get_data(self->link->exporter, out_length);
}

static int32_t
answer_is_offered(const tocsin_exchange *self, const char *mechanism)
{
	if (!check_call_with(self, mechanism, "is_offered")) {
		return 0;
	}
	for (const char *const *name = self->link->offered; *name != NULL; name++) {
		if (g_ascii_strcasecmp(*name, mechanism) == 0) {
			return 1;
		}
	}
	return 0;
}

static int32_t
answer_random(tocsin_exchange *self, void *bytes, size_t length)
{
	if (!check_call_with(self, bytes, "random")) {
		return TOCSIN_E_BUG;
	}
	self->random(bytes, length);
	return TOCSIN_OK;
}

static const tocsin_exchanges table = {
        .size = sizeof(tocsin_exchanges),
        .service = answer_service,
        .server = answer_server,
        .port = answer_port,
        .is_encrypted = answer_is_encrypted,
        .channel_binding = answer_channel_binding,
        .is_offered = answer_is_offered,
        .random = answer_random,
};

const tocsin_exchanges *
tocsin_questions_table(void)
{
	return &table;
}

/* Without randomness no nonce is safe; there is nothing sensible left to do. */
void
tocsin_questions_random(void *bytes, gsize length)
{
	for (gsize done = 0; done < length;) {
		gssize got = getrandom((char *)bytes + done, length - done, 0);

		if (got > 0) {
			done += (gsize)got;
		}
	}
}
