"""dynamodb.py: tables of DynamoDB by stores/aws/dynamodb.h ($PROGRAM --do), and by boto3 straight at the emulator."""
import json
import unittest

import gate_client as gate
from table_cases import TableCase, row

WRITES, READS = "DynamoDB_20120810.BatchWriteItem", "DynamoDB_20120810.(Query|Scan)"


def count(match):
    return int(gate.control("GET", "count?match=" + match.replace("(", "%28").replace(")", "%29").replace("|", "%7C")
                            .replace(" ", "%20")))


def used():
    return [rule["used"] for rule in json.loads(gate.control("GET", "faults"))]


class Tables(TableCase):
    def setUp(self):
        gate.control("DELETE", "faults")
        super().setUp()
        gate.control("DELETE", "log")

    def test_create_twice_and_check(self):
        self.works("create", self.table)
        self.works("check", self.table)
        told = self.boto.describe_table(TableName=self.table)["Table"]
        self.assertEqual(told["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual([(k["AttributeName"], k["KeyType"]) for k in told["KeySchema"]],
                         [("part", "HASH"), ("sort", "RANGE")])
        self.refuses_other_tables()

    def test_lost_reply_to_create(self):
        self.boto.delete_table(TableName=self.table)
        gate.control("POST", "faults", {"match": "CreateTable", "drop_reply": True})
        self.works("create", self.table)
        self.assertEqual(used(), [1])

    def test_values(self):
        texts = ["", "ü/日本 \U0001f600", 'a"b\\c/\n\t\x01\x7f', "'; --", "x" * 5000]
        numbers = ["0", "-1.5", "12345678901234567890123456789012345678", "1e-130", "9.99e125"]
        strings = ["1e126", "9e-131", "nan", "Infinity", "123456789012345678901234567890123456789"]
        given = [row(f"s{i}", ["v", "S", t], ["ünï.cö#de", "S", "n"]) for i, t in enumerate(texts)]
        given += [row(f"n{i}", ["v", "N", t]) for i, t in enumerate(numbers)]
        given += [row(f"t{i}", ["v", "N", t]) for i, t in enumerate(strings)]
        given += [row("b", ["t", "BOOL", "true"], ["f", "BOOL", "false"], ["n", "NULL", ""], ["v", "B", "AAEC/w=="])]
        self.works("put", self.table, lines=given)
        found = self.stored()
        for prefix, type_, values in (("s", "S", texts), ("n", "N", numbers), ("t", "S", strings)):
            for i, text in enumerate(values):
                self.assertEqual(found[f"{prefix}{i}"]["v"], [type_, text])
        self.assertEqual(found["s3"]["ünï.cö#de"], ["S", "n"])
        self.assertEqual({n: v for n, v in found["b"].items() if n not in ("part", "sort")},
                         {"t": ["BOOL", True], "f": ["BOOL", False], "n": ["NULL", True], "v": ["B", b"\0\1\2\xff"]})
        back = {dict((n, v) for n, _, v in x)["sort"]: x for x in self.works("scan", self.table, "1")}
        for wanted in given:
            same = {n: (t, v) for n, t, v in back[wanted[1][2]]}
            for name, type_, text in wanted:
                if type_ == "N" and text in strings:
                    type_ = "S"
                self.assertEqual(same[name], (type_, None if type_ == "NULL" else text))

    def test_last_of_a_key_counts(self):
        self.works("put", self.table, lines=[row("a", ["v", "S", "old"]), row("b"), row("a", ["v", "S", "new"])])
        self.assertEqual(self.stored()["a"]["v"], ["S", "new"])
        self.works("put", self.table, lines=[row("a", ["v", "S", "newest"])])
        self.assertEqual(self.stored()["a"]["v"], ["S", "newest"])
        self.assertEqual(count(WRITES + " 200"), 2)

    def test_pages(self):
        """Items of 20 kB: 50 of them are a page of 1 MB."""
        given = [row(f"{i % 3}/{i:03}", ["v", "S", f"{i:03}" + "x" * 20000], part=f"p{i % 2}") for i in range(240)]
        self.works("put", self.table, lines=given)
        self.assertEqual(count(WRITES + " 200"), 10)
        gate.control("DELETE", "log")
        wanted = sorted(x[1][2] for x in given if x[0][2] == "p1")
        self.assertEqual([x[1][2] for x in self.works("query", self.table, "p1")], wanted)
        pages = count("Query 200")
        self.assertGreaterEqual(pages, 3)
        some = [x for x in wanted if x.startswith("2/")]
        self.assertEqual([x[1][2] for x in self.works("query", self.table, "p1", "2/")], some)
        self.assertEqual(self.works("query", self.table, "nobody"), [])
        self.assertEqual(self.works("query", self.table, "p1", "3/"), [])
        for segments in ("1", "4"):
            back = self.works("scan", self.table, segments)
            self.assertEqual(sorted(map(json.dumps, back)), sorted(map(json.dumps, given)))
        self.assertGreaterEqual(count("Scan 200"), 5 + 4)

    def test_delete(self):
        self.works("put", self.table, lines=[row(f"{i:03}") for i in range(60)])
        self.works("delete", self.table, lines=[["p", f"{i:03}"] for i in range(0, 60, 2)] + [["p", "000"], ["q", "001"]])
        self.assertEqual(sorted(self.stored()), [f"{i:03}" for i in range(1, 60, 2)])
        self.works("delete", self.table, lines=[["p", "000"]])

    def test_unprocessed(self):
        """More often than there are attempts, but each time something is done."""
        gate.control("POST", "faults", [{"match": WRITES, "unprocessed": n} for n in (20, 12, 7, 3, 2, 1)])
        self.works("put", self.table, lines=[row(f"{i:03}", ["v", "N", str(i)]) for i in range(25)],
                   AWS_MAX_ATTEMPTS="2")
        self.assertEqual(used(), [1] * 6)
        self.assertEqual(count(WRITES + " 200"), 7)
        self.assertEqual({k: v["v"] for k, v in self.stored().items()}, {f"{i:03}": ["N", str(i)] for i in range(25)})
        gate.control("DELETE", "faults")
        gate.control("POST", "faults", {"match": WRITES, "unprocessed": 10})
        self.works("delete", self.table, lines=[["p", f"{i:03}"] for i in range(25)])
        self.assertEqual(self.stored(), {})

    def test_nothing_is_processed(self):
        gate.control("POST", "faults", {"match": WRITES, "unprocessed": 25, "times": -1})
        self.fails("^RETRY throttled: DynamoDB table .* 3 of the items", "put", self.table,
                   lines=[row("a"), row("b"), row("c")], AWS_MAX_ATTEMPTS="2")
        self.assertEqual(used(), [2])

    def test_throttled(self):
        for code in ("ProvisionedThroughputExceededException", "ThrottlingException"):
            for match, command in ((WRITES, "put"), (READS, "scan")):
                with self.subTest(code, command=command):
                    gate.control("DELETE", "faults")
                    gate.control("POST", "faults", {"match": match, "error": code})
                    given = [row("a")] if command == "put" else []
                    found = self.works(command, self.table, "1", lines=given)
                    self.assertEqual(found, [] if command == "put" else [row("a")])
                    self.assertEqual(used(), [1])
        gate.control("DELETE", "faults")
        gate.control("POST", "faults", {"match": WRITES, "error": "ThrottlingException", "times": -1})
        self.fails("^RETRY throttled: .*ThrottlingException", "put", self.table, lines=[row("b")], AWS_MAX_ATTEMPTS="2")
        self.assertEqual(used(), [2])
        self.assertEqual(list(self.stored()), ["a"])

    def test_damaged_replies(self):
        self.works("put", self.table, lines=[row(f"{i}", ["v", "S", "x" * 200]) for i in range(5)])
        for match, command in ((WRITES, "put"), ("Query", "query"), ("Scan", "scan"), ("DescribeTable", "check")):
            with self.subTest(command):
                gate.control("DELETE", "faults")
                # in a letter of a text: still JSON, but not what was sent
                gate.control("POST", "faults", [{"match": match, "flip": 120}, {"match": match, "flip": 3},
                                                {"match": match, "truncate_body": 1}])
                lines = [row("0", ["v", "S", "x" * 200])] if command == "put" else []
                found = self.works(command, self.table, "p" if command == "query" else "1", lines=lines)
                self.assertEqual(used(), [1, 1, 1])
                if command in ("query", "scan"):
                    self.assertEqual([x[2] for x in found], [["v", "S", "x" * 200]] * 5)
        gate.control("DELETE", "faults")
        gate.control("POST", "faults", {"match": "Scan", "flip": 50, "times": -1})
        self.fails("^RETRY damaged: .*CRC-32", "scan", self.table, "1", AWS_MAX_ATTEMPTS="2")
        self.assertEqual(used(), [2])

    def test_lost_replies(self):
        for fault in ({"drop_reply": True}, {"reset_before": "rst"}, {"reset_after": 40},
                      {"error": "InternalServerError", "status": 500, "applied": True}):
            with self.subTest(fault):
                gate.control("DELETE", "faults")
                gate.control("POST", "faults", {"match": WRITES, **fault})
                self.works("put", self.table, lines=[row(f"{i:02}") for i in range(30)])
                self.assertEqual(used(), [1])
                self.assertEqual(sorted(self.stored()), [f"{i:02}" for i in range(30)])

    def test_guards(self):
        """Nothing is asked where the service would refuse."""
        for words, bad in (("409601 bytes", row("k", ["v", "S", "x" * (409601 - 11)])),
                           ("missing or empty", row("")), ("missing or empty", [["part", "S", "p"]]),
                           ("2049 bytes", row("k", part="x" * 2049)), ("1025 bytes", row("é" * 512 + "x"))):
            with self.subTest(words):
                self.fails("^DATA too_large: .*" + words, "put", self.table, lines=[row("good"), bad])
        self.assertEqual(count(WRITES), 0)
        # the emulator counts more than the service: not quite 400 KB
        self.works("put", self.table, lines=[row("x" * 1024, part="x" * 2048)] +
                   [row(f"{i}", ["v", "S", "\x01" * 390000]) for i in range(3)])
        self.assertEqual(count(WRITES + " 200"), 3)
        self.assertEqual(len(self.stored()), 4)

    def test_wrong_keys_to_the_account(self):
        self.fails("^SETUP credentials: ", "put", self.table, lines=[row("a")], AWS_SECRET_ACCESS_KEY="wrong")


if __name__ == "__main__":
    unittest.main()
