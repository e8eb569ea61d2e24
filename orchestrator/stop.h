/* stop.h: a request to stop (SIGINT, SIGTERM, SIGHUP): the first drains, the second ends at once.
 */
#pragma once

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Installs the handlers; the flag they raise. */
const volatile sig_atomic_t *stop_on_signals(void);
/* The same for calls on other threads. */
const atomic_bool *stop_asked(void);
