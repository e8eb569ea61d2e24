#!/usr/bin/env bash
# get.sh SERVER: brings a server that `make strict` asks into build/strict, once; where that cannot be, 77 and one
# line that says what to install. Nothing is put anywhere else: caches lie there too, and are removed.
set -euo pipefail
cd "$(dirname "$0")/../.."
strict=$PWD/build/strict
name=${1:?which server}
folder=$strict/$name
log=$strict/$name.log
mkdir -p "$strict"

declare -A pinned=([versitygw]=v1.8.0 [dynalite]=4.0.0 [dynamodb_local]=3.1.0 [elasticmq]=1.7.1 [aws_lambda_rie]=1.170.0)
version=${pinned[$name]}

missing() {
  echo "$*" >&2
  exit 77
}
needs() { command -v "$1" >/dev/null || missing "$name needs $2"; }
quietly() {
  nice "$@" >>"$log" 2>&1 </dev/null || missing "$name cannot be had: $(grep . "$log" | tail -n 1 | cut -c1-200) (all: $log)"
}
# at_least VERSION WANTED: both as numbers with points
at_least() { [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

get_versitygw() {
  needs go "Go 1.25 or newer"
  local go
  go=$(GOTOOLCHAIN=local go env GOVERSION)
  at_least "${go#go}" 1.25 || missing "$name needs Go 1.25 or newer, and there is $go"
  quietly env GOTOOLCHAIN=local GOFLAGS=-modcacherw GOMAXPROCS=2 GOPATH="$folder.new/go" GOCACHE="$folder.new/cache" \
    GOBIN="$folder.new" go install -p 2 "github.com/versity/versitygw/cmd/versitygw@$version"
  rm -rf "$folder.new/go" "$folder.new/cache"
}

get_dynalite() {
  needs npm "Node 20 or newer with npm"
  at_least "$(node --version | tr -d v)" 20 || missing "$name needs Node 20 or newer, and there is $(node --version)"
  quietly npm install --prefix "$folder.new" --cache "$folder.new/cache" --no-audit --no-fund --ignore-scripts \
    "dynalite@$version"
  rm -rf "$folder.new/cache"
}

# maven GROUP ARTIFACT: the jar and what it stands on, into lib/
maven() {
  needs java "Java 17 or newer (Debian: default-jre-headless)"
  needs mvn "Maven (Debian: maven)"
  cat >"$folder.new/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>strict</groupId><artifactId>$name</artifactId><version>1</version>
<dependencies><dependency><groupId>$1</groupId><artifactId>$2</artifactId><version>$version</version></dependency></dependencies></project>
XML
  quietly mvn -B -q -f "$folder.new/pom.xml" -Dmaven.repo.local="$folder.new/m2" -DoutputDirectory="$folder.new/lib" \
    org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies
  rm -rf "$folder.new/m2"
}
get_dynamodb_local() { maven software.amazon.dynamodb DynamoDBLocal; }
get_elasticmq() { maven org.elasticmq elasticmq-server_2.13; }

# the Python package of AWS's tool for functions has the emulator's program in it
get_aws_lambda_rie() {
  local python
  python=$(bash tests/support/venv.sh 2>>"$log") || missing "$name needs what the suite's emulator needs: $(tail -n 1 "$log")"
  quietly "$python" -m pip download -q --disable-pip-version-check --no-deps --no-cache-dir --only-binary :all: \
    -d "$folder.new" "aws-sam-cli==$version"
  quietly "$python" -c 'import glob, os, platform, sys, zipfile
folder = sys.argv[1]
machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
with zipfile.ZipFile(glob.glob(folder + "/*.whl")[0]) as wheel, open(folder + "/aws-lambda-rie", "wb") as program:
    program.write(wheel.read("samcli/local/rapid/aws-lambda-rie-" + machine))
os.chmod(program.name, 0o755)' "$folder.new"
  rm -f "$folder.new"/*.whl
}

exec 9>"$folder.lock"
flock 9
if [ "$(cat "$folder/made-of" 2>/dev/null)" != "$version" ]; then
  echo "strict: bringing $name" >&2
  : >"$log"
  rm -rf "$folder.new" "$folder"
  mkdir -p "$folder.new"
  "get_$name"
  echo "$version" >"$folder.new/made-of"
  mv "$folder.new" "$folder"
fi
echo "$folder"
