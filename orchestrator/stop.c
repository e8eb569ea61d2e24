/* stop.c: the one flag a signal handler can set. */
#include "orchestrator/stop.h"

#include <unistd.h>

enum { EXIT_INTERRUPTED = 75 };

/* a handler has nowhere else to write to */
static volatile sig_atomic_t requested;
static atomic_bool asked;

static void handler(int signal_number)
{
    (void)signal_number;
    if (requested)
        _exit(EXIT_INTERRUPTED); /* the ledger is consistent at any instant */
    requested = 1;
    asked = true; /* lock-free: ISO C allows it in a handler */
}

const atomic_bool *stop_asked(void)
{
    return &asked;
}

/* A terminal that is closed asks to stop too, unless nohup says that it does not matter. */
static void heed_hangup(const struct sigaction *action)
{
    struct sigaction now;
    if (sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
        sigaction(SIGHUP, action, NULL);
}

const volatile sig_atomic_t *stop_on_signals(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    heed_hangup(&action);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return &requested;
}
