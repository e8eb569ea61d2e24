#!/usr/bin/env python3
"""known_differences.py TABLE KIND CODE < SAID: judges what a comparison with KIND's tables of expected
values said, and its exit code. Its differences, lines "  table: file: words", must be exactly the rows of
TABLE (columns kind, file, what, why) of that kind: another one fails, and so does a row that does not
occur any more."""
import csv
import sys


def main():
    path, kind, code = sys.argv[1:]
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {f"{r['what'].split(': ')[0]}: {r['file']}: {r['what'].split(': ', 1)[1]}": r["why"]
             for r in rows if r["kind"] == kind}
    said = sys.stdin.read().splitlines()
    differences = {line.strip() for line in said if line.startswith("  ")}
    wrong = [f"differs: {d}" for d in sorted(differences - known.keys())]
    wrong += [f"{path}: does not occur any more: {d}" for d in sorted(known.keys() - differences)]
    if (code != "0") != bool(differences):
        wrong.append(f"the comparison ended with {code}, having told {len(differences)} differences")
    if not any("/" in line for line in said if not line.startswith(" ")):
        wrong.append("nothing was compared")
    print("\n".join([line for line in said if not line.startswith(" ")]
                    + [f"known: {d}\n  {known[d]}" for d in sorted(differences & known.keys())] + wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
