/* text_label.c: headings such as "Tamb(K)" -> name and units. */
#include "formats/text/text_label.h"

#include "formats/csv_header.h"

#include <string.h>

bool text_label_split(const char *heading, Arena *a, const char **name, const char **units)
{
    size_t length = strlen(heading);
    const char *found = csv_units_of_name(heading, a);
    bool bracketed = length > 0 && strchr(")]", heading[length - 1]);
    *units = found ? found : "";
    *name = heading;
    if (!found || !bracketed)
        return true;
    const char *open = memrchr(heading, heading[length - 1] == ')' ? '(' : '[', length);
    while (open > heading && open[-1] == ' ')
        open--;
    if (open > heading)
        *name = arena_copy(a, heading, (size_t)(open - heading));
    return *name != NULL;
}
