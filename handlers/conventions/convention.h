/* convention.h: what a convention is to Weir: how it is recognised, and what follows from it. One
 * line each in names.c. */
#pragma once

#include "core/buffer.h"
#include "handlers/conventions/watch.h"

typedef struct Convention {
    const char *name; /* "ARM"; NULL: no name of its own, it only tells more about a file */
    const char
        *stated; /* patterns of the words in the attribute Conventions that name it, or NULL */
    /* Whether the schema is that of the convention, whatever it says of itself; adds what speaks
     * for it to `evidence` (NULL: nobody asks). May be NULL. */
    bool (*see)(const Dataset *d, Buffer *evidence);
    /* Watches the variables whose values tell() needs; for a recognised file. May be NULL. */
    void (*watch)(Watches *w);
    /* Adds facts and notes, after the last value. May be NULL. */
    void (*tell)(const Watches *w, Dataset *d);
} Convention;

/* Adds one reason; reasons are parted by "; ". */
void evidence_add(Buffer *evidence, const char *format, ...) PRINTF_LIKE(2, 3);

bool quality_see(const Dataset *d, Buffer *evidence);
void quality_watch(Watches *w);
void quality_tell(const Watches *w, Dataset *d);

bool sampling_see(const Dataset *d, Buffer *evidence);
void sampling_watch(Watches *w);
void sampling_tell(const Watches *w, Dataset *d);

bool arm_see(const Dataset *d, Buffer *evidence);
void arm_watch(Watches *w);
void arm_tell(const Watches *w, Dataset *d);

bool argo_see(const Dataset *d, Buffer *evidence);
void argo_watch(Watches *w);
void argo_tell(const Watches *w, Dataset *d);

bool odim_see(const Dataset *d, Buffer *evidence);
void odim_watch(Watches *w);
void odim_tell(const Watches *w, Dataset *d);

bool cfradial_see(const Dataset *d, Buffer *evidence);
void cfradial_watch(Watches *w);
void cfradial_tell(const Watches *w, Dataset *d);

/* Volumes with a group for each sweep: CfRadial 2, WindCube. */
bool cfradial2_see(const Dataset *d, Buffer *evidence);
bool windcube_see(const Dataset *d, Buffer *evidence);
void sweeps_watch(Watches *w);
void sweeps_tell(const Watches *w, Dataset *d);

bool ugrid_see(const Dataset *d, Buffer *evidence);
void ugrid_tell(const Watches *w, Dataset *d);
bool sgrid_see(const Dataset *d, Buffer *evidence);
void sgrid_tell(const Watches *w, Dataset *d);
bool hdfeos_see(const Dataset *d, Buffer *evidence);
void hdfeos_tell(const Watches *w, Dataset *d);

extern const Convention *const conventions_all; /* `conventions_count` of them */
extern const size_t conventions_count;
