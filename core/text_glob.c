/* text_glob.c: shell-like patterns.
 *
 * *   any run of bytes without a slash      ?   one byte that is no slash
 * **  any run of bytes, slashes too         **\/ (at the start or behind a slash) no folder or some
 * [a-z] [!a-z] [^a-z]  one byte of a set, never a slash          \c  the byte c itself
 *
 * Only the last * and the last ** need to be tried again (the earlier ones could not match better),
 * so no pattern takes exponential time. */
#include "core/text.h"

/* Where to go on when what follows a star does not match: one byte (or one folder) further. */
typedef struct Restart {
    const char *pattern; /* behind the star; NULL: there is none */
    const char *name;
    bool whole_folders;
} Restart;

/* Matches one byte against the set that begins behind '['; *end is set behind its ']'. A set
 * without an end is the byte '[' itself: *end stays. */
static bool in_set(const char *p, unsigned char c, const char **end)
{
    const char *start = p;
    bool negated = *p == '!' || *p == '^';
    p += negated;
    bool found = false;
    for (const char *first = p; *p && (*p != ']' || p == first); p++) {
        if (*p == '\\' && p[1])
            p++;
        unsigned char low = (unsigned char)*p, high = low;
        if (p[1] == '-' && p[2] && p[2] != ']') {
            p += 2;
            if (*p == '\\' && p[1])
                p++;
            high = (unsigned char)*p;
        }
        found |= low <= c && c <= high;
    }
    if (*p != ']') {
        *end = start;
        return c == '[';
    }
    *end = p + 1;
    return found != negated && c != '/';
}

/* Matches one byte of the pattern (not a star) and returns what follows it, or NULL. */
static const char *match_one(const char *pattern, char c)
{
    const char *end;
    switch (*pattern) {
    case '\0':
        return NULL;
    case '?':
        return c != '/' ? pattern + 1 : NULL;
    case '[':
        return in_set(pattern + 1, (unsigned char)c, &end) ? end : NULL;
    case '\\':
        if (pattern[1])
            pattern++;
        break;
    default:
        break;
    }
    return *pattern == c ? pattern + 1 : NULL;
}

/* Moves the restart on; false where it is used up. */
static bool advance(Restart *r, bool across_slashes)
{
    if (!r->pattern || !*r->name || (!across_slashes && *r->name == '/'))
        return false;
    while (r->whole_folders && *r->name && *r->name != '/')
        r->name++;
    if (!*r->name)
        return false;
    r->name++;
    return true;
}

/* Takes the run of stars at the pattern; returns what follows. */
static const char *take_stars(const char *start, const char *pattern, const char *name,
                              Restart *star, Restart *globstar)
{
    bool at_folder = pattern == start || pattern[-1] == '/';
    const char *behind = pattern;
    while (*behind == '*')
        behind++;
    if (behind - pattern == 1) {
        *star = (Restart){.pattern = behind, .name = name};
        return behind;
    }
    bool whole_folders = at_folder && *behind == '/';
    behind += whole_folders;
    *star = (Restart){0};
    *globstar = (Restart){.pattern = behind, .name = name, .whole_folders = whole_folders};
    return behind;
}

bool text_glob(const char *pattern, const char *name)
{
    const char *start = pattern;
    Restart star = {0}, globstar = {0};
    for (;;) {
        if (*pattern == '*') {
            pattern = take_stars(start, pattern, name, &star, &globstar);
            continue;
        }
        if (!*name && !*pattern)
            return true;
        const char *next = *name ? match_one(pattern, *name) : NULL;
        if (next) {
            pattern = next;
            name++;
        } else if (advance(&star, false)) {
            pattern = star.pattern;
            name = star.name;
        } else if (advance(&globstar, true)) {
            star = (Restart){0};
            pattern = globstar.pattern;
            name = globstar.name;
        } else {
            return false;
        }
    }
}
