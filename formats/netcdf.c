/* netcdf.c: convention and rows of a netCDF schema. */
#include "formats/netcdf.h"

static bool is_used(const Dataset *d, size_t dim)
{
    for (size_t i = 0; i < d->var_count; i++)
        for (size_t axis = 0; axis < d->vars[i].dim_count; axis++)
            if (d->vars[i].dims[axis] == dim)
                return true;
    return false;
}

static void find_rows(Dataset *d)
{
    for (size_t i = 0; i < d->dim_count; i++) {
        const Dim *dim = &d->dims[i];
        bool is_time = text_equal_nocase(dim->name, "time");
        if (!dim->unlimited || (d->rows_known && !is_time) || !is_used(d, i))
            continue;
        d->rows = dim->length;
        d->rows_known = true;
        if (is_time)
            return;
    }
}

void netcdf_conclude(Dataset *d)
{
    const Var root = {.attrs = d->groups[0].attrs, .attr_count = d->groups[0].attr_count};
    d->convention = var_attr_text(&root, "Conventions");
    find_rows(d);
}
