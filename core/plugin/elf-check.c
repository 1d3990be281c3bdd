/* SPDX-License-Identifier: MIT */
/* The ELF header and what it says of the file's length (System V ABI, chapter 4 and 5). */
#include "plugin/elf-check.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#include "plugin/elf-image.h"
#include "plugin/refuse.h"

/* This program's own header, put there by the linker: what a plugin has to look like. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

static char *
machine_name(guint machine)
{
	switch (machine) {
	case EM_386:
		return g_strdup("i386");
	case EM_X86_64:
		return g_strdup("x86-64");
	case EM_ARM:
		return g_strdup("arm");
	case EM_AARCH64:
		return g_strdup("aarch64");
	case EM_RISCV:
		return g_strdup("riscv");
	case EM_S390:
		return g_strdup("s390");
	case EM_PPC64:
		return g_strdup("ppc64");
	case EM_MIPS:
		return g_strdup("mips");
	case EM_68K:
		return g_strdup("m68k");
	default:
		return g_strdup_printf("machine %u", machine);
	}
}

guint16
tocsin_elf_own_machine(void)
{
	return __ehdr_start.e_machine;
}

static gboolean
check_identity(const guint8 *bytes, gsize length, GError **error)
{
	const guint8 *own = __ehdr_start.e_ident;

	if (length == 0) {
		return tocsin_refuse(error, "the file is empty; install it again");
	}
	if (memcmp(bytes, ELFMAG, MIN(length, SELFMAG)) != 0) {
		return tocsin_refuse(error,
		                     "the file is no ELF shared object; install or build it again");
	}
	if (length < EI_NIDENT) {
		return tocsin_refuse(error, "the file is truncated; install it again");
	}
	if (bytes[EI_CLASS] != own[EI_CLASS]) {
		return tocsin_refuse(error, "built for %d bits, this program has %d; rebuild it",
		                     bytes[EI_CLASS] == ELFCLASS64 ? 64 : 32,
		                     own[EI_CLASS] == ELFCLASS64 ? 64 : 32);
	}
	if (bytes[EI_DATA] != own[EI_DATA]) {
		return tocsin_refuse(error,
		                     "built for a machine with another byte order; rebuild it");
	}
	return TRUE;
}

/* Is there something between @offset and @offset + @count * @each that the file does not have? */
static gboolean
is_past_end(guint64 offset, guint64 count, guint64 each, gsize length)
{
	guint64 size;
	guint64 end;

	return !g_uint64_checked_mul(&size, count, each) ||
	       !g_uint64_checked_add(&end, offset, size) || end > length;
}

static gboolean
is_truncated(const guint8 *bytes, gsize length, const ElfW(Ehdr) * header)
{
	if (is_past_end(header->e_phoff, header->e_phnum, sizeof(ElfW(Phdr)), length) ||
	    (header->e_shoff != 0 &&
	     is_past_end(header->e_shoff, header->e_shnum, header->e_shentsize, length))) {
		return TRUE;
	}
	for (guint i = 0; i < header->e_phnum; i++) {
		ElfW(Phdr) segment;

		memcpy(&segment, bytes + header->e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type == PT_LOAD &&
		    is_past_end(segment.p_offset, segment.p_filesz, 1, length)) {
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_elf_check(const void *bytes, gsize length, GPtrArray *out_places, GError **error)
{
	ElfW(Ehdr) header;

	if (!check_identity(bytes, length, error)) {
		return FALSE;
	}
	if (length < sizeof(header)) {
		return tocsin_refuse(error, "the file is truncated; install it again");
	}
	memcpy(&header, bytes, sizeof(header));
	if (header.e_machine != tocsin_elf_own_machine()) {
		g_autofree char *theirs = machine_name(header.e_machine);
		g_autofree char *ours = machine_name(tocsin_elf_own_machine());

		return tocsin_refuse(error, "built for %s, this program runs on %s; rebuild it",
		                     theirs, ours);
	}
	if (header.e_type != ET_DYN) {
		return tocsin_refuse(error,
		                     "an ELF file, but no shared object; build it with -shared");
	}
	if (header.e_phnum > 0 && header.e_phentsize != sizeof(ElfW(Phdr))) {
		return tocsin_refuse(error, "its ELF header is damaged; install or build it again");
	}
	if (is_truncated(bytes, length, &header)) {
		return tocsin_refuse(error, "the file is truncated; install it again");
	}
	return tocsin_elf_check_image(bytes, length, &header, out_places, error);
}
