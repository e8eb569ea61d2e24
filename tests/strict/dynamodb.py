"""dynamodb.py: what tests/aws/dynamodb.py asks of the emulator, asked of a server that counts sizes and digits as
DynamoDB does: stores/aws/dynamodb.h ($PROGRAM --do) against boto3."""
import os
import sys
import unittest

import botocore.exceptions

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from table_cases import TableCase, row  # noqa: E402

MOST = 400 * 1024


class Tables(TableCase):
    def sorts(self, *words):
        """The sort keys of what is told, in its order; attributes come in any."""
        return [{n: v for n, _, v in item}["sort"] for item in self.works(*words)]

    def test_tables(self):
        self.works("create", self.table)
        self.works("check", self.table)
        self.refuses_other_tables()
        self.fails("^SETUP no_such_table: ", "put", "nowhere", lines=[row("a")])

    def test_numbers(self):
        """What the server takes as a number, and no other, is sent as one; its value is the same afterwards."""
        numbers = ["0", "-1.5", "0.1", "12345678901234567890123456789012345678", "-0.00012345678901234567890123456789012345678",
                   "1e-130", "-1e-130", "9.9999999999999999999999999999999999999e125", "-9.9e125", "2.2250738585072014e-100"]
        strings = ["1e126", "-1e126", "9e-131", "2.2250738585072014e-308", "1.7976931348623157e308", "nan", "-inf",
                   "123456789012345678901234567890123456789"]
        self.works("put", self.table, lines=[row(f"{i:02}", ["v", "N", t]) for i, t in enumerate(numbers + strings)])
        found = self.stored()
        for i, text in enumerate(numbers + strings):
            type_, kept = found[f"{i:02}"]["v"]
            self.assertEqual(type_, "N" if text in numbers else "S", text)
            self.assertTrue(float(kept) == float(text) or kept == text, (kept, text))
        for text in strings:
            with self.assertRaisesRegex(botocore.exceptions.ClientError, "ValidationException"):
                self.boto.put_item(TableName=self.table, Item={"part": {"S": "p"}, "sort": {"S": "x"}, "v": {"N": text}})

    def test_texts(self):
        texts = ["", "ü/日本 \U0001f600", 'a"b\\c/\n\t\x01\x7f', "'; --", "x" * 5000]
        given = [row(f"s{i}", ["v", "S", t], ["ünï.cö#de", "S", "n"]) for i, t in enumerate(texts)]
        given += [row("b", ["t", "BOOL", "true"], ["f", "BOOL", "false"], ["n", "NULL", ""], ["v", "B", "AAEC/w=="])]
        self.works("put", self.table, lines=given)
        found = self.stored()
        self.assertEqual([found[f"s{i}"]["v"] for i in range(len(texts))], [["S", t] for t in texts])
        self.assertEqual({n: v for n, v in found["b"].items() if n not in ("part", "sort")},
                         {"t": ["BOOL", True], "f": ["BOOL", False], "n": ["NULL", True], "v": ["B", b"\0\1\2\xff"]})
        back = {dict((n, v) for n, _, v in x)["sort"]: {n: v for n, _, v in x} for x in self.works("scan", self.table, "1")}
        for wanted in given:
            for name, type_, text in wanted:
                self.assertEqual(back[wanted[1][2]][name], None if type_ == "NULL" else text)

    def test_sizes(self):
        """The largest that we let pass, the server takes; one byte more, it would refuse."""
        frame = len("part" + "p" + "sort" + "k" + "v")
        self.works("put", self.table, lines=[row("k", ["v", "S", "é" * ((MOST - frame) // 2) + "x" * ((MOST - frame) % 2)])])
        more = {"part": {"S": "p"}, "sort": {"S": "k"}, "v": {"S": "x" * (MOST - frame + 1)}}
        with self.assertRaisesRegex(botocore.exceptions.ClientError, "ValidationException"):
            self.boto.put_item(TableName=self.table, Item=more)
        self.fails("^DATA too_large: .*409601 bytes", "put", self.table, lines=[row("k", ["v", "S", "x" * (MOST - frame + 1)])])
        self.works("put", self.table, lines=[row("x" * 1024, part="x" * 2048), row("é" * 512, part="é" * 1024)])
        self.assertEqual(len(self.works("query", self.table, "é" * 1024)), 1)
        # 26 items, and 16 MB in large ones: batches that are small enough
        self.works("put", self.table, lines=[row(f"{i:02}", ["v", "S", "\x01" * 390000]) for i in range(45)])
        self.assertEqual(len(self.stored()), 1 + 2 + 45)

    def test_pages_and_deletes(self):
        given = [row(f"{i % 3}/{i:03}", ["v", "S", f"{i:03}" + "x" * 20000], part=f"p{i % 2}") for i in range(240)]
        self.works("put", self.table, lines=given + given[:3])
        wanted = sorted(x[1][2] for x in given if x[0][2] == "p1")
        self.assertEqual(self.sorts("query", self.table, "p1"), wanted)
        some = [x for x in wanted if x.startswith("2/")]
        self.assertEqual(self.sorts("query", self.table, "p1", "2/"), some)
        self.assertEqual(self.works("query", self.table, "nobody"), [])
        for segments in ("1", "4"):
            self.assertEqual(sorted(self.sorts("scan", self.table, segments)), sorted(x[1][2] for x in given))
        self.works("delete", self.table, lines=[["p1", x] for x in wanted] + [["q", "none"], ["p1", wanted[0]]])
        self.assertEqual(len(self.stored()), 120)


if __name__ == "__main__":
    unittest.main()
