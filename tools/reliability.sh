#!/usr/bin/env bash
# The long forms of the kill, fault and fuzz tests (about two hours), then a table of the promises
# with counts. KILLS, QUEUE_KILLS, SYSCALLS, ERRNOS, DISKS, MUTANTS, FAULTS, OUTAGE_S, FUZZ_SECONDS
# change the sizes.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh test
tools/build.sh release -DBUILD_TESTING=ON
export WEIR=$PWD/build/release/weir GENERATE=$PWD/build/release/tests/generate BUILD=$PWD/build/release
export KILLS=${KILLS:-1000} SYSCALLS=${SYSCALLS:-400} ERRNOS=${ERRNOS:-15} DISKS=${DISKS:-40} MUTANTS=${MUTANTS:-1000} FAULTS=${FAULTS:-100} QUEUE_KILLS=${QUEUE_KILLS:-100} OUTAGE_S=${OUTAGE_S:-600} FUZZ_SECONDS=${FUZZ_SECONDS:-60}
export PROMISES=$PWD/build/promises
failed=0
echo "== poisoned jobs"
if WEIR_LONG=1 "$BUILD/tests/test_orchestrator_zygote_poison" poison_among_good; then
  printf 'P3-P4\tjobs, of which every hundredth crashes, hangs, takes all memory or does what is forbidden: no good answer changed\t20000\n' >"$PROMISES"
else
  printf -- '-\tpoisoned jobs\tFAILED\n' >"$PROMISES"
  failed=1
fi
echo "== the long scripts of the suite under the sanitizers"
tools/build.sh asan -DBUILD_TESTING=ON
if ctest --test-dir build/asan -L long -j "$(nproc)" --output-on-failure --no-tests=error; then
  printf 'all\tlong scripts of the suite under AddressSanitizer and UndefinedBehaviorSanitizer\tall\n' >>"$PROMISES"
else
  printf -- '-\tlong scripts of the suite under the sanitizers\tFAILED\n' >>"$PROMISES"
  failed=1
fi
echo "== the static analyzer, on the tests as well"
if bash tests/check_tidy.sh build/release whole; then
  printf 'all\tfiles of the project through clang-tidy and its analyzer\tall\n' >>"$PROMISES"
else
  printf -- '-\tclang-tidy and its analyzer\tFAILED\n' >>"$PROMISES"
  failed=1
fi
for script in tests/reliability/*.sh tests/aws/run_*.sh tests/acceptance/identical.sh tests/fuzz.sh; do
  name=${script#tests/}
  name=${name%.sh}
  echo "== $name"
  rc=0
  bash "$script" || rc=$?
  case $rc in
    0) ;;
    77) printf -- '-\t%s\tskipped\n' "$name" >>"$PROMISES" ;;
    *) printf -- '-\t%s\tFAILED\n' "$name" >>"$PROMISES"; failed=1 ;;
  esac
done
echo
awk -F '\t' 'BEGIN { printf "%-10s %-9s %s\n", "promise", "count", "what was done, and held" }
  { printf "%-10s %-9s %s\n", $1, $3, $2 }' "$PROMISES"
exit $failed
