/* stop.h: a request to stop (SIGINT, SIGTERM, SIGHUP): the first drains, the second ends at once.
 */
#pragma once

#include <signal.h>

/* Installs the handlers; the flag they raise. */
const volatile sig_atomic_t *stop_on_signals(void);
