#!/usr/bin/env bash
# setup.sh [test|bench]: installs the Debian packages that are missing: to build, with `test` also those
# that only the tests need, with `bench` also those of the measurements. With nothing missing it is quick and needs no network. Where it may not
# install, it prints the one command that somebody else must type and ends with 2.
set -euo pipefail

build="build-essential cmake ninja-build pkg-config libhdf5-dev libzstd-dev libsqlite3-dev libfyaml-dev
  libdeflate-dev libarchive-dev zlib1g-dev libseccomp-dev libudunits2-dev libssl-dev libpcre2-dev
  libcurl4-openssl-dev libexpat1-dev libcjson-dev"
# openssl and python3-venv: tests with an AWS of their own (tests/support/aws.bash);
# clang with its run-time library and omp.h for fuzzing and clang-tidy; git to list what is tracked
tests="libcmocka-dev libnetcdf-dev strace procps python3 git clang libclang-rt-dev libomp-dev
  clang-format clang-tidy openssl python3-venv"

case ${1:-} in
  "") wanted=$build ;;
  test) wanted="$build $tests" ;;
  bench) wanted="$build $tests" ;;
  *) echo "usage: tools/setup.sh [test|bench]" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
  echo "setup: not a Debian system; what is needed goes under other names here:" $wanted >&2
  exit 0
fi

missing=()
for package in $wanted; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root=(sudo)
else
  echo "setup: packages are missing and only root can install them. Please run:" >&2
  echo "    sudo apt-get update && sudo $install" >&2
  exit 2
fi

echo "setup: installing ${#missing[@]} missing packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 && return 0
  tail -n 20 "$log" >&2
  echo "setup: failed: $*" >&2
  exit 1
}
quietly apt-get update -q
quietly $install
echo "setup: done"
