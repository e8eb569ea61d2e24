/* text_label.c: headings such as "Tamb(K)" -> name and units. */
#include "formats/text/text_label.h"

#include "formats/csv/csv_names.h"

#include <string.h>

bool text_label_cut(const char *heading, Arena *a, const char **name, const char **units)
{
    size_t length = strlen(heading);
    char close = length > 0 ? heading[length - 1] : '\0';
    const char *open = close == ')'   ? memrchr(heading, '(', length)
                       : close == ']' ? memrchr(heading, '[', length)
                                      : NULL;
    *name = heading;
    *units = "";
    if (!open || open == heading)
        return true;
    const char *end = open;
    while (end > heading && end[-1] == ' ')
        end--;
    *units = arena_copy(a, open + 1, length - (size_t)(open + 1 - heading) - 1);
    if (end > heading)
        *name = arena_copy(a, heading, (size_t)(end - heading));
    return *name && *units;
}

bool text_label_split(const char *heading, Arena *a, const char **name, const char **units)
{
    size_t length = strlen(heading);
    const char *known = csv_units_of_name(heading, a);
    if (known && length > 0 && strchr(")]", heading[length - 1]))
        return text_label_cut(heading, a, name, units);
    *name = heading;
    *units = known ? known : "";
    return true;
}
