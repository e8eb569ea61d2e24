/* help.c: text for people, wrapped to their terminal. */
#include "orchestrator/help.h"

#include "core/text.h"
#include "orchestrator/progress.h"
#include "orchestrator/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_COLUMN = 26, WIDTH_MOST = 100 };

static unsigned width(void)
{
    unsigned w = terminal_width(STDOUT_FILENO, 80);
    return w > WIDTH_MOST ? WIDTH_MOST : w;
}

/* Words wrapped at the terminal's width, following lines indented. */
static void wrap(const char *text, unsigned indent, unsigned at)
{
    unsigned limit = width();
    while (*text) {
        size_t length = strcspn(text, " ");
        if (at > indent && at + length + 1 > limit) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            putchar(' ');
            at++;
        }
        printf("%.*s", (int)length, text);
        at += (unsigned)length;
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void row(const char *name, const char *text)
{
    unsigned indent = width() < 60 ? 8 : NAME_COLUMN;
    int printed = printf("  %s", name);
    if ((unsigned)printed + 2 > indent)
        printf("\n%*s", (int)indent, "");
    else
        printf("%*s", (int)indent - printed, "");
    wrap(text, indent, indent);
}

static void option_row(const Option *o)
{
    char name[64], text[512];
    char letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(name, sizeof name, "%s--%s%s%s", letter, o->key, o->value ? " " : "",
             o->value ? o->value : "");
    bool say = o->standard && o->standard[0] && !strstr(o->help, "default");
    snprintf(text, sizeof text, "%s%s%s%s", o->help, say ? " (default " : "",
             say ? o->standard : "", say ? ")" : "");
    row(name, text);
}

int help_overview(void)
{
    wrap("Usage: weir COMMAND [OPTIONS] [OPERANDS]", 2, 0);
    putchar('\n');
    wrap("Reads scientific files (netCDF, HDF5, lidar, instrument text, CSV) on every core and "
         "leaves statistics of every "
         "variable, and a reason for every file that could not be read, in one database.",
         0, 0);
    printf("\nCommands:\n");
    for (const Command *c = commands_all; c->name; c++)
        row(c->name, c->summary);
    putchar('\n');
    wrap("`weir COMMAND --help` tells a command's options, `man weir` all of them.", 0, 0);
    return EXIT_DONE;
}

int help_command(const Command *c)
{
    char usage[128];
    snprintf(usage, sizeof usage, "Usage: weir %s%s%s%s", c->name, c->tables[0] ? " [OPTIONS]" : "",
             c->operands[0] ? " " : "", c->operands);
    wrap(usage, 2, 0);
    putchar('\n');
    wrap(c->summary, 0, 0);
    if (c->details) {
        putchar('\n');
        wrap(c->details, 0, 0);
    }
    if (c->tables[0])
        printf("\nOptions:\n");
    for (size_t i = 0; c->tables[i]; i++)
        for (const Option *o = c->tables[i]; o->key; o++)
            option_row(o);
    return EXIT_DONE;
}

int help_unknown_command(const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (const Command *c = commands_all; c->name; c++)
        names[count++] = c->name;
    names[count] = NULL;
    const char *near = text_nearest(name, names);
    auto_buffer Buffer shown = {0};
    text_printable(&shown, name, strlen(name));
    if (name[0] == '-')
        fputs("weir: the command comes first, its options behind it, as in `weir run -o OUT DIR`; "
              "see `weir help`\n",
              stderr);
    else
        fprintf(stderr, "weir: no command \"%s\"; %s%s%s\n", shown.bytes ? shown.bytes : "",
                near ? "did you mean " : "see `weir help`", near ? near : "", near ? "?" : "");
    return EXIT_USAGE;
}
