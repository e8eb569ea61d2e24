#!/usr/bin/env bash
# check_codes.sh: every code that a file's failure can have (what the readers, the pipelines and the
# process that reads give) is explained in the summary of a run: orchestrator/code_meanings.c.
set -euo pipefail
cd "$(dirname "$0")/.."

found=$(find core formats handlers pipelines orchestrator/job*.c orchestrator/pool.c orchestrator/sandbox.c \
  orchestrator/worker.c orchestrator/zygote*.c orchestrator/fetch.c stores/checksum.c stores/aws/s3_*.c \
  stores/aws/aws*.c stores/aws/fault*.c stores/aws/http*.c ! -name 's3_event*' -name '*.c' -print0 | xargs -0 perl -0777 -ne '
    # error_coded(e, KIND, CODE, FORMAT, ...): the words before the first literal that is a sentence
    while (/\berror_coded\(([^;]*);/g) {
        my $call = $1;
        while ($call =~ /"((?:[^"\\]|\\.)*)"/g) { my $s = $1; last if $s !~ /^[a-z][a-z0-9_]*$/; print "$s\n" }
    }
    # tables: from an errno, from a phrase of a library
    if ($ARGV =~ m{core/error\.c|formats/hdf5/hdf5_error\.c|formats/archive/archive_error\.c}) {
        print "$1\n" while /\{(?:E[A-Z]+|0|"[^"]+"),\s*"([a-z_]+)",/g;
    }
    # the words for what a service or the network refuses
    if ($ARGV =~ m{stores/aws/fault_error\.c}) { print "$1\n" while /^\s*\{"([a-z_]+)", "/mg }
    if ($ARGV =~ m{stores/aws/http_error\.c}) { print "$1\n" while /\{CURLE_\w+,[^"}]*"([a-z_]+)",/g }')
codes=$(sort -u <<<"$found"$'\n'error) # job.c: an error that has none
[ "$(wc -l <<<"$codes")" -gt 40 ] || { echo "only these codes found: $codes"; exit 1; }
explained=$(perl -ne 'print "$1\n" if /^\s*\{"([a-z_]+)", ?/' orchestrator/code_meanings.c | sort)
[ -z "$(uniq -d <<<"$explained")" ] || { echo "explained twice: $(uniq -d <<<"$explained")"; exit 1; }
missing=$(comm -23 <(echo "$codes") <(echo "$explained"))
[ -z "$missing" ] || { echo "codes without an explanation:"; echo "$missing"; exit 1; }
stale=$(comm -13 <(echo "$codes") <(echo "$explained"))
[ -z "$stale" ] || { echo "explained, but nothing gives them:"; echo "$stale"; exit 1; }
echo "$(wc -l <<<"$codes") codes, all explained"
