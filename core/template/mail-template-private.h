/* SPDX-License-Identifier: MIT */
/* What a mail's template is inside, for those that render and check it. */
#ifndef TOCSIN_TEMPLATE_MAIL_TEMPLATE_PRIVATE_H
#define TOCSIN_TEMPLATE_MAIL_TEMPLATE_PRIVATE_H

#include "template/mail-template.h"

G_BEGIN_DECLS

struct _TocsinMailTemplate {
	GPtrArray *names;     /* of char * */
	GPtrArray *templates; /* of TocsinTemplate: one for each name */
	GArray *lines;        /* of guint: where each stands */
	TocsinTemplate *body;
};

G_END_DECLS

#endif
