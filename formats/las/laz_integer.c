/* laz_integer.c: makes the models of one kind of integer. */
#include "formats/las/laz_integer.h"

bool laz_integer_create(LazInteger *n, unsigned width, size_t contexts, Arena *a)
{
    *n = (LazInteger){.widths = arena_array(a, contexts, sizeof(LazModel)),
                      .uppers = arena_array(a, width + 1, sizeof(LazModel))};
    if (!n->widths || !n->uppers || !laz_models_create(n->widths, contexts, width + 1, a))
        return false;
    for (unsigned k = 1; k <= width && k < 32; k++) {
        unsigned bits = k < LAZ_MODELLED_BITS ? k : LAZ_MODELLED_BITS;
        if (!laz_model_create(&n->uppers[k], 1U << bits, a))
            return false;
    }
    return true;
}
