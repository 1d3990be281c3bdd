/* SPDX-License-Identifier: MIT */
/* No plugin: a library in a folder where everybody can put one. Its constructor must not run. */
#include <unistd.h>

__attribute__((constructor)) static void
shout(void)
{
	(void)!write(1, "TRAP RAN\n", 9);
}
