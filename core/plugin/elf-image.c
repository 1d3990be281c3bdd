/* SPDX-License-Identifier: MIT */
/* Segments and the dynamic section (System V ABI, chapter 5). */
#include "plugin/elf-image.h"

#include <elf.h>
#include <string.h>

#include "plugin/refuse.h"

#define SEGMENTS_MAX 64u
#define SPAN_MAX ((guint64)1 << 32) /* of the addresses that a plugin takes */
#define PAGE_MAX 65536u             /* of any processor */
#define TAGS_KNOWN 40u              /* DT_NULL to DT_RELRENT, the generic ones */

typedef struct {
	ElfW(Phdr) loads[SEGMENTS_MAX];
	guint count;
	guint64 tags[TAGS_KNOWN]; /* of the dynamic section; 0: not there */
} Image;

static gboolean
damaged(GError **error)
{
	return tocsin_refuse(error, "its ELF tables are damaged; install or build it again");
}

/* Is [@address, @address + @size) in a segment? */
static gboolean
is_inside(const Image *image, guint64 address, guint64 size)
{
	for (guint i = 0; i < image->count; i++) {
		const ElfW(Phdr) *load = &image->loads[i];

		if (address >= load->p_vaddr && address - load->p_vaddr <= load->p_memsz &&
		    size <= load->p_memsz - (address - load->p_vaddr)) {
			return TRUE;
		}
	}
	return FALSE;
}

/* Segments to be mapped come in the order of their addresses and do not overlap. */
static gboolean
add_load(Image *image, const ElfW(Phdr) * load)
{
	const ElfW(Phdr) *last = image->count > 0 ? &image->loads[image->count - 1] : NULL;
	guint64 align = MAX(load->p_align, 1);

	if (image->count == SEGMENTS_MAX || load->p_filesz > load->p_memsz ||
	    load->p_vaddr > SPAN_MAX || load->p_memsz > SPAN_MAX || (align & (align - 1)) != 0 ||
	    align > SPAN_MAX || (load->p_vaddr - load->p_offset) % align != 0 ||
	    (last != NULL && load->p_vaddr < last->p_vaddr + last->p_memsz)) {
		return FALSE;
	}
	image->loads[image->count++] = *load;
	return TRUE;
}

/* Generic tags by number; of those that may stand there several times, the last. */
static gboolean
read_dynamic(Image *image, const guint8 *bytes, const ElfW(Phdr) * segment)
{
	gsize count = segment->p_filesz / sizeof(ElfW(Dyn));

	for (gsize i = 0; i < count; i++) {
		ElfW(Dyn) entry;

		memcpy(&entry, bytes + segment->p_offset + i * sizeof(entry), sizeof(entry));
		if (entry.d_tag == DT_NULL) {
			return TRUE;
		}
		if (entry.d_tag > DT_NULL && (guint64)entry.d_tag < TAGS_KNOWN) {
			image->tags[entry.d_tag] = entry.d_un.d_val;
		}
	}
	return FALSE; /* it has no end */
}

/* Tables, each with the tags of its address, of its size in bytes and of one entry's size. */
static gboolean
has_good_tables(const Image *image)
{
	static const struct {
		guint address;
		guint size;
		guint entry; /* 0: no tag tells it */
		gsize wanted;
	} tables[] = {
	        {DT_STRTAB, DT_STRSZ, 0, 1},
	        {DT_RELA, DT_RELASZ, DT_RELAENT, sizeof(ElfW(Rela))},
	        {DT_REL, DT_RELSZ, DT_RELENT, sizeof(ElfW(Rel))},
	        {DT_RELR, DT_RELRSZ, DT_RELRENT, sizeof(ElfW(Addr))},
	        {DT_JMPREL, DT_PLTRELSZ, 0, 1},
	        {DT_INIT_ARRAY, DT_INIT_ARRAYSZ, 0, sizeof(ElfW(Addr))},
	        {DT_FINI_ARRAY, DT_FINI_ARRAYSZ, 0, sizeof(ElfW(Addr))},
	};
	const guint64 *tags = image->tags;

	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
		guint64 size = tags[tables[i].size];

		if ((size > 0 && !is_inside(image, tags[tables[i].address], size)) ||
		    size % tables[i].wanted != 0 ||
		    (size > 0 && tables[i].entry != 0 &&
		     tags[tables[i].entry] != tables[i].wanted)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
has_good_tags(const Image *image)
{
	static const guint addresses[] = {DT_PLTGOT, DT_HASH, DT_SYMTAB, DT_INIT, DT_FINI};
	static const guint texts[] = {DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH};
	const guint64 *tags = image->tags;

	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
		if (tags[addresses[i]] != 0 && !is_inside(image, tags[addresses[i]], 1)) {
			return FALSE;
		}
	}
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (tags[texts[i]] != 0 && tags[texts[i]] >= tags[DT_STRSZ]) {
			return FALSE;
		}
	}
	return tags[DT_STRTAB] != 0 && tags[DT_SYMTAB] != 0 &&
	       tags[DT_SYMENT] == sizeof(ElfW(Sym)) &&
	       (tags[DT_PLTRELSZ] == 0 || tags[DT_PLTREL] == DT_RELA || tags[DT_PLTREL] == DT_REL);
}

/* (nullable) The string at @offset of the string table. */
static const char *
find_string(const Image *image, const guint8 *bytes, guint64 offset)
{
	guint64 address = image->tags[DT_STRTAB];
	guint64 size = image->tags[DT_STRSZ];

	for (guint i = 0; i < image->count && offset < size; i++) {
		const ElfW(Phdr) *load = &image->loads[i];

		/* All of the table is in the file, not only in memory. */
		if (address >= load->p_vaddr && address - load->p_vaddr <= load->p_filesz &&
		    size <= load->p_filesz - (address - load->p_vaddr)) {
			const guint8 *table = bytes + load->p_offset + (address - load->p_vaddr);

			return memchr(table + offset, '\0', size - offset) == NULL
			               ? NULL
			               : (const char *)table + offset;
		}
	}
	return NULL;
}

static void
add_places(GPtrArray *places, gint64 tag, const char *text)
{
	const char *slash = strrchr(text, '/');

	if (tag == DT_RPATH || tag == DT_RUNPATH) {
		g_auto(GStrv) parts = g_strsplit(text, ":", -1);

		for (guint i = 0; parts[i] != NULL; i++) {
			g_ptr_array_add(places, g_strdup(parts[i]));
		}
	} else if (slash != NULL) { /* a library by its path */
		g_ptr_array_add(places, g_strndup(text, MAX((gsize)(slash - text), 1)));
	}
}

/* Where the file has the dynamic loader look. FALSE: its names cannot be read. */
static gboolean
list_places(const Image *image, const guint8 *bytes, const ElfW(Phdr) * segment, GPtrArray *places)
{
	gsize count = segment->p_filesz / sizeof(ElfW(Dyn));

	for (gsize i = 0; i < count; i++) {
		ElfW(Dyn) entry;

		memcpy(&entry, bytes + segment->p_offset + i * sizeof(entry), sizeof(entry));
		if (entry.d_tag == DT_NULL) {
			break;
		}
		if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_RPATH &&
		    entry.d_tag != DT_RUNPATH && entry.d_tag != DT_FILTER &&
		    entry.d_tag != DT_AUXILIARY) {
			continue;
		}
		const char *text = find_string(image, bytes, entry.d_un.d_val);

		if (text == NULL) {
			return FALSE;
		}
		add_places(places, entry.d_tag, text);
	}
	return TRUE;
}

/* Segments that say something about others lie in them. */
static gboolean
check_special(Image *image, const guint8 *bytes, const ElfW(Phdr) * segment, gboolean *has_dynamic)
{
	switch (segment->p_type) {
	case PT_DYNAMIC:
		if (*has_dynamic || !is_inside(image, segment->p_vaddr, segment->p_filesz)) {
			return FALSE;
		}
		*has_dynamic = TRUE;
		return read_dynamic(image, bytes, segment);
	case PT_GNU_RELRO: /* some linkers round its end up to a page's */
		return is_inside(image, segment->p_vaddr,
		                 segment->p_memsz - MIN(segment->p_memsz, PAGE_MAX));
	case PT_NOTE:
	case PT_GNU_EH_FRAME:
	case PT_GNU_PROPERTY:
		return is_inside(image, segment->p_vaddr, segment->p_memsz);
	case PT_TLS:
		return segment->p_filesz <= segment->p_memsz && segment->p_memsz <= SPAN_MAX &&
		       (segment->p_filesz == 0 ||
		        is_inside(image, segment->p_vaddr, segment->p_filesz));
	default:
		return TRUE;
	}
}

static ElfW(Phdr) get_segment(const guint8 *bytes, const ElfW(Ehdr) * header, guint index)
{
	ElfW(Phdr) segment;

	memcpy(&segment, bytes + header->e_phoff + index * sizeof(segment), sizeof(segment));
	return segment;
}

gboolean
tocsin_elf_check_image(const guint8 *bytes, gsize length, const ElfW(Ehdr) * header,
                       GPtrArray *out_places, GError **error)
{
	Image image = {0};
	ElfW(Phdr) dynamic = {0};
	gboolean has_dynamic = FALSE;
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < header->e_phnum; i++) {
		const ElfW(Phdr) segment = get_segment(bytes, header, i);

		if (segment.p_type == PT_LOAD && !add_load(&image, &segment)) {
			return damaged(error);
		}
		if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) != 0) {
			return tocsin_refuse(
			        error, "it wants an executable stack, for all of the program; "
			               "build it with -Wl,-z,noexecstack");
		}
	}
	for (guint i = 0; i < header->e_phnum; i++) {
		const ElfW(Phdr) segment = get_segment(bytes, header, i);

		if (segment.p_type == PT_DYNAMIC &&
		    (segment.p_offset > length || segment.p_filesz > length - segment.p_offset)) {
			return damaged(error);
		}
		if (!check_special(&image, bytes, &segment, &has_dynamic)) {
			return damaged(error);
		}
		if (segment.p_type == PT_DYNAMIC) {
			dynamic = segment;
		}
	}
	if (!has_dynamic || !has_good_tables(&image) || !has_good_tags(&image) ||
	    !list_places(&image, bytes, &dynamic, places)) {
		return damaged(error);
	}
	while (out_places != NULL && places->len > 0) {
		g_ptr_array_add(out_places, g_ptr_array_steal_index(places, 0));
	}
	return TRUE;
}
