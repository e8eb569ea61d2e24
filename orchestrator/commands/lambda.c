/* lambda.c: weir lambda: the program as a function of AWS Lambda, one run an invocation.
 *
 * The readers, the ledger and the connections outlive an invocation. Nothing of ours has to happen
 * between two: Lambda stops the whole process there. */
#include "core/text.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/lambda_answer.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/source_event.h"
#include "orchestrator/stop.h"
#include "stores/aws/lambda_runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "Configure Lambda function memory": at 1,769 MB a function has the equivalent of one vCPU. */
enum { VCPU_MB = 1769 };
static const double never_s = 366 * 86400.0;

typedef struct Function {
    const Arguments *arguments;
    Session session;
    LambdaRuntime *runtime;
    Deadline deadline;
} Function;

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

bool lambda_is_asked_for(void)
{
    return environment("AWS_LAMBDA_RUNTIME_API");
}

void lambda_prepare(void)
{
    setenv("WEIR_OUT", "/tmp/weir-out", 0);
}

/* ---- how much there is to work with */

static uint64_t memory_mb(void)
{
    const char *text = environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
    uint64_t mb = 0;
    return text && text_to_uint64(text, strlen(text), &mb) ? mb : 0;
}

static unsigned workers(const RunOptions *r, uint64_t mb)
{
    return r->jobs > 0 || mb == 0 ? 0 : (unsigned)((mb + VCPU_MB - 1) / VCPU_MB);
}

static void cap(uint64_t *bytes, uint64_t most)
{
    if (most > 0 && *bytes > most)
        *bytes = most;
}

/* Lambda ends a function that needs more memory than it has: a file must come to its limit before.
 */
static void fit(RunOptions *r, uint64_t mb)
{
    cap(&r->memory_bytes, (mb << 20) / 4 * 3);
    cap(&r->ahead_bytes, (mb << 20) / 4);
}

/* ---- beginning */

static int cannot_begin(LambdaRuntime *runtime, const Error *why)
{
    Error e = {0};
    LambdaFailure f = {.type = "Weir.CannotBegin", .message = why->message};
    session_fail(why, EXIT_USAGE);
    if (runtime && !lambda_runtime_fail_init(runtime, &f, &e))
        session_fail(&e, EXIT_USAGE);
    return why->kind == ERROR_RETRY ? EXIT_AGAIN : EXIT_USAGE;
}

static bool open_runtime(LambdaRuntime **out, Error *e)
{
    const char *api = environment("AWS_LAMBDA_RUNTIME_API");
    if (!api)
        return error_coded(e, ERROR_SETUP, "usage",
                           "AWS_LAMBDA_RUNTIME_API is not set: `weir lambda` is begun by AWS "
                           "Lambda; elsewhere use `weir run`");
    return lambda_runtime_open(api, stop_asked(), out, e);
}

int lambda_cannot_begin(const Error *why)
{
    LambdaRuntime *runtime = NULL;
    Error e = {0};
    if (lambda_is_asked_for() && !open_runtime(&runtime, &e))
        session_fail(&e, EXIT_USAGE);
    int code = cannot_begin(runtime, why);
    lambda_runtime_close(runtime);
    return code;
}

static void say_protection(const Session *s)
{
    SandboxProtection p;
    Error e = {0};
    if (!s->config->run.quiet && zygote_protection(s->zygote, &p, &e) && p.missing)
        fprintf(stderr, "weir: %s\n", p.missing);
}

/* After the last fork. */
static bool open_function(Function *f, Error *e)
{
    Session *s = &f->session;
    s->cut = &f->deadline.passed;
    return open_runtime(&f->runtime, e) && session_reach(s, e) && session_record(s, e);
}

static void close_function(Function *f)
{
    session_close(&f->session);
    lambda_runtime_close(f->runtime);
}

/* ---- one invocation */

typedef struct Work {
    const LambdaInvocation *invocation;
    LambdaEvent event;
    Arena arena;
    RunSummary sum;
    bool *settled; /* of each message */
    size_t unsettled;
} Work;

static double unix_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool open_source(Function *f, const Work *w, Source **out, Error *e)
{
    const RunOptions *r = &f->session.config->run;
    EventOptions o = {.aws = f->session.aws,
                      .event = &w->event,
                      .include = r->include,
                      .exclude = r->exclude,
                      .cut = &f->deadline.passed};
    if (w->event.kind != LAMBDA_SCHEDULE)
        return source_event_open(&o, out, e);
    if (f->session.config->sources.count == 0)
        return error_coded(e, ERROR_SETUP, "usage",
                           "a schedule has begun this, and the configuration has no `sources:` to "
                           "read");
    return session_source(&f->session, f->arguments, false, out, e);
}

static bool run(Function *f, Work *w, Source *source, Error *e)
{
    const Session *s = &f->session;
    const char *command = arena_printf(&w->arena, "lambda %s", w->invocation->id);
    Progress p;
    RunPlan plan = session_plan(s, source);
    plan.deadline = &f->deadline;
    progress_init(&p, true);
    if (!command)
        return arena_full(&w->arena, e);
    if (!ledger_run_begin(s->ledger, command, WEIR_VERSION, e) || !run_all(&plan, &p, &w->sum, e))
        return false;
    return w->sum.store_lost ||
           ledger_run_end(s->ledger, &w->sum.counts, run_exit_code(&w->sum), e);
}

/* Those that cannot be understood are told; they come again until the queue gives them up. */
static void take_settlements(Work *w, const Source *source)
{
    const LambdaEvent *v = &w->event;
    for (size_t i = 0; i < v->message_count; i++) {
        w->settled[i] = source_event_settled(source, i);
        Error e = {0};
        if (v->messages[i].trouble) {
            error_set(&e, ERROR_DATA, "message %s: %s", v->messages[i].id, v->messages[i].trouble);
            session_fail(&e, EXIT_SOME_FAILED);
        }
    }
    w->unsettled = lambda_answer_unsettled(v, w->settled);
}

/* A listing has no messages: whatever it has left undone counts. */
static bool is_unfinished(const Work *w)
{
    const RunSummary *s = &w->sum;
    return w->unsettled > 0 || s->store_lost || s->interrupted || s->out_of_time ||
           s->listing_faults > 0 || s->counts.waiting > 0;
}

static bool do_work(Function *f, Work *w, Error *e)
{
    Source *source;
    const LambdaInvocation *i = w->invocation;
    deadline_begin(&f->deadline, i->deadline_s > 0 ? i->deadline_s - unix_s() : never_s);
    if (!lambda_event_read(i->event, i->event_length, &w->arena, &w->event, e))
        return false;
    w->settled = arena_array(&w->arena, w->event.message_count + 1, sizeof *w->settled);
    if (!w->settled)
        return arena_full(&w->arena, e);
    if (!open_source(f, w, &source, e))
        return false;
    bool ok = run(f, w, source, e);
    if (ok && w->event.kind != LAMBDA_SCHEDULE)
        take_settlements(w, source);
    source->methods->close(source);
    return ok;
}

/* ---- the answer */

static bool answer_failure(Function *f, const Work *w, const char *type, const Error *why, Error *e)
{
    LambdaFailure failure = {.type = type, .message = why->message};
    session_fail(why, EXIT_SOME_FAILED);
    return lambda_runtime_fail(f->runtime, w->invocation, &failure, e);
}

static bool answer_unfinished(Function *f, const Work *w, Error *e)
{
    const RunSummary *s = &w->sum;
    Error why = {0};
    if (s->store_lost)
        why = s->error;
    else if (w->event.message_count > 0 && w->event.messages[0].trouble)
        error_set(&why, ERROR_DATA, "%s", w->event.messages[0].trouble);
    else
        error_set(&why, ERROR_RETRY,
                  "not all is done: %" PRIu64 " waiting, %" PRIu64 " not listed%s; see the log",
                  s->counts.waiting, s->listing_faults,
                  s->out_of_time ? ", the time of the function was over" : "");
    return answer_failure(f, w, "Weir.Unfinished", &why, e);
}

static bool answer(Function *f, const Work *w, Error *e)
{
    auto_buffer Buffer account = {0}, batch = {0};
    const Buffer *body = &account;
    LambdaAccount a = {.request = w->invocation->id,
                       .trace = w->invocation->trace,
                       .event = &w->event,
                       .unsettled = w->unsettled,
                       .sum = &w->sum};
    lambda_answer_account(&a, &account);
    if (!account.failed && !f->session.config->run.quiet) {
        puts(account.bytes);
        fflush(stdout);
    }
    if (w->event.kind == LAMBDA_QUEUE) {
        lambda_answer_batch(&w->event, w->settled, &batch);
        body = &batch;
    } else if (is_unfinished(w)) {
        return answer_unfinished(f, w, e);
    }
    if (body->failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for the answer to Lambda");
    return lambda_runtime_respond(f->runtime, w->invocation, body->bytes, body->length, e);
}

/* False: the process is to end; e says why, unless it was asked to. */
static bool serve_one(Function *f, const LambdaInvocation *i, Error *e)
{
    Work w = {.invocation = i};
    Error why = {0};
    arena_init(&w.arena, 0);
    bool done = do_work(f, &w, &why);
    bool told =
        done ? answer(f, &w, e)
             : answer_failure(f, &w, why.kind == ERROR_DATA ? "Weir.BadEvent" : "Weir.CannotRun",
                              &why, e);
    arena_deinit(&w.arena);
    if (!told && e->kind != ERROR_SETUP) { /* Lambda will give the event to somebody again */
        session_fail(e, EXIT_STORE);
        error_clear(e);
        told = true;
    }
    bool broken = w.sum.store_lost || (w.sum.interrupted && !*f->session.stop);
    if (told && broken)
        return error_coded(e, ERROR_SETUP, "container",
                           "this environment is of no use any more; Lambda makes another");
    return told;
}

static int serve(Function *f)
{
    for (;;) {
        LambdaInvocation i;
        Error e = {0};
        if (!lambda_runtime_next(f->runtime, &i, &e))
            return strcmp(e.code, "stopped") == 0 ? EXIT_DONE : session_fail(&e, EXIT_STORE);
        if (!serve_one(f, &i, &e))
            return session_fail(&e, EXIT_STORE);
    }
}

int command_lambda(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    uint64_t mb = memory_mb();
    Config config = *a->loaded;
    Arguments fitted = *a;
    Function f = {.arguments = &fitted};
    fit(&config.run, mb);
    fitted.loaded = &config;
    if (!session_open(&fitted, workers(&config.run, mb), &f.session, &e))
        return lambda_cannot_begin(&e);
    if (!deadline_init(&f.deadline, &e)) {
        session_close(&f.session);
        return lambda_cannot_begin(&e);
    }
    int code = 0;
    if (!open_function(&f, &e)) {
        code = cannot_begin(f.runtime, &e);
    } else {
        say_protection(&f.session);
        code = serve(&f);
    }
    close_function(&f);
    deadline_deinit(&f.deadline);
    return code;
}
