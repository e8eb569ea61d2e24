#!/usr/bin/env python3
"""The rows of a ledger in a table of DynamoDB, as boto3 is mostly used: boto3_table.py put TABLE OUT | scan TABLE

Puts every file and every variable as an item with batch_writer, or reads all items page by page."""
import decimal
import os
import sqlite3
import sys

import boto3

TYPES = {float: lambda v: decimal.Decimal(repr(v))}


def items(out):
    db = sqlite3.connect(f"file:{os.path.join(out, 'ledger.db')}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    for k, row in enumerate(db.execute("SELECT * FROM files")):
        yield row["uri"], "#*", row
    for row in db.execute("SELECT f.uri, v.* FROM variables v JOIN files f ON f.id = v.file"):
        yield row["uri"], f"G#{row['position']:08}", row


def main():
    command, name = sys.argv[1:3]
    table = boto3.resource("dynamodb").Table(name)
    if command == "scan":
        count = 0
        for page in table.meta.client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
            count += len(page["Items"])
        return print(count)
    boto3.client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}])
    with table.batch_writer() as batch:
        for uri, sort, row in items(sys.argv[3]):
            values = {k: TYPES.get(type(v), lambda v: v)(v) for k, v in dict(row).items() if v is not None}
            batch.put_item(Item={**values, "pk": uri, "sk": sort})


if __name__ == "__main__":
    main()
