/* archive.c: the archives that are known, each by its first bytes or, of a zip, its last. */
#include "formats/archive/archive.h"

#include "formats/archive/archive_unpack.h"

#include <locale.h>
#include <stdio.h>

static void say_sure(const char *evidence, Probe *p)
{
    p->sure = SURE_BY_CONTENT;
    snprintf(p->evidence, sizeof p->evidence, "%s", evidence);
}

static void probe(const Input *in, ArchiveKind kind, Probe *p)
{
    const char *evidence;
    if (archive_begins(in, kind, &evidence))
        say_sure(evidence, p);
}

/* It need not begin the file. */
static void probe_zip(const Input *in, const void *options, Probe *p)
{
    const char *evidence;
    (void)options;
    if (archive_kind(in, &evidence) == ARCHIVE_ZIP)
        say_sure(evidence, p);
}

static void probe_tar(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_TAR, p);
}

static void probe_7z(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_7Z, p);
}

static void probe_gzip(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_GZIP, p);
}

static void probe_bzip2(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_BZIP2, p);
}

static void probe_xz(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_XZ, p);
}

static void probe_zstd(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_ZSTD, p);
}

static void probe_lz4(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_LZ4, p);
}

static void probe_compress(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, ARCHIVE_COMPRESS, p);
}

/* libarchive turns names into the characters of the locale, and in the locale C all but ASCII into
 * question marks. Only the sort of characters is set, never how numbers look, and for good: the
 * process is one that reads files and nothing else. Where there is no such locale names lose their
 * other letters. */
static bool name_characters(Error *e)
{
    (void)e;
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (utf8)
        uselocale(utf8);
    return true;
}

const Format format_zip = {
    .name = "zip",
    .summary = "zip archives, also zip64",
    .extensions = "zip",
    .probe = probe_zip,
    .unpack = archive_unpack,
    .warm_up = name_characters,
};

const Format format_tar = {
    .name = "tar",
    .summary = "tar archives, plain or packed by any of these",
    .extensions = "tar",
    .probe = probe_tar,
    .unpack = archive_unpack,
};

const Format format_7z = {
    .name = "7z",
    .summary = "7-Zip archives",
    .extensions = "7z",
    .probe = probe_7z,
    .unpack = archive_unpack,
};

const Format format_gzip = {
    .name = "gzip",
    .summary = "files packed by gzip",
    .extensions = "gz tgz",
    .probe = probe_gzip,
    .unpack = archive_unpack,
};

const Format format_bzip2 = {
    .name = "bzip2",
    .summary = "files packed by bzip2",
    .extensions = "bz2 tbz2",
    .probe = probe_bzip2,
    .unpack = archive_unpack,
};

const Format format_xz = {
    .name = "xz",
    .summary = "files packed by xz",
    .extensions = "xz txz",
    .probe = probe_xz,
    .unpack = archive_unpack,
};

const Format format_zstd = {
    .name = "zstd",
    .summary = "files packed by Zstandard",
    .extensions = "zst tzst",
    .probe = probe_zstd,
    .unpack = archive_unpack,
};

const Format format_lz4 = {
    .name = "lz4",
    .summary = "files packed by LZ4",
    .extensions = "lz4",
    .probe = probe_lz4,
    .unpack = archive_unpack,
};

const Format format_compress = {
    .name = "compress",
    .summary = "files packed by the old compress (.Z)",
    .extensions = "Z",
    .probe = probe_compress,
    .unpack = archive_unpack,
};
