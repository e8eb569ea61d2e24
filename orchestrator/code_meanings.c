/* code_meanings.c: the codes of failures in plain words; tests/check_codes.sh sees that all are
 * here.
 */
#include "orchestrator/code_meanings.h"

#include <stddef.h>
#include <string.h>

typedef struct CodeMeaning {
    const char *code, *meaning;
} CodeMeaning;

static const CodeMeaning meanings[] = {
    /* what it is */
    {"unrecognised", "no format recognises the content"},
    {"unsupported", "a variant of its format that cannot be read here"},
    {"empty", "no bytes in it"},
    {"encrypted", "needs a password"},
    {"unsupported_compression", "packed in a way that cannot be read here"},
    {"archive_limit", "more in the archive than allowed"},
    {"no_table", "the text is not a table"},
    {"no_header", "the line with the names is not there"},
    {"no_time", "the time cannot be found or understood"},
    {"no_column", "a column that the configuration names is not there"},
    {"no_rays", "a header, but no ray of a lidar behind it"},
    {"no_rows", "no row of values in it"},
    {"no_records", "no record in it"},
    {"no_messages", "no message of an instrument in it"},
    /* what is wrong with it */
    {"too_large", "an object in a bucket cannot be so large"},
    {"truncated", "the file is shorter than its header says"},
    {"checksum", "a checksum does not match: the data are damaged"},
    {"damaged", "the structure of the file is damaged"},
    {"damaged_chunk", "a compressed piece cannot be decoded"},
    {"bad_signature", "the bytes that begin such a file are not there"},
    {"bad_header", "the header says what cannot be"},
    {"bad_json", "JSON that is none, or more deeply nested than allowed"},
    {"bad_attribute", "an attribute says what cannot be"},
    {"bad_offset", "points beyond the end of any file"},
    {"bad_chunk_table", "the list of its compressed pieces is damaged"},
    {"bad_ray", "a ray has another number of columns than any lidar writes"},
    {"gates_change", "rays with different numbers of gates"},
    {"header_changes", "a second header that does not go with the first"},
    {"ragged", "too many lines with another number of cells"},
    {"columns_change", "another table begins, with other columns"},
    {"type_changes", "a column's values change their type far down"},
    {"record_too_long", "a record without an end: perhaps a quotation mark is never closed"},
    {"too_many_columns", "more columns than any table has"},
    {"too_deep", "groups nested deeper than any file needs"},
    {"unknown_version", "written by a newer HDF5 than this one reads"},
    {"unsupported_filter", "compressed with a filter that is not there"},
    {"external_storage", "points to data outside of the file; never followed"},
    {"time_units", "units of time that are not understood"},
    {"units", "units that are not understood"},
    {"units_database", "the table of units cannot be loaded"},
    {"bad_value", "an option has a value that it cannot have"},
    {"bad_block", "the reader contradicts itself: a fault of weir, please report it"},
    {"bad_report", "the reader's answer is damaged: a fault of weir, please report it"},
    /* limits */
    {"crash", "the reader crashed on it; it was contained"},
    {"timeout", "not read within the time allowed"},
    {"memory", "takes more memory than allowed"},
    {"decoded_size", "would unpack to more than allowed"},
    {"limit", "would unpack to more than allowed"},
    {"forbidden", "made the reader try a forbidden system call"},
    /* the machine */
    {"permission", "may not be read by this user"},
    {"changed", "still changing; run again later"},
    {"not_found", "is not there any more"},
    {"not_a_file", "is no regular file any more"},
    {"is_directory", "is a directory now"},
    {"link_loop", "a symbolic link that leads back to itself"},
    {"name_too_long", "its name is longer than the system allows"},
    {"io", "the disk cannot read it"},
    {"disk_full", "no room on the disk"},
    {"read_only", "the place may not be written to"},
    {"too_many_open_files", "too many files are open on this machine"},
    {"no_memory", "the machine is short of memory"},
    {"stale_handle", "the file server has lost it; run again"},
    {"interrupted", "interrupted; run again"},
    {"try_again", "the machine is busy; run again"},
    {"busy", "in use by somebody else; run again"},
    {"no_locks", "the file system has no locks left"},
    {"no_threads", "the machine has no threads left"},
    {"connection", "the file server cannot be reached"},
    {"sandbox", "the sandbox for readers cannot be set up"},
    {"killed", "the reader was killed from outside; run again"},
    {"sandbox_lost", "the process with the readers has gone; run again"},
    {"stopped", "weir was stopped; run again"},
    /* the network and the store */
    {"access_denied", "these credentials may not read it"},
    {"archived", "in a storage class from which it must be restored first"},
    {"gone", "is not in the bucket any more"},
    {"replaced", "was replaced by another version while it was read"},
    {"credentials", "the credentials are not accepted"},
    {"expired", "the credentials have expired"},
    {"clock", "this machine's clock is wrong"},
    {"region", "the bucket is in another region"},
    {"no_such_bucket", "there is no such bucket"},
    {"no_such_key", "there is no such object"},
    {"no_such_queue", "there is no such queue"},
    {"no_such_table", "there is no such table"},
    {"no_such_upload", "there is no such upload"},
    {"throttled", "the service asks for fewer requests; run again"},
    {"unavailable", "the service is not available; run again"},
    {"conflict", "another request was in the way; run again"},
    {"refused", "the service refuses, see the reason"},
    {"precondition", "it is not as it was expected to be"},
    {"not_modified", "it has not changed"},
    {"exists", "it exists already"},
    {"range", "the service says that it has no such bytes"},
    {"receipt", "the message is no longer ours"},
    {"resolve", "the host's name has no address; check endpoint, region and network"},
    {"connect", "no connection to the service; check endpoint and network"},
    {"reset", "the connection broke; run again"},
    {"short_body", "the reply was cut short; run again"},
    {"bad_reply", "the service's reply cannot be understood"},
    {"unordered", "the service lists keys in another order than S3 does; some would be missed"},
    {"network", "the request failed on its way; run again"},
    {"proxy", "the proxy refuses; check HTTPS_PROXY and NO_PROXY"},
    {"tls", "no trusted connection to the service; check AWS_CA_BUNDLE"},
    {"header", "a header that cannot be sent"},
    {"url", "the endpoint is no address"},
    {"hash", "a hash cannot be computed"},
    {"system", "the system refuses, see the reason"},
    {"error", "see the reason"},
};

const char *code_meaning(const char *code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i].code, code) == 0)
            return meanings[i].meaning;
    return "";
}
