/* hdf5_library.c: values as libhdf5 reads them, whatever the layout and the filters. */
#include "formats/hdf5/hdf5_reader.h"

bool hdf5_read_by_library(Hdf5 *h, const Hdf5Box *box, const Hdf5Box *stored, Error *e)
{
    const Hdf5Var *x = &h->vars[h->var];
    int rank = (int)x->rank;
    hsize_t place[H5S_MAX_RANK];
    bool complete = true;
    for (size_t i = 0; i < x->rank; i++) {
        place[i] = stored->start[i] - box->start[i];
        complete = complete && stored->count[i] == box->count[i];
    }
    auto_hid hid_t memory = rank ? H5Screate_simple(rank, box->count, NULL) : H5Screate(H5S_SCALAR);
    bool selected = memory >= 0;
    if (selected && rank)
        selected = H5Sselect_hyperslab(h->cursor.space, H5S_SELECT_SET, stored->start, NULL,
                                       stored->count, NULL) >= 0;
    if (selected && !complete)
        selected =
            H5Sselect_hyperslab(memory, H5S_SELECT_SET, place, NULL, stored->count, NULL) >= 0;
    if (!selected)
        return hdf5_error(h, e, "selecting");
    if (H5Dread(x->dataset, h->cursor.memory, memory, h->cursor.space, h->transfer, h->buffer) >= 0)
        return true;
    hdf5_error(h, e, "reading");
    hdf5_blame(h, x, stored, e);
    return false;
}
