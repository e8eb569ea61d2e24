/* missing_text.c: the list of missing tokens. */
#include "handlers/missing_text.h"

#include <string.h>
#include <strings.h>

static const char *const tokens[] = {
    "NaN",  "-NaN",    "+NaN",   "NA",      "N/A", "N.A.", "#N/A",  "<NA>",
    "null", "missing", "nodata", "no data", "-",   "*",    "#NUM!", "#VALUE!",
};

/* Repeated, these are what instruments and Fortran print where there is nothing: "/////", "---",
 * "****". */
static const char fillers[] = "/-*";

static bool only(StringView cell, char c)
{
    for (size_t i = 0; i < cell.length; i++)
        if (cell.bytes[i] != c)
            return false;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

bool missing_text(StringView cell)
{
    while (cell.length > 0 && is_blank(cell.bytes[cell.length - 1]))
        cell.length--;
    while (cell.length > 0 && is_blank(cell.bytes[0])) {
        cell.bytes++;
        cell.length--;
    }
    if (cell.length == 0)
        return true;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (strlen(tokens[i]) == cell.length &&
            strncasecmp(tokens[i], cell.bytes, cell.length) == 0)
            return true;
    return cell.length > 1 && strchr(fillers, cell.bytes[0]) && only(cell, cell.bytes[0]);
}
