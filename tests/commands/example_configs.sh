#!/usr/bin/env bash
# example_configs.sh: the examples in configs/ are good, and read what they say they read. The files
# are written here; what must come out is computed by hand.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
out=$WORK/out data=$WORK/data
mkdir -p "$data/disdrometer" "$data/radiometer"
for config in "$ROOT"/configs/*.yaml; do
  "$WEIR" check "$config" >"$WORK/said" || { cat "$WORK/said"; fail "weir check $config"; }
done

python3 - "$data" <<'PY'
import sys
data = sys.argv[1]
def row(clock, rate, drops, spectrum):
    return f"06.08.2021;{clock};{rate};88,69;62;RA;R;21,446;8931;22890;{drops};14;0,95;23,9;3,990;0;<SPECTRUM>{spectrum}</SPECTRUM>\r\n\r\n"
cells = [""] * 1024
cells[0], cells[33], cells[1023] = "1", "2", "4"
with open(f"{data}/disdrometer/day.txt", "w", newline="") as f:
    f.write(row("23:59:50", "0,750", 7, "".join(c + ";" for c in cells)))
    f.write(row("24:00:00", "1,250", 0, "ZERO"))
with open(f"{data}/radiometer/a_lv1.csv", "w") as f:
    f.write("Record,Date/Time,10,Tamb(K)\n")
    f.write("Record,Date/Time,40,Tamb(K),Rh(%),Pres(mb),Tir(K),Rain,DataQuality\n")
    f.write("Record,Date/Time,50,Az(deg),Ch  22.000, Ch  30.500, Ch  58.800,DataQuality\n")
    f.write("Record,Date/Time,80,ID\n")
    f.write("     1,01/31/21 00:04:28,41, 268.5,  99.0, 989.5, 248.75,0,1\n")
    f.write("     2,01/31/21 00:05:02,51,  0.00,, 10.5, 20.25,0\n")
    f.write("     3,01/31/21 00:06:17,41, 270.5,  97.0, 990.5, 250.25,0,1\n")
with open(f"{data}/radiometer/a_lv2.csv", "w") as f:
    heights = [f"{i * 0.25:5.2f}" for i in range(47)]
    f.write("Record,Date/Time,10,Tamb(K),Rh(%),Pres(mb),Tir(K),Rain,Vint(cm),Lqint(mm)," + ",".join(heights) + "\n")
    for kind in (11, 12, 13, 14):
        f.write(f"{kind - 10},07/18/21 00:01:12,{kind},297.0,63.5,999.6,263.4,N,3.74,0.03," + ",".join(str(kind) for _ in heights) + "\n")
PY
run_weir "$out" "$data/disdrometer" -c "$ROOT/configs/disdrometer.yaml"
run_weir "$out" "$data/radiometer" -c "$ROOT/configs/radiometer.yaml"
tables "$out" "$WORK/tables"
python3 - "$WORK/tables" <<'PY'
import json, sys
def rows(name):
    with open(f"{sys.argv[1]}/{name}.ndjson") as f:
        return [json.loads(line) for line in f]
files = {r["uri"].split("/")[-1]: r for r in rows("files")}
results = {(r["uri"].split("/")[-1], r["variable"]): r for r in rows("results")}
assert {f["state"] for f in files.values()} == {"done"}, files
assert {f["format"] for f in files.values()} == {"text"}, files

def file(name, count, first, last):
    f = files[name]
    assert (f["rows"], f["first_time"], f["last_time"]) == (count, first, last), f

def variable(name, what, **wanted):
    r = results[name, what]
    for key, value in wanted.items():
        assert r[key] == value, (what, key, r[key], value)

file("day.txt", 2, "2021-08-06T23:59:50Z", "2021-08-07T00:00:00Z")
variable("day.txt", "rainfall_rate", units="mm h-1", type="double", n=2, min=0.75, max=1.25,
         standard_name="rainfall_rate")
variable("day.txt", "particles", type="int64", min=0, max=7)
# ZERO stands in the place of the first class, which nobody has counted; the rest is empty: no drop
variable("day.txt", "spectrum", type="int64", shape=[2, 32, 32], n=2048, valid=2047, min=0, max=4,
         first=1, last=0)
file("a_lv1.csv", 3, "2021-01-31T00:04:28Z", "2021-01-31T00:06:17Z")
variable("a_lv1.csv", "/surface/air_temperature", units="K", n=2, min=268.5, max=270.5)
variable("a_lv1.csv", "/surface/air_pressure", units="hPa", mean=990)
variable("a_lv1.csv", "/sky/frequency", units="GHz", shape=[3], min=22, max=58.8)
variable("a_lv1.csv", "/sky/brightness_temperature", shape=[1, 3], valid=2, min=10.5, max=20.25)
file("a_lv2.csv", 4, "2021-07-18T00:01:12Z", "2021-07-18T00:01:12Z")
for group, name, value in (("temperature", "air_temperature", 11), ("vapour", "water_vapour_density", 12),
                           ("humidity", "relative_humidity", 13), ("liquid", "liquid_water_density", 14)):
    variable("a_lv2.csv", f"/{group}/{name}", shape=[1, 47], min=value, max=value)
    variable("a_lv2.csv", f"/{group}/height", units="km", min=0, max=11.5)
PY
