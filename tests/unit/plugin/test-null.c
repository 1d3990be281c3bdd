/* SPDX-License-Identifier: MIT */
/* A transport passes NULL, or what means nothing, to each of the host's functions in turn: it is
 * found out, it is not obeyed, and its mails are kept. */
#include "order.h"

typedef struct {
	const char *name;
	void (*call)(const tocsin_host *host, tocsin_job *job, tocsin_mail *mail);
	const char *what;
} Case;

#define DELIVERY(host) ((const tocsin_delivery *)(host)->extension(host, TOCSIN_DELIVERY))
#define STREAMS(host) ((const tocsin_streams *)(host)->extension(host, TOCSIN_STREAM))
#define LOGINS(host) ((const tocsin_logins *)(host)->extension(host, TOCSIN_LOGIN))

/* Defines the function that makes the call. */
#define CALL(name, ...)                                                               \
	static void name(const tocsin_host *host, tocsin_job *job, tocsin_mail *mail) \
	{                                                                             \
		__VA_ARGS__;                                                          \
	}

CALL(log_without_host, host->log(NULL, TOCSIN_LOG_INFO, "x"))
CALL(log_without_text, host->log(host, TOCSIN_LOG_INFO, NULL))
CALL(fail_without_error, host->fail(host, NULL, TOCSIN_E_TEMP, "x"))
CALL(put_without_buffer, g_assert_cmpint(host->put(host, NULL, "x", 1), ==, TOCSIN_E_BUG))
CALL(put_without_data,
     g_assert_cmpint(host->put(host, STREAMS(host)->new_buf(job), NULL, 5), ==, TOCSIN_E_BUG))
CALL(setting_without_config, g_assert_null(host->get_string(host, NULL, "x")))
CALL(number_without_key, g_assert_cmpint(host->get_int(host, NULL, NULL), ==, 0))
CALL(item_without_config, g_assert_null(host->get_item(host, NULL, "x", 0)))
CALL(group_without_config, g_assert_null(host->get_group(host, NULL, "x", 0)))
CALL(extension_without_id, g_assert_null(host->extension(host, NULL)))
CALL(extension_without_host, g_assert_null(host->extension(NULL, TOCSIN_STREAM)))

CALL(next_without_job, g_assert_cmpint(DELIVERY(host)->next(NULL, 0, &mail), ==, TOCSIN_E_BUG))
CALL(next_without_mail, g_assert_cmpint(DELIVERY(host)->next(job, 0, NULL), ==, TOCSIN_E_BUG))
CALL(result_without_job,
     g_assert_cmpint(DELIVERY(host)->result(NULL, mail, 0, NULL), ==, TOCSIN_E_BUG))
CALL(result_without_mail,
     g_assert_cmpint(DELIVERY(host)->result(job, NULL, 0, NULL), ==, TOCSIN_E_BUG))
CALL(result_without_fate,
     g_assert_cmpint(DELIVERY(host)->result(job, mail, 0, NULL), ==, TOCSIN_E_BUG))
CALL(failed_without_job, g_assert_cmpint(DELIVERY(host)->failed(NULL, NULL), ==, TOCSIN_E_BUG))
CALL(time_without_job, g_assert_cmpint(DELIVERY(host)->time_left_us(NULL), ==, 0))
CALL(cancel_without_job, g_assert_cmpint(DELIVERY(host)->cancel_fd(NULL), ==, -1))
CALL(traced_without_job, g_assert_cmpint(DELIVERY(host)->is_traced(NULL), ==, 0))
CALL(trace_without_job, DELIVERY(host)->trace(NULL, 0, "x", 1))
CALL(trace_without_data, DELIVERY(host)->trace(job, 0, NULL, 5))
CALL(trace_with_flags, DELIVERY(host)->trace(job, 0x80, "x", 1))
CALL(id_without_mail, g_assert_cmpstr(DELIVERY(host)->id(NULL), ==, ""))
CALL(sender_without_mail, g_assert_cmpstr(DELIVERY(host)->sender(NULL), ==, ""))
CALL(count_without_mail, g_assert_cmpuint(DELIVERY(host)->recipient_count(NULL), ==, 0))
CALL(recipient_without_mail, g_assert_null(DELIVERY(host)->recipient(NULL, 0)))
CALL(property_without_mail, g_assert_null(DELIVERY(host)->property(NULL, "ret")))
CALL(property_without_name, g_assert_null(DELIVERY(host)->property(mail, NULL)))
CALL(recipient_property_past_end,
     g_assert_null(DELIVERY(host)->recipient_property(mail, 2, "notify")))
CALL(size_without_mail, g_assert_cmpuint(DELIVERY(host)->content_size(NULL), ==, 0))
CALL(content_without_mail,
     g_assert_cmpint(DELIVERY(host)->content(NULL, 0, (const void **)&mail), ==, TOCSIN_E_BUG))
CALL(content_without_data,
     g_assert_cmpint(DELIVERY(host)->content(mail, 0, NULL), ==, TOCSIN_E_BUG))

CALL(connect_without_job,
     g_assert_cmpint(STREAMS(host)->connect(NULL, NULL, NULL), ==, TOCSIN_E_BUG))
CALL(tls_without_stream, g_assert_cmpint(STREAMS(host)->start_tls(NULL, NULL), ==, TOCSIN_E_BUG))
CALL(encrypted_without_stream, g_assert_cmpint(STREAMS(host)->is_encrypted(NULL), ==, 0))
CALL(line_without_stream,
     g_assert_cmpint(STREAMS(host)->read_line(NULL, NULL, 9, NULL), ==, TOCSIN_E_BUG))
CALL(read_without_stream,
     g_assert_cmpint(STREAMS(host)->read(NULL, NULL, 9, NULL), ==, TOCSIN_E_BUG))
CALL(write_without_stream,
     g_assert_cmpint(STREAMS(host)->write(NULL, 0, "x", 1, NULL), ==, TOCSIN_E_BUG))
CALL(close_without_stream, STREAMS(host)->close(NULL))
CALL(buffer_without_job, g_assert_null(STREAMS(host)->new_buf(NULL)))
CALL(peek_without_buffer, g_assert_cmpstr(STREAMS(host)->peek_buf(NULL, NULL), ==, ""))
CALL(clear_without_buffer, STREAMS(host)->clear_buf(NULL))

CALL(begin_without_job,
     g_assert_cmpint(LOGINS(host)->begin(NULL, NULL, NULL, NULL), ==, TOCSIN_E_BUG))
CALL(mechanism_without_login, g_assert_cmpstr(LOGINS(host)->mechanism(NULL), ==, ""))
CALL(initial_without_login, g_assert_cmpint(LOGINS(host)->has_initial(NULL), ==, 0))
CALL(step_without_login,
     g_assert_cmpint(LOGINS(host)->step(NULL, "", 0, NULL, NULL, NULL), ==, TOCSIN_E_BUG))
CALL(settle_without_login,
     g_assert_cmpint(LOGINS(host)->settle(NULL, 0, 235, "", NULL), ==, TOCSIN_E_BUG))
CALL(end_without_login, LOGINS(host)->end(NULL))

#define GIVEN(function, call)                                 \
	{                                                     \
#function, function, call "() was given NULL" \
	}

static const Case cases[] = {
        GIVEN(log_without_host, "log"),
        GIVEN(log_without_text, "log"),
        GIVEN(fail_without_error, "fail"),
        GIVEN(put_without_buffer, "put"),
        GIVEN(put_without_data, "put"),
        GIVEN(setting_without_config, "get_string"),
        GIVEN(number_without_key, "get_int"),
        GIVEN(item_without_config, "get_item"),
        GIVEN(group_without_config, "get_group"),
        GIVEN(extension_without_id, "extension"),
        GIVEN(extension_without_host, "extension"),
        GIVEN(next_without_job, "next"),
        GIVEN(next_without_mail, "next"),
        GIVEN(result_without_job, "result"),
        {"result_without_mail", result_without_mail,
         "told the fate of a mail that it does not have (any more)"},
        {"result_without_fate", result_without_fate, "told a fate that is NULL or too small"},
        GIVEN(failed_without_job, "failed"),
        GIVEN(time_without_job, "time_left_us"),
        GIVEN(cancel_without_job, "cancel_fd"),
        GIVEN(traced_without_job, "is_traced"),
        GIVEN(trace_without_job, "trace"),
        {"trace_without_data", trace_without_data, "trace() was given NULL, or unknown flags"},
        {"trace_with_flags", trace_with_flags, "trace() was given NULL, or unknown flags"},
        GIVEN(id_without_mail, "id"),
        GIVEN(sender_without_mail, "sender"),
        GIVEN(count_without_mail, "recipient_count"),
        GIVEN(recipient_without_mail, "recipient"),
        GIVEN(property_without_mail, "property"),
        GIVEN(property_without_name, "property"),
        {"recipient_property_past_end", recipient_property_past_end,
         "recipient_property() was given NULL, or recipient 2 of 2"},
        GIVEN(size_without_mail, "content_size"),
        GIVEN(content_without_mail, "content"),
        GIVEN(content_without_data, "content"),
        GIVEN(connect_without_job, "connect"),
        GIVEN(tls_without_stream, "start_tls"),
        GIVEN(encrypted_without_stream, "is_encrypted"),
        GIVEN(line_without_stream, "read_line"),
        GIVEN(read_without_stream, "read"),
        GIVEN(write_without_stream, "write"),
        GIVEN(close_without_stream, "close"),
        GIVEN(buffer_without_job, "new_buf"),
        GIVEN(peek_without_buffer, "peek_buf"),
        GIVEN(clear_without_buffer, "clear_buf"),
        GIVEN(begin_without_job, "begin"),
        GIVEN(mechanism_without_login, "mechanism"),
        GIVEN(initial_without_login, "has_initial"),
        GIVEN(step_without_login, "step"),
        GIVEN(settle_without_login, "settle"),
        GIVEN(end_without_login, "end"),
};

static const Case *current;

static int32_t
make_the_call(const tocsin_host *host, tocsin_job *job, tocsin_error *error)
{
	tocsin_mail *mail = NULL;

	g_assert_cmpint(DELIVERY(host)->next(job, 0, &mail), ==, TOCSIN_OK);
	current->call(host, job, mail);
	return TOCSIN_OK;
}

static void
is_a_breach(gconstpointer data)
{
	Order order = {0};

	current = data;
	behaviour = make_the_call;
	order_set_up(&order, NULL);
	assert_breach(&order, current->what, "0 unknown, 1 unknown, ");
	order_tear_down(&order, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/null/", cases[i].name, NULL);

		g_test_add_data_func(path, &cases[i], is_a_breach);
	}
	return g_test_run();
}
