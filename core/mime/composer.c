/* SPDX-License-Identifier: MIT */
/* Composing a message from parts, with GMime. */
#include <gio/gio.h>
#include <gmime/gmime.h>
#include <string.h>
#include <tocsin/message.h>

#include "base/clock.h"
#include "base/text.h"
#include "mime/gmime.h"
#include "mime/header.h"
#include "mime/lines.h"
#include "model/address.h"

#define NAME_SHOWN 100u

/* The address fields, in the order in which they are written. */
static const char *const address_fields[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc"};

struct _TocsinComposer {
	InternetAddressList *addresses[G_N_ELEMENTS(address_fields)];
	char *domain; /* (nullable) of the author, for Message-ID */
	char *subject;
	char *text;         /* (nullable) */
	char *html;         /* (nullable) */
	GPtrArray *headers; /* of char: name, value, name, value, … */
	GPtrArray *parts;   /* of GMimePart */
	gint64 date_us;     /* -1: now */
	char *message_id;   /* (nullable) */
};

TocsinComposer *
tocsin_composer_new(void)
{
	TocsinComposer *self = g_new0(TocsinComposer, 1);

	tocsin_gmime_ensure();
	for (guint i = 0; i < G_N_ELEMENTS(address_fields); i++) {
		self->addresses[i] = internet_address_list_new();
	}
	self->headers = g_ptr_array_new_with_free_func(g_free);
	self->parts = g_ptr_array_new_with_free_func(g_object_unref);
	self->date_us = -1;
	return self;
}

void
tocsin_composer_free(TocsinComposer *self)
{
	if (self == NULL) {
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(address_fields); i++) {
		g_object_unref(self->addresses[i]);
	}
	g_ptr_array_unref(self->headers);
	g_ptr_array_unref(self->parts);
	g_free(self->domain);
	g_free(self->subject);
	g_free(self->text);
	g_free(self->html);
	g_free(self->message_id);
	g_free(self);
}

/* The place of the address field @name, or -1. */
static gint
find_address_field(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(address_fields); i++) {
		if (g_ascii_strcasecmp(address_fields[i], name) == 0) {
			return (gint)i;
		}
	}
	return -1;
}

gboolean
tocsin_composer_add_addresses(TocsinComposer *self, const char *field, const char *list,
                              GError **error)
{
	gint place = find_address_field(field);
	g_autoptr(GPtrArray) addresses = NULL;

	if (place < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no field of addresses", field);
		return FALSE;
	}
	addresses = tocsin_address_parse_list(list, -1, error);
	if (addresses == NULL) {
		g_prefix_error(error, "%s: ", address_fields[place]);
		return FALSE;
	}
	/* From and Sender: one author, one sender. */
	if (place < 2 &&
	    (guint)internet_address_list_length(self->addresses[place]) + addresses->len > 1) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "%s takes one address",
		            address_fields[place]);
		return FALSE;
	}
	for (guint i = 0; i < addresses->len; i++) {
		const TocsinAddress *address = g_ptr_array_index(addresses, i);
		g_autofree char *name = g_strdup(address->name);
		char *at = name;

		/* GMime would take it for an encoded word (RFC 2047), and so would readers. */
		while (at != NULL && (at = strstr(at, "=?")) != NULL) {
			at[1] = '_';
		}
		g_autoptr(GObject) mailbox =
		        G_OBJECT(internet_address_mailbox_new(name, address->spec));

		(void)internet_address_list_add(self->addresses[place], INTERNET_ADDRESS(mailbox));
		if (place == 0) {
			g_free(self->domain);
			self->domain = g_strdup(address->domain);
		}
	}
	return TRUE;
}

/* @text on one line: what people and templates put into subjects is not theirs to fold. */
static char *
make_line(const char *text)
{
	char *line = g_utf8_make_valid(text, -1);

	for (char *p = line; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f) {
			*p = ' ';
		}
	}
	return g_strstrip(line);
}

void
tocsin_composer_set_subject(TocsinComposer *self, const char *subject)
{
	g_free(self->subject);
	self->subject = make_line(subject);
}

/* Fields that finish() writes itself, besides those of addresses. */
static gboolean
is_ours(const char *name)
{
	static const char *const ours[] = {"Subject", "Date", "Message-ID", "MIME-Version"};

	for (guint i = 0; i < G_N_ELEMENTS(ours); i++) {
		if (g_ascii_strcasecmp(ours[i], name) == 0) {
			return TRUE;
		}
	}
	return g_ascii_strncasecmp(name, "Content-", strlen("Content-")) == 0 ||
	       find_address_field(name) >= 0;
}

gboolean
tocsin_composer_add_header(TocsinComposer *self, const char *name, const char *value,
                           GError **error)
{
	if (!tocsin_header_check(name, value, error)) {
		return FALSE;
	}
	if (is_ours(name)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the header '%s' is made by its own setting", name);
		return FALSE;
	}
	g_ptr_array_add(self->headers, g_strdup(name));
	g_ptr_array_add(self->headers, tocsin_header_protect(value));
	return TRUE;
}

void
tocsin_composer_set_text(TocsinComposer *self, const char *text)
{
	g_free(self->text);
	self->text = text == NULL ? NULL : tocsin_text_for_body(text, strlen(text));
}

void
tocsin_composer_set_html(TocsinComposer *self, const char *html)
{
	g_free(self->html);
	self->html = html == NULL ? NULL : tocsin_text_for_body(html, strlen(html));
}

/* (nullable) The media type to write for @type, or for what name and octets look like. */
static GMimeContentType *
choose_type(const char *name, const char *type, const void *octets, gsize length)
{
	g_autofree char *guessed = NULL;
	g_autofree char *media = NULL;

	if (type == NULL) {
		guessed = g_content_type_guess(name, octets, MIN(length, 4096), NULL);
		media = g_content_type_get_mime_type(guessed);
		type = media == NULL || strchr(media, '/') == NULL ? "application/octet-stream"
		                                                   : media;
	}
	return tocsin_header_is_media_type(type) ? g_mime_content_type_parse(NULL, type) : NULL;
}

gboolean
tocsin_composer_attach(TocsinComposer *self, const char *name, const char *type, GBytes *octets,
                       GError **error)
{
	gsize length;
	const void *bytes = g_bytes_get_data(octets, &length);
	GMimeContentType *media = NULL;

	if (name[0] == '\0' || strchr(name, '/') != NULL || !g_utf8_validate(name, -1, NULL) ||
	    tocsin_text_find_control(name, strlen(name)) >= 0) {
		g_autofree char *shown = tocsin_text_for_display(name, strlen(name), NAME_SHOWN);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no name for an attachment", shown);
		return FALSE;
	}
	media = choose_type(name, type, bytes, length);
	if (media == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the type of the attachment '%s' is no media type such as text/plain",
		            name);
		return FALSE;
	}
	GMimePart *part = g_mime_part_new();
	/* Nothing at all has no address either. */
	g_autoptr(GMimeStream) stream =
	        g_mime_stream_mem_new_with_buffer(bytes == NULL ? "" : bytes, length);
	g_autoptr(GMimeDataWrapper) content =
	        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type(GMIME_OBJECT(part), media);
	g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
	g_mime_part_set_filename(part, name);
	g_mime_part_set_content(part, content);
	/* Text attachments too: what was attached has to come out octet for octet. */
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_ptr_array_add(self->parts, part);
	g_object_unref(media);
	return TRUE;
}

gboolean
tocsin_composer_attach_file(TocsinComposer *self, const char *path, const char *type,
                            GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &reason);
	g_autofree char *name = g_path_get_basename(path);

	if (file == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot attach %s: %s", path,
		            reason->message);
		return FALSE;
	}
	g_autoptr(GBytes) octets = g_mapped_file_get_bytes(file);

	return tocsin_composer_attach(self, name, type, octets, error);
}

void
tocsin_composer_set_date(TocsinComposer *self, gint64 wall_us)
{
	self->date_us = wall_us;
}

gboolean
tocsin_composer_set_message_id(TocsinComposer *self, const char *id, GError **error)
{
	const char *at = id == NULL ? NULL : strchr(id, '@');

	if (id != NULL &&
	    (at == NULL || at == id || at[1] == '\0' || strpbrk(id, "<> \t") != NULL ||
	     tocsin_text_find_control(id, strlen(id)) >= 0 || !g_str_is_ascii(id))) {
		g_autofree char *shown = tocsin_text_for_display(id, strlen(id), NAME_SHOWN);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is no message id: left@right, without angle brackets", shown);
		return FALSE;
	}
	g_free(self->message_id);
	self->message_id = g_strdup(id);
	return TRUE;
}

/* A new id, unique by 122 random bits (RFC 5322 section 3.6.4). */
static char *
make_message_id(const TocsinComposer *self)
{
	g_autofree char *unique = g_uuid_string_random();
	g_autofree char *domain = g_hostname_to_ascii(self->domain);

	return g_strdup_printf("%s@%s", unique, domain == NULL ? "localhost.invalid" : domain);
}

static GMimeObject *
make_text(const char *subtype, const char *text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, text);
	if (!tocsin_lines_are_short(text, strlen(text))) {
		/* GMime chooses by the octets' kinds alone. */
		g_mime_part_set_content_encoding(GMIME_PART(part),
		                                 GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	}
	return GMIME_OBJECT(part);
}

/* Text, HTML, or both as alternatives, the better one last (RFC 2046 section 5.1.4). */
static GMimeObject *
make_body(const TocsinComposer *self)
{
	if (self->html == NULL) {
		return make_text("plain", self->text == NULL ? "" : self->text);
	}
	if (self->text == NULL) {
		return make_text("html", self->html);
	}
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	g_autoptr(GMimeObject) text = make_text("plain", self->text);
	g_autoptr(GMimeObject) html = make_text("html", self->html);

	g_mime_multipart_add(both, text);
	g_mime_multipart_add(both, html);
	return GMIME_OBJECT(both);
}

static GMimeObject *
make_content(const TocsinComposer *self)
{
	g_autoptr(GMimeObject) body = make_body(self);

	if (self->parts->len == 0) {
		return g_steal_pointer(&body);
	}
	GMimeMultipart *mixed = g_mime_multipart_new_with_subtype("mixed");

	g_mime_multipart_add(mixed, body);
	for (guint i = 0; i < self->parts->len; i++) {
		g_mime_multipart_add(mixed, g_ptr_array_index(self->parts, i));
	}
	return GMIME_OBJECT(mixed);
}

static void
set_fields(const TocsinComposer *self, GMimeMessage *message)
{
	GMimeObject *object = GMIME_OBJECT(message);
	gint64 date_us =
	        self->date_us < 0 ? tocsin_clock_wall_us(tocsin_clock_system()) : self->date_us;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(date_us / G_USEC_PER_SEC);
	g_autoptr(GDateTime) local = g_date_time_to_local(utc);
	g_autofree char *id =
	        self->message_id == NULL ? make_message_id(self) : g_strdup(self->message_id);

	for (guint i = 0; i < G_N_ELEMENTS(address_fields); i++) {
		if (internet_address_list_length(self->addresses[i]) > 0) {
			g_autofree char *list = internet_address_list_to_string(
			        self->addresses[i], tocsin_gmime_format(), TRUE);

			g_mime_object_set_header(object, address_fields[i], list, "utf-8");
		}
	}
	if (self->subject != NULL) {
		g_autofree char *subject = tocsin_header_protect(self->subject);

		g_mime_message_set_subject(message, subject, "utf-8");
	}
	g_mime_message_set_date(message, local);
	g_mime_message_set_message_id(message, id);
	for (guint i = 0; i + 1 < self->headers->len; i += 2) {
		g_mime_object_append_header(object, g_ptr_array_index(self->headers, i),
		                            g_ptr_array_index(self->headers, i + 1), "utf-8");
	}
}

TocsinMessage *
tocsin_composer_finish(TocsinComposer *self, GError **error)
{
	if (internet_address_list_length(self->addresses[0]) == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "the message has no From");
		return NULL;
	}
	g_autoptr(GMimeMessage) message = g_mime_message_new(FALSE);
	g_autoptr(GMimeObject) content = make_content(self);

	set_fields(self, message);
	g_mime_message_set_mime_part(message, content);
	g_mime_object_encode(GMIME_OBJECT(message), GMIME_ENCODING_CONSTRAINT_7BIT);
	g_autoptr(GBytes) octets = tocsin_gmime_serialize(GMIME_OBJECT(message));

	return tocsin_message_new(octets, error);
}
