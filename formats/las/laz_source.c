/* laz_source.c: a window that moves along the file. */
#include "formats/las/laz_source.h"

bool laz_source_create(LazSource *s, const Input *in, size_t capacity, size_t margin, Arena *a)
{
    enum { WINDOWS = 4 }; /* so that little is moved */
    if (capacity < WINDOWS * margin)
        capacity = WINDOWS * margin;
    uint8_t *window = arena_array(a, capacity + margin, 1);
    *s = (LazSource){.window = window, .capacity = capacity, .margin = margin, .in = in};
    return window;
}

/* Fills the window behind its first `kept` bytes. */
static bool fill(LazSource *s, size_t kept)
{
    size_t room = s->capacity - kept;
    size_t wanted = room < s->left ? room : (size_t)s->left;
    size_t got = 0;
    if (wanted && !input_read_some(s->in, s->next, s->window + kept, wanted, &got, s->trouble))
        return false;
    s->next += got;
    s->left = got < wanted ? 0 : s->left - got; /* a file that has become shorter */
    s->end = s->window + kept + got;
    memset(s->window + kept + got, 0, s->margin);
    s->low_water = s->left ? s->end - s->margin : s->end;
    return true;
}

bool laz_source_begin(LazSource *s, uint64_t offset, uint64_t bytes, uint32_t chunk, Error *trouble)
{
    uint64_t there = offset < s->in->size ? s->in->size - offset : 0;
    s->present = bytes > 0;
    s->next = offset;
    s->left = bytes < there ? bytes : there;
    s->trouble = trouble;
    if (!fill(s, 0))
        return false;
    laz_range_begin(&s->range, s->window, chunk);
    return true;
}

bool laz_source_more(LazSource *s)
{
    if (s->left == 0)
        return s->range.at <= s->end;
    size_t kept = (size_t)(s->end - s->range.at);
    memmove(s->window, s->range.at, kept);
    s->range.at = s->window;
    return fill(s, kept);
}

static uint64_t in_window(const LazSource *s)
{
    return s->range.at < s->end ? (uint64_t)(s->end - s->range.at) : 0;
}

uint64_t laz_source_rest(const LazSource *s)
{
    return s->left + in_window(s);
}

uint64_t laz_source_place(const LazSource *s)
{
    return s->next - in_window(s);
}
