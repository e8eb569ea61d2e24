/* quality.c: recognises quality variables and reads what their values mean. */
#include "handlers/conventions/quality.h"

#include "core/mask.h"
#include "handlers/conventions/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MEANING = 120, BITS = 64, CODES = 256 };

Verdict quality_verdict(const char *word, size_t length)
{
    static const struct {
        const char *word;
        Verdict verdict;
    } known[] = {
        {"good", VERDICT_GOOD},
        {"acceptable", VERDICT_GOOD},
        {"pass", VERDICT_GOOD},
        {"passed", VERDICT_GOOD},
        {"indeterminate", VERDICT_INDETERMINATE},
        {"suspect", VERDICT_INDETERMINATE},
        {"questionable", VERDICT_INDETERMINATE},
        {"bad", VERDICT_BAD},
        {"incorrect", VERDICT_BAD},
        {"fail", VERDICT_BAD},
        {"failed", VERDICT_BAD},
        {"missing", VERDICT_MISSING},
    };
    while (length > 0 && (word[length - 1] == ' ' || word[length - 1] == '.'))
        length--;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].word) == length && strncasecmp(known[i].word, word, length) == 0)
            return known[i].verdict;
    return VERDICT_NONE;
}

/* ---- CF: flag_masks, flag_values, flag_meanings, flag_assessments */

/* Item `index` of a list: strings, or words of one text. */
static StringView list_item(const Attr *a, size_t index)
{
    if (a && a->values && a->type == TYPE_STRING && a->count > 1)
        return index < a->count ? ((const StringView *)a->values)[index] : (StringView){NULL, 0};
    const Var holder = {.attrs = a, .attr_count = a != NULL};
    const char *at = a ? var_attr_text(&holder, a->name) : NULL;
    for (size_t i = 0; at; i++) {
        at += strspn(at, " ,\t\r\n");
        size_t word = strcspn(at, " ,\t\r\n");
        if (word == 0)
            break;
        if (i == index)
            return (StringView){at, word};
        at += word;
    }
    return (StringView){NULL, 0};
}

/* As the type of the values has it; false: it has no such value. */
static bool fit_code(const Flags *f, uint64_t bits, uint64_t *out)
{
    uint64_t above = ~flags_width(f);
    *out = bits & ~above;
    return (bits & above) == 0 || (~bits & above) == 0;
}

/* Number `index` of flag_values or flag_masks, which may be numbers, characters of which each is
 * one, or words of a text. */
static bool list_code(const Flags *f, const Attr *a, size_t index, uint64_t *out)
{
    if (!a || !a->values)
        return false;
    if (type_is_numeric(a->type)) {
        Number n = {.kind = NUMBER_NONE};
        if (index < a->count)
            n = number_at(a->type, a->values, index);
        bool whole = n.kind != NUMBER_DOUBLE || number_convert(n, TYPE_INT64, &n);
        return n.kind != NUMBER_NONE && whole && fit_code(f, n.u, out);
    }
    StringView item = list_item(a, index);
    if (f->is_char && a->type == TYPE_CHAR && index == 0 && item.length > 1)
        return false; /* "0123": characters_code */
    int64_t number;
    while (item.length > 1 && strchr("bBsS", item.bytes[item.length - 1]))
        item.length--;
    if (f->is_char && item.length == 1)
        *out = (unsigned char)item.bytes[0];
    else if (item.length > 0 && text_to_int64(item.bytes, item.length, &number))
        return fit_code(f, (uint64_t)number, out);
    else
        return false;
    return true;
}

static bool code_at(const Flags *f, const Attr *a, size_t index, uint64_t *out)
{
    StringView first = a ? list_item(a, 0) : (StringView){NULL, 0};
    if (f->is_char && a->type == TYPE_CHAR && first.length > 1 && index < first.length) {
        *out = (unsigned char)first.bytes[index];
        return true;
    }
    return list_code(f, a, index, out);
}

static const char *code_label(const Flags *f, Arena *a, uint64_t code)
{
    bool negative = f->is_signed && code > flags_width(f) >> 1;
    const char *text;
    if (f->is_char)
        text = code > ' ' && code < 127 ? arena_printf(a, "flag %c", (int)code)
                                        : arena_printf(a, "flag 0x%02x", (unsigned)code);
    else if (negative)
        text = arena_printf(a, "code -%" PRIu64, flags_width(f) - code + 1);
    else
        text = arena_printf(a, "code %" PRIu64, code);
    return text ? text : "";
}

static const char *mask_label(Arena *a, uint64_t mask, uint64_t value)
{
    const char *text;
    if (mask == value && (mask & (mask - 1)) == 0)
        text = arena_printf(a, "bit %d", 64 - __builtin_clzll(mask));
    else
        text = arena_printf(a, "bits 0x%llx", (unsigned long long)value);
    return text ? text : "";
}

static bool cf_test(const Var *v, const Flags *f, size_t i, FlagTest *out)
{
    const Attr *masks = var_attr(v, "flag_masks"), *values = var_attr(v, "flag_values");
    out->mask = flags_width(f);
    if (masks && !code_at(f, masks, i, &out->mask))
        return false;
    out->value = out->mask;
    if (out->mask == 0 && !values) { /* what holds where no bit is set */
        out->mask = flags_width(f);
        return true;
    }
    return (!values || code_at(f, values, i, &out->value)) && out->mask != 0;
}

static void read_cf(const Var *v, Dataset *notes, Flags *f)
{
    const Attr *meanings = var_attr(v, "flag_meanings");
    const Attr *assessments = var_attr(v, "flag_assessments");
    bool masks = var_attr(v, "flag_masks") != NULL;
    FlagTest t = {0};
    if (!meanings || (!masks && !var_attr(v, "flag_values")))
        return;
    f->codes = !masks;
    f->dialect = masks ? "flag_masks" : "flag_values";
    size_t i = 0;
    for (; i < CODES && cf_test(v, f, i, &t); i++) {
        StringView meaning = list_item(meanings, i), word = list_item(assessments, i);
        t.label = masks ? mask_label(notes->arena, t.mask, t.value)
                        : code_label(f, notes->arena, t.value);
        t.meaning = schema_phrase(notes->arena, meaning.bytes, meaning.length, MEANING);
        t.assessment = schema_phrase(notes->arena, word.bytes, word.length, MEANING);
        t.verdict = word.length ? quality_verdict(word.bytes, word.length)
                                : quality_verdict(meaning.bytes, meaning.length);
        flags_add(f, notes->arena, &t);
    }
    if (list_item(meanings, i).length > 0 || (i > 0 && list_item(meanings, i - 1).length == 0))
        dataset_note(notes, "variable %s: %zu %s, but another number of flag_meanings", v->name, i,
                     f->dialect);
}

/* ---- ARM: bit_N_description, flag_N_description, of the variable or of the file */

/* Where the file gives none: the assessments of ARM's standard four tests. */
static Verdict standard_verdict(const char *meaning)
{
    if (strstr(meaning, "missing_value") || strstr(meaning, "valid_min") ||
        strstr(meaning, "valid_max"))
        return VERDICT_BAD;
    return strstr(meaning, "valid_delta") ? VERDICT_INDETERMINATE : VERDICT_NONE;
}

static void numbered_test(const Var *holder, const char *kind, unsigned n, Arena *a, Flags *f)
{
    char name[64];
    FlagTest t = {.assessment = ""};
    snprintf(name, sizeof name, "%s_%u_description", kind, n);
    const char *meaning = var_attr_text(holder, name);
    snprintf(name, sizeof name, "%s_%u_assessment", kind, n);
    const char *word = var_attr_text(holder, name);
    if (!meaning && !word)
        return;
    t.meaning = schema_phrase(a, meaning, meaning ? strlen(meaning) : 0, MEANING);
    t.verdict = standard_verdict(t.meaning);
    if (word) {
        t.assessment = schema_phrase(a, word, strlen(word), MEANING);
        t.verdict = quality_verdict(word, strlen(word));
    }
    t.mask = f->codes ? flags_width(f) : (uint64_t)1 << (n - 1);
    t.value = f->codes ? n : t.mask;
    t.label = f->codes ? code_label(f, a, n) : mask_label(a, t.mask, t.mask);
    flags_add(f, a, &t);
}

static bool read_numbered(const Var *holder, const char *kind, const char *dialect, Arena *a,
                          Flags *f)
{
    f->codes = strncmp(kind, "flag", 4) == 0;
    f->zero_good = f->codes;
    f->dialect = dialect;
    unsigned most = f->codes ? CODES : (unsigned)(8 * f->size);
    for (unsigned n = f->codes ? 0 : 1; n <= most && !f->is_char; n++)
        numbered_test(holder, kind, n, a, f);
    return f->test_count > 0;
}

/* ---- Argo: reference table 2 (flags of values) and 2a (flags of profiles) */

static const char *const argo_flags[] = {
    "0no quality control",
    "1good",
    "2probably good",
    "3probably bad, may be corrected",
    "4bad",
    "5value changed",
    "6not used",
    "7not used",
    "8estimated",
    "9missing",
    NULL,
};
static const char *const argo_profile_flags[] = {
    "A100 % good",
    "B75 % to 100 % good",
    "C50 % to 75 % good",
    "D25 % to 50 % good",
    "E0 % to 25 % good",
    "F0 % good",
    NULL,
};

static void read_argo(const Var *v, Arena *a, Flags *f)
{
    const char *text = var_attr_text(v, "conventions");
    if (!f->is_char || !text || !text_starts_nocase(text, "Argo reference table 2"))
        return;
    bool of_profile = text_starts_nocase(text, "Argo reference table 2a");
    const char *const *table = of_profile ? argo_profile_flags : argo_flags;
    f->codes = true;
    f->dialect = of_profile ? "Argo reference table 2a" : "Argo reference table 2";
    for (size_t i = 0; table[i]; i++) {
        FlagTest t = {.mask = 0xff, .assessment = "", .verdict = VERDICT_NONE};
        t.value = (unsigned char)table[i][0];
        t.meaning = table[i] + 1;
        t.label = code_label(f, a, t.value);
        flags_add(f, a, &t);
    }
}

/* ---- all of them */

static bool contains_nocase(const char *text, const char *word)
{
    for (; text && *text; text++)
        if (text_starts_nocase(text, word))
            return true;
    return false;
}

static bool is_named_qc(const Var *v)
{
    return strncmp(var_plain_name(v), "qc_", 3) == 0;
}

static bool is_quality(const Var *v)
{
    const char *name = var_plain_name(v), *standard = var_attr_text(v, "standard_name");
    const char *conventions = var_attr_text(v, "conventions");
    if (is_named_qc(v) || var_attr(v, "flag_assessments"))
        return true;
    if (conventions && text_starts_nocase(conventions, "Argo reference table 2"))
        return true;
    bool flags = var_attr(v, "flag_values") || var_attr(v, "flag_masks");
    return flags && (contains_nocase(standard, "status_flag") ||
                     contains_nocase(standard, "quality_flag") || contains_nocase(name, "qc") ||
                     contains_nocase(name, "quality") || contains_nocase(name, "qartod"));
}

/* What the whole file says of all qc_ variables. */
static void read_global(const Dataset *d, Arena *a, Flags *f)
{
    static const char *const texts[] = {"Mentor_QC_Field_Information", "qc_field_information",
                                        "qc_flag_comment", "qc_comment"};
    if (d->group_count == 0)
        return;
    const Var root = {.attrs = d->groups[0].attrs, .attr_count = d->groups[0].attr_count};
    if (read_numbered(&root, "qc_bit", "global qc_bit_N_description", a, f) ||
        read_numbered(&root, "flag", "global flag_N_description", a, f))
        return;
    f->codes = f->zero_good = false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && f->test_count == 0; i++)
        if (var_attr_text(&root, texts[i]))
            quality_text(var_attr_text(&root, texts[i]), a, f);
    f->dialect = "free text of the file";
}

static void copy_global(Quality *q, Flags *f)
{
    Flags *from = &q->global[f->size].flags;
    Arena *a = q->notes->arena;
    if (!q->global[f->size].known) {
        *from = (Flags){.size = f->size, .is_signed = f->is_signed};
        read_global(q->dataset, a, from);
        q->global[f->size].known = true;
    }
    f->codes = from->codes;
    f->zero_good = from->zero_good;
    f->dialect = from->dialect;
    for (size_t i = 0; i < from->test_count; i++)
        flags_add(f, a, &from->tests[i]);
}

static void read_arm(Quality *q, const Var *v, Flags *f)
{
    Arena *a = q->notes->arena;
    const char *description = var_attr_text(v, "description");
    if (read_numbered(v, "bit", "bit_N_description", a, f) ||
        read_numbered(v, "flag", "flag_N_description", a, f) || !is_named_qc(v))
        return;
    f->codes = f->zero_good = false;
    if (description)
        quality_text(description, a, f);
    f->dialect = "free text of the variable";
    if (f->test_count == 0)
        copy_global(q, f);
}

bool quality_flags(Quality *q, const Var *v, Flags *f)
{
    DataType type = v->type == TYPE_ENUM ? v->base : v->type;
    if (!is_quality(v) || (type != TYPE_CHAR && !type_is_integer(type)))
        return false;
    f->size = type_size(type);
    f->is_char = type == TYPE_CHAR;
    f->is_signed =
        type == TYPE_BYTE || type == TYPE_SHORT || type == TYPE_INT || type == TYPE_INT64;
    read_cf(v, q->notes, f);
    if (f->test_count == 0)
        read_argo(v, q->notes->arena, f);
    if (f->test_count == 0 && !f->is_char)
        read_arm(q, v, f);
    return f->test_count > 0;
}
