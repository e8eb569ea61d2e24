/* conventions.c: runs what the table of conventions holds over one file. */
#include "handlers/conventions/conventions.h"

#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { EVIDENCE = 300, CONVENTIONS_MAX = 32 };

typedef struct State {
    bool recognised[CONVENTIONS_MAX];
    Watches watches;
} State;

void evidence_add(Buffer *evidence, const char *format, ...)
{
    char text[ERROR_MESSAGE_SIZE];
    if (!evidence)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buffer_string(evidence, evidence->length ? "; " : "");
    buffer_string(evidence, text);
}

/* The first word of the attribute Conventions that names it; length 0: none does. */
static StringView stated_word(const Dataset *d, const Convention *c)
{
    static const char between[] = " ,;\t\r\n";
    const char *at = schema_conventions(d);
    char word[64];
    while (at && c->stated && *(at += strspn(at, between)) != '\0') {
        size_t length = strcspn(at, between);
        if (length < sizeof word) {
            memcpy(word, at, length);
            word[length] = '\0';
            if (schema_matches(c->stated, word))
                return (StringView){at, length};
        }
        at += length;
    }
    return (StringView){NULL, 0};
}

static bool begin(const Dataset *d, const void *options, void **state, Error *e)
{
    (void)options;
    State *s = arena_alloc(d->arena, sizeof *s);
    if (!s)
        return arena_full(d->arena, e);
    if (!watches_begin(&s->watches, d, e))
        return false;
    for (size_t i = 0; i < conventions_count; i++) {
        const Convention *c = &conventions_all[i];
        s->recognised[i] = stated_word(d, c).length > 0 || (c->see && c->see(d, NULL));
        if (s->recognised[i] && c->watch)
            c->watch(&s->watches);
    }
    *state = s;
    return true;
}

static bool block(void *state, const Dataset *d, const Block *b, Error *e)
{
    (void)d;
    return watches_block(&((State *)state)->watches, b, e);
}

static void wire_state(void *state, Wire *w)
{
    State *s = state;
    watches_wire(&s->watches, w);
}

static bool merge(void *state, const void *later, Error *e)
{
    (void)e;
    State *s = state;
    const State *other = later;
    watches_merge(&s->watches, &other->watches);
    return true;
}

/* Adds to the names, unless the file names it itself, and says what speaks for it. */
static void say(const Convention *c, Dataset *d, Buffer *names)
{
    auto_buffer Buffer evidence = {0};
    StringView word = stated_word(d, c);
    if (word.length > 0)
        evidence_add(&evidence, "the file says so in Conventions");
    else
        buffer_printf(names, "%s%s", names->length ? ", " : "", c->name);
    if (c->see)
        c->see(d, &evidence);
    const char *why =
        schema_phrase(d->arena, evidence.bytes ? evidence.bytes : "", evidence.length, EVIDENCE);
    if (word.length > 0)
        dataset_fact(d, "convention %.*s: %s", (int)word.length, word.bytes, why);
    else
        dataset_fact(d, "convention %s: %s", c->name, why);
}

static bool end(void *state, Dataset *d, Error *e)
{
    (void)e;
    State *s = state;
    auto_buffer Buffer names = {0};
    const char *stated = schema_conventions(d);
    if (stated)
        buffer_string(&names, schema_phrase(d->arena, stated, strlen(stated), EVIDENCE));
    for (size_t i = 0; i < conventions_count; i++)
        if (s->recognised[i] && conventions_all[i].name)
            say(&conventions_all[i], d, &names);
    const char *text = names.length ? arena_string(d->arena, names.bytes) : NULL;
    d->convention = text;
    watches_end(&s->watches);
    for (size_t i = 0; i < s->watches.notes.note_count; i++)
        dataset_note(d, "%s", s->watches.notes.notes[i]);
    for (size_t i = 0; i < conventions_count; i++)
        if (s->recognised[i] && conventions_all[i].tell)
            conventions_all[i].tell(&s->watches, d);
    return true;
}

const Handler handler_conventions = {
    .name = "conventions",
    .summary =
        "recognises conventions and counts what they define: quality flags, profiles, sweeps",
    .begin = begin,
    .block = block,
    .wire = wire_state,
    .merge = merge,
    .end = end,
};
