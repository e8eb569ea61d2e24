/* s3_event_text.c: keys, ETags and sequencers of notifications. */
#include "stores/aws/s3_event_text.h"

#include "stores/aws/s3_event.h"

#include <string.h>

static const char hex[] = "0123456789abcdefABCDEF";

S3EventWriter s3_event_writer(const char *source, const char *arn)
{
    static const char versity[] = "arn:aws:s3:::/"; /* with the path of the request behind it */
    if (strcmp(source, "ceph:s3") == 0)
        return S3_WRITER_CEPH;
    if (arn && strncmp(arn, versity, strlen(versity)) == 0)
        return S3_WRITER_VERSITY;
    return S3_WRITER_AWS;
}

/* -1: no hexadecimal digit. */
static int digit(char c)
{
    const char *found = c ? strchr(hex, c) : NULL;
    if (!found)
        return -1;
    int value = (int)(found - hex);
    return value < 16 ? value : value - 6;
}

bool s3_event_decode(char *text)
{
    char *out = text;
    for (const char *c = text; *c; c++) {
        if (*c != '%') {
            *out++ = *c == '+' ? ' ' : *c;
            continue;
        }
        int high = digit(c[1]), low = high < 0 ? -1 : digit(c[2]);
        if (low < 0 || high + low == 0)
            return false;
        *out++ = (char)(high * 16 + low);
        c += 2;
    }
    *out = '\0';
    return true;
}

const char *s3_event_unquoted(Arena *a, const char *etag)
{
    size_t length = strlen(etag);
    bool quoted = length >= 2 && etag[0] == '"' && etag[length - 1] == '"';
    return quoted ? arena_copy(a, etag + 1, length - 2) : arena_string(a, etag);
}

bool s3_event_is_sequencer(const char *text)
{
    return *text && text[strspn(text, hex)] == '\0';
}

/* Two digits a byte, the bytes of a word of 4 the other way round. */
static void swap_word(char *word)
{
    char swapped[8];
    for (size_t i = 0; i < sizeof swapped; i += 2)
        memcpy(swapped + i, word + sizeof swapped - 2 - i, 2);
    memcpy(word, swapped, sizeof swapped);
}

void s3_event_sequencer_of_ceph(char *text)
{
    enum { WORD = 8, NANOSECONDS = 1000000000 };
    if (strlen(text) != (size_t)2 * WORD)
        return;
    char swapped[2 * WORD + 1];
    memcpy(swapped, text, sizeof swapped);
    swap_word(swapped);
    swap_word(swapped + WORD);
    uint64_t nanoseconds = 0;
    for (size_t i = WORD; i < (size_t)2 * WORD; i++)
        nanoseconds = nanoseconds * 16 + (uint64_t)digit(swapped[i]);
    if (nanoseconds < NANOSECONDS)
        memcpy(text, swapped, sizeof swapped);
}

int s3_sequencer_compare(const char *a, const char *b)
{
    int order = 0;
    while (order == 0 && (*a || *b)) {
        order = (*a ? digit(*a) : 0) - (*b ? digit(*b) : 0);
        a += *a != '\0';
        b += *b != '\0';
    }
    return order;
}
