/* text.c: comparing names: case-insensitive, and the nearest one to a mistyped word. */
#include "core/text.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_equal_nocase(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool text_starts_nocase(const char *text, const char *prefix)
{
    while (*prefix && lower(*text) == lower(*prefix)) {
        text++;
        prefix++;
    }
    return *prefix == '\0';
}

enum { WORD_MAX = 63 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, substitutions and swaps of neighbours (Damerau 1964, restricted), case
 * ignored. Both words have at most WORD_MAX bytes. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b);
    size_t rows[3][WORD_MAX + 1] = {0}; /* the last three rows of the table */
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            char ca = lower(a[i - 1]), cb = lower(b[j - 1]);
            size_t best = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == lower(b[j - 2]) && cb == lower(a[i - 2]))
                best = least(best, before[j - 2] + 1);
            row[j] = best;
        }
    }
    return rows[na % 3][nb];
}

const char *text_nearest(const char *word, const char *const *candidates)
{
    size_t length = strlen(word);
    if (length == 0 || length > WORD_MAX)
        return NULL;
    size_t limit = length < 3 ? 1 : (length + 2) / 3; /* a third of the word may be wrong */
    const char *nearest = NULL;
    for (; *candidates; candidates++) {
        if (strlen(*candidates) > WORD_MAX)
            continue;
        size_t distance = edit_distance(word, *candidates);
        if (distance > limit || distance >= length)
            continue;
        nearest = *candidates;
        if (distance == 0)
            break;
        limit = distance - 1; /* the first of equals wins */
    }
    return nearest;
}
