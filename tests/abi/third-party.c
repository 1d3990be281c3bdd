/* SPDX-License-Identifier: MIT */
/* Loads the plugins that strangers would write, plugins/example and third-party/, from a folder and
 * makes each do its work. third-party.py built them with nothing but the header.
 *
 * usage: third-party FOLDER */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "abi/error.h"
#include "net/scripted.h"
#include "plugin/call-transport.h"
#include "plugin/call-trigger.h"
#include "plugin/registry.h"
#include "sasl/login.h"

static const char *folder;

static TocsinSettings *
make_settings(const tocsin_key *const *table, const char *name, const char *value)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, table, NULL));
	TocsinSettings *settings = tocsin_settings_new(keys);

	if (name != NULL) {
		g_assert_true(tocsin_settings_set_text(settings, name, value, NULL));
	}
	g_assert_true(tocsin_settings_finish(settings, NULL));
	return settings;
}

/* The plugins' folder, searched; and who orders runs. */
typedef struct {
	TocsinRegistry *registry;
	char *place; /* a folder for what plugins write */
	guint waiting;
	GString *fates;
	TocsinStream *stream; /* what connect() gives */
	GPtrArray *mechanisms;
	TocsinSaslAccount account;
	GString *events;
	gboolean is_full; /* emit has no room */
} Setup;

static void
set_up(Setup *setup, gconstpointer data)
{
	setup->registry = tocsin_registry_new();
	g_assert_true(tocsin_registry_add_directory(setup->registry, folder, FALSE, NULL));
	setup->place = g_dir_make_tmp("tocsin-third-XXXXXX", NULL);
	setup->fates = g_string_new(NULL);
	setup->events = g_string_new(NULL);
	setup->waiting = 1;
}

static void
tear_down(Setup *setup, gconstpointer data)
{
	g_assert_cmpint(g_rmdir(setup->place), ==, 0);
	g_free(setup->place);
	g_clear_pointer(&setup->mechanisms, g_ptr_array_unref);
	g_string_free(setup->fates, TRUE);
	g_string_free(setup->events, TRUE);
	tocsin_registry_free(setup->registry);
}

static const TocsinUnit *
find(Setup *setup, guint32 kind, const char *name)
{
	g_autoptr(GError) error = NULL;
	const TocsinUnit *unit = tocsin_registry_find(setup->registry, kind, name, &error);

	g_assert_no_error(error);
	return unit;
}

static gint32
next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Setup *setup = user;

	if (setup->waiting == 0) {
		return TOCSIN_END;
	}
	setup->waiting--;
	*out_mail = tocsin_mail_new("mail-1", "me@example.org", 1);
	tocsin_mail_add_recipient(*out_mail, "yes@example.org");
	tocsin_mail_add_recipient(*out_mail, "no@example.org");
	(*out_mail)->content = g_bytes_new_static("hello\r\n", 7);
	return TOCSIN_OK;
}

static void
on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	Setup *setup = user;

	g_string_append_printf(setup->fates, "%u %s %s\n", index,
	                       tocsin_fate_status_name(fate->status), fate->text);
}

static TocsinStream *
on_connect(gpointer user, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
	return g_steal_pointer(&((Setup *)user)->stream);
}

static const TocsinJobOps job_ops = {.next = next, .on_fate = on_fate, .connect = on_connect};

static gint32
deliver(Setup *setup, const char *name, TocsinSettings *settings, const tocsin_logins *logins,
        GError **error)
{
	g_autoptr(TocsinTransport) transport = tocsin_transport_open(
	        find(setup, TOCSIN_KIND_TRANSPORT, name), "x", settings, logins, NULL, error);
	g_autoptr(TocsinJob) job =
	        tocsin_job_new(&job_ops, setup, "x", TOCSIN_STREAM_FOREVER, NULL);

	g_assert_nonnull(transport);
	return tocsin_transport_run(transport, job, error);
}

static void
pickup_writes_each_mail(Setup *setup, gconstpointer data)
{
	const TocsinUnit *unit = find(setup, TOCSIN_KIND_TRANSPORT, "example-pickup");
	g_autoptr(TocsinSettings) settings =
	        make_settings(tocsin_unit_keys(unit), "folder", setup->place);
	g_autofree char *path = g_build_filename(setup->place, "mail-1.eml", NULL);
	g_autofree char *fates = g_strdup_printf("0 delivered in %s\n1 delivered in %s\n",
	                                         setup->place, setup->place);
	g_autofree char *text = NULL;

	g_assert_cmpint(deliver(setup, "example-pickup", settings, NULL, NULL), ==, TOCSIN_OK);
	g_assert_cmpstr(setup->fates->str, ==, fates);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==,
	                "X-Sender: <me@example.org>\r\n"
	                "X-Receiver: <yes@example.org>\r\n"
	                "X-Receiver: <no@example.org>\r\n"
	                "hello\r\n");
	g_assert_cmpint(g_remove(path), ==, 0);
}

static void
pickup_defers_what_it_cannot_write(Setup *setup, gconstpointer data)
{
	const TocsinUnit *unit = find(setup, TOCSIN_KIND_TRANSPORT, "example-pickup");
	g_autoptr(TocsinSettings) settings =
	        make_settings(tocsin_unit_keys(unit), "folder", setup->place);
	g_autofree char *taken = g_build_filename(setup->place, "mail-1.eml", NULL);
	g_autofree char *part = g_build_filename(setup->place, "mail-1.part", NULL);
	g_autofree char *fates =
	        g_strdup_printf("0 deferred cannot write into %s: Is a directory\n"
	                        "1 deferred cannot write into %s: Is a directory\n",
	                        setup->place, setup->place);

	g_assert_cmpint(g_mkdir(taken, 0700), ==, 0);
	g_assert_cmpint(deliver(setup, "example-pickup", settings, NULL, NULL), ==, TOCSIN_OK);
	g_assert_cmpstr(setup->fates->str, ==, fates);
	g_assert_cmpint(g_remove(part), ==, 0);
	g_assert_cmpint(g_rmdir(taken), ==, 0);
}

static void
pickup_takes_no_mail_without_its_folder(Setup *setup, gconstpointer data)
{
	const TocsinUnit *unit = find(setup, TOCSIN_KIND_TRANSPORT, "example-pickup");
	g_autoptr(TocsinSettings) settings =
	        make_settings(tocsin_unit_keys(unit), "folder", "/nowhere");
	g_autoptr(GError) error = NULL;
	gint32 status = deliver(setup, "example-pickup", settings, NULL, &error);

	g_assert_cmpint(status, ==, TOCSIN_E_CONFIG);
	g_assert_cmpstr(error->message, ==,
	                "account 'x': cannot open /nowhere: No such file or directory");
	g_assert_cmpstr(setup->fates->str, ==, "");
	g_assert_cmpuint(setup->waiting, ==, 1);
}

/* The logins that a program would offer: core/sasl behind the ABI's table. */
struct tocsin_login {
	TocsinSaslLogin *login;
};

static const TocsinSaslLink *
fill_link(const tocsin_login_offer *offer)
{
	static TocsinSaslLink link;

	link = (TocsinSaslLink){.service = offer->service,
	                        .server = offer->server,
	                        .is_encrypted = TRUE,
	                        .offered = offer->mechanisms};
	return &link;
}

static int32_t
login_begin(tocsin_job *job, const tocsin_login_offer *offer, tocsin_login **out_login,
            tocsin_error *error)
{
	Setup *setup = tocsin_job_user(job);
	g_autoptr(GError) reason = NULL;
	TocsinSaslLogin *login = tocsin_sasl_login_new(&setup->account, fill_link(offer), &reason);

	if (login == NULL) {
		tocsin_abi_error_set(error, reason->message);
		return TOCSIN_E_CONFIG;
	}
	*out_login = g_new0(tocsin_login, 1);
	(*out_login)->login = login;
	return TOCSIN_OK;
}

static const char *
login_mechanism(const tocsin_login *login)
{
	return tocsin_sasl_login_mechanism(login->login);
}

static int32_t
login_has_initial(const tocsin_login *login)
{
	return tocsin_sasl_login_has_initial(login->login);
}

static int32_t
login_step(tocsin_login *login, const void *challenge, size_t length, const void **out_answer,
           size_t *out_length, tocsin_error *error)
{
	return tocsin_sasl_login_step(login->login, challenge, length, (const char **)out_answer,
	                              out_length, NULL);
}

static int32_t
login_settle(tocsin_login *login, int32_t status, uint32_t code, const char *text,
             tocsin_error *error)
{
	g_autoptr(GError) reason = NULL;

	status = tocsin_sasl_login_settle(login->login, status == TOCSIN_OK ? 235 : 535, text,
	                                  &reason);
	if (reason != NULL) {
		tocsin_abi_error_set(error, reason->message);
	}
	return status;
}

static void
login_end(tocsin_login *login)
{
	tocsin_sasl_login_free(login->login);
	g_free(login);
}

static const tocsin_logins login_table = {
        .size = sizeof(tocsin_logins),
        .begin = login_begin,
        .mechanism = login_mechanism,
        .has_initial = login_has_initial,
        .step = login_step,
        .settle = login_settle,
        .end = login_end,
};

static TocsinSettings *
fetch(const TocsinMechanism *mechanism, gboolean is_renewal, gpointer user, GError **error)
{
	static const tocsin_key who = {
	        .size = sizeof(who), .type = TOCSIN_KEY_STRING, .name = "user", .help = "Who."};
	static const tocsin_key what = {
	        .size = sizeof(what), .type = TOCSIN_KEY_STRING, .name = "secret", .help = "What."};
	static const tocsin_key *const table[] = {&who, &what, NULL};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, table, NULL));
	g_assert_true(tocsin_keys_add(keys, tocsin_mechanism_unit(mechanism)->keys, NULL));
	TocsinSettings *settings = tocsin_settings_new(keys);

	g_assert_true(tocsin_settings_set_text(settings, "user", "me", NULL));
	g_assert_true(tocsin_settings_set_text(settings, "secret", "xyz", NULL));
	g_assert_true(tocsin_settings_finish(settings, NULL));
	return settings;
}

/* The parcel transport against @script, with the example's mechanism. */
static gint32
deliver_parcel(Setup *setup, const char *script, GError **error)
{
	const TocsinUnit *mechanism =
	        tocsin_registry_find_mechanism(setup->registry, "X-EXAMPLE-TOKEN");
	static const tocsin_key *const none[] = {NULL};
	g_autoptr(TocsinSettings) settings = make_settings(none, NULL, NULL);

	g_assert_true(mechanism == find(setup, TOCSIN_KIND_AUTH, "example-token"));
	setup->mechanisms = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mechanism_free);
	g_ptr_array_add(setup->mechanisms,
	                tocsin_mechanism_new_watched(tocsin_unit_table(mechanism),
	                                             tocsin_unit_origin(mechanism), NULL));
	setup->account = (TocsinSaslAccount){
	        .known = setup->mechanisms, .has_secret = TRUE, .fetch = fetch, .user = setup};
	setup->stream = tocsin_scripted_stream_new(script);
	return deliver(setup, "parcel", settings, &login_table, error);
}

/* "me", "xyz", "tocsin", each with its NUL. */
#define ANSWER "6d650078797a00746f6373696e00"

static void
parcel_logs_in_and_delivers(Setup *setup, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(deliver_parcel(setup,
	                               "S: PARCEL PLAIN X-EXAMPLE-TOKEN\n"
	                               "C: LOGIN X-EXAMPLE-TOKEN " ANSWER "\n"
	                               "S: + welcome\n"
	                               "C: MAIL 7 me@example.org\n"
	                               "C: TO yes@example.org\n"
	                               "C: TO no@example.org\n"
	                               "C: .\n"
	                               "C: hello\n"
	                               "S: + taken\n"
	                               "S: - unknown here\n"
	                               "C: BYE\n",
	                               &error),
	                ==, TOCSIN_OK);
	g_assert_no_error(error);
	g_assert_cmpstr(setup->fates->str, ==, "0 delivered + taken\n1 refused - unknown here\n");
}

static void
parcel_tells_of_a_refused_login(Setup *setup, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(deliver_parcel(setup,
	                               "S: PARCEL X-EXAMPLE-TOKEN\n"
	                               "C: LOGIN X-EXAMPLE-TOKEN " ANSWER "\n"
	                               "S: - never heard of you\n",
	                               &error),
	                ==, TOCSIN_E_PERM);
	g_assert_nonnull(strstr(error->message, "never heard of you"));
	g_assert_null(strstr(error->message, "xyz"));
	g_assert_cmpuint(setup->waiting, ==, 1);
}

static void
parcel_does_not_know_what_became_of_a_mail(Setup *setup, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(deliver_parcel(setup,
	                               "S: PARCEL X-EXAMPLE-TOKEN\n"
	                               "C: LOGIN X-EXAMPLE-TOKEN " ANSWER "\n"
	                               "S: +\n"
	                               "C: MAIL 7 me@example.org\n"
	                               "C: TO yes@example.org\n"
	                               "C: TO no@example.org\n"
	                               "C: .\n"
	                               "C: hello\n"
	                               "S: + taken\n"
	                               "reset\n",
	                               &error),
	                ==, TOCSIN_E_UNKNOWN);
	g_assert_true(g_str_has_prefix(setup->fates->str, "0 delivered + taken\n1 unknown "));
}

static gint32
emit(gpointer user, TocsinEvent *event, guint64 token)
{
	Setup *setup = user;

	if (setup->is_full) {
		return TOCSIN_E_TEMP;
	}
	g_string_append_printf(setup->events, "%s %u\n", event->kind,
	                       (guint)strlen(tocsin_event_field_string(event, "text")));
	return TOCSIN_OK;
}

static void
checkpoint(gpointer user, const char *name, GBytes *position)
{
}

static gboolean
restore(gpointer user, guint index, const char **out_name, GBytes **out_position)
{
	return FALSE;
}

static void
on_error(gpointer user, gint32 status, const GError *error)
{
	g_assert_no_error(error);
}

static const TocsinTriggerSink sink = {
        .emit = emit, .checkpoint = checkpoint, .restore = restore, .on_error = on_error};

static void
write_all(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	g_assert_cmpint(write(fd, text, strlen(text)), ==, (gssize)strlen(text));
	close(fd);
}

static void
fifo_raises_an_event_for_each_line(Setup *setup, gconstpointer data)
{
	const TocsinUnit *unit = find(setup, TOCSIN_KIND_TRIGGER, "example-fifo");
	g_autofree char *path = g_build_filename(setup->place, "fifo", NULL);
	g_autoptr(TocsinSettings) settings = make_settings(tocsin_unit_keys(unit), "path", path);
	g_autoptr(TocsinSchema) schema = tocsin_trigger_check(unit, "x", settings, NULL);
	g_autofree char *line = g_strnfill(5000, 'x'); /* longer than the plugin takes at once */
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(tocsin_schema_field(schema, "line", "text"));
	g_assert_null(tocsin_trigger_start(unit, "x", settings, tocsin_clock_system(), NULL, &sink,
	                                   setup, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG); /* there is no FIFO yet */
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	TocsinTrigger *trigger = tocsin_trigger_start(unit, "x", settings, tocsin_clock_system(),
	                                              NULL, &sink, setup, NULL, NULL);

	write_all(path, "one\nthree\nhalf");
	g_main_context_iteration(NULL, TRUE);
	write_all(path, " a line\n");
	g_main_context_iteration(NULL, TRUE);
	setup->is_full = TRUE;
	write_all(path, "kept\nlast\n");
	g_main_context_iteration(NULL, TRUE);
	g_assert_cmpstr(setup->events->str, ==, "line 3\nline 5\nline 11\n");
	setup->is_full = FALSE;
	tocsin_trigger_resume(trigger);
	g_assert_cmpstr(setup->events->str, ==, "line 3\nline 5\nline 11\nline 4\nline 4\n");
	g_string_truncate(setup->events, 0);
	write_all(path, line);
	write_all(path, "\n");
	while (strchr(setup->events->str, '\n') == strrchr(setup->events->str, '\n')) {
		g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpstr(setup->events->str, ==, "line 4096\nline 904\n");
	setup->is_full = TRUE;
	write_all(path, "lost\n");
	g_main_context_iteration(NULL, TRUE);
	g_assert_false(tocsin_trigger_is_disabled(trigger));
	tocsin_trigger_stop(trigger); /* while it waits for room */
	g_assert_cmpint(g_remove(path), ==, 0);
}

#define ADD(name) g_test_add("/third-party/" #name, Setup, NULL, set_up, name, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);
	folder = argv[1];
	ADD(pickup_writes_each_mail);
	ADD(pickup_defers_what_it_cannot_write);
	ADD(pickup_takes_no_mail_without_its_folder);
	ADD(parcel_logs_in_and_delivers);
	ADD(parcel_tells_of_a_refused_login);
	ADD(parcel_does_not_know_what_became_of_a_mail);
	ADD(fifo_raises_an_event_for_each_line);
	return g_test_run();
}
