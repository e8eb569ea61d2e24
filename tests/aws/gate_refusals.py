"""gate_refusals.py: every kind of wrong request is refused, with the code that AWS gives it; the same request
without the mistake passes."""
import base64
import hashlib
import json
import re
import unittest

import gate_client as gate

BODY = b"hello"
SHA = hashlib.sha256(BODY).hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()
PUT = {"method": "PUT", "target": "/wrong/key", "body": BODY}
CHECK = {"method": "PUT", "target": "/wrong/key", "body": b"123456789"}
LIST = {"method": "GET", "target": "/wrong?list-type=2&prefix=a%2Bb"}
ITEM = json.dumps({"TableName": "none", "Key": {"pk": {"S": "1"}}}).encode()
DYNAMODB = {"method": "POST", "target": "/", "body": ITEM, "service": "dynamodb", "headers": {
    "x-amz-target": "DynamoDB_20120810.GetItem", "content-type": "application/x-amz-json-1.0"}}
SQS = {"method": "POST", "target": "/", "body": b'{"QueueName":"none"}', "service": "sqs", "headers": {
    "x-amz-target": "AmazonSQS.GetQueueUrl", "content-type": "application/x-amz-json-1.0"}}
STS = {"method": "POST", "target": "/", "body": b"Action=GetCallerIdentity&Version=2011-06-15", "service": "sts",
       "headers": {"content-type": "application/x-www-form-urlencoded"}}
DELETE = {"method": "POST", "target": "/wrong?delete",
          "body": b"<Delete><Object><Key>key</Key></Object></Delete>"}


def md5(body):
    return base64.b64encode(hashlib.md5(body).digest()).decode()


def hexed(digits):
    return base64.b64encode(bytes.fromhex(digits)).decode()


# what is not wrong: base request, status, changes
RIGHT = [
    ("put", PUT, 200, {}),
    ("list", LIST, 200, {}),
    ("put with Content-MD5", PUT, 200, {"headers": {"content-md5": md5(BODY)}}),
    # the check values of "123456789" in the catalogue of CRC algorithms of CRC RevEng
    ("put with CRC-32", CHECK, 200, {"headers": {"x-amz-checksum-crc32": hexed("cbf43926")}}),
    ("put with CRC-32C", CHECK, 200, {"headers": {"x-amz-checksum-crc32c": hexed("e3069283")}}),
    ("put with CRC-64/NVME", CHECK, 200, {"headers": {"x-amz-checksum-crc64nvme": hexed("ae8b14860a799888")}}),
    ("put with SHA-256", PUT, 200, {"headers": {
        "x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(BODY).digest()).decode()}}),
    ("14 minutes slow", PUT, 200, {"off_s": -840}),
    ("14 minutes fast", PUT, 200, {"off_s": 840}),
    ("user-agent is not signed", PUT, 200, {"then": {"user-agent": "x"}}),
    ("dynamodb", DYNAMODB, 400, {"code": "ResourceNotFoundException"}),
    ("sqs", SQS, 400, {"code": "QueueDoesNotExist"}),
    ("sts", STS, 200, {}),
    ("delete with MD5", DELETE, 200, {"headers": {"content-md5": md5(DELETE["body"])}}),
]
# name, base request, status, code, changes: o.: as in gate_client.signed; then: after it was signed
WRONG = [
    ("wrong secret", PUT, 403, "SignatureDoesNotMatch", {"secret": "x"}),
    ("unknown key", PUT, 403, "InvalidAccessKeyId", {"access": "AKIDNOBODY"}),
    ("no signature", PUT, 403, "AccessDenied", {"then": {"authorization": None}}),
    ("signature of another version", PUT, 400, "AuthorizationHeaderMalformed", {"then": {"authorization": "AWS a:b"}}),
    ("body changed", PUT, 400, "XAmzContentSHA256Mismatch", {"send": b"hellO"}),
    ("hash of another body", PUT, 403, "SignatureDoesNotMatch", {"then": {"x-amz-content-sha256": OTHER},
                                                                "send": b"other"}),
    ("no hash", PUT, 400, "InvalidRequest", {"then": {"x-amz-content-sha256": None}, "unlist": "x-amz-content-sha256"}),
    ("no hash, its name signed", PUT, 403, "SignatureDoesNotMatch", {"then": {"x-amz-content-sha256": None}}),
    ("hash in capitals", PUT, 400, "InvalidArgument", {"then": {"x-amz-content-sha256": SHA.upper()}}),
    ("unsigned payload without TLS", PUT, 400, "InvalidRequest", {"then": {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}}),
    ("streaming payload", PUT, 501, "NotImplemented",
     {"then": {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}}),
    ("x-amz header not signed", PUT, 403, "AccessDenied", {"then": {"x-amz-meta-a": "1"}}),
    ("signed header changed", PUT, 403, "SignatureDoesNotMatch", {"headers": {"x-amz-meta-a": "1"},
                                                                 "then": {"x-amz-meta-a": "2"}}),
    ("signed header gone", PUT, 403, "SignatureDoesNotMatch", {"headers": {"content-type": "a"},
                                                              "then": {"content-type": None}}),
    ("host without its port", PUT, 403, "SignatureDoesNotMatch", {"host": "127.0.0.1"}),
    ("host not signed", PUT, 403, "AccessDenied", {"unlist": "host"}),
    ("16 minutes slow", PUT, 403, "RequestTimeTooSkewed", {"off_s": -960}),
    ("16 minutes fast", PUT, 403, "RequestTimeTooSkewed", {"off_s": 960}),
    ("no date", PUT, 403, "AccessDenied", {"then": {"x-amz-date": None}}),
    ("other region", PUT, 400, "AuthorizationHeaderMalformed", {"region": "eu-west-1"}),
    ("other service", PUT, 400, "AuthorizationHeaderMalformed", {"as_service": "sqs"}),
    ("other path", PUT, 403, "SignatureDoesNotMatch", {"to": "/wrong/key2"}),
    ("path with lower-case hex", PUT, 403, "SignatureDoesNotMatch", {"target": "/wrong/a%3Db", "to": "/wrong/a%3db"}),
    ("path not encoded", PUT, 403, "SignatureDoesNotMatch", {"target": "/wrong/a%3Db", "to": "/wrong/a=b"}),
    ("dot segments removed", PUT, 403, "SignatureDoesNotMatch", {"target": "/wrong/a/../b", "to": "/wrong/b"}),
    ("other query", LIST, 403, "SignatureDoesNotMatch", {"to": "/wrong?list-type=2&prefix=ab"}),
    ("plus in the query", LIST, 403, "SignatureDoesNotMatch", {"to": "/wrong?list-type=2&prefix=a+b"}),
    ("token nobody gave", PUT, 400, "InvalidToken", {"token": "made up"}),
    ("bad Content-MD5", PUT, 400, "BadDigest", {"headers": {"content-md5": md5(b"other")}}),
    ("Content-MD5 that is none", PUT, 400, "InvalidDigest", {"headers": {"content-md5": "abc"}}),
    ("bad CRC-32", PUT, 400, "BadDigest", {"headers": {"x-amz-checksum-crc32": "AAAAAA=="}}),
    ("bad CRC-32C", PUT, 400, "BadDigest", {"headers": {"x-amz-checksum-crc32c": "AAAAAA=="}}),
    ("bad CRC-64/NVME", PUT, 400, "BadDigest", {"headers": {"x-amz-checksum-crc64nvme": "AAAAAAAAAAA="}}),
    ("checksum of the wrong length", PUT, 400, "InvalidRequest", {"headers": {"x-amz-checksum-crc32": "AAAA"}}),
    ("delete without checksum", DELETE, 400, "InvalidRequest", {}),
    ("dynamodb, wrong secret", DYNAMODB, 400, "InvalidSignatureException", {"secret": "x"}),
    ("dynamodb, unknown key", DYNAMODB, 400, "UnrecognizedClientException", {"access": "AKIDNOBODY"}),
    ("dynamodb, body changed", DYNAMODB, 400, "InvalidSignatureException", {"send": ITEM.replace(b"1", b"2")}),
    ("dynamodb, no signature", DYNAMODB, 400, "MissingAuthenticationTokenException",
     {"then": {"authorization": None}}),
    ("dynamodb, slow", DYNAMODB, 400, "InvalidSignatureException", {"off_s": -960}),
    ("dynamodb, other region", DYNAMODB, 400, "InvalidSignatureException", {"region": "eu-west-1"}),
    ("dynamodb, target not signed", DYNAMODB, 400, "InvalidSignatureException", {"unlist": "x-amz-target"}),
    ("dynamodb, media type", DYNAMODB, 400, "SerializationException", {"headers": {"content-type": "text/plain"}}),
    ("dynamodb, 26 writes", DYNAMODB, 400, "ValidationException", {
        "headers": {"x-amz-target": "DynamoDB_20120810.BatchWriteItem"}, "body": json.dumps({"RequestItems": {
            "t": [{"PutRequest": {"Item": {"pk": {"S": str(k)}}}} for k in range(26)]}}).encode()}),
    ("sqs, wrong secret", SQS, 403, "InvalidSignatureException", {"secret": "x"}),
    ("sqs, unknown key", SQS, 403, "InvalidClientTokenId", {"access": "AKIDNOBODY"}),
    ("sts, wrong secret", STS, 403, "SignatureDoesNotMatch", {"secret": "x"}),
]


def code_of(body):
    xml = re.search(rb"<Code>([^<]*)", body)
    if xml:
        return xml[1].decode()
    return json.loads(body).get("__type", "").rpartition("#")[2] if body.startswith(b"{") else None


def send(base, o):
    r = {**base, **o}
    headers = {**base.get("headers", {}), **o.get("headers", {})}
    body = r.get("body", b"")
    made = gate.signed(r["method"], r["target"], headers, body, r.get("service", "s3"),
                       **{k: o[k] for k in ("access", "secret", "token", "region", "off_s", "host", "as_service") if k in o})
    if "unlist" in o:  # signed as it is, but SignedHeaders does not say so: botocore would not do it
        made["authorization"] = re.sub(rf"(=|;){re.escape(o['unlist'])}(;|,)",
                                       lambda m: "=" if m[1] == "=" else m[2], made["authorization"])
    for name, value in o.get("then", {}).items():
        made[name] = value
    made = {n: v for n, v in made.items() if v is not None}
    with gate.Connection() as c:
        return c.ask(r["method"], o.get("to", r["target"]), made, o.get("send", body))


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gate.client().create_bucket(Bucket="wrong")
        gate.client().create_bucket(Bucket="far")

    def test_right(self):
        for name, base, status, o in RIGHT:
            with self.subTest(name):
                got, _, body = send(base, o)
                self.assertEqual(got, status, body)
                if "code" in o:
                    self.assertEqual(code_of(body), o["code"])

    def test_wrong(self):
        for name, base, status, code, o in WRONG:
            with self.subTest(name):
                got, headers, body = send(base, o)
                self.assertEqual((got, code_of(body)), (status, code), body)
                self.assertIn("date", headers)

    def test_bucket_in_another_region(self):
        target = {"method": "GET", "target": "/far?list-type=2"}
        for status, code in ((400, "AuthorizationHeaderMalformed"), (301, "PermanentRedirect")):
            gate.control("POST", "buckets", {"far": {"region": "eu-west-1", "status": status}})
            got, headers, body = send(target, {})
            self.assertEqual((got, code_of(body), headers["x-amz-bucket-region"]), (status, code, "eu-west-1"))
            self.assertEqual(send(target, {"region": "eu-west-1"})[0], 200)

    def test_public_bucket(self):
        gate.control("POST", "buckets", {"wrong": {"public": True}})
        self.assertEqual(send(LIST, {"then": {"authorization": None}})[0], 200)
        gate.control("POST", "buckets", {"wrong": {"public": False}})
        self.assertEqual(send(LIST, {"then": {"authorization": None}})[0], 403)

    def test_clock_of_the_gate(self):
        gate.control("POST", "clock", {"shift_s": 3600})
        try:
            got, headers, body = send(PUT, {})
            self.assertEqual((got, code_of(body)), (403, "RequestTimeTooSkewed"))
            self.assertEqual(send(PUT, {"off_s": 3600})[0], 200)
        finally:
            gate.control("POST", "clock", {"shift_s": 0})

    def test_temporary_keys(self):
        gate.control("POST", "keys", {"ASIATEMP": {"secret": "s", "token": "t/+=", "expires_in_s": 3600}})
        temporary = {"access": "ASIATEMP", "secret": "s", "token": "t/+="}
        self.assertEqual(send(PUT, temporary)[0], 200)
        self.assertEqual(code_of(send(PUT, {**temporary, "token": None})[2]), "InvalidToken")
        gate.control("POST", "expire", ["ASIATEMP"])
        got, _, body = send(PUT, temporary)
        self.assertEqual((got, code_of(body)), (400, "ExpiredToken"))
        got, _, body = send(DYNAMODB, temporary)
        self.assertEqual((got, code_of(body)), (400, "ExpiredTokenException"))

    def test_head_is_refused_without_a_body(self):
        got, _, body = send({"method": "HEAD", "target": "/wrong/key"}, {"secret": "x"})
        self.assertEqual((got, body), (403, b""))

    def test_what_is_no_http(self):
        for sent in (b"GET /\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\nhost: x\n\n",
                     b"GET / HTTP/1.1\r\nhost : x\r\n\r\n", b"PUT /a HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
                     b"PUT /a/b HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"):
            with self.subTest(sent), gate.Connection() as c:
                c.socket.sendall(sent)
                self.assertEqual(c.receive()[0], 400)


if __name__ == "__main__":
    unittest.main()
