/* doctor.c: weir doctor: what protection is in force, what the libraries are known for;
 * doctor_aws.c has the part on AWS. */
#include "orchestrator/doctor.h"
#include "formats/formats.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "orchestrator/sandbox.h"
#include "orchestrator/session.h"
#include "stores/aws/s3.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

static void line(const char *key, const char *text)
{
    printf("%-14s %s\n", key, text);
}

static void protection(const Session *s)
{
    SandboxProtection p;
    Error e = {0};
    char text[160];
    if (!zygote_protection(s->zygote, &p, &e)) {
        line("sandbox", e.message);
        return;
    }
    line("processes", "each file is read in a child process; a crash or hang costs that file only");
    if (p.landlock_abi > 0)
        snprintf(text, sizeof text, "in force (Landlock ABI %d): children can open no path",
                 p.landlock_abi);
    else
        snprintf(text, sizeof text, "MISSING: this kernel has no Landlock");
    line("landlock", text);
    line("seccomp", p.seccomp ? "in force: children may read their file, compute and answer"
                    : SANDBOX_FILTERS_CALLS
                        ? "MISSING: system calls of children are not filtered"
                        : "OFF in this build: system calls of children are not filtered");
    line("no_new_privs", p.no_new_privs ? "in force" : "MISSING");
    line("oom_score", p.oom_score ? "in force: the kernel ends a child before weir"
                                  : "MISSING: the kernel may end weir itself");
    if (p.missing)
        line("", p.missing);
}

static void libraries(void)
{
    printf("\nLibraries\n");
    for (const LibraryFact *f = doctor_libraries(); f->name; f++) {
        char version[64];
        f->version(version, sizeof version);
        line(f->name, version);
        if (f->risk && f->at_risk(version))
            printf("%-14s known: %s\n%-14s here:  %s\n", "", f->risk, "", f->mitigation);
    }
}

static void store(const char *out)
{
    struct statvfs fs;
    char text[128], size[32];
    printf("\nStore\n");
    auto_buffer Buffer shown = {0};
    text_printable(&shown, out, strlen(out));
    line("out", shown.bytes ? shown.bytes : "");
    Error e = {0};
    Ledger *l = NULL;
    if (statvfs(out, &fs) < 0) {
        line("ledger", "none yet (weir run makes it)");
        return;
    }
    text_from_size(size, sizeof size, (uint64_t)fs.f_bavail * fs.f_frsize);
    snprintf(text, sizeof text, "%s free", size);
    line("disk", text);
    line("ledger", ledger_open(out, LEDGER_READ, &l, &e) ? "can be read" : e.message);
    ledger_close(l);
}

int command_doctor(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    Session s;
    struct utsname system;
    for (size_t i = 0; i < a->operands.count; i++)
        if (!s3_is_uri(a->operands.items[i])) {
            error_coded(&e, ERROR_SETUP, "usage",
                        "weir doctor takes no operand but s3://BUCKET/PREFIX; what is \"%s\"?",
                        a->operands.items[i]);
            return session_fail(&e, EXIT_USAGE);
        }
    if (!session_open(a, 1, &s, &e))
        return session_fail(&e, session_open_code(&e));
    printf("weir %s\n", WEIR_VERSION);
    if (uname(&system) == 0)
        printf("%-14s %s %s %s\n", "system", system.sysname, system.release, system.machine);
    printf("\nProtection while files are read\n");
    protection(&s);
    libraries();
    printf("\nFormats\n");
    for (size_t i = 0; formats_all[i]; i++)
        line(formats_all[i]->name, formats_all[i]->summary);
    store(a->run.out);
    int code = doctor_aws(a, &s);
    session_close(&s);
    return code;
}
