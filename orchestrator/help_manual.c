/* help_manual.c: the manual page and the shells' completions. */
#include "orchestrator/help.h"

#include "orchestrator/run.h"

#include <stdio.h>
#include <string.h>

/* Text with what roff would take for its own escaped. */
static void roff(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

static void manual_option(const Option *o)
{
    fputs(".TP\n", stdout);
    if (o->letter)
        printf("\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", stdout);
    roff(o->key);
    fputs("\\fR", stdout);
    if (o->value)
        printf(" \\fI%s\\fR", o->value);
    putchar('\n');
    roff(o->help);
    if (o->standard && o->standard[0] && !strstr(o->help, "default"))
        printf(" (default %s)", o->standard);
    putchar('\n');
}

static void manual_command(const Command *c)
{
    printf(".SS weir %s%s%s\n", c->name, c->operands[0] ? " " : "", c->operands);
    roff(c->summary);
    fputs(".\n", stdout);
    if (c->details) {
        fputs(".PP\n", stdout);
        roff(c->details);
        putchar('\n');
    }
    for (size_t i = 0; c->tables[i]; i++)
        for (const Option *o = c->tables[i]; o->key; o++)
            manual_option(o);
}

typedef struct Words {
    const char *word, *meaning;
} Words;

static void manual_list(const char *title, const Words *list)
{
    printf(".SH %s\n", title);
    for (; list->word; list++) {
        printf(".TP\n\\fB%s\\fR\n", list->word);
        roff(list->meaning);
        putchar('\n');
    }
}

static const Words exit_codes[] = {
    {"0", "all done"},
    {"1", "some files failed or are partly read; weir failures tells why"},
    {"2", "wrong usage or configuration"},
    {"3", "nothing matched"},
    {"4", "a directory could not be listed; the rest was read"},
    {"5", "the store (OUT, an exported file, standard output) could not be written or read"},
    {"75",
     "interrupted, some files wait (disk, memory, still changing), or another weir is at work "
     "in OUT; run again to resume"},
    {0},
};

static const Words variables[] = {
    {"WEIR_OUT", "default of --out"},
    {"WEIR_STORE", "default of --store"},
    {"AWS_LAMBDA_RUNTIME_API", "set by AWS Lambda: without a command, weir is `weir lambda`"},
    {"WEIR_CONFIG", "default of --config"},
    {"NO_COLOR", "no colours when set"},
    {0},
};

int help_manual(void)
{
    printf(".TH WEIR 1 \"2026-11-21\" \"weir %s\" \"User commands\"\n", WEIR_VERSION);
    fputs(".SH NAME\nweir \\- statistics and reasons for directories of scientific files\n"
          ".SH SYNOPSIS\n.B weir\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIOPERANDS\\fR]\n"
          ".SH DESCRIPTION\n"
          "Reads netCDF, HDF5 and CSV files on every core, each in a sandboxed process, and leaves "
          "statistics of every variable and a reason for every file that could not be read in one "
          "SQLite database, OUT/ledger.db.\n"
          ".SH COMMANDS\n",
          stdout);
    for (const Command *c = commands_all; c->name; c++)
        manual_command(c);
    manual_list("EXIT STATUS", exit_codes);
    manual_list("ENVIRONMENT", variables);
    return EXIT_DONE;
}

/* What can stand behind the command: "results|files|failures"; nothing where it is a file. */
static void operand_words(const Command *c, char *out, size_t size)
{
    snprintf(out, size, "%s", strchr(c->operands, '|') ? c->operands : "");
    for (char *at = out; (at = strchr(at, '|'));)
        *at = ' ';
}

static void bash_choices(void)
{
    fputs("  case ${COMP_WORDS[COMP_CWORD-1]} in\n    --format)\n      COMPREPLY=($(compgen -W '",
          stdout);
    for (const char *const *choice = list_options[0].choices; *choice; choice++)
        printf("%s ", *choice);
    fputs("' -- \"$cur\"))\n      return ;;\n  esac\n", stdout);
}

/* No answer (-o default) is bash's own completion of file names, blanks in them and all. */
static void bash_completion(void)
{
    fputs("_weir() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words= operands=\n  COMPREPLY=()\n"
          "  if ((COMP_CWORD == 1)); then\n    words='",
          stdout);
    for (const Command *c = commands_all; c->name; c++)
        printf("%s%s", c == commands_all ? "" : " ", c->name);
    fputs("'\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n    return\n  fi\n", stdout);
    bash_choices();
    fputs("  case ${COMP_WORDS[1]} in\n", stdout);
    for (const Command *c = commands_all; c->name; c++) {
        printf("    %s) words='--help", c->name);
        for (size_t i = 0; c->tables[i]; i++)
            for (const Option *o = c->tables[i]; o->key; o++)
                printf(" --%s", o->key);
        char operands[64];
        operand_words(c, operands, sizeof operands);
        printf("' operands='%s' ;;\n", operands);
    }
    fputs("  esac\n  case $cur in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
          "    *) COMPREPLY=($(compgen -W \"$operands\" -- \"$cur\")) ;;\n  esac\n}\n"
          "complete -o default -F _weir weir\n",
          stdout);
}

/* A description inside zsh's [..] within single quotes. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void zsh_option(const Option *o)
{
    printf(" \\\n        '--%s[", o->key);
    zsh_text(o->help);
    fputs("]", stdout);
    if (o->choices) {
        printf(":%s:(", o->value);
        for (const char *const *choice = o->choices; *choice; choice++)
            printf("%s%s", choice == o->choices ? "" : " ", *choice);
        fputs(")", stdout);
    } else if (o->value) {
        printf(":%s:_files", o->value);
    }
    fputs("'", stdout);
}

static void zsh_completion(void)
{
    fputs("#compdef weir\n_weir() {\n  if ((CURRENT == 2)); then\n    local -a commands=(\n",
          stdout);
    for (const Command *c = commands_all; c->name; c++) {
        printf("      '%s:", c->name);
        zsh_text(c->summary);
        fputs("'\n", stdout);
    }
    fputs("    )\n    _describe command commands\n    return\n  fi\n  case $words[2] in\n", stdout);
    for (const Command *c = commands_all; c->name; c++) {
        printf("    %s)\n      _arguments '--help[this command]'", c->name);
        for (size_t i = 0; c->tables[i]; i++)
            for (const Option *o = c->tables[i]; o->key; o++)
                zsh_option(o);
        char operands[64];
        operand_words(c, operands, sizeof operands);
        printf(operands[0] ? " '*:operand:(%s)' ;;\n" : " '*:file:_files%s' ;;\n", operands);
    }
    /* autoloaded as _weir it completes; read by source it says for which command it is */
    fputs("  esac\n}\nif [ \"$funcstack[1]\" = _weir ]; then\n  _weir \"$@\"\nelse\n"
          "  compdef _weir weir\nfi\n",
          stdout);
}

bool help_completion(const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        bash_completion();
    else if (strcmp(shell, "zsh") == 0)
        zsh_completion();
    else
        return false;
    return true;
}
