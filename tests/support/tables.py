#!/usr/bin/env python3
"""tables.py: makes the two tables of a store, NAME and NAME-failures, straight at the emulator ($EMULATOR_URL), past the
gate and without Weir.

    tables.py NAME"""
import sys

from s3 import client

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name in (sys.argv[1], sys.argv[1] + "-failures"):
        client("dynamodb").create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")])
