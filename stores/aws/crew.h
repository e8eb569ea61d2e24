/* crew.h: threads that wait for replies, so that many questions are under way at the same time. */
#pragma once

#include "core/error.h"

typedef struct Crew Crew;
typedef bool CrewWork(void *job, Error *e);

/* Call after the last fork. */
bool crew_open(unsigned threads, Crew **out, Error *e) MUST_CHECK;
/* Waits until all that was given is done; accepts NULL. */
void crew_close(Crew *c);

/* The next thread that is free does it; waits while as many jobs as there are threads wait already.
 * From one thread, which is none of the crew. */
void crew_give(Crew *c, CrewWork *work, void *job);
/* A job has failed since the last crew_wait(): what is given now is in vain. */
bool crew_failing(Crew *c);
/* Until all that was given is done, also behind a failure. False with e: what the first one said
 * that failed; the next jobs begin anew. */
bool crew_wait(Crew *c, Error *e) MUST_CHECK;
