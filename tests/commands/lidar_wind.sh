#!/usr/bin/env bash
# lidar_wind.sh: winds that are known, written into whole files as rays with the digits that such files
# have, must be found again at every height, as near as these digits allow.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
mkdir -p "$WORK/data"
python3 - "$WORK/data" <<'PY'
import math, random, sys
folder = sys.argv[1]

def along(wind, azimuth, elevation):
    a, e = math.radians(azimuth), math.radians(elevation)
    return wind[0] * math.sin(a) * math.cos(e) + wind[1] * math.cos(a) * math.cos(e) + wind[2] * math.sin(e)

def wind(gate):
    """Turns from west over south to east and grows with height."""
    speed, coming = 3 + 0.5 * gate, math.radians(270 - 6 * gate)
    return -speed * math.sin(coming), -speed * math.cos(coming), 0.2 - 0.01 * gate

def hpl(name, rays, gates=24, decimals=4, change=lambda ray, gate, doppler, intensity: (doppler, intensity)):
    head = [f"Filename:\t{name}", "System ID:\t77", f"Number of gates:\t{gates}", "Range gate length (m):\t30.0",
            "Gate length (pts):\t10", "Pulses/ray:\t10000", "No. of rays in file:\t1", "Scan type:\tUser file 1 - stepped",
            "Focus range:\t65535", "Start time:\t20240602 10:00:00.00", "Resolution (m/s):\t0.0382",
            "Range of measurement (center of gate) = (range gate + 0.5) * Gate length",
            "Data line 1: Decimal time (hours)  Azimuth (degrees)  Elevation (degrees)", "f9.6,1x,f6.2,1x,f6.2",
            "Data line 2: Range Gate  Doppler (m/s)  Intensity (SNR + 1)  Beta (m-1 sr-1)",
            "i3,1x,f6.4,1x,f8.6,1x,e12.6 - repeat for no. gates", "****"]
    with open(f"{folder}/{name}", "w", newline="") as f:
        f.write("".join(line + "\r\n" for line in head))
        for i, (seconds, azimuth, elevation) in enumerate(rays):
            f.write(f"{10 + seconds / 3600:.8f} {azimuth:6.2f} {elevation:6.2f}\r\n")
            for gate in range(gates):
                doppler, intensity = change(i, gate, along(wind(gate), azimuth, elevation), 1.25)
                f.write(f"{gate:3d} {doppler:.{decimals}f} {intensity:.6f} 1.000000E-6\r\n")

def turns(count, beams, elevation, start=0):
    return [(start + 5 * (t * beams + b), 360 * b / beams, elevation) for t in range(count) for b in range(beams)]

hpl("a_vad.hpl", turns(24, 6, 75))
hpl("b_four.hpl", turns(3, 4, 60))
hpl("c_stare.hpl", [(s, 0, 90) for s in range(40)])
hpl("d_two.hpl", turns(1, 6, 75)[:2])
rays = turns(4, 12, 75)
hpl("e_missing.hpl", [r for i, r in enumerate(rays) if i % 12 not in (3, 4, 9)])
noise = random.Random(7)
# above gate 15 there is nothing but noise; below it every fifth ray is lost
hpl("f_noise.hpl", turns(6, 12, 70), change=lambda ray, gate, d, i:
    (d, i) if gate < 16 and ray % 5 else (noise.uniform(-19, 19), noise.uniform(0.995, 1.0079)))
# gate 10 and above: a second harmonic of 9 m/s, which no uniform wind explains
hpl("g_wavy.hpl", turns(2, 24, 75), change=lambda ray, gate, d, i:
    (d + (9 * math.cos(2 * math.radians(15 * (ray % 24))) if gate >= 10 else 0), i))
# a scan of which one half comes a minute later, then two scans at another elevation
hpl("h_gap.hpl", turns(1, 8, 75)[:4] + [(s + 60, a, e) for s, a, e in turns(1, 8, 75)[4:]] + turns(2, 8, 35, 200))

def rtd(name, sign=1, own=True):
    """Four slanted beams and a vertical one. The instrument's own wind: what its last five beams say, which is the truth."""
    heights, offset = [40, 60, 80, 120, 200], 10
    with open(f"{folder}/{name}", "w", encoding="latin-1") as f:
        f.write("HeaderSize=6\nID System=WLS7-999\nScanAngle (\xb0)=28.000\n"
                f"DirectionOffset (\xb0)={offset}\nCNRThreshold=-22\nAltitudes (m)=\t" + "\t".join(map(str, heights)) + "\n****\n")
        names = ["CNR (dB)", "Radial Wind Speed (m/s)"] + (["Wind Speed (m/s)", "Wind Direction (\xb0)"] if own else [])
        f.write("Timestamp\tPosition\tTemperature\t" + "\t\t".join("\t".join(f"{h}m {n}" for n in names) for h in heights) + "\t\n")
        for i in range(60):
            word = ("0", "90", "180", "270", "V")[i % 5]
            f.write(f"2024/06/02 10:{i // 60:02d}:{i % 60:02d}.00\t{word}\t21.5")
            for k, h in enumerate(heights):
                u, v, w = wind(k)
                radial = sign * along((u, v, w), 0 if word == "V" else float(word) + offset, 90 if word == "V" else 62)
                cells = [f"{-10 - 4 * k:.1f}", f"{radial:.2f}"]
                if own:
                    cells += [f"{math.hypot(u, v):.2f}", f"{math.degrees(math.atan2(-u, -v)) % 360:.1f}"]
                f.write("\t" + "\t".join(cells) + "\t")
            f.write("\n")

def sweep(number, elevation, heights, packed):
    """A group as scanning WindCubes write it, in CDL: azimuths every 15 degrees."""
    rays = [(i, 15 * i) for i in range(24)]
    radial = [along(wind(k), a, elevation) for _, a in rays for k in range(len(heights))]
    values = [f"{round(v / 0.01)}" if packed else f"{v:.4f}f" for v in radial]
    kind = "short" if packed else "float"
    scale = "  radial_wind_speed:scale_factor = 0.01 ;\n" if packed else ""
    return (f"group: Sweep_{number} {{\ndimensions: time = 24 ; range = {len(heights)} ;\nvariables:\n"
            "  double time(time) ; time:units = \"seconds since time_reference\" ;\n  string time_reference ;\n"
            "  float range(range) ; range:units = \"m\" ;\n  float azimuth(time) ;\n  float elevation(time) ;\n"
            f"  {kind} radial_wind_speed(time, range) ; radial_wind_speed:units = \"m s-1\" ;\n"
            "  radial_wind_speed:standard_name = \"radial_velocity_of_scatterers_away_from_instrument\" ;\n" + scale +
            "  float cnr(time, range) ; cnr:units = \"dB\" ;\ndata:\n"
            f"  time = {', '.join(str(s) for s, _ in rays)} ;\n  time_reference = \"2024-06-02T10:00:00Z\" ;\n"
            f"  range = {', '.join(map(str, heights))} ;\n  azimuth = {', '.join(str(a) for _, a in rays)} ;\n"
            f"  elevation = {', '.join([str(elevation)] * 24)} ;\n  radial_wind_speed = {', '.join(values)} ;\n"
            f"  cnr = {', '.join(['-12'] * len(radial))} ;\n}}\n")

with open(f"{folder}/../sweeps.cdl", "w") as f:
    f.write("netcdf sweeps {\n" + sweep(1, 75, [100, 150, 200], False) + sweep(2, 35, [100, 150], True) + "}\n")

rtd("i_five.rtd")
rtd("j_towards.rtd", sign=-1)
rtd("k_plain.rtd", own=False)
PY
sweeps=no
if command -v ncgen >/dev/null; then
  sweeps=yes
  ncgen -k nc4 -o "$WORK/data/WLS200s-1_ppi.nc" "$WORK/sweeps.cdl"
fi
cat >"$WORK/strict.yaml" <<'YAML'
rules:
  - {match: "*.hpl", pipeline: lidar}
  - {match: "j_*.rtd", pipeline: turned}
  - {match: "*.rtd", pipeline: lidar}
pipelines:
  turned: {lidar: {towards: true}}
YAML
run_weir "$WORK/out" "$WORK/data" -c "$ROOT/configs/lidar.yaml"
run_weir "$WORK/turned" "$WORK/data" -c "$WORK/strict.yaml"
run_weir "$WORK/plain" "$WORK/data"
for out in out turned plain; do tables "$WORK/$out" "$WORK/$out-tables"; done
mkdir -p "$WORK/shown"
for file in "$WORK"/data/*; do
  "$WEIR" show "$file" -c "$ROOT/configs/lidar.yaml" >"$WORK/shown/$(basename "$file")"
done

python3 - "$WORK" "$sweeps" <<'PY'
import json, math, sys
work, sweeps = sys.argv[1:]
def rows(out, table):
    with open(f"{work}/{out}-tables/{table}.ndjson") as f:
        return [json.loads(line) for line in f]
def files(out):
    return {r["uri"].split("/")[-1]: r for r in rows(out, "files")}
def results(out):
    return {(r["uri"].split("/")[-1], r["variable"]): r for r in rows(out, "results")}
got, known = results("out"), files("out")
assert {f["state"] for f in known.values()} == {"done"}, {k: f["reason"] for k, f in known.items()}

def wind(gate):
    speed, coming = 3 + 0.5 * gate, math.radians(270 - 6 * gate)
    return -speed * math.sin(coming), -speed * math.cos(coming), 0.2 - 0.01 * gate

def profile(name):
    """Lines of the mean wind, by height: direction, speed, up, sound scans."""
    found = {}
    with open(f"{work}/shown/{name}") as f:
        for line in f:
            cells = line.split()
            if line.startswith("//   ") and len(cells) == 6:
                found[float(cells[1])] = tuple(float(c) for c in cells[2:])
    return found

def expect_heights(name, heights, gates, scans, rounding, elevation):
    """The digits of the radial velocities bound the error of a component; 1.0 mm/s and 0.005 degree are those of the text."""
    found, slack = profile(name), 2 * rounding
    assert len(found) == len(gates), (name, len(found), len(gates))
    for gate in gates:
        coming, speed, up, sound = found[round(heights[gate], 1)]
        u, v, w = wind(gate)
        level = slack / math.cos(math.radians(elevation))
        assert abs(speed - math.hypot(u, v)) <= level + 0.001, (name, gate, speed)
        away = (coming - math.degrees(math.atan2(-u, -v)) + 180) % 360 - 180
        assert abs(away) <= math.degrees(level / math.hypot(u, v)) + 0.006, (name, gate, coming)
        assert abs(up - w) <= slack / math.sin(math.radians(elevation)) + 0.001, (name, gate, up)
        assert sound == scans, (name, gate, sound)

def heights(elevation):
    return [(gate + 0.5) * 30 * math.sin(math.radians(elevation)) for gate in range(24)]

def variable(name, what, **wanted):
    r = got[name, what]
    for key, value in wanted.items():
        near = isinstance(value, float) and abs(r[key] - value) <= 1e-6 * max(1, abs(value))
        assert near or r[key] == value, (name, what, key, r[key], value)

def fact(name, text, out="out"):
    facts = files(out)[name]["facts"]
    assert text in facts, (name, facts)

expect_heights("a_vad.hpl", heights(75), range(24), 24, 5e-5, 75)
variable("a_vad.hpl", "/wind/wind_speed", shape=[24, 24], n=576, valid=576, units="m s-1", standard_name="wind_speed")
variable("a_vad.hpl", "/wind/wind_from_direction", units="degree", standard_name="wind_from_direction")
variable("a_vad.hpl", "/wind/upward_air_velocity", standard_name="upward_air_velocity")
variable("a_vad.hpl", "/wind/rays", min=6, max=6)
variable("a_vad.hpl", "/wind/flag", min=0, max=0)
variable("a_vad.hpl", "/wind/time", shape=[24], units="hours since 2024-06-02 00:00:00", first=10 + 12.5 / 3600)
variable("a_vad.hpl", "/screened/snr", min=10 * math.log10(0.25), max=10 * math.log10(0.25))
assert got["a_vad.hpl", "/wind/residual"]["max"] < 1e-4
expect_heights("b_four.hpl", heights(60), range(24), 3, 5e-5, 60)
fact("c_stare.hpl", "wind: none: the beam does not go round")
assert ("c_stare.hpl", "/wind/wind_speed") not in got
variable("c_stare.hpl", "/screened/doppler", shape=[40, 24], valid=960)
fact("d_two.hpl", "wind: none: scans have 2 rays at the most, and a wind needs 4 at three azimuths")
expect_heights("e_missing.hpl", heights(75), range(24), 4, 5e-5, 75)
variable("e_missing.hpl", "/wind/rays", min=9, max=9)
expect_heights("f_noise.hpl", heights(70), range(16), 6, 5e-5, 70)
# of 12 beams two or three are lost: the rays 0, 5, 10, ... of 72, so 15; each at 16 gates
variable("f_noise.hpl", "/screened/doppler", shape=[72, 24], valid=(72 - 15) * 16)
variable("f_noise.hpl", "/wind/flag", min=0, max=1, mean=8 / 24)
expect_heights("g_wavy.hpl", heights(75), range(10), 2, 5e-5, 75)
variable("g_wavy.hpl", "/wind/flag", min=0, max=8, mean=8 * 14 / 24)
assert abs(got["g_wavy.hpl", "/wind/residual"]["max"] - 9 / math.sqrt(2)) < 1e-3
variable("h_gap.hpl", "/wind/wind_speed", shape=[4, 24], valid=96)
variable("h_gap.hpl", "/wind/rays", min=4, max=8)
variable("h_gap.hpl", "/wind/elevation", min=35, max=75)

level = [40, 60, 80, 120, 200]
# radial velocities have two digits; the fifth height is weaker (-26 dB) than the file's threshold
expect_heights("i_five.rtd", level, range(4), 12, 5e-3, 62)
expect_heights("k_plain.rtd", level, range(4), 12, 5e-3, 62)
difference = got["i_five.rtd", "/wind/wind_from_direction_difference"]
assert difference["valid"] == 12 * 4 and max(abs(difference["min"]), abs(difference["max"])) < 0.4, difference
assert abs(got["i_five.rtd", "/wind/wind_speed_difference"]["mean"]) < 0.02
assert ("k_plain.rtd", "/wind/wind_speed_difference") not in got
assert any("option towards" in n for n in known["j_towards.rtd"]["notes"]), known["j_towards.rtd"]["notes"]
assert not any("towards" in n for n in known["i_five.rtd"]["notes"])
turned = results("turned")
assert abs(turned["j_towards.rtd", "/wind/wind_from_direction_difference"]["mean"]) < 0.2
assert turned["j_towards.rtd", "/wind/wind_speed"]["pipeline"] == "turned"

if sweeps == "yes": # radial velocities have four digits, and two
    name = "WLS200s-1_ppi.nc"
    for group, gates, elevation, rounding in ((1, 3, 75, 5e-5), (2, 2, 35, 5e-3)):
        winds = [wind(gate) for gate in range(gates)]
        speeds, slack = [math.hypot(u, v) for u, v, _ in winds], 2 * rounding / math.cos(math.radians(elevation))
        r = got[name, f"/Sweep_{group}/wind/wind_speed"]
        assert r["shape"] == [1, gates] and r["valid"] == gates, r
        for key, value in (("first", speeds[0]), ("last", speeds[-1]), ("mean", sum(speeds) / gates)):
            assert abs(r[key] - value) <= slack + 1e-5, (group, key, r[key], value)
        r = got[name, f"/Sweep_{group}/wind/height"]
        assert abs(r["min"] - 100 * math.sin(math.radians(elevation))) < 1e-3, r
        assert got[name, f"/Sweep_{group}/wind/rays"]["min"] == 24

# the file's own variables are what they are without the pipeline, and so is their number
plain, plain_files = results("plain"), files("plain")
for key, r in plain.items():
    own = dict(got[key])
    assert own.pop("pipeline") == "lidar" and r.pop("pipeline") == "summary"
    assert own == r, key
for name, f in plain_files.items():
    assert f["variables"] == known[name]["variables"], name
    assert not any(key[0] == name and key[1].startswith("/wind/") for key in plain)
PY
