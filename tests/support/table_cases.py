"""table_cases.py: what tests of stores/aws/dynamodb.h share: $PROGRAM --do on a table for each test, and boto3 straight at
the server."""
import json
import os
import subprocess
import unittest

from s3 import client


def do(*words, lines=(), **environment):
    """(exit status, lines of stdout, stderr)"""
    said = subprocess.run([os.environ["PROGRAM"], "--do", *words], input="".join(json.dumps(x) + "\n" for x in lines),
                          capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, "AWS_MAX_ATTEMPTS": "4", **environment})
    return said.returncode, [json.loads(x) for x in said.stdout.splitlines()], said.stderr


def row(sort, *more, part="p"):
    return [["part", "S", part], ["sort", "S", sort], *more]


class TableCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.boto = client("dynamodb")

    def setUp(self):
        self.table = self.id().rpartition(".")[2]
        self.works("create", self.table)

    def works(self, *words, **more):
        status, lines, said = do(*words, **more)
        self.assertEqual((status, said), (0, ""))
        return lines

    def fails(self, words, *command, **more):
        """One line that holds the regular expression, and no secret."""
        status, _, said = do(*command, **more)
        self.assertEqual(status, 1)
        self.assertRegex(said, words)
        self.assertEqual(said.count("\n"), 1)
        self.assertNotIn(os.environ["AWS_SECRET_ACCESS_KEY"], said)

    def refuses_other_tables(self):
        """A table that is not as ours are, and one that is not there."""
        self.boto.create_table(TableName="other", BillingMode="PAY_PER_REQUEST",
                               AttributeDefinitions=[{"AttributeName": "part", "AttributeType": "N"}],
                               KeySchema=[{"AttributeName": "part", "KeyType": "HASH"}])
        for command in ("create", "check"):
            self.fails(r"^SETUP other_keys: .*part \(N\), none", command, "other")
        self.fails("^SETUP no_such_table: ", "check", "nowhere")
        self.fails("^SETUP no_such_table: ", "query", "nowhere", "p")

    def stored(self):
        """All items as boto3 has them: {sort: {name: [type, text]}}."""
        found = {}
        for page in self.boto.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True):
            for item in page["Items"]:
                self.assertNotIn(item["sort"]["S"], found)
                found[item["sort"]["S"]] = {n: list(*v.items()) for n, v in item.items()}
        return found
