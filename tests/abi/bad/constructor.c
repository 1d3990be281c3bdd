/* SPDX-License-Identifier: MIT */
#define NAME "constructor"
#include <unistd.h>

/* Must never run where the file is not trusted. */
__attribute__((constructor)) static void
shout(void)
{
	(void)!write(1, "CONSTRUCTOR RAN\n", 16);
}

#include "good.h"
