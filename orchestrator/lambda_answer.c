/* lambda_answer.c: "Reporting batch item failures", AWS Lambda Developer Guide. */
#include "orchestrator/lambda_answer.h"

#include "core/json.h"
#include "orchestrator/run_summary.h"

#include <string.h>

/* A message behind one of its group that comes again comes again, too. */
static bool is_behind(const LambdaEvent *v, const bool *settled, size_t message)
{
    const char *group = v->messages[message].group;
    for (size_t i = 0; group && i < message; i++)
        if (!settled[i] && v->messages[i].group && strcmp(v->messages[i].group, group) == 0)
            return true;
    return false;
}

size_t lambda_answer_unsettled(const LambdaEvent *v, bool *settled)
{
    size_t count = 0;
    for (size_t i = 0; i < v->message_count; i++) {
        settled[i] = settled[i] && !is_behind(v, settled, i);
        count += !settled[i];
    }
    return count;
}

void lambda_answer_batch(const LambdaEvent *v, const bool *settled, Buffer *out)
{
    Json j = {.out = out};
    json_object_begin(&j);
    json_key(&j, "batchItemFailures");
    json_array_begin(&j);
    for (size_t i = 0; i < v->message_count; i++) {
        if (settled[i])
            continue;
        json_object_begin(&j);
        json_key(&j, "itemIdentifier");
        json_text(&j, v->messages[i].id);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
}

void lambda_answer_account(const LambdaAccount *a, Buffer *out)
{
    Json j = {.out = out};
    json_object_begin(&j);
    json_key(&j, "request");
    json_text(&j, a->request);
    if (a->trace[0]) {
        json_key(&j, "trace");
        json_text(&j, a->trace);
    }
    json_key(&j, "event");
    json_text(&j, a->event->form);
    json_key(&j, "messages");
    json_uint(&j, a->event->message_count);
    json_key(&j, "returned");
    json_uint(&j, a->unsettled);
    run_summary_json(a->sum, &j);
    json_object_end(&j);
}
