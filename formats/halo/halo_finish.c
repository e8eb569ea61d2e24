/* halo_finish.c: what is said of a file once its last ray is read. */
#include "formats/halo/halo_reader.h"

#include <inttypes.h>

static void note_lines(HaloReader *r, const HaloOddity *o, const char *what)
{
    if (o->count > 0)
        dataset_note(&r->dataset, "%s: %" PRIu64 ", the first in line %" PRIu64, what, o->count,
                     o->line);
}

static void note_all(HaloReader *r)
{
    Dataset *d = &r->dataset;
    if (r->lines.nuls > 0)
        dataset_note(d, "%" PRIu64 " NUL bytes were left out", r->lines.nuls);
    note_lines(r, &r->restarts, "headers further down, where the recording was started again");
    note_lines(r, &r->cut_before_restart, "incomplete rays ahead of such a header, left out");
    note_lines(r, &r->stray, "lines between the rays that are no numbers, left out");
    if (r->cut_line > 0)
        dataset_note(d, "last ray incomplete: %" PRIu64 " of %" PRIu64 " gates", r->cut_gates,
                     r->gates);
}

bool halo_finish(HaloReader *r, Error *e)
{
    uint64_t rows = r->start + r->rays;
    halo_set_rows(r, rows);
    note_all(r);
    if (r->foreign_line > 0) {
        error_coded(e, ERROR_DATA, "header_changes",
                    "a header further down cannot be read or is for other gates: nothing was read "
                    "from there on");
        return error_at(e, "line %" PRIu64, r->foreign_line);
    }
    if (r->other_gates.count > 0) {
        error_coded(e, ERROR_DATA, "gates_change",
                    "rays with another number of gates than %" PRIu64 ", left out: %" PRIu64
                    ", the first has %" PRIu64,
                    r->gates, r->other_gates.count, r->first_other_gates);
        return error_at(e, "line %" PRIu64, r->other_gates.line);
    }
    if (r->damaged.count > 0) {
        error_coded(e, ERROR_DATA, "damaged", "rays with damaged lines, left out: %" PRIu64,
                    r->damaged.count);
        return error_at(e, "line %" PRIu64, r->damaged.line);
    }
    if (rows > 0)
        return true;
    error_coded(e, ERROR_DATA, "truncated",
                "no ray is whole: the file ends behind %" PRIu64 " of the first one's %" PRIu64
                " gates",
                r->cut_gates, r->gates);
    return error_at(e, "line %" PRIu64, r->lines.line);
}
