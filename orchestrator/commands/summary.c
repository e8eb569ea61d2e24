/* summary.c: how many done, skipped, failed by reason, where the results are, what to type next. */
#include "orchestrator/commands/summary.h"

#include "core/json.h"
#include "core/text.h"
#include "orchestrator/code_meanings.h"
#include "orchestrator/run_summary.h"
#include "orchestrator/shell_word.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDE = 76 }; /* columns that a reason and its meaning need on one line */

static int by_count(const void *a, const void *b)
{
    const RunReason *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->code, y->code);
}

static void count_word(Buffer *line, uint64_t n, const char *word)
{
    char count[32];
    if (n == 0)
        return;
    text_from_count(count, sizeof count, n);
    buffer_printf(line, "%s%s %s", line->length ? ", " : "", count, word);
}

static void reasons(const RunSummary *s)
{
    RunReason sorted[REASONS_MAX];
    memcpy(sorted, s->reasons, sizeof sorted);
    qsort(sorted, s->reason_count, sizeof *sorted, by_count);
    bool wide = terminal_width(STDERR_FILENO, 80) >= WIDE;
    for (size_t i = 0; i < s->reason_count; i++) {
        const char *meaning = code_meaning(sorted[i].code);
        if (wide && *meaning)
            fprintf(stderr, "  %6" PRIu64 "  %-18s  %s\n", sorted[i].count, sorted[i].code,
                    meaning);
        else
            fprintf(stderr, "  %6" PRIu64 "  %s%s%s\n", sorted[i].count, sorted[i].code,
                    *meaning ? "\n          " : "", meaning);
    }
}

static const char *next_step(const RunSummary *s)
{
    const RunCounts *c = &s->counts;
    if (s->interrupted)
        return "the same command again goes on where this one stopped";
    if (s->store_lost)
        return "the same command again when the ledger can be written";
    if (c->failed + c->partial + s->set_aside + s->members.failed + s->members.partial)
        return "weir failures";
    if (s->listing_faults)
        return "the same command again when the places above can be listed";
    if (c->waiting)
        return "the same command again reads what is waiting; `weir failures` tells why it waits";
    return "weir results";
}

/* "-o OUT" where the default would not find the folder. */
static void out_words(Buffer *out, const Config *c)
{
    const char *set = getenv("WEIR_OUT");
    const char *standard = set && set[0] ? set : "weir-out";
    if (strcmp(c->run.out, standard) == 0)
        return;
    buffer_string(out, " -o ");
    shell_word(out, c->run.out);
}

/* "in 3 archives: 120 done, 2 failed" */
static void members(const RunSummary *s)
{
    const RunCounts *n = &s->members;
    auto_buffer Buffer line = {0};
    count_word(&line, n->done, "done");
    count_word(&line, n->partial, "partly read");
    count_word(&line, n->failed, "failed");
    count_word(&line, n->ignored, "ignored by rule");
    if (s->archives)
        fprintf(stderr, "  in %" PRIu64 " archive%s: %s\n", s->archives,
                s->archives == 1 ? "" : "s", line.length ? line.bytes : "nothing");
}

void summary_place(const Config *c, const char *next)
{
    auto_buffer Buffer option = {0}, place = {0};
    out_words(&option, c);
    text_printable(&place, c->run.out, strlen(c->run.out));
    bool command = strncmp(next, "weir ", 5) == 0;
    fprintf(stderr, "  results: %s/ledger.db\n", place.bytes ? place.bytes : "");
    fprintf(stderr, "  next:    %s%s\n", next, command && option.length ? option.bytes : "");
}

static void fetched(const Config *c, const RunSummary *s)
{
    char got[64], of[64];
    if (!c->run.ranges || s->object_bytes == 0)
        return;
    text_from_size(got, sizeof got, s->fetched_bytes);
    text_from_size(of, sizeof of, s->object_bytes);
    fprintf(stderr, "  fetched %s of %s\n", got, of);
}

void summary_text(const Config *c, const RunSummary *s)
{
    const RunCounts *n = &s->counts;
    auto_buffer Buffer line = {0};
    count_word(&line, n->done, "done");
    count_word(&line, n->partial, "partly read");
    count_word(&line, n->failed, "failed");
    count_word(&line, n->waiting, "waiting");
    count_word(&line, n->ignored, "ignored by rule");
    count_word(&line, n->skipped - s->set_aside, "skipped (done before)");
    count_word(&line, s->set_aside, "skipped (failed before; `weir retry` reads them again)");
    count_word(&line, n->vanished, "vanished meanwhile");
    char took[64], size[64];
    text_from_duration(took, sizeof took, s->seconds);
    text_from_size(size, sizeof size, n->bytes);
    fprintf(stderr, "weir: %s%s%s in %s\n", line.length ? line.bytes : "nothing to read",
            n->bytes ? "; " : "", n->bytes ? size : "", took);
    fetched(c, s);
    members(s);
    reasons(s);
    if (s->others)
        fprintf(stderr, "  %6" PRIu64 "  file%s belong%s to the other shards\n", s->others,
                s->others == 1 ? "" : "s", s->others == 1 ? "s" : "");
    if (s->listing_faults)
        fprintf(stderr, "  %6" PRIu64 "  place%s could not be listed (see above)\n",
                s->listing_faults, s->listing_faults == 1 ? "" : "s");
    summary_place(c, next_step(s));
}

void summary_json(const Config *c, const RunSummary *s, int exit_code)
{
    auto_buffer Buffer text = {0};
    Json j = {.out = &text};
    json_object_begin(&j);
    run_summary_json(s, &j);
    json_key(&j, "out");
    json_text(&j, c->run.out);
    json_key(&j, "exit_code");
    json_int(&j, exit_code);
    json_object_end(&j);
    puts(text.bytes ? text.bytes : "{}");
}
