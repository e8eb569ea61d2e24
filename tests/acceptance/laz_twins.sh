#!/usr/bin/env bash
# laz_twins.sh: compressed points are the plain ones, byte for byte: files that lazrs and LASzip write of
# every point format they know, and real ones against what lazrs reads. Needs Python with laspy and
# lazrs; LASPY from outside: another python3, say of a virtual environment.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
python=${LASPY:-python3}
"$python" -c 'import laspy, lazrs' 2>/dev/null || skip "no laspy and lazrs for $python"
mkdir "$WORK/twins"
"$python" -B "$SUPPORT/laz_twins.py" "$WORK/twins" "$ROOT/../shared/data/open" | tee "$WORK/said"
pairs=$(tail -n 1 "$WORK/said")
TWINS=$WORK/twins "$BUILD/tests/test_formats_laz_twins" | tee "$WORK/compared"
same=$(grep -c ', the same$' "$WORK/compared")
[ "$same" = "$pairs" ] || fail "$same of $pairs pairs compared"
promise P1 "pairs of LAZ and LAS files: the same bytes in every record" "$same"
