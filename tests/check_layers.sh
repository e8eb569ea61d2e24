#!/usr/bin/env bash
# check_layers.sh [TREE]: the house keeps its order. A floor includes only what lies below it, each
# third-party header comes in by its one door, and some functions stay outside.
# tests/check_layers_proof.sh shows that every rule here can fail.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

floors="core formats handlers stores pipelines orchestrator"
declare -A below=(
  [core]="core"
  [formats]="core formats"
  [handlers]="core handlers"
  [stores]="core stores"
  [pipelines]="core formats handlers pipelines"
  [orchestrator]="$floors"
)

# header (extended regular expression) -> the files that may include it (glob patterns)
doors=(
  'hdf5(_hl)?\.h|H5.*\.h      formats/hdf5*'
  'netcdf.*\.h                -'
  'archive(_entry)?\.h        formats/archive*'
  'sqlite3\.h                 orchestrator/ledger* orchestrator/query* stores/sqlite*'
  'libfyaml\.h                orchestrator/config*'
  'openssl/.*                 core/hash.c stores/aws/sign.c'
  'udunits2\.h                core/units.c'
  'seccomp\.h                 orchestrator/sandbox.c'
  'pcre2.*\.h                 orchestrator/regex.c'
  'curl/.*                    stores/aws/http.c'
  'cjson/.*|cJSON\.h          core/json.c'
  'omp\.h                     orchestrator/pool.c'
)

# word before '(' -> what to use instead
banned=(
  'strcpy|strcat|stpcpy        a length that is checked: snprintf, Buffer'
  'sprintf|vsprintf            snprintf, Buffer'
  'strtok                      core/text.h'
  'atoi|atol|atoll|atof        core/text.h, which knows errors and no locale'
  'gets|scanf|sscanf|fscanf    core/text.h'
  'system|popen                nothing: Weir starts no other program'
  'setlocale                   nothing: numbers look the same everywhere'
  'sqlite3_v?mprintf|sqlite3_v?snprintf|sqlite3_str_appendf  prepared statements with bound values'
)

found=0
complain() {
  echo "$*"
  found=1
}

sources() { # sources FLOOR...
  for floor in "$@"; do
    [ ! -d "$floor" ] || find "$floor" -type f \( -name '*.c' -o -name '*.h' \)
  done | LC_ALL=C sort
}

# Without comments and, unless asked to keep them, strings; the lines stay where they are.
code() { # code FILE [keep-strings]
  perl -0777 -pe '
    BEGIN { $keep = @ARGV > 1 ? pop @ARGV : "" }
    s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*")|(\x27(?:\\.|[^\x27\\\n])*\x27)}{
      my ($c, $s, $o) = ($1, $2, $3);
      defined $c ? $c =~ s/[^\n]//gr : defined $s ? ($keep ? $s : "\"\"") : $o
    }gse' "$@"
}

check_floor() { # check_floor FILE FLOOR: quoted includes
  local file=$1 floor=$2 line path target
  while IFS=: read -r line path; do
    target=${path%%/*}
    if [ "$target" = "$path" ] || [ "$target" = . ] || [ "$target" = .. ]; then
      complain "$file:$line: \"$path\" is not written from the root of the project"
    elif [[ " ${below[$floor]} " != *" $target "* ]]; then
      complain "$file:$line: $floor must not know $target (\"$path\")"
    elif [ "$floor" = handlers ] && [ "$path" = core/input.h ]; then
      complain "$file:$line: handlers know no file (\"$path\")"
    fi
  done < <(code "$file" keep | sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"([^"]+)".*/\1/;T;=;p' | paste -d: - -)
}

may_enter() { # may_enter FILE PATTERN...
  local file=$1 pattern
  shift
  for pattern in "$@"; do
    # shellcheck disable=SC2053 # a pattern on purpose
    [[ $file == $pattern ]] && return 0
  done
  return 1
}

check_doors() { # check_doors FILE: angle includes
  local file=$1 line header rule regex allowed
  while IFS=: read -r line header; do
    for rule in "${doors[@]}"; do
      read -r regex allowed <<<"$rule"
      # shellcheck disable=SC2086 # several patterns
      if [[ $header =~ ^($regex)$ ]] && ! (set -f && may_enter "$file" $allowed); then
        complain "$file:$line: <$header> comes in only by: $allowed"
      fi
    done
  done < <(code "$file" keep | sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]+)[>"].*/\1/;T;=;p' | paste -d: - -)
}

check_words() { # check_words FILE: banned functions, SQL put together as text
  local file=$1 rule words instead hit
  for rule in "${banned[@]}"; do
    read -r words instead <<<"$rule"
    while IFS= read -r hit; do
      complain "$file:${hit%%:*}: ${hit#*:}): use $instead"
    done < <(code "$file" | grep -noE "\b($words) ?\(" || true)
  done
  while IFS= read -r hit; do
    complain "$file:${hit%%:*}: SQL put together as text; bind the value"
  done < <(code "$file" keep |
    grep -nE '"[^"]*\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|ATTACH|PRAGMA|WHERE|VALUES)\b[^"]*%[-0-9.*]*[scqQw]' || true)
}

for floor in $floors; do
  while IFS= read -r file; do
    check_floor "$file" "$floor"
    check_doors "$file"
    check_words "$file"
  done < <(sources "$floor")
done
exit $found
