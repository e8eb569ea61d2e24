#!/usr/bin/env bash
# venv.sh: makes build/venv-aws, once, with moto and boto3 in it; prints its Python. Where it cannot be made
# (no python3-venv, no package index): 77, with the reason, again for ten minutes without a new try.
set -euo pipefail
cd "$(dirname "$0")/../.."
packages=("moto[s3,sqs,dynamodb]==5.*" "flask<4" "flask-cors<7")
venv=$PWD/build/venv-aws
sum=$(printf '%s\n' "${packages[@]}" | cksum)
mkdir -p build
exec 9>"$venv.lock"
flock 9

made() { [ "$(cat "$venv/made-of" 2>/dev/null)" = "$sum" ]; }
missing() {
  printf '%s\n' "$1" | tail -n 1 >"$venv.missing"
  echo "venv: $(cat "$venv.missing")" >&2
  exit 77
}

if ! made; then
  if [ -n "$(find "$venv.missing" -mmin -10 2>/dev/null)" ]; then
    echo "venv: $(cat "$venv.missing")" >&2
    exit 77
  fi
  rm -rf "$venv" "$venv.missing"
  said=$(python3 -m venv "$venv" 2>&1) || missing "python3 -m venv failed: is python3-venv installed? $said"
  said=$("$venv/bin/python" -m pip install -q --disable-pip-version-check --retries 1 --timeout 20 \
    "${packages[@]}" 2>&1) || missing "pip could not install moto: ${said##*$'\n'}"
  echo "$sum" >"$venv/made-of"
fi
echo "$venv/bin/python"
