/* argo.c: files of the Argo floats (Argo user's manual 3.4): profiles, trajectories, metadata and
 * technical data. */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include <inttypes.h>
#include <string.h>

enum { PLATFORMS_MAX = 16, WORD_MAX = 64 };

static const char *kind_of(const Dataset *d)
{
    bool platform = schema_has_var(d, 0, "PLATFORM_NUMBER");
    if (!platform || !schema_has_var(d, 0, "DATA_TYPE"))
        return NULL;
    if (schema_dim(d, "N_MEASUREMENT"))
        return "trajectory";
    if (schema_dim(d, "N_PROF") && schema_dim(d, "N_LEVELS"))
        return "profile";
    if (schema_dim(d, "N_TECH_PARAM") || schema_has_var(d, 0, "TECHNICAL_PARAMETER_NAME"))
        return "technical";
    return schema_has_var(d, 0, "LAUNCH_DATE") ? "metadata" : NULL;
}

bool argo_see(const Dataset *d, Buffer *evidence)
{
    const char *kind = kind_of(d);
    if (kind)
        evidence_add(evidence, "variables PLATFORM_NUMBER, DATA_TYPE and dimensions of a %s file",
                     kind);
    return kind != NULL;
}

static const char *mode_name(const Dataset *d)
{
    return schema_has_var(d, 0, "DATA_MODE") ? "DATA_MODE" : "TRAJECTORY_PARAMETER_DATA_MODE";
}

static void watch_modes(Watches *w)
{
    static const char *const modes[][2] = {
        {"R", "real time"}, {"A", "adjusted in real time"}, {"D", "delayed mode"}};
    Watch *watch = watch_flags(w, schema_var(w->dataset, 0, mode_name(w->dataset)));
    if (!watch || !watch->flags->is_char || watch->flags->test_count > 0)
        return;
    watch->flags->codes = true;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        FlagTest t = {.mask = 0xff, .value = (unsigned char)modes[i][0][0], .assessment = ""};
        t.label = modes[i][0];
        t.meaning = modes[i][1];
        t.verdict = VERDICT_NONE;
        flags_add(watch->flags, w->arena, &t);
    }
}

void argo_watch(Watches *w)
{
    const Dataset *d = w->dataset;
    static const char *const texts[] = {"DATA_TYPE", "PLATFORM_NUMBER", "STATION_PARAMETERS",
                                        "TRAJECTORY_PARAMETERS", "REFERENCE_DATE_TIME"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        watch_text(w, schema_var(d, 0, texts[i]));
    watch_numbers(w, schema_var(d, 0, "CYCLE_NUMBER"));
    watch_modes(w);
}

/* Item `index` of an array of texts, without its padding; false behind the last one. */
static bool item(const Watches *w, size_t var, size_t index, Arena *a, const char **out)
{
    const Text *t = watched_text(w, var);
    const Var *v = t ? &w->dataset->vars[var] : NULL;
    if (!t || v->type != TYPE_CHAR || v->dim_count == 0)
        return false;
    uint64_t width = v->shape[v->dim_count - 1];
    if (width == 0 || width > t->length || index >= t->length / width)
        return false;
    const char *bytes = t->bytes + index * width;
    size_t length = strnlen(bytes, (size_t)width);
    *out = schema_phrase(a, bytes, length, WORD_MAX);
    return true;
}

/* The different words of a text variable, blank-separated. */
static void tell_words(const Watches *w, Dataset *d, const char *name, const char *title)
{
    const char *seen[PLATFORMS_MAX], *word;
    size_t count = 0, var = schema_var(d, 0, name);
    auto_buffer Buffer list = {0};
    for (size_t i = 0; var != NO_VAR && item(w, var, i, d->arena, &word); i++) {
        size_t k = 0;
        while (k < count && strcmp(seen[k], word) != 0)
            k++;
        if (k < count || !word[0])
            continue;
        if (count == PLATFORMS_MAX) {
            buffer_string(&list, " ...");
            break;
        }
        seen[count++] = word;
        buffer_printf(&list, "%s%s", list.length ? " " : "", word);
    }
    if (list.length)
        dataset_fact(d, "%s: %s", title, list.bytes);
}

static void tell_size(Dataset *d, const char *kind)
{
    static const char *const names[] = {"N_PROF", "N_LEVELS", "N_PARAM", "N_CYCLE",
                                        "N_MEASUREMENT"};
    auto_buffer Buffer list = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Dim *dim = schema_dim(d, names[i]);
        if (dim)
            buffer_printf(&list, ", %s %" PRIu64, names[i], dim->length);
    }
    dataset_fact(d, "Argo %s file%s", kind ? kind : "of an unknown kind",
                 list.bytes ? list.bytes : "");
}

static void tell_modes(const Watches *w, Dataset *d)
{
    const Flags *f = watched_flags(w, schema_var(d, 0, mode_name(d)));
    auto_buffer Buffer list = {0};
    for (size_t i = 0; f && i < f->test_count; i++)
        if (f->tests[i].count > 0)
            buffer_printf(&list, "%s%s (%s) %" PRIu64, list.length ? ", " : "", f->tests[i].label,
                          f->tests[i].meaning, f->tests[i].count);
    if (list.length)
        dataset_fact(d, "data mode: %s", list.bytes);
}

/* Argo counts days from 1950 everywhere. */
static void check_epoch(const Watches *w, Dataset *d)
{
    const char *date = NULL;
    size_t juld = schema_var(d, 0, "JULD"), var = schema_var(d, 0, "REFERENCE_DATE_TIME");
    const char *units = juld == NO_VAR ? NULL : var_attr_text(&d->vars[juld], "units");
    if (units && !text_starts_nocase(units, "days since 1950-01-01"))
        dataset_note(d, "variable JULD counts in \"%s\", not in Argo's days since 1950-01-01",
                     schema_phrase(d->arena, units, strlen(units), WORD_MAX));
    if (var != NO_VAR && item(w, var, 0, d->arena, &date) && date[0] &&
        strncmp(date, "19500101", 8) != 0)
        dataset_note(d, "REFERENCE_DATE_TIME is %s, not Argo's 19500101000000", date);
}

void argo_tell(const Watches *w, Dataset *d)
{
    tell_size(d, kind_of(d));
    tell_words(w, d, "DATA_TYPE", "data type");
    tell_words(w, d, "PLATFORM_NUMBER", "platform");
    tell_words(w, d, "STATION_PARAMETERS", "parameters");
    tell_words(w, d, "TRAJECTORY_PARAMETERS", "parameters");
    const Numbers *cycles = watched_numbers(w, schema_var(d, 0, "CYCLE_NUMBER"));
    if (cycles && cycles->count > 0)
        dataset_fact(d, "cycles: %.17g to %.17g", cycles->min, cycles->max);
    tell_modes(w, d);
    check_epoch(w, d);
}
