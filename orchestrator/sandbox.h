/* sandbox.h: turns the calling process into one that can compute and nothing else. */
#pragma once

#include "core/error.h"
#include "orchestrator/zygote.h"

/* 0 in builds for debuggers, valgrind and sanitizers (CMAKE_BUILD_TYPE=Debug, WEIR_SANITIZE): what
 * these tools do inside a child, a filter of system calls forbids. */
#if defined WEIR_SANITIZE || defined WEIR_DEBUG
enum { SANDBOX_FILTERS_CALLS = 0 };
#else
enum { SANDBOX_FILTERS_CALLS = 1 };
#endif

/* For ever: resource limits, no new privileges, Landlock without a single rule, and (unless
 * no_seccomp, or SANDBOX_FILTERS_CALLS is 0) an allow-list of system calls; whatever is on neither
 * of the two lists in sandbox.c kills the process with SIGSYS. memory_bytes limits what it may
 * allocate (RLIMIT_DATA), 0 does not; output_bytes how long a file may become that it was given to
 * write. Open descriptors stay usable. *out says what is in force, each found by trying it
 * (`missing` is left NULL). What the kernel does not offer is left out and is no failure;
 * ERROR_SETUP where a resource limit cannot be set. */
bool sandbox_enter(uint64_t memory_bytes, uint64_t output_bytes, bool no_seccomp,
                   SandboxProtection *out, Error *e) MUST_CHECK;

/* What is missing and what that means, for people; NULL where everything is in force. */
const char *sandbox_missing(const SandboxProtection *p);
