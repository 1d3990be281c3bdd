/* SPDX-License-Identifier: MIT */
#include "template/mail-template.h"

#include <tocsin/error.h>

#include "template/html-text.h"

static TocsinRenderedMail *
render(const char *source, GError **error)
{
	g_autoptr(TocsinMailTemplate) template =
	        tocsin_mail_template_parse("m.tpl", source, -1, NULL, error);
	g_autoptr(TocsinDatum) data = tocsin_datum_new_map();
	TocsinTemplateContext context = {0};

	tocsin_datum_set_named(data, "key", tocsin_datum_new_string("<a>\r\nBcc: x", -1));
	return template != NULL ? tocsin_mail_template_render(template, data, &context, error)
	                        : NULL;
}

static void
makes_a_whole_mail(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinRenderedMail) mail =
	        render("---\nsubject: [x] {{ key }}\nX-Team: ops\n---\n"
	               "{% block text %}T {{ key[:3] }}{% endblock %}\n"
	               "{% block html %}<p>{{ key[:3] }}</p>{% endblock %}\n",
	               &error);

	g_assert_no_error(error);
	g_assert_cmpstr(mail->subject, ==, "[x] <a> Bcc: x");
	g_assert_cmpuint(mail->names->len, ==, 1);
	g_assert_cmpstr(mail->names->pdata[0], ==, "X-Team");
	g_assert_cmpstr(mail->values->pdata[0], ==, "ops");
	g_assert_cmpstr(mail->text, ==, "T <a>");
	g_assert_cmpstr(mail->html, ==, "<p>&lt;a&gt;</p>");
}

static TocsinTemplate *
load_layout(gpointer unused, const char *name, GError **error)
{
	return tocsin_template_parse(name,
	                             "{% block text %}T {{ title }}{% endblock %}"
	                             "{% block html %}<p>{{ title }}</p>{% endblock %}",
	                             -1, NULL, error);
}

static void
takes_its_parts_from_a_layout(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMailTemplate) template = tocsin_mail_template_parse(
	        "m.tpl", "{% extends 'layout' %}{% set title = 'a & b' %}", -1, NULL, &error);
	g_autoptr(TocsinDatum) data = tocsin_datum_new_map();
	TocsinTemplateContext context = {.on_load = load_layout};
	g_autoptr(TocsinRenderedMail) mail = NULL;

	g_assert_no_error(error);
	mail = tocsin_mail_template_render(template, data, &context, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(mail->text, ==, "T a & b");
	g_assert_cmpstr(mail->html, ==, "<p>a &amp; b</p>");
}

static void
errors_count_from_the_top(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(render("---\nsubject: {{ nope }}\n---\nx", &error));
	g_assert_cmpstr(error->message, ==, "m.tpl:2:13: 'nope' is undefined");
	g_clear_error(&error);
	g_assert_null(render("---\nsubject: x\n---\n\n{{ nope }}", &error));
	g_assert_cmpstr(error->message, ==, "m.tpl:5:4: 'nope' is undefined");
	g_clear_error(&error);
	g_assert_null(render("---\nno colon\n---\n", &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE);
	g_clear_error(&error);
	g_assert_null(render("---\nsubject: x\n", &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE);
}

static void
derives_text_from_html(void)
{
	g_autofree char *text = tocsin_html_text_derive(
	        "<head><title>t</title></head><style>p{}</style><h1>Big &amp; bold</h1>\n"
	        "<p>See <a href=\"https://x.example/?a=1&amp;b=2\">the  page</a>.<br>Next</p>"
	        "<ul><li>one<li>two</ul>");

	g_assert_cmpstr(text, ==,
	                "Big & bold\n\nSee the page <https://x.example/?a=1&b=2>.\nNext\n\n"
	                "- one\n- two\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail-template/makes_a_whole_mail", makes_a_whole_mail);
	g_test_add_func("/mail-template/takes_its_parts_from_a_layout",
	                takes_its_parts_from_a_layout);
	g_test_add_func("/mail-template/errors_count_from_the_top", errors_count_from_the_top);
	g_test_add_func("/mail-template/derives_text_from_html", derives_text_from_html);
	return g_test_run();
}
