/* SPDX-License-Identifier: MIT */
/* A shared object like any other. */
int tocsin_answer(void);
__attribute__((visibility("default"))) int
tocsin_answer(void)
{
	return 42;
}
