/* las_wkt.c: well-known text: names, EPSG codes and units of the horizontal and the vertical part.
 *
 * One walk over KEYWORD[...] in both dialects; nodes that do not matter are passed over. */
#include "formats/las/las_crs.h"

#include "core/text.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 16, WORD_SIZE = 32, TEXT_SIZE = 128 };

typedef enum Role {
    ROLE_OTHER,
    ROLE_COMPOUND, /* its members are systems */
    ROLE_PROJECTED,
    ROLE_GEOGRAPHIC,
    ROLE_GEOCENTRIC,
    ROLE_VERTICAL,
    ROLE_CODE,
    ROLE_UNIT,
    ROLE_AXIS,
} Role;

typedef struct Word {
    const char *word;
    Role role;
} Word;

static const Word words[] = {
    {"COMPD_CS", ROLE_COMPOUND},
    {"COMPOUNDCRS", ROLE_COMPOUND},
    {"BOUNDCRS", ROLE_COMPOUND},
    {"SOURCECRS", ROLE_COMPOUND},
    {"PROJCS", ROLE_PROJECTED},
    {"PROJCRS", ROLE_PROJECTED},
    {"PROJECTEDCRS", ROLE_PROJECTED},
    {"GEOGCS", ROLE_GEOGRAPHIC},
    {"GEOGCRS", ROLE_GEOGRAPHIC},
    {"GEOGRAPHICCRS", ROLE_GEOGRAPHIC},
    {"GEOCCS", ROLE_GEOCENTRIC},
    {"GEODCRS", ROLE_GEOGRAPHIC},
    {"VERT_CS", ROLE_VERTICAL},
    {"VERTCRS", ROLE_VERTICAL},
    {"VERTICALCRS", ROLE_VERTICAL},
    {"AUTHORITY", ROLE_CODE},
    {"ID", ROLE_CODE},
    {"UNIT", ROLE_UNIT},
    {"LENGTHUNIT", ROLE_UNIT},
    {"AXIS", ROLE_AXIS},
};

typedef struct Node {
    Role role;
    size_t members;         /* commas seen */
    char name[TEXT_SIZE];   /* its first text */
    char second[WORD_SIZE]; /* what stands behind the first comma */
} Node;

typedef struct Walk {
    Node nodes[DEPTH_MAX];
    size_t depth;
    Arena *arena;
    LasCrs *out;
    bool found;
} Walk;

static Role role_of(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal_nocase(word, words[i].word))
            return words[i].role;
    return ROLE_OTHER;
}

static bool is_system(Role r)
{
    return r >= ROLE_PROJECTED && r <= ROLE_VERTICAL;
}

/* All nodes above are compound ones. */
static bool is_top(const Walk *w, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (w->nodes[i].role != ROLE_COMPOUND)
            return false;
    return true;
}

static const char *unit_of_factor(double metres)
{
    if (fabs(metres - 1) < 1e-9)
        return "m";
    if (fabs(metres - 0.3048) < 1e-9)
        return "foot";
    return fabs(metres - 1200.0 / 3937) < 1e-8 ? "US_survey_foot" : NULL;
}

static void close_system(const Walk *w, const Node *n)
{
    const char *name = n->name[0] ? arena_string(w->arena, n->name) : NULL;
    if (n->role == ROLE_VERTICAL) {
        w->out->vertical_name = name;
        return;
    }
    w->out->name = name;
    w->out->geographic = n->role == ROLE_GEOGRAPHIC;
    w->out->geocentric = n->role == ROLE_GEOCENTRIC;
}

/* AUTHORITY["EPSG","26915"], ID["EPSG",26915] directly in a system. */
static void close_code(const Walk *w, const Node *n, const Node *owner)
{
    int64_t value;
    if (!text_equal_nocase(n->name, "EPSG") ||
        !text_to_int64(n->second, strlen(n->second), &value) || value <= 0)
        return;
    if (owner->role == ROLE_VERTICAL)
        w->out->vertical_epsg = value;
    else
        w->out->epsg = value;
}

static void close_unit(const Walk *w, const Node *n, const Node *owner)
{
    double factor;
    if (!text_to_double(n->second, strlen(n->second), '.', &factor))
        return;
    if (owner->role == ROLE_VERTICAL)
        w->out->vertical_units = unit_of_factor(factor);
    else if (owner->role != ROLE_GEOGRAPHIC)
        w->out->units = unit_of_factor(factor);
}

/* The system that the node belongs to: directly, or a unit by way of its axis. */
static const Node *owner_of(const Walk *w, size_t index)
{
    size_t above = index;
    if (above > 1 && w->nodes[index].role == ROLE_UNIT && w->nodes[above - 1].role == ROLE_AXIS)
        above--;
    return above > 0 && is_system(w->nodes[above - 1].role) && is_top(w, above - 1)
               ? &w->nodes[above - 1]
               : NULL;
}

static void close_node(Walk *w)
{
    size_t index = --w->depth;
    const Node *n = &w->nodes[index], *owner = owner_of(w, index);
    if (is_system(n->role) && is_top(w, index)) {
        close_system(w, n);
        w->found = true;
    } else if (owner && n->role == ROLE_CODE) {
        close_code(w, n, owner);
    } else if (owner && n->role == ROLE_UNIT) {
        close_unit(w, n, owner);
    }
}

/* What stands between brackets and commas: a text goes into the node, a number too. */
static void take_member(Walk *w, const char *text, size_t length)
{
    if (w->depth == 0 || length == 0)
        return;
    Node *n = &w->nodes[w->depth - 1];
    char *to = n->members == 0 ? n->name : n->members == 1 ? n->second : NULL;
    size_t size = n->members == 0 ? sizeof n->name : sizeof n->second;
    if (!to)
        return;
    length = length < size ? length : size - 1;
    memcpy(to, text, length);
    to[length] = '\0';
}

static bool open_node(Walk *w, const char *word, size_t length)
{
    char name[WORD_SIZE] = {0};
    if (w->depth == DEPTH_MAX || length >= sizeof name)
        return false;
    memcpy(name, word, length);
    Node *n = &w->nodes[w->depth++];
    *n = (Node){.role = role_of(name)};
    return true;
}

/* One sign of structure at *at, with the word before it. False: this is no well-known text. */
static bool take_sign(Walk *w, char sign, const char *word, size_t length)
{
    switch (sign) {
    case '[':
    case '(':
        return open_node(w, word, length);
    case ']':
    case ')':
        take_member(w, word, length);
        if (w->depth == 0)
            return false;
        close_node(w);
        return true;
    default:
        take_member(w, word, length);
        if (w->depth > 0)
            w->nodes[w->depth - 1].members++;
        return true;
    }
}

bool las_wkt_read(const char *wkt, Arena *a, LasCrs *out)
{
    static const char signs[] = "[](),", blanks[] = " \t\r\n";
    Walk w = {.arena = a, .out = out};
    *out = (LasCrs){0};
    for (const char *at = wkt; *at;) {
        at += strspn(at, blanks);
        const char *word = at;
        size_t length = strcspn(at, "[](),\" \t\r\n");
        at += length;
        if (length == 0 && *at == '"') {
            word = at + 1;
            length = strcspn(word, "\"");
            at = word + length + (word[length] == '"');
        }
        at += strspn(at, blanks);
        if (*at == '\0')
            break;
        if (!strchr(signs, *at))
            continue;
        if (!take_sign(&w, *at, word, length))
            return false;
        at++;
    }
    return w.found;
}
