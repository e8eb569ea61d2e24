/* fault_codes.h: what the services' error codes mean. */
#pragma once

#include "stores/aws/fault.h"

typedef struct FaultMeaning {
    AwsVerdict verdict;
    ErrorKind kind;   /* where it is not asked again, or was often enough */
    const char *word; /* the Error's code */
} FaultMeaning;

/* By the code, or by the status where the code says nothing to us. */
FaultMeaning fault_meaning(int status, const char *code);
