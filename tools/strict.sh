#!/usr/bin/env bash
# strict.sh [TEST...]: Weir against other people's servers, tests/strict/TEST.sh: s3_run, s3_keys, s3_write, dynamodb,
# ... What is missing is brought into build/strict; what cannot be had is left out by name. The end says what has run.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh test
tools/build.sh release -DBUILD_TESTING=ON
export WEIR=$PWD/build/release/weir GENERATE=$PWD/build/release/tests/generate BUILD=$PWD/build/release
mkdir -p build/strict
export PROMISES=$PWD/build/strict/promises
: >"$PROMISES"
said=build/strict/said
passed=() left_out=() failed=()

if [ $# = 0 ]; then
  set -- s3_keys s3_run s3_write put "dynamodb dynalite" "dynamodb dynamodb_local" shared_table sqs lambda
fi
for test in "$@"; do
  read -ra words <<<"$test"
  started=$SECONDS
  rc=0
  nice bash "tests/strict/${words[0]}.sh" "${words[@]:1}" >"$said" 2>&1 || rc=$?
  case $rc in
    0) passed+=("$test") outcome=passed ;;
    77) left_out+=("$test: $(sed -n 's/^skipped: //p' "$said" | tail -n 1)") outcome="left out" ;;
    *) failed+=("$test") outcome=FAILED; cat "$said" ;;
  esac
  printf '== %-26s %-8s %4d s\n' "$test" "$outcome" $((SECONDS - started))
done

echo
awk -F '\t' '{ printf "%-9s %s\n", $3, $2 }' "$PROMISES"
for line in "${left_out[@]}"; do echo "left out  $line"; done
for line in "${failed[@]}"; do echo "FAILED    $line"; done
echo "${#passed[@]} passed, ${#failed[@]} failed, ${#left_out[@]} skipped"
[ ${#failed[@]} = 0 ]
