/* SPDX-License-Identifier: MIT */
/* How a session behaves unless it is told otherwise. */
#include "smtp/settings.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

void
tocsin_session_settings_init(TocsinSessionSettings *settings)
{
	*settings = (TocsinSessionSettings){
	        .timeout_us = 300 * SECOND,
	        .final_timeout_us = 600 * SECOND,
	        .data_timeout_us = 180 * SECOND,
	        .quit_timeout_us = 5 * SECOND,
	};
}
