#!/usr/bin/env bash
# check_tidy.sh BUILD [whole]: clang-tidy with .clang-tidy's limits on every file of the build, on all cores.
# Too slow for the suite: a step of its own in tools/test.sh. The static analyzer, which takes nearly all of the
# time, leaves the tests out there, whose paths run under AddressSanitizer anyway; `whole` (make reliability)
# does not. One line a file that fails, and ctest's closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/release}
if ! command -v clang-tidy >/dev/null; then
  echo "check_tidy: clang-tidy is missing (tools/setup.sh test installs it)" >&2
  exit 77
fi

one() { # BUILD WHOLE FILE
  local checks=
  [[ $2 = whole || ${3#"$PWD"/} != tests/* ]] || checks=-clang-analyzer-*
  # the commands are gcc's; clang before 16 wants to be asked twice for one of its options
  clang-tidy --quiet -p "$1" --checks="$checks" \
    --extra-arg=-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang \
    --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument "$3" \
    2>&1 | grep -vE '^[0-9]+ warnings? generated\.$' | grep . && echo "check_tidy: $3" >&2 && return 1
  return 0
}
export -f one

files=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | sort -u)
count=$(printf '%s\n' "$files" | grep -c .)
failed=$(printf '%s\n' "$files" | tr '\n' '\0' |
  xargs -0 -n 1 -P "$(nproc)" bash -c 'one "$1" "$2" "$3" >&2 || echo failed' _ "$build" "${2:-}" | grep -c failed || true)
echo "$(((count - failed) * 100 / count))% tests passed, $failed tests failed out of $count"
[ "$failed" = 0 ]
