/* SPDX-License-Identifier: MIT */
/* A mail on its way to the control socket: the message as it is, the envelope in the query. */
#include "cli/enqueue.h"

#include <sysexits.h>

#include "cli/command.h"
#include "control/client.h"

#define WORD_MAX 40u

int
tocsin_enqueue(const TocsinAsk *ask, const TocsinMail *mail, const char *account)
{
	g_autoptr(GString) target = g_string_new("/v1/mails");
	g_autoptr(JsonObject) answer = NULL;

	tocsin_client_add_parameter(target, "sender", mail->sender);
	if (account != NULL) {
		tocsin_client_add_parameter(target, "via", account);
	}
	for (guint i = 0; i < mail->recipients->len; i++) {
		tocsin_client_add_parameter(target, "recipient",
		                            tocsin_mail_recipient(mail, i)->address);
	}
	int code = tocsin_ask(ask, "POST", target->str, "message/rfc822", mail->content, &answer);

	if (code != EX_OK || ask->is_json) {
		return code != EX_OK ? code : tocsin_ask_print_json(answer);
	}
	g_autofree char *id = tocsin_ask_text(answer, "id", WORD_MAX);
	g_autofree char *line = g_strdup_printf("%s is in the queue\n", id);

	return tocsin_command_print(line);
}
