#!/usr/bin/env python3
"""fault_plans.py SEED: rules for the gate, one scenario: what a network and services that have a bad day do to a run
over s3://lake/ with a table of DynamoDB. Everything ends by itself, so that a run that waits and asks again comes
through."""
import json
import random
import sys

LIST, OBJECT = r"^GET /lake\?", r"^(GET|HEAD) /lake/"
KINDS = {
    "throttled": lambda r: {"error": "SlowDown", "status": 503},
    "broken inside": lambda r: {"error": "InternalError", "status": 500},
    "gateway": lambda r: {"reply": {"status": r.choice([502, 504]), "body": "<html>Bad gateway</html>"}},
    "closed before": lambda r: {"reset_before": r.choice([True, "rst"])},
    "reply dropped": lambda r: {"drop_reply": True},
    "reset within": lambda r: {"reset_after": r.randrange(1, 3000)},
    "body cut": lambda r: {"truncate_body": r.randrange(0, 2000)},
    "slow": lambda r: {"delay_s": round(r.uniform(0.01, 0.4), 2)},
    "clock": lambda r: {"error": "RequestTimeTooSkewed", "status": 403},
    "success with an error in it": lambda r: {"ok_error": "InternalError", "blanks": 3},
}
ON_LISTINGS = {
    "empty page": lambda r: {"page": "empty"},
    "page once more": lambda r: {"page": "repeat"},
    "short pages": lambda r: {"max_keys": r.randrange(1, 20), "times": -1},
}
ON_OBJECTS = {"flipped bit": lambda r: {"flip": r.randrange(0, 1 << 24)}}
TABLE = r"DynamoDB_20120810\.(BatchWriteItem|BatchGetItem|PutItem|Query|TransactWriteItems)$"
ON_TABLES = {
    "throttled": lambda r: {"error": "ProvisionedThroughputExceededException"},
    "table broken inside, done": lambda r: {"error": "InternalServerError", "status": 500, "applied": True},
    "table broken inside": lambda r: {"error": "InternalServerError", "status": 500},
    "flipped bit": ON_OBJECTS["flipped bit"],
    **{name: KINDS[name] for name in ("closed before", "reply dropped", "reset within", "body cut", "slow")},
}


def table_rule(r):
    if r.random() < 0.2:
        return "unprocessed", {"match": r"Batch(Write|Get)Item$", "unprocessed": r.randrange(1, 25), "times": r.randrange(1, 4)}
    name = r.choice(sorted(ON_TABLES))
    return f"table: {name}", {"match": TABLE, "times": r.randrange(1, 4), "skip": r.randrange(0, 40), **ON_TABLES[name](r)}


def rule(r):
    if r.random() < 0.35:
        return table_rule(r)
    listing = r.random() < 0.3
    kinds = {**KINDS, **(ON_LISTINGS if listing else ON_OBJECTS)}
    if not listing:
        kinds.pop("success with an error in it")
    name = r.choice(sorted(kinds))
    made = {"match": LIST if listing else OBJECT, "times": r.randrange(1, 4), "skip": r.randrange(0, 30 if not listing else 2)}
    made.update(kinds[name](r))
    return name, made


def main():
    r = random.Random(int(sys.argv[1]))
    rules = [rule(r) for _ in range(r.randrange(1, 5))]
    print(json.dumps([one for _, one in rules]))
    print(", ".join(name for name, _ in rules), file=sys.stderr)


main()
