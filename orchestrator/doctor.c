/* doctor.c: versions and known risks of the libraries, from their makers' own lists.
 *
 * Sources: HDF Group's CVE list (cve_hdf5), Debian's security support statement, SQLite's wal.html.
 */
#include "orchestrator/doctor.h"

#include "core/hash.h"
#include "core/units.h"
#include "formats/archive/archive.h"
#include "formats/hdf5/hdf5.h"
#include "orchestrator/ledger.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>

/* True where the dotted version is below the one given. */
static bool is_below(const char *version, const int wanted[3])
{
    int part = 0, value = 0;
    for (const char *at = version;; at++) {
        if (*at >= '0' && *at <= '9') {
            value = value * 10 + (*at - '0');
            continue;
        }
        if (value != wanted[part])
            return value < wanted[part];
        if (*at != '.' || ++part == 3)
            return false;
        value = 0;
    }
}

static bool old_hdf5(const char *version)
{
    return is_below(version, (const int[3]){2, 1, 0});
}

static bool old_sqlite(const char *version)
{
    return is_below(version, (const int[3]){3, 51, 3});
}

static void libc_version(char *out, size_t size)
{
    snprintf(out, size, "%s", gnu_get_libc_version());
}

static const LibraryFact facts[] = {
    {"HDF5", hdf5_version, old_hdf5,
     "versions before 2.1 crash on, or are corrupted by, many published hostile files; Debian 12 "
     "does not support its HDF5 for untrusted data",
     "it runs only in sandboxed children that can open nothing and are replaced after any error"},
    {"SQLite", ledger_sqlite_version, old_sqlite,
     "versions before 3.51.3 can corrupt a WAL that two connections write at once",
     "there is one writing connection in one process, kept by a lock"},
    {"libarchive", archive_library_version, NULL, NULL, NULL},
    {"OpenSSL", hash_library_version, NULL, NULL, NULL},
    {"libc", libc_version, NULL, NULL, NULL},
    {0},
};

const LibraryFact *doctor_libraries(void)
{
    return facts;
}
