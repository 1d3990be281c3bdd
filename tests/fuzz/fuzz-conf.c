/* SPDX-License-Identifier: MIT */
/* A configuration's text, through libconfig to checked settings. */
#include <stdint.h>

#include "conf/apply.h"
#include "conf/keys.h"
#include "conf/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(TocsinConf) conf = tocsin_conf_load_text(text, problems);
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinKeys) others = tocsin_keys_new();

	if (conf == NULL) {
		g_assert_cmpuint(tocsin_problems_count(problems), >, 0);
		return 0;
	}
	g_assert_true(tocsin_keys_add(keys, tocsin_conf_account_keys, NULL));
	g_assert_true(tocsin_keys_add(keys, tocsin_conf_login_keys, NULL));
	g_assert_true(tocsin_keys_add(others, tocsin_conf_network_keys, NULL));
	g_autoptr(GPtrArray) accounts = tocsin_conf_members(conf, "accounts");

	for (guint i = 0; i < accounts->len; i++) {
		const TocsinNode *node = g_ptr_array_index(accounts, i);

		if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
			continue;
		}
		guint before = tocsin_problems_count(problems);
		g_autoptr(TocsinSettings) settings =
		        tocsin_conf_apply(node, keys, others, NULL, NULL, problems);

		if (before < 100) { /* beyond their limit problems are only counted */
			g_assert_true((settings == NULL) ==
			              (tocsin_problems_count(problems) > before));
		}
	}
	return 0;
}
