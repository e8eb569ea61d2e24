/* time_scan.h: the pieces that dates in text are made of, for time.c and timestamp.c.
 *
 * Each function moves the cursor behind what it has read, or leaves it alone and returns false. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct TimeCursor {
    const char *at, *end;
} TimeCursor;

static inline bool scan_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Between digits_min and digits_max (at most 9) decimal digits, as many as there are. */
bool scan_number(TimeCursor *c, int digits_min, int digits_max, int *out);
bool scan_char(TimeCursor *c, char wanted);
/* The word in any case, not followed by a further letter. `word` is in capitals. */
bool scan_word(TimeCursor *c, const char *word);
/* One blank or more (space, TAB, line ends). */
bool scan_blanks(TimeCursor *c);
/* Digits behind a decimal mark -> nanoseconds, rounded: 0..1,000,000,000. */
bool scan_fraction(TimeCursor *c, int64_t *nanoseconds);
/* Z, UTC, UT, GMT, [+-]h[h][:mm], [+-]hhmm -> seconds east of Greenwich. */
bool scan_zone(TimeCursor *c, int64_t *offset_s);
