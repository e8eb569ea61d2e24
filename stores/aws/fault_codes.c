/* fault_codes.c: codes of S3, SQS, DynamoDB and STS, and statuses that come without one.
 *
 * From botocore's service models and retry tables, and the error lists of the API references. */
#include "stores/aws/fault_codes.h"

#include <string.h>

typedef struct Row {
    const char *code;
    FaultMeaning meaning;
} Row;

#define TRANSIENT(word)                                                                            \
    {                                                                                              \
        AWS_TRANSIENT, ERROR_RETRY, word                                                           \
    }
#define THROTTLED                                                                                  \
    {                                                                                              \
        AWS_SLOW_DOWN, ERROR_RETRY, "throttled"                                                    \
    }
#define EXPIRED                                                                                    \
    {                                                                                              \
        AWS_EXPIRED, ERROR_SETUP, "expired"                                                        \
    }
#define CLOCK                                                                                      \
    {                                                                                              \
        AWS_WRONG_CLOCK, ERROR_SETUP, "clock"                                                      \
    }
#define REGION                                                                                     \
    {                                                                                              \
        AWS_OTHER_REGION, ERROR_SETUP, "region"                                                    \
    }
#define REFUSED(kind, word)                                                                        \
    {                                                                                              \
        AWS_REFUSED, kind, word                                                                    \
    }
#define CREDENTIALS REFUSED(ERROR_SETUP, "credentials")
#define DENIED REFUSED(ERROR_SETUP, "access_denied")

static const Row rows[] = {
    {"InternalError", TRANSIENT("unavailable")},
    {"InternalFailure", TRANSIENT("unavailable")},
    {"InternalServerError", TRANSIENT("unavailable")},
    {"ServiceUnavailable", TRANSIENT("unavailable")},
    {"ServiceUnavailableException", TRANSIENT("unavailable")},
    {"RequestTimeout", TRANSIENT("unavailable")},
    {"RequestTimeoutException", TRANSIENT("unavailable")},
    {"PriorRequestNotComplete", TRANSIENT("unavailable")},
    {"IDPCommunicationError", TRANSIENT("unavailable")},
    {"OperationAborted", TRANSIENT("conflict")},
    {"ConditionalRequestConflict", TRANSIENT("conflict")},
    {"ReplicatedWriteConflictException", TRANSIENT("conflict")},
    {"TransactionConflictException", TRANSIENT("conflict")},
    {"BadDigest", TRANSIENT("damaged")},
    {"IncompleteBody", TRANSIENT("damaged")},
    {"XAmzContentSHA256Mismatch", TRANSIENT("damaged")},
    {"XAmzContentChecksumMismatch", TRANSIENT("damaged")},

    {"Throttling", THROTTLED},
    {"ThrottlingException", THROTTLED},
    {"ThrottledException", THROTTLED},
    {"RequestThrottled", THROTTLED},
    {"RequestThrottledException", THROTTLED},
    {"TooManyRequestsException", THROTTLED},
    {"ProvisionedThroughputExceededException", THROTTLED},
    {"TransactionInProgressException", THROTTLED},
    {"RequestLimitExceeded", THROTTLED},
    {"BandwidthLimitExceeded", THROTTLED},
    {"LimitExceededException", THROTTLED},
    {"SlowDown", THROTTLED},
    {"EC2ThrottledException", THROTTLED},
    {"OverLimit", THROTTLED},
    {"AWS.SimpleQueueService.OverLimit", THROTTLED},
    {"KmsThrottled", THROTTLED},
    {"KMS.ThrottlingException", THROTTLED},

    {"ExpiredToken", EXPIRED},
    {"ExpiredTokenException", EXPIRED},
    {"InvalidToken", EXPIRED},
    {"TokenRefreshRequired", EXPIRED},

    {"RequestTimeTooSkewed", CLOCK},
    {"RequestExpired", CLOCK},
    {"RequestInTheFuture", CLOCK},

    {"PermanentRedirect", REGION},
    {"TemporaryRedirect", REGION},
    {"IllegalLocationConstraintException", REGION},
    /* where it names no region, it means the access key */
    {"AuthorizationHeaderMalformed", {AWS_OTHER_REGION, ERROR_SETUP, "credentials"}},

    {"AccessDenied", DENIED},
    {"AccessDeniedException", DENIED},
    {"AllAccessDisabled", DENIED},
    {"AccountProblem", DENIED},
    {"UnauthorizedOperation", DENIED},
    {"UnauthorizedAccess", DENIED},
    {"KmsAccessDenied", DENIED},
    {"KMS.AccessDeniedException", DENIED},

    {"InvalidAccessKeyId", CREDENTIALS},
    {"SignatureDoesNotMatch", CREDENTIALS},
    {"InvalidSignatureException", CREDENTIALS},
    {"UnrecognizedClientException", CREDENTIALS},
    {"InvalidClientTokenId", CREDENTIALS},
    {"InvalidIdentityToken", CREDENTIALS},
    {"IDPRejectedClaim", CREDENTIALS},
    {"MissingAuthenticationToken", CREDENTIALS},
    {"MissingAuthenticationTokenException", CREDENTIALS},
    {"MissingSecurityHeader", CREDENTIALS},
    {"IncompleteSignature", CREDENTIALS},
    {"IncompleteSignatureException", CREDENTIALS},
    {"AuthFailure", CREDENTIALS},
    {"NotSignedUp", CREDENTIALS},
    {"OptInRequired", CREDENTIALS},

    {"NoSuchBucket", REFUSED(ERROR_SETUP, "no_such_bucket")},
    {"InvalidBucketName", REFUSED(ERROR_SETUP, "no_such_bucket")},
    {"NoSuchKey", REFUSED(ERROR_DATA, "no_such_key")},
    {"NoSuchVersion", REFUSED(ERROR_DATA, "no_such_key")},
    {"InvalidObjectState", REFUSED(ERROR_DATA, "archived")},
    {"InvalidRange", REFUSED(ERROR_DATA, "range")},
    {"PreconditionFailed", REFUSED(ERROR_RETRY, "precondition")},
    {"ConditionalCheckFailedException", REFUSED(ERROR_RETRY, "precondition")},
    {"TransactionCanceledException", REFUSED(ERROR_RETRY, "conflict")},
    {"NoSuchUpload", REFUSED(ERROR_RETRY, "no_such_upload")},
    {"NotImplemented", REFUSED(ERROR_SETUP, "unsupported")},
    {"MethodNotAllowed", REFUSED(ERROR_SETUP, "unsupported")},
    {"UnsupportedOperation", REFUSED(ERROR_SETUP, "unsupported")},
    {"UnknownOperationException", REFUSED(ERROR_SETUP, "unsupported")},

    {"QueueDoesNotExist", REFUSED(ERROR_SETUP, "no_such_queue")},
    {"NonExistentQueue", REFUSED(ERROR_SETUP, "no_such_queue")},
    {"AWS.SimpleQueueService.NonExistentQueue", REFUSED(ERROR_SETUP, "no_such_queue")},
    {"InvalidAddress", REFUSED(ERROR_SETUP, "no_such_queue")},
    {"ReceiptHandleIsInvalid", REFUSED(ERROR_RETRY, "receipt")},
    {"MessageNotInflight", REFUSED(ERROR_RETRY, "receipt")},
    {"ResourceNotFoundException", REFUSED(ERROR_SETUP, "no_such_table")},
    {"ResourceInUseException", REFUSED(ERROR_RETRY, "exists")},
};

/* Without a code, or with one of another service's own: replies to HEAD, and what did not come from
 * the service itself. */
static FaultMeaning of_status(int status, bool coded)
{
    switch (status) {
    case 301:
    case 302:
    case 307:
    case 308:
        return (FaultMeaning)REGION;
    case 304:
        return (FaultMeaning)REFUSED(ERROR_DATA, "not_modified");
    case 401:
        return (FaultMeaning)CREDENTIALS;
    case 403:
        return (FaultMeaning)DENIED;
    case 404: /* a code would have said that it is the key */
        return coded ? (FaultMeaning)REFUSED(ERROR_SETUP, "refused")
                     : (FaultMeaning)REFUSED(ERROR_DATA, "no_such_key");
    case 405:
    case 501:
    case 505:
        return (FaultMeaning)REFUSED(ERROR_SETUP, "unsupported");
    case 407:
        return (FaultMeaning)REFUSED(ERROR_SETUP, "proxy");
    case 408:
        return (FaultMeaning)TRANSIENT("unavailable");
    case 409:
        return (FaultMeaning)REFUSED(ERROR_RETRY, "conflict");
    case 412:
        return (FaultMeaning)REFUSED(ERROR_RETRY, "precondition");
    case 416:
        return (FaultMeaning)REFUSED(ERROR_DATA, "range");
    case 429:
    case 509:
        return (FaultMeaning)THROTTLED;
    default:
        break;
    }
    /* 200 with an error in it is a 500 that came too late to say so */
    if (status >= 500 || (status >= 200 && status < 300))
        return (FaultMeaning)TRANSIENT("unavailable");
    return (FaultMeaning)REFUSED(ERROR_DATA, "refused");
}

FaultMeaning fault_meaning(int status, const char *code)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].code, code) == 0)
            return rows[i].meaning;
    return of_status(status, code[0] != '\0');
}
