/* commands.c: the table of commands. The help, the manual and the completions are made from it. */
#include "orchestrator/commands/commands.h"

const Command commands_all[] = {
    {"run",
     "[PATH...]",
     "read everything below the paths; leave statistics and reasons in OUT",
     "A PATH is a directory (read with everything below it), a file, a pattern, @LIST (a file that "
     "names paths), - (names on standard input), or s3://BUCKET/PREFIX (all keys that begin so; "
     "credentials, region and endpoint as every AWS tool finds them). What OUT already has is "
     "skipped, unless the file or the options have changed. Without PATH the sources of the "
     "configuration are read.",
     {run_options_table, config_file_options},
     command_run},
    {"watch",
     "[DIR...|s3://BUCKET/PREFIX...]",
     "read what is there and whatever comes in, until told to stop (SIGTERM, Ctrl-C)",
     "Of directories: what is in them, then every file once it is complete: closed after writing "
     "and then left alone for --settle, or renamed to its name. Without DIR the sources of the "
     "configuration are watched. With --queue: what the notifications of S3 in a queue tell of, as "
     "S3 sends them, through SNS, or through EventBridge. With prefixes, only keys that begin so "
     "are read; other events are acknowledged and counted. An event is acknowledged once its "
     "outcome is durable; what could not be read because of the world comes again, with growing "
     "pauses.",
     {run_options_table, config_file_options, watch_directory_options, queue_options},
     command_watch},
    {"work",
     "--queue QUEUE [s3://BUCKET/PREFIX...]",
     "share a queue of events with any number of others that do the same, anywhere",
     "The same as watch --queue. Whoever dies leaves its messages to the others; results go to one "
     "place with --store, or are put together afterwards with `weir merge`.",
     {run_options_table, config_file_options, queue_options},
     command_work},
    {"plan",
     "[PATH...]",
     "say what run would do with each file and why; write nothing",
     "A PATH is what `weir run` takes.",
     {run_options_table, config_file_options},
     command_plan},
    {"explain",
     "FILE...",
     "why a file is taken for what it is, and what became of it",
     "A FILE may be s3://BUCKET/KEY; ARCHIVE/MEMBER names a file in an archive.",
     {run_options_table, config_file_options, from_options},
     command_explain},
    {"show",
     "FILE...",
     "the header of a file, like ncdump -h, with statistics of each variable",
     "Of an archive: what is in it; ARCHIVE/MEMBER names one of its files. A FILE may be "
     "s3://BUCKET/KEY.",
     {run_options_table, config_file_options},
     command_show},
    {"files",
     "",
     "list the files: state, format, rows, time covered",
     NULL,
     {out_options, list_options, where_options, from_options},
     command_files},
    {"results",
     "",
     "list the statistics: one row for each variable of each file",
     NULL,
     {out_options, list_options, where_options, from_options},
     command_results},
    {"failures",
     "",
     "list what could not be read, and why",
     NULL,
     {out_options, list_options, where_options, failures_options, from_options},
     command_failures},
    {"retry",
     "[PATH...]",
     "read again what failed: all, the paths given, or what --where selects",
     "The expression of --where is over the fields of `weir failures`, e.g. class=crash.",
     {run_options_table, config_file_options, where_options},
     command_retry},
    {"merge",
     "LEDGER...",
     "make one ledger of those of several weirs: shards, tasks of an array",
     "A LEDGER is a folder that `weir run -o` has written, or the ledger.db in it; all stay as "
     "they "
     "are. Of a file that more than one has, one outcome counts and is taken whole: of the version "
     "that was recorded last, what is done before partial, failed, ignored and waiting, then the "
     "one that was recorded last. What OUT has already takes part. Stopped or killed, the same "
     "command again goes on.",
     {out_options},
     command_merge},
    {"export",
     "results|files|failures",
     "write a table to a file",
     NULL,
     {out_options, export_options, where_options, failures_options, from_options},
     command_export},
    {"tables",
     "create STORE",
     "make the tables that many weirs share",
     "A STORE is dynamodb:NAME: the tables NAME and NAME-failures in the region and account of the "
     "credentials, which every AWS tool finds alike. Tables that are there already are left as "
     "they are.",
     {0},
     command_tables},
    {"put",
     "PATH... s3://BUCKET/PREFIX",
     "write files and trees into a bucket, each under its path below PATH",
     "PREFIX is what the keys begin with, as it stands: end it with / for a folder. What is there "
     "with the same bytes is not written again, so that a call that was stopped goes on where it "
     "was. With --events QUEUE each object is followed by the notification that S3 would send, for "
     "stores that send none; one that was there already, too.",
     {put_options},
     command_put},
    {"replay",
     "s3://BUCKET/PREFIX",
     "send a notification for each object that is there, to have it read again",
     "For a queue that `weir watch` reads. With --speed they come in the order in which the "
     "objects "
     "were made.",
     {replay_options},
     command_replay},
    {"lambda",
     "",
     "serve AWS Lambda: read what its events name",
     "The custom runtime of a function (provided.al2023): what the program does without a command "
     "where AWS_LAMBDA_RUNTIME_API is set. Events of S3, SQS, SNS and EventBridge name objects; "
     "for a schedule the sources of the configuration are read. OUT is /tmp/weir-out unless it is "
     "named; -j is as many processors as the function's memory pays for.",
     {run_options_table, config_file_options},
     command_lambda},
    {"check", "FILE...", "check a configuration and say what it does", NULL, {0}, command_check},
    {"doctor",
     "[PATH...]",
     "what protection is in force, the libraries and their known risks, what AWS allows",
     "A PATH is s3://BUCKET/PREFIX: it is listed, one call, to see whether that may be done. "
     "Without PATH, --queue and --store nothing is asked of the network.",
     {out_options, doctor_options},
     command_doctor},
    {"help", "[COMMAND]", "this overview, or one command's options", NULL, {0}, command_help},
    {"manual", "", "print the manual page (roff)", NULL, {0}, command_manual},
    {"completion", "bash|zsh", "print the shell's completion", NULL, {0}, command_completion},
    {"version", "", "print the version", NULL, {0}, command_version},
    {0},
};
