#!/usr/bin/env bash
# signing_vectors.sh: the official test suite of Signature Version 4 (awslabs/aws-c-auth, Apache-2.0).
# It is no part of this project: Debian's source package aws-crt-python has it. Fetched once, into
# build/signing-vectors; SIGNING_VECTORS=FOLDER names one that is there already.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
program=$BUILD/tests/test_stores_sign
vectors=${SIGNING_VECTORS:-$ROOT/build/signing-vectors/v4}
how="SIGNING_VECTORS=FOLDER names tests/aws-signing-test-suite/v4 of awslabs/aws-c-auth"

# apt-get by itself: neither the machine's lists nor its sources change.
apt_alone() {
  mkdir -p "$WORK/state/lists/partial" "$WORK/cache/archives/partial"
  timeout 120 apt-get -q -o Dir::State="$WORK/state" -o Dir::Cache="$WORK/cache" \
    -o Dir::Etc::SourceList="$WORK/sources.list" -o Dir::Etc::SourceParts=- \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::http::Timeout=20 "$@" >>"$WORK/apt.log" 2>&1
}

fetch() {
  local keys=/usr/share/keyrings/debian-archive-keyring.gpg mirror
  command -v apt-get >/dev/null || skip "no apt-get; $how"
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(ORIGIN)' 'Created-By: Packages' \
    'Component: main' 2>/dev/null | sed -n 's/ Debian$//p' | grep -vE -- '-(security|updates|backports)$' | head -n 1) || true
  echo "deb-src [signed-by=$keys] ${mirror:-http://deb.debian.org/debian bookworm} main" >"$WORK/sources.list"
  cd "$WORK"
  apt_alone -o APT::Update::Error-Mode=any update && apt_alone source --download-only --tar-only aws-crt-python ||
    skip "aws-crt-python's source cannot be fetched ($(tail -n 1 "$WORK/apt.log")); $how"
  mkdir -p "$(dirname "$vectors")"
  tar -xf aws-crt-python_*.orig.tar.* --wildcards '*/aws-c-auth/tests/aws-signing-test-suite/v4/*' ||
    skip "aws-crt-python's source is not as it was; $how"
  mv aws-crt-python*/crt/aws-c-auth/tests/aws-signing-test-suite/v4 "$vectors"
  cd "$ROOT"
}

[ -d "$vectors" ] || fetch
"$program" --official "$vectors" >"$WORK/said" || { grep -v '^same ' "$WORK/said"; fail "signatures differ"; }
count=$(grep -c '^same ' "$WORK/said")
[ "$count" -ge 38 ] || fail "only $count vectors in $vectors"
echo "$count official vectors"
