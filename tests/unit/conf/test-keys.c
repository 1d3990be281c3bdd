/* SPDX-License-Identifier: MIT */
#include "conf/keys.h"

#include "abi/keys.h"

static void
tables_are_well_formed(void)
{
	const tocsin_key *const *const tables[] = {
	        tocsin_conf_account_keys, tocsin_conf_network_keys, tocsin_conf_login_keys,
	        tocsin_conf_plugins_keys, tocsin_conf_rule_keys,    tocsin_conf_store_keys,
	        tocsin_conf_daemon_keys,  tocsin_conf_mute_keys,    tocsin_conf_defaults_keys,
	        tocsin_conf_trigger_keys,
	};

	for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_true(tocsin_keys_check_table(tables[i], &error));
		g_assert_no_error(error);
	}
}

static void
an_accounts_tables_join(void)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, tocsin_conf_account_keys, NULL));
	g_assert_true(tocsin_keys_add(keys, tocsin_conf_network_keys, NULL));
	g_assert_true(tocsin_keys_add(keys, tocsin_conf_login_keys, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keys/tables_are_well_formed", tables_are_well_formed);
	g_test_add_func("/keys/an_accounts_tables_join", an_accounts_tables_join);
	return g_test_run();
}
