/* help.h: --help, the manual and the completions, all from the tables of commands and options. */
#pragma once

#include "orchestrator/arguments.h"

int help_overview(void); /* prints; returns the exit code */
int help_command(const Command *c);
int help_unknown_command(const char *name);
int help_manual(void);                   /* roff, man(7) */
bool help_completion(const char *shell); /* false: no such shell */
