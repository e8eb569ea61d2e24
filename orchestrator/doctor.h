/* doctor.h: the libraries weir runs with, and what is known against their versions. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct LibraryFact {
    const char *name;
    void (*version)(char *out, size_t size);
    bool (*at_risk)(const char *version);
    const char *risk;       /* NULL: nothing known that concerns weir */
    const char *mitigation; /* what weir does about it */
} LibraryFact;

/* Ends with a NULL name. */
const LibraryFact *doctor_libraries(void);
