#!/usr/bin/env bash
# open_lidar.sh: the wind of a real scan of eight beams, against normal equations solved in Python.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
scan=$ROOT/../shared/data/open/arm/sgpdlppiC1.b1.20191015.120023.cdf
[ -f "$scan" ] || skip "no real scan at ../shared/data/open/arm"
command -v ncdump >/dev/null || skip "no ncdump"
for name in azimuth elevation range radial_velocity intensity; do
  ncdump -p 9,17 -v "$name" "$scan" | sed -n '/^data:/,$p' >"$WORK/$name"
done
run_weir "$WORK/out" "$scan" -c "$ROOT/configs/lidar.yaml"
tables "$WORK/out" "$WORK/said"
"$WEIR" show "$scan" -c "$ROOT/configs/lidar.yaml" >"$WORK/shown"
python3 - "$WORK" <<'PY'
import json, math, sys
work = sys.argv[1]
def variable(name):
    text = open(f"{work}/{name}").read()
    text = text[text.index(f"{name} =") + len(name) + 2:text.rindex(";")]
    return [float(word) for word in text.split(",")]
azimuth, elevation, distance, velocity, intensity = map(
    variable, ("azimuth", "elevation", "range", "radial_velocity", "intensity"))
def solve(a, b):
    rows = [r + [x] for r, x in zip(a, b)]
    for c in range(3):
        pivot = max(range(c, 3), key=lambda k: abs(rows[k][c]))
        rows[c], rows[pivot] = rows[pivot], rows[c]
        for k in range(3):
            if k != c:
                part = rows[k][c] / rows[c][c]
                rows[k] = [x - part * y for x, y in zip(rows[k], rows[c])]
    return [rows[k][3] / rows[k][k] for k in range(3)]
beams = [(math.sin(math.radians(a)) * math.cos(math.radians(e)), math.cos(math.radians(a)) * math.cos(math.radians(e)),
          math.sin(math.radians(e))) for a, e in zip(azimuth, elevation)]
gates, winds = len(distance), []
for g in range(gates):
    use = [k for k in range(len(beams)) if intensity[k * gates + g] >= 1.008]
    if len(use) < 4:
        continue
    gram = [[sum(beams[k][p] * beams[k][q] for k in use) for q in range(3)] for p in range(3)]
    u, v, w = solve(gram, [sum(beams[k][p] * velocity[k * gates + g] for k in use) for p in range(3)])
    left = [velocity[k * gates + g] - beams[k][0] * u - beams[k][1] * v - beams[k][2] * w for k in use]
    rmse = math.sqrt(sum(x * x for x in left) / len(use))
    winds.append((distance[g] * math.sin(math.radians(elevation[0])), math.hypot(u, v),
                  math.degrees(math.atan2(-u, -v)) % 360, w, rmse))
sound = [x for x in winds if x[4] <= 5]
assert len(sound) > 100
got = {r["variable"]: r for r in map(json.loads, open(f"{work}/said/results.ndjson"))}
def near(name, column, rows):
    r, values = got[name], [x[column] for x in rows]
    assert r["valid"] == len(values), (name, r["valid"], len(values))
    for key, value in (("min", min(values)), ("max", max(values)), ("mean", sum(values) / len(values)), ("first", values[0])):
        assert abs(r[key] - value) <= 1e-6 * max(1, abs(value)), (name, key, r[key], value)
near("/wind/wind_speed", 1, sound)
near("/wind/wind_from_direction", 2, sound)
near("/wind/upward_air_velocity", 3, sound)
near("/wind/residual", 4, winds)
shown = [line.split()[1:] for line in open(f"{work}/shown") if line.startswith("//   ") and len(line.split()) == 6]
assert len(shown) == len(sound)
for line, (height, speed, coming, up, _) in zip(shown, sound):
    for text, value, digits in zip(line, (height, coming, speed, up), (0.051, 0.0051, 0.00051, 0.00051)):
        assert abs(float(text) - value) <= digits, (line, value)
PY
