/* shell_word.c: what may stand bare, what needs quotes, what needs $'...'. */
#include "orchestrator/shell_word.h"

#include "core/text.h"

#include <string.h>

static bool is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_./:=@%+,-", c));
}

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

static void escaped(Buffer *out, const char *word)
{
    buffer_string(out, "$'");
    for (const char *c = word; *c; c++)
        if (is_control(*c) || (unsigned char)*c >= 0x80)
            buffer_printf(out, "\\x%02x", (unsigned)(unsigned char)*c);
        else
            buffer_printf(out, "%s%c", *c == '\'' || *c == '\\' ? "\\" : "", *c);
    buffer_char(out, '\'');
}

static void quoted(Buffer *out, const char *word)
{
    buffer_char(out, '\'');
    for (const char *c = word; *c; c++)
        if (*c == '\'')
            buffer_string(out, "'\\''");
        else
            buffer_char(out, *c);
    buffer_char(out, '\'');
}

void shell_word(Buffer *out, const char *word)
{
    size_t length = strlen(word);
    bool bare = length > 0, plain = text_valid_utf8(word, length) == length;
    for (const char *c = word; *c; c++) {
        bare = bare && (is_bare(*c) || (unsigned char)*c >= 0x80);
        plain = plain && !is_control(*c);
    }
    if (!plain)
        escaped(out, word);
    else if (!bare)
        quoted(out, word);
    else
        buffer_string(out, word);
}
