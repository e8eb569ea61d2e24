#!/usr/bin/env bash
# build.sh [PRESET [CMAKE_OPTION...]]: installs what is missing and builds build/PRESET (release).
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
tools/setup.sh

log=build/$preset.log
mkdir -p build
echo "build: $preset"
{ cmake --preset "$preset" "${@:--DBUILD_TESTING=OFF}" && cmake --build --preset "$preset"; } >"$log" 2>&1 || {
  tail -n 40 "$log" >&2
  echo "build: failed; the whole log is $log" >&2
  exit 1
}
