"""run_keys.py: keys that are awkward names, and whether a program has taken each as what it is.

    run_keys.py make FOLDER            puts one tiny table under each key, straight at the emulator; FOLDER gets
                                       all, bad, again, third (URIs, NUL-separated)
    run_keys.py files FOLDER FILES     `weir files --format ndjson`: each URI once and exact, of the right state
    run_keys.py again FOLDER FILES     those that were named to `weir retry`, and no others, have two attempts
    run_keys.py fetched FOLDER NAME    NDJSON of the gate's log: each of those was fetched once, by its own name
    run_keys.py paths TRACE            no file of this machine was asked for by a key's name"""
import json
import random
import re
import sys
from urllib.parse import unquote_to_bytes

GOOD = b"time,t\n2024-06-03T00:00:00Z,1\n2024-06-03T00:00:01Z,2\n"
BAD = bytes(range(1, 9)) * 3 + b"\x00\xff\xfe\x01"  # no format's
MOST = 1024  # bytes of a key
BUCKET = "naughty"


def of_rules():
    """Each rule gives some keys; S3's keys are UTF-8 without NUL."""
    # every byte that is a character by itself, within and alone
    for byte in range(1, 128):
        yield f"ascii/{byte:02x}{chr(byte)}x"
        yield chr(byte)
    # the ends of what UTF-8 can say, and characters that tools lose
    for code in (0x80, 0x85, 0xa0, 0xad, 0xc4, 0xe9, 0xff, 0x100, 0x131, 0x200b, 0x200d, 0x200e, 0x202e, 0x2028, 0x2029,
                 0x2066, 0x3000, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfdd0, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f600,
                 0xe0001, 0x10ffff):
        yield f"unicode/a{chr(code)}b"
        yield chr(code)
    yield from ("é", "e\u0301", "Å", "A\u030a", "\u212b", "ﬃ", "İi", "ß", "SS", "日本語/データ.csv", "Ω≈ç√", "مرحبا",
                "👩‍👩‍👧‍👦.csv", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞", "a\u0300\u0301\u0302")
    # what is decoded once too often, or once too rarely
    for text in ("%", "%%", "%2", "%2F", "%2f", "%252F", "%00", "%0A", "%20", "%zz", "+", "++", "a+b", "a b", "a%20b",
                 "a%2Bb", "&", "&amp;", "&lt;", "&#10;", "<Key>x</Key>", "]]>", "<!--", "\\u0041", "\\x41", "=", "?",
                 "?list-type=2", "#", "#x", ";", "a=b&c=d", "?versionId=null", "?uploads", "?acl"):
        yield text
        yield f"encoded/{text}"
    # paths
    for text in ("/", "//", "///", "/a", "//a", "a/", "a//", "a//b", "./", ".", "..", "../", "../a", "./a", "a/./b",
                 "a/../b", "a/..", "a/.", "/..", "/../a", "/etc/weir-decoy", "//etc/weir-decoy", "../../etc/weir-decoy",
                 "decoy.csv", "./decoy.csv", "inner/decoy.csv", "~", "~/a", "~root", "c:\\a", "\\\\host\\a", "a\\b",
                 "file:///etc/weir-decoy", "s3://other/key", "s3:/x", "-", "--", "-o", "--help", "-j2", "@list", "@",
                 ".hidden", "...", "a/...", ".git/config", "CON", "NUL", "a.zip/b", "x.tar.gz/y/z"):
        yield text
    # blanks at the ends, line ends, control characters
    for text in ("a ", " a", " ", "  ", "a\t", "\ta", "a\n", "\na", "a\nb", "a\r\nb", "\r", "\n", "\n\n", "a\x1b[31mb", "\x7f",
                 "a\x08b", "\x1b]0;x\x07", "a \n ", "dir \n/x", " /x", "x/ ", "x/ /y"):
        yield text
        yield f"blanks/{text}"
    # shells, formats, queries
    for text in ("$HOME", "${HOME}", "$(id)", "`id`", "a;id", "a|id", "a&&id", "a>b", "<a", "!x", "*", "?*", "[a]", "{a,b}",
                 "'", "''", '"', '""', "a'b\"c", "\\", "\\\\", "%s", "%n%n", "%d%x", "%1$s", "{0}", "{{x}}", "${jndi:x}",
                 "'; DROP TABLE files; --", "' OR 1=1 --", '" OR ""="', "null", "NULL", "undefined", "true", "NaN", "Inf",
                 "0", "-1", "1e1000", "0x0", "1/0", "[]", "{}", '{"a":1}', "<script>", "a,b", "=1+1", "@SUM(1)", "\ufeffa",
                 "aux", "index.html", "README", "__proto__", "results.db", "ledger.db-wal"):
        yield text
    # lengths in bytes
    for length in (255, 256, 257, 1023, MOST):
        yield "l" * length
    yield "ü" * (MOST // 2)
    yield "/" * MOST
    yield "d/" * (MOST // 2 - 1) + "ee"
    yield "%" * MOST
    yield "\n" * MOST
    # mixtures, the same every time
    r = random.Random(5)
    parts = ["/", "//", "..", ".", " ", "+", "%", "%2F", "\n", "\t", "\x01", "'", '"', "\\", "a", "é", "😀", "&", "<", "=", "?", "#"]
    for number in range(60):
        yield f"mixed/{number}" + "".join(r.choices(parts, k=r.randrange(1, 25)))


def keys():
    return [k for k in dict.fromkeys(of_rules()) if 0 < len(k.encode()) <= MOST]


def is_bad(key):
    """One in eleven has a body that nobody can read, so that there is something to read again; not where a
    hidden file's name is reason enough to leave it alone."""
    return sum(key.encode()) % 11 == 0 and not key.rsplit("/", 1)[-1].startswith(".")


def uri(key):
    return f"s3://{BUCKET}/{key}"


def make(folder):
    import s3  # tests/support/s3.py
    client = s3.client()
    client.create_bucket(Bucket=BUCKET)
    for key in keys():
        client.put_object(Bucket=BUCKET, Key=key, Body=BAD if is_bad(key) else GOOD)
    bad = [uri(k) for k in keys() if is_bad(k)]
    everything = [uri(k) for k in keys()]
    for name, uris in (("all", everything), ("bad", bad), ("again", bad[::2]), ("third", everything[::3])):
        with open(f"{folder}/{name}", "wb") as f:
            f.write(b"".join(u.encode() + b"\0" for u in uris))
    print(len(keys()))


def read_uris(folder, name):
    with open(f"{folder}/{name}", "rb") as f:
        return [u.decode() for u in f.read().split(b"\0")[:-1]]


def rows(path):
    with open(path, encoding="utf-8", newline="\n") as f:
        return [json.loads(line) for line in f.read().split("\n") if line]


def explain(difference, what):
    if difference:
        sys.exit(f"{what}: {len(difference)}: {sorted(difference)[:8]!r}")


def files(folder, path):
    found = rows(path)
    expected, told = set(read_uris(folder, "all")), [row["uri"] for row in found]
    explain(expected - set(told), "not told")
    explain(set(told) - expected, "told, and not there")
    explain({u for u in told if told.count(u) > 1}, "told twice")
    bad = set(read_uris(folder, "bad"))
    wrong = [row for row in found if row["state"] != ("failed" if row["uri"] in bad else "done")]
    if wrong:
        sys.exit(f"{len(wrong)} of another state: {wrong[:3]!r}")


def again(folder, path):
    named = read_uris(folder, "again")
    expected = {u for u in read_uris(folder, "bad")
                if any(u == n or u.startswith(n + "/") for n in named)}  # a name stands for what is below it, too
    found = {row["uri"] for row in rows(path) if row["attempts"] == 2}
    explain(expected - found, "not read again")
    explain(found - expected, "read again, and not named")
    explain({row["uri"] for row in rows(path) if row["attempts"] > 2}, "read more often")


def fetched(folder, name):
    targets = [e["target"] for e in map(json.loads, sys.stdin) if e["method"] == "GET" and e["status"] in (200, 206)]
    told = ["s3:/" + unquote_to_bytes(t).decode() for t in targets if "?" not in t]  # a listing has a query
    expected = set(read_uris(folder, name))
    explain(expected - set(told), "not fetched")
    explain(set(told) - expected, "fetched, and not named")
    explain({u for u in told if told.count(u) > 1}, "fetched twice")


def paths(trace):
    with open(trace, "rb") as f:
        calls = [line for line in f if b"execve(" not in line]  # its arguments are no paths
    written = re.findall(rb'"((?:[^"\\]|\\.)*)"', b"".join(calls))
    asked = {p.decode("unicode_escape").encode("latin-1").decode("utf-8", "surrogateescape") for p in written}
    if len(asked) < 10:
        sys.exit("the trace has no paths")
    own = {"", ".", "..", "/", "//", "0"}  # of the program and its libraries, whatever keys are called
    names = {name for k in keys() for name in (k, uri(k), "/" + k, k.removeprefix("/"))} - own
    explain(asked & names, "a key became a path")
    explain({a for a in asked if "decoy" in a or BUCKET in a}, "a key became a path")


ACTIONS = {"make": make, "files": files, "again": again, "fetched": fetched, "paths": paths}

if __name__ == "__main__":
    ACTIONS[sys.argv[1]](*sys.argv[2:])
