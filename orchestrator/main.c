/* main.c: arguments -> configuration -> one command. Nothing here may start a thread or open what a
 * sandboxed child must not inherit: the commands fork the zygote first. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/help.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/shell_word.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *typed(int argc, char **argv, Arena *a)
{
    auto_buffer Buffer line = {0};
    buffer_string(&line, "weir");
    for (int i = 1; i < argc; i++) {
        buffer_char(&line, ' ');
        shell_word(&line, argv[i]);
    }
    const char *text = line.failed ? NULL : arena_copy(a, line.bytes, line.length);
    return text ? text : "weir";
}

static bool takes_config(const Command *c)
{
    for (size_t i = 0; c->tables[i]; i++)
        if (c->tables[i] == config_file_options)
            return true;
    return false;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

/* What stands behind the command's name. */
typedef struct Typed {
    int count;
    char **words;
} Typed;

static bool takes_operands(const Command *c, const Arguments *a, Error *e)
{
    return c->operands[0] || a->operands.count == 0 ||
           error_coded(e, ERROR_SETUP, "usage", "weir %s takes no operand; what is \"%s\"?%s",
                       c->name, a->operands.items[0],
                       c->tables[1] == list_options ? " (--where selects rows)" : "");
}

/* The command line twice: once for -c, then again over what the configuration says. */
static bool prepare(const Command *c, const Typed *t, Arguments *a, Config *config, Arena *arena,
                    Error *e)
{
    for (size_t i = 0; c->tables[i]; i++)
        if (!options_defaults(c->tables[i], arguments_target(a, c->tables[i]), arena, e))
            return false;
    a->config = environment("WEIR_CONFIG");
    if (!arguments_parse(c, t->count, t->words, a, arena, e))
        return a->help;
    if (a->help)
        return true;
    if (!config_load(takes_config(c) ? a->config : NULL, arena, config, e))
        return false;
    a->run = config->run;
    if (!arguments_parse(c, t->count, t->words, a, arena, e) || !takes_operands(c, a, e))
        return false;
    config->run = a->run;
    a->loaded = config;
    return config_resolve(config, arena, e);
}

/* What did not reach standard output is told, unless its reader has gone away (as head does). */
static int finish_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    bool told = code != EXIT_DONE && code != EXIT_SOME_FAILED;
    if (told)
        return code;
    Error e = {0};
    error_errno(&e, ERROR_RETRY, errno ? errno : EIO, "writing to standard output");
    return errno == EPIPE ? EXIT_STORE : session_fail(&e, EXIT_STORE);
}

int main(int argc, char **argv)
{
    Arena arena;
    arena_init(&arena, 0);
    const char *name = argc > 1 ? argv[1] : lambda_is_asked_for() ? "lambda" : "help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    const Command *c = command_find(name);
    if (!c)
        return help_unknown_command(name);
    if (c->run == command_lambda)
        lambda_prepare();
    Error e = {0};
    Config config = {0};
    Arguments a = {.command_line = typed(argc, argv, &arena)};
    int first = argc > 2 ? 2 : argc;
    Typed words = {argc - first, argv + first};
    int code = EXIT_USAGE;
    if (!prepare(c, &words, &a, &config, &arena, &e))
        code = c->run == command_lambda ? lambda_cannot_begin(&e) : session_fail(&e, code);
    else
        code = a.help ? help_command(c) : c->run(&a, &arena);
    code = finish_output(code);
    arena_deinit(&arena);
    return code;
}
