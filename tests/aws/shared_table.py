"""shared_table.py: orchestrator/shared_table.h ($PROGRAM --do) against boto3, straight at the emulator, and sqlite3.

What is in the tables is read here by docs/dynamodb.md (shared_layout.py), not by Weir; and what is written here so,
Weir has to read."""
import itertools
import json
import os
import shutil
import subprocess
import threading
import unittest

import gate_client as gate
from gate_client import setup
from shared_layout import NOT_THESE, change, columns, connect, decode, dump, rows

WORK = os.environ["WORK"]
LONG = "lang und breit, ü €\n" * 60000  # 1.3 MB
RAW = b"\xff\xfe raw \x80"


def do(*words, **environment):
    """(exit status, lines of stdout, stderr)"""
    said = subprocess.run([os.environ["PROGRAM"], "--do", *words], capture_output=True, timeout=120, check=False,
                          env={**os.environ, "AWS_MAX_ATTEMPTS": "4", **environment})
    return said.returncode, said.stdout.splitlines(), said.stderr.decode()


class Shared(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.boto = setup.client("dynamodb")

    def setUp(self):
        self.name = self.id().rpartition(".")[2]
        self.store = "dynamodb:" + self.name
        gate.control("DELETE", "faults")
        self.works("create")
        gate.control("DELETE", "log")
        self.count = itertools.count()

    def works(self, command, *words, **more):
        status, lines, said = do(command, self.store, *words, **more)
        self.assertEqual((status, said), (0, ""))
        return lines

    def fails(self, words, command, *more, **environment):
        status, _, said = do(command, self.store, *more, **environment)
        self.assertEqual(status, 1, said)
        self.assertRegex(said, words)
        self.assertEqual(said.count("\n"), 1)
        self.assertNotIn(gate.SECRET, said)

    def ledger(self, *statements, like="base"):
        out = os.path.join(WORK, f"{self.name}-{next(self.count)}")
        os.mkdir(out)
        shutil.copy(os.path.join(WORK, like, "ledger.db"), out)
        change(out, *statements)
        return out

    def empty(self):
        return self.ledger("DELETE FROM failures", "DELETE FROM variables", "DELETE FROM files")

    def uris(self, out):
        return [r["uri"] for r in rows(out, "files") if r["unit"] == b""]

    def loaded(self, unfinished=0):
        into = self.empty()
        self.assertEqual(self.works("load", into), [b"unfinished %d" % unfinished])
        return into

    def stored(self):
        """The items of both tables: {partition: {sort: item}}."""
        both = []
        for name in (self.name, self.name + "-failures"):
            found = {}
            for page in self.boto.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
                for item in page["Items"]:
                    found.setdefault(item["pk"]["S"], {})[item["sk"]["S"]] = item
            both.append(found)
        return both

    def decoded(self, out):
        with connect(out) as db:
            names = {t: [c for c in columns(db, t) if c not in NOT_THESE[t] | {"uri", "unit"}] for t in NOT_THESE}
        return decode(self.stored(), names)

    def no_orphans(self):
        """Everything in the tables is of the generation that counts."""
        main, failures = self.stored()
        for partition, items in main.items():
            self.assertIn("#*", items)
            generation = items["#*"]["generation"]["S"]
            self.assertEqual([k for k in items if k != "#*" and not k.startswith(generation + "#")], [])
        for partition, items in failures.items():
            generation = main[partition]["#*"]["generation"]["S"]
            self.assertEqual([k for k, i in items.items() if not k.startswith(generation + "#")
                              and i["generation"]["S"] != generation], [])

    def agree(self, out, only=None, swept=True):
        """sqlite3 of the ledger, boto3 of the tables, and what Weir reads from them."""
        wanted = dump(out, only)
        self.assertEqual(self.decoded(out), wanted)
        self.assertEqual(dump(self.loaded()), wanted)
        if swept:
            self.no_orphans()

    def odd_values(self):
        out = self.ledger()
        uri = self.uris(out)[-1]
        numbers = [3.0, -0.0, 0.0, 1e300, -1e300, 5e-324, 1e-130, 9.9e-131, 9.99e125, 1e126, 1e22, 0.1, 1 / 3,
                   123456789012345680.0, -7.0, 2**63 - 1, -2**63, 0, "18446744073709551615", float("inf"), None]
        with connect(out) as db:
            file, = db.execute("SELECT id FROM files WHERE uri = CAST(? AS TEXT) AND unit = ''", (uri,)).fetchone()
            some = db.execute("SELECT position FROM variables WHERE file = ?", (file,)).fetchall()
            for (position,), six in zip(some, itertools.zip_longest(*[iter(numbers)] * 3)):
                db.execute("UPDATE variables SET min = ?, max = ?, mean = ? WHERE file = ? AND position = ?",
                           (*six, file, position))
            db.execute("UPDATE variables SET variable = CAST(? AS TEXT), units = CAST(? AS TEXT), shape = '',"
                       " long_name = ? WHERE file = ? AND position = 0", (RAW, b"\xc3\x28", 'a"b\\c\t\x01/', file))
            db.execute("UPDATE variables SET variable = '' WHERE file = ? AND position = 1", (file,))
            db.execute("UPDATE files SET seconds = 2.0, notes = ?, evidence = CAST(? AS TEXT),"
                       " inode = -1, size_bytes = 9223372036854775807 WHERE id = ?", (LONG, RAW * 150000, file))
            db.execute("UPDATE variables SET reason = ? WHERE file = ? AND position = 2", ("x" * 500000, file))
        return out

    # ---- rows

    def test_rows_of_a_run(self):
        out = self.ledger()
        self.assertEqual(self.works("send", out), [])
        self.agree(out)
        back = self.empty()
        self.works("bring", back, *self.uris(out))
        self.assertEqual(dump(back), dump(out))
        with connect(back) as db:
            self.assertEqual(db.execute("SELECT DISTINCT revision FROM files WHERE unit = ''").fetchall(), [(1,)])
        self.assertEqual(self.boto.describe_table(TableName=self.name + "-failures")["Table"]["BillingModeSummary"]
                         ["BillingMode"], "PAY_PER_REQUEST")
        gate.control("DELETE", "log")
        self.works("bring", back, *self.uris(out))  # knows them all: one question
        self.assertEqual(int(gate.control("GET", "count?match=Query")), 0)
        self.assertEqual(int(gate.control("GET", "count?match=BatchGetItem")), 1)

    def test_odd_values(self):
        out = self.odd_values()
        self.works("send", out)
        self.agree(out)
        back = self.empty()
        self.works("bring", back, *self.uris(out))
        self.assertEqual(dump(back), dump(out))

    def test_odd_names(self):
        """URIs that are no key, and members in any order that names can have."""
        names = [b"/" + b"x" * 2048, b"/" + b"y" * 2047, b"/raw\xff", b"sha256:" + b"0" * 64, b"s3://b/a#b", "/ü".encode()]
        out = self.ledger()
        with connect(out) as db:
            ids = [i for i, in db.execute("SELECT id FROM files WHERE unit = '' AND state = 'done' LIMIT 6")]
            for name, i in zip(names, ids):
                db.execute("UPDATE files SET uri = CAST(? AS TEXT) WHERE id = ?", (name, i))
                for unit in (b"a", b"a b", b"a#", b"a#b", b"a\x01", b"\xff\x00"[:1], b"u" * 3000):
                    db.execute("INSERT INTO files (uri, unit, state, device, inode, size_bytes, mtime_ns, starts, attempts,"
                               " recorded) SELECT uri, CAST(? AS TEXT), state, device, inode, size_bytes, mtime_ns, starts,"
                               " attempts, recorded FROM files WHERE id = ?", (unit, i))
        self.works("send", out)
        self.agree(out)

    def test_boto3_writes(self):
        """As another client may: numbers as the service gives them back, one item after the other in no order."""
        out = self.odd_values()
        self.works("send", out)
        wanted = dump(out)
        main, failures = self.stored()
        for name, items in ((self.name, main), (self.name + "-failures", failures)):
            for item in (i for p in items.values() for i in reversed(p.values())):
                for key, told in item.items():
                    if "N" in told and not set(told["N"]) & set(".e-"):
                        told["N"] = str(int(told["N"]))
                    elif "N" in told:
                        number = float(told["N"])
                        told["N"] = f"{number:.0f}" if number == int(number) and abs(number) < 1e37 else told["N"]
                item["more"] = {"M": {"of": {"S": "somebody else"}}}
                self.boto.put_item(TableName=name, Item=item)
        self.assertEqual(dump(self.loaded()), wanted)

    def test_many_failures(self):
        """More than one transaction has room for; once more with one more."""
        out = self.ledger()
        uri = [r["uri"] for r in rows(out, "failures")][0]
        add = ("INSERT INTO failures (file, uri, unit, stage, class, code, reason, attempts, time) SELECT file, uri, unit,"
               " stage, class, code, reason || ?, attempts + ?, time FROM failures WHERE uri = CAST(? AS TEXT) LIMIT 1")
        sent = 1
        for count in (98, 1, 1):  # 99, 100, 101
            change(out, *[(add, (f" {i}", sent + i, uri)) for i in range(count)])
            sent += count
            self.assertEqual(self.works("send", out), [])
            self.agree(out)
        self.assertEqual(len(self.stored()[1][uri.decode()]), 101)
        change(out, ("UPDATE failures SET cleared = time, cleared_by = 'done' WHERE uri = CAST(? AS TEXT)", (uri,)))
        self.works("send", out)
        self.agree(out)

    def test_long_failure(self):
        out = self.ledger(("UPDATE failures SET reason = ?", (LONG,)))
        self.works("send", out)
        self.agree(out)

    # ---- several weirs

    def test_replaced(self):
        out = self.ledger()
        self.works("send", out)
        change(out, "DELETE FROM variables WHERE position > 2", "UPDATE files SET notes = 'second'",
               "UPDATE failures SET cleared = time, cleared_by = 'done'")
        self.assertEqual(self.works("send", out), [])
        self.agree(out)
        for items in self.stored()[0].values():
            self.assertEqual(items["#*"]["revision"], {"N": "2"})

    def test_overtaken(self):
        a, b = self.ledger(), self.ledger("UPDATE files SET notes = 'b'", "DELETE FROM variables WHERE position > 4")
        mine = self.uris(a)
        self.works("send", a, *mine[:5])
        self.assertEqual(self.works("send", b, *mine[3:8]), mine[3:5])
        self.no_orphans()
        both = dump(self.loaded())
        self.assertEqual({t: [r for r in rows if r["uri"] in mine[:5]] for t, rows in both.items()}, dump(a, mine[:5]))
        self.works("bring", b, *mine[3:5])
        self.assertEqual(dump(b, mine[3:5]), dump(a, mine[3:5]))
        change(b, "UPDATE files SET notes = 'b again'")
        self.assertEqual(self.works("send", b, *mine[3:5]), [])
        self.assertEqual(self.works("send", a, *mine[3:4]), mine[3:4])
        self.assertEqual(dump(self.loaded(), mine[3:5]), dump(b, mine[3:5]))
        self.no_orphans()

    def test_unknown_files_stay(self):
        a, b = self.ledger(), self.ledger("UPDATE files SET notes = 'b'")
        mine = self.uris(a)
        self.works("send", a, mine[0])
        self.works("bring", b, *mine)
        self.assertEqual(dump(b, mine[:1]), dump(a, mine[:1]))
        self.assertEqual({r["notes"] for r in dump(b, mine[1:])["files"] if r["unit"] == b""}, {b"b"})

    def test_tables_made_anew(self):
        """The ledger knows revision 1 of tables that are gone."""
        out = self.ledger()
        self.works("send", out)
        for name in (self.name, self.name + "-failures"):
            self.boto.delete_table(TableName=name)
        self.works("create")
        self.assertEqual(self.works("send", out), [])
        self.agree(out)

    def test_rolled_back(self):
        """The batch of the ledger was lost after the table had it: by this weir, then by one that died."""
        out = self.ledger()
        self.assertEqual(self.works("send", out, TWICE="1"), [])
        self.agree(out)
        other = self.ledger()
        self.assertEqual(self.works("send", other), self.uris(other))
        self.works("bring", other, *self.uris(other))
        self.assertEqual(dump(other), dump(out))

    def test_both_at_once(self):
        """Two weirs send all files again and again, each bringing what the other was faster with."""
        def weir(name, out):
            for k in range(6):
                change(out, f"UPDATE files SET notes = '{name}{k}'", f"DELETE FROM variables WHERE position > {9 - k}")
                status, late, said = do("send", self.store, out)
                assert status == 0, said
                if late:
                    status, _, said = do("bring", self.store, out, *late)
                    assert status == 0, said

        outs = [self.ledger(), self.ledger()]
        threads = [threading.Thread(target=weir, args=pair) for pair in zip("ab", outs)]
        for t in threads:
            t.start()
        read = 0
        while any(t.is_alive() for t in threads):
            into = self.empty()
            status, lines, said = do("load", self.store, into)
            self.assertEqual((status, said), (0, ""))
            told = dump(into)
            for uri in {r["uri"] for r in told["files"]}:  # never a mix: who notes k has no variable behind 9 - k
                notes = {r["notes"] for r in told["files"] if r["uri"] == uri}
                self.assertEqual(len(notes), 1)
                most = 9 - int(notes.pop()[1:])
                self.assertEqual([r["position"] for r in told["variables"] if r["uri"] == uri and r["position"] > most], [])
                read += 1
        for t in threads:
            t.join()
        for out in outs:
            self.works("bring", out, *self.uris(out))
            self.agree(out)
        self.assertGreater(read, 0)

    # ---- kills and faults

    def sound(self, old, new):
        """Each file is the old one or the new one, and none is in between."""
        now = dump(self.loaded())
        for uri in {r["uri"] for t in (old, new) for r in t["files"]}:
            part = {t: [r for r in rows if r["uri"] == uri] for t, rows in now.items()}
            self.assertIn(part, [{t: [r for r in rows if r["uri"] == uri] for t, rows in one.items()}
                                 for one in (old, new)])

    def test_killed_anywhere(self):
        """After each request that send() makes, done or not, nothing more happens; then it is done again."""
        nothing = {"files": [], "variables": [], "failures": []}
        first = self.ledger()
        mine = [r["uri"] for r in rows(first, "failures")][:1] + self.uris(first)[-1:]
        second = "UPDATE files SET notes = 'new', attempts = 2", "DELETE FROM variables WHERE position > 10", \
            "UPDATE failures SET cleared = time, cleared_by = 'done'"
        seen = 0
        for done, step in (("reset_before", 1), ("drop_reply", 3)):
            for n in itertools.count(0, step):
                failed = [self.killed(done, n, first, mine, nothing, ()),
                          self.killed(done, n, first, mine, dump(first, mine), second)]
                for name in (self.name, self.name + "-failures"):
                    self.boto.delete_table(TableName=name)
                self.works("create")
                change(first, "UPDATE files SET revision = NULL")
                seen += sum(failed)
                if not any(failed):
                    break
        self.assertGreater(seen, 10)

    def killed(self, done, n, first, mine, old, statements):
        """Whether n requests were not enough. What is left of a first try goes when the file is replaced."""
        out = self.ledger(*statements, like=os.path.basename(first)) if statements else first
        gate.control("POST", "faults", [{"match": "DynamoDB_20120810.(Batch|Put|Transact|Query)", "skip": n,
                                         "times": -1, done: True}])
        status, _, _ = do("send", self.store, out, *mine, AWS_MAX_ATTEMPTS="1", HOLD="1")
        gate.control("DELETE", "faults")
        self.sound(old, dump(out, mine))
        late = self.works("send", out, *mine)
        if late:
            self.works("bring", out, *late)
            self.assertEqual(self.works("send", out, *late), [])
        self.agree(out, mine, swept=bool(statements))
        return status != 0

    def test_lost_replies(self):
        for fault in ({"drop_reply": True}, {"reset_after": 40}, {"flip": 3},
                      {"error": "InternalServerError", "status": 500, "applied": True}):
            with self.subTest(fault):
                gate.control("DELETE", "faults")
                gate.control("POST", "faults", [{"match": m, "times": 2, **fault} for m in
                                                ("BatchWriteItem", "PutItem", "TransactWriteItems")])
                out = self.ledger()
                self.works("bring", out, *self.uris(out))
                change(out, ("UPDATE files SET notes = ?", (str(fault),)))
                self.assertEqual(self.works("send", out), [])
                self.assertEqual([r["used"] for r in json.loads(gate.control("GET", "faults"))], [2] * 3)
                gate.control("DELETE", "faults")
                self.agree(out)

    def test_busy(self):
        out = self.ledger()
        gate.control("POST", "faults", [
            {"match": "BatchWriteItem", "unprocessed": 9, "times": 4}, {"match": "BatchGetItem", "unprocessed": 7},
            {"match": "BatchWriteItem", "error": "ProvisionedThroughputExceededException", "times": 2},
            {"match": "PutItem", "error": "ConditionalCheckFailedException"},
            {"match": "PutItem", "error": "ThrottlingException"},
            {"match": "TransactWriteItems", "error": "TransactionCanceledException", "times": 2},
            {"match": "TransactWriteItems", "error": "TransactionInProgressException"},
            {"match": "Query", "error": "ThrottlingException"}, {"match": "Scan", "error": "ThrottlingException"},
            {"match": "Scan", "flip": 120}, {"match": "Query", "flip": 120}, {"match": "BatchGetItem", "flip": 120}])
        self.assertEqual(self.works("send", out), [])
        self.agree(out)
        back = self.empty()
        self.works("bring", back, *self.uris(out))
        self.assertEqual(dump(back), dump(out))
        self.assertTrue(all(r["used"] == r.get("times", 1) for r in json.loads(gate.control("GET", "faults"))),
                        gate.control("GET", "faults"))

    def test_gives_up(self):
        out = self.ledger()
        for match, command in (("BatchWriteItem", "send"), ("PutItem", "send"), ("TransactWriteItems", "send"),
                               ("BatchGetItem", "bring"), ("Scan", "load")):
            with self.subTest(match):
                gate.control("POST", "faults", {"match": match, "error": "ThrottlingException", "times": -1})
                words = [self.empty()] if command == "load" else [out, *self.uris(out)]
                self.fails("^RETRY throttled: ", command, *words, AWS_MAX_ATTEMPTS="1")
                gate.control("DELETE", "faults")
        self.works("bring", out, *self.uris(out))
        self.assertEqual(self.works("send", out), [])
        self.agree(out)

    # ---- what others did to the tables

    def test_a_row_is_missing(self):
        out = self.ledger()
        self.works("send", out)
        main = self.stored()[0]
        uri = next(u for u, items in main.items() if int(items["#*"]["items"]["N"]) > 3)
        gone = sorted(main[uri])[2]
        self.boto.delete_item(TableName=self.name, Key={"pk": {"S": uri}, "sk": {"S": gone}})
        left = self.loaded(unfinished=1)
        others = [u for u in self.uris(out) if u != uri.encode()]
        self.assertEqual(dump(left), dump(out, others))
        self.fails("^RETRY unfinished: .*" + uri.rpartition("/")[2], "bring", self.empty(), uri)
        change(out, "UPDATE files SET notes = 'again'")
        self.assertEqual(self.works("send", out), [])
        self.agree(out)

    def test_not_understood(self):
        out = self.ledger()
        self.works("send", out)
        uri = self.uris(out)[-1].decode()
        manifest = self.stored()[0][uri]["#*"]
        for words, kept in (("newer_version: ", {"layout": {"N": "2"}}), ("no layout", {"layout": None}),
                            ("no generation", {"generation": {"S": ""}}), ("a count is missing", {"items": {"S": "1"}}),
                            ("bad_manifest: .*size_bytes", {"size_bytes": {"S": "x"}}),
                            ("bad_manifest: .*state", {"state": {"S": "lost"}}),
                            ("another file's", {"uri": {"S": "/else"}}), ("unit", {"unit": {"N": "1"}}),
                            ("base64|NUL", {"notes": {"B": b"a\0b"}}), ("no number", {"doubles": {"S": "state"}}),
                            ("a part of it is missing", {"continued": {"S": "notes"}, "notes": None})):
            with self.subTest(words):
                item = {k: v for k, v in {**manifest, **kept, "revision": {"N": "2"}}.items() if v is not None}
                self.boto.put_item(TableName=self.name, Item=item)
                self.fails(words, "load", self.empty())
                self.fails("^SETUP .*" + f"({words})", "bring", self.empty(), uri)

    def test_setup(self):
        for store, words in (("dynamodb:nowhere", "^SETUP no_such_table: .*`weir tables create dynamodb:nowhere`"),
                             ("dynamodb:", "^SETUP usage: "), ("dynamodb:a b", "^SETUP usage: "), ("x", "^SETUP usage: "),
                             ("dynamodb:" + "x" * 247, "^SETUP usage: ")):
            status, _, said = do("open", store)
            self.assertEqual(status, 1)
            self.assertRegex(said, words)
        self.boto.create_table(TableName="other", BillingMode="PAY_PER_REQUEST",
                               AttributeDefinitions=[{"AttributeName": "part", "AttributeType": "S"}],
                               KeySchema=[{"AttributeName": "part", "KeyType": "HASH"}])
        for command in ("open", "create"):
            self.assertRegex(do(command, "dynamodb:other")[2], "^SETUP other_keys: ")
        self.works("create")


if __name__ == "__main__":
    unittest.main()
