#!/usr/bin/env bash
# check_layers_proof.sh: every rule of check_layers.sh fails on a tree that breaks it, and a tree
# that keeps them all passes.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0

# expect pass|fail FILE TEXT: one file in an otherwise empty tree
expect() {
  local verdict=pass
  rm -rf "$work/tree"
  mkdir -p "$work/tree/$(dirname "$2")"
  printf '%b\n' "$3" >"$work/tree/$2"
  bash tests/check_layers.sh "$work/tree" >"$work/said" 2>&1 || verdict=fail
  if [ "$verdict" != "$1" ] || { [ "$1" = fail ] && ! grep -q "^$2:" "$work/said"; }; then
    echo "expected $1 for $2: $3"
    cat "$work/said"
    wrong=1
  fi
}

while IFS='|' read -r verdict file text; do
  [ -z "$verdict" ] || expect "$verdict" "$file" "$text"
done <<'CASES'
pass|core/a.c|#include "core/a.h"
pass|formats/csv/csv.c|#include "core/text.h"\n#include "formats/format.h"
pass|pipelines/summary.c|#include "formats/formats.h"\n#include "handlers/statistics.h"
pass|orchestrator/run.c|#include "stores/file.h"\n#include "pipelines/pipeline.h"
fail|core/a.c|#include "formats/format.h"
fail|core/a.c|#include "orchestrator/log.h"
fail|formats/csv/csv.c|#include "handlers/handler.h"
fail|formats/csv/csv.c|#include "stores/store.h"
fail|formats/csv/csv.c|#include "pipelines/report.h"
fail|handlers/mean.c|#include "formats/format.h"
fail|handlers/mean.c|#include "core/input.h"
fail|stores/file.c|#include "formats/format.h"
fail|pipelines/summary.c|#include "orchestrator/ledger.h"
fail|pipelines/summary.c|#include "stores/file.h"
fail|orchestrator/commands/run.c|#include "tests/support/cases.h"
fail|orchestrator/run.c|#include "job.h"
fail|formats/csv/csv.c|#include "../core/text.h"
fail|formats/csv/csv.c|  #  include   "handlers/handler.h" /* hidden */
pass|formats/csv/csv.c|/* #include "handlers/handler.h" */
pass|formats/hdf5/hdf5_values.c|#include <hdf5.h>
fail|formats/netcdf3/netcdf3.c|#include <hdf5.h>
fail|formats/netcdf3/netcdf3.c|#include <H5Dpublic.h>
fail|formats/netcdf3/netcdf3.c|#include <netcdf.h>
pass|formats/hdf5/hdf5_chunk.c|#include <libdeflate.h>
fail|formats/csv/csv.c|#include <libdeflate.h>
pass|orchestrator/ledger_schema.c|#include <sqlite3.h>
pass|orchestrator/query.c|#include <sqlite3.h>
pass|stores/sqlite.c|#include <sqlite3.h>
fail|orchestrator/run.c|#include <sqlite3.h>
fail|orchestrator/run.c|#include "sqlite3.h"
pass|orchestrator/config_rules.c|#include <libfyaml.h>
fail|orchestrator/rules.c|#include <libfyaml.h>
pass|core/hash.c|#include <openssl/evp.h>
fail|core/other.c|#include <openssl/evp.h>
fail|core/time.c|#include <udunits2.h>
fail|orchestrator/zygote.c|#include <seccomp.h>
fail|orchestrator/classify.c|#define PCRE2_CODE_UNIT_WIDTH 8\n#include <pcre2.h>
pass|core/regex.c|#include <pcre2.h>
fail|orchestrator/run.c|#include <curl/curl.h>
fail|orchestrator/job.c|#include <omp.h>
pass|orchestrator/pool.c|#include <omp.h>
fail|core/a.c|void f(char *a) { strcpy(a, ""); }
fail|core/a.c|void f(char *a) { sprintf (a, "x"); }
fail|core/a.c|char *f(char *a) { return strtok(a, ","); }
pass|core/a.c|char *f(char *a, char **s) { return strtok_r(a, ",", s); }
fail|core/a.c|int f(char *a) { return atoi(a); }
fail|core/a.c|char *f(char *a) { return gets(a); }
fail|orchestrator/run.c|int f(void) { return system("ls"); }
fail|orchestrator/run.c|void *f(void) { return popen("ls", "r"); }
pass|core/a.c|/* atoi(a) would not do */ int f(void);
pass|core/a.c|const char *s = "use system(3) never";
pass|core/a.c|int f(char *a) { return snprintf(a, 2, "x"); }
fail|orchestrator/ledger.c|char *f(const char *n) { return sqlite3_mprintf("x", n); }
fail|orchestrator/query.c|int f(char *a) { return snprintf(a, 9, "SELECT * FROM files WHERE uri = '%s'", a); }
pass|orchestrator/query.c|int f(char *a) { return snprintf(a, 9, "PRAGMA user_version = %d", 3); }
pass|orchestrator/query.c|const char *sql = "SELECT uri FROM files WHERE uri LIKE 'a%' AND unit = ?1";
CASES
mkdir "$work/empty"
if bash tests/check_layers.sh "$work/empty" 2>/dev/null; then
  echo "a tree without a C file passes"
  wrong=1
fi
exit $wrong
