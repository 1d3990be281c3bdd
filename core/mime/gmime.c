/* SPDX-License-Identifier: MIT */
/* GMime's process-wide state, in one place. */
#include "mime/gmime.h"

/* What g_once() makes: GMime's own start, and our way of writing. */
static gpointer
start(gpointer data)
{
	GMimeFormatOptions *format;

	g_mime_init();
	format = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_format_options_set_param_encoding_method(format,
	                                                GMIME_PARAM_ENCODING_METHOD_RFC2231);
	return format;
}

GMimeFormatOptions *
tocsin_gmime_format(void)
{
	static GOnce once = G_ONCE_INIT; /* lint: allow static-state: GMime is one a process */

	return g_once(&once, start, NULL);
}

void
tocsin_gmime_ensure(void)
{
	(void)tocsin_gmime_format();
}

GBytes *
tocsin_gmime_serialize(GMimeObject *object)
{
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
	GByteArray *octets = g_byte_array_new();

	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), octets);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	(void)g_mime_object_write_to_stream(object, tocsin_gmime_format(), stream);
	return g_byte_array_free_to_bytes(octets);
}
