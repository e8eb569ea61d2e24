"""gate_requests.py: what boto3 asks passes the gate, and comes back whole."""
import json
import unittest

import gate_client as gate
from botocore.exceptions import ClientError

KEYS = ["plain", "a key", "ünï/ço dé/日本", "a+b", "~!*'()", "=&;:@", "//x", "a//b", "a/../b", "../up", "./x", "%20", "%",
        "?#", ",$[]", "line\nend", "tab\t", "a/", " ", "+", "x" * 1024, "\\back", '"quoted"', "<&>"]


class Requests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.s3 = gate.client()
        cls.s3.create_bucket(Bucket="names")

    def test_keys_keep_their_bytes(self):
        for key in KEYS:
            with self.subTest(key=key):
                self.s3.put_object(Bucket="names", Key="k/" + key, Body=key.encode())
                self.assertEqual(self.s3.get_object(Bucket="names", Key="k/" + key)["Body"].read(), key.encode())
        wanted = sorted("k/" + key for key in KEYS)
        pages = list(self.s3.get_paginator("list_objects_v2").paginate(
            Bucket="names", Prefix="k/", PaginationConfig={"PageSize": 5}))
        self.assertEqual(sorted(o["Key"] for page in pages for o in page["Contents"]), wanted)
        self.assertEqual(len(pages), 5)
        for key in KEYS:
            with self.subTest(prefix=key):
                found = self.s3.list_objects_v2(Bucket="names", Prefix="k/" + key)["Contents"]
                self.assertEqual([o["Key"] for o in found], [k for k in sorted(wanted, key=str.encode)
                                                             if k.startswith("k/" + key)])

    def test_blank_in_a_listing_is_a_plus_as_in_a_form(self):
        self.s3.put_object(Bucket="names", Key="blank here", Body=b"")
        target = "/names?encoding-type=url&list-type=2&prefix=blank"
        with gate.Connection() as c:
            status, _, body = c.ask("GET", target, gate.signed("GET", target))
        self.assertEqual(status, 200)
        self.assertIn(b"<Key>blank+here</Key>", body)

    def test_continuation_token_is_opaque(self):
        for k in range(3):
            self.s3.put_object(Bucket="names", Key=f"page/{k}", Body=b"")
        page = self.s3.list_objects_v2(Bucket="names", Prefix="page/", MaxKeys=1)
        token = page["NextContinuationToken"]
        self.assertRegex(token, r"^1\+/.*==$")
        second = self.s3.list_objects_v2(Bucket="names", Prefix="page/", MaxKeys=1, ContinuationToken=token)
        self.assertEqual([o["Key"] for o in second["Contents"]], ["page/1"])
        with self.assertRaises(ClientError) as failed:
            self.s3.list_objects_v2(Bucket="names", ContinuationToken="made up")
        self.assertEqual(failed.exception.response["Error"]["Code"], "InvalidArgument")

    def test_range_conditions_and_checksums(self):
        etag = self.s3.put_object(Bucket="names", Key="digits", Body=b"0123456789", ChecksumAlgorithm="SHA256")["ETag"]
        part = self.s3.get_object(Bucket="names", Key="digits", Range="bytes=2-4", IfMatch=etag, ChecksumMode="ENABLED")
        self.assertEqual((part["ContentRange"], part["Body"].read()), ("bytes 2-4/10", b"234"))
        self.assertNotIn("ChecksumSHA256", part)
        whole = self.s3.get_object(Bucket="names", Key="digits", ChecksumMode="ENABLED")
        # printf 0123456789 | openssl dgst -sha256 -binary | base64
        self.assertEqual(whole["ChecksumSHA256"], "hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=")
        for arguments, code in (({"IfMatch": '"other"'}, "PreconditionFailed"), ({"Range": "bytes=10-"}, "InvalidRange")):
            with self.assertRaises(ClientError) as failed:
                self.s3.get_object(Bucket="names", Key="digits", **arguments)
            self.assertEqual(failed.exception.response["Error"]["Code"], code)

    def test_bucket_as_host_name(self):
        self.s3.put_object(Bucket="names", Key="by host", Body=b"there")
        host = f"names.localhost:{gate.PORT}"
        with gate.Connection() as c:
            self.assertEqual(c.ask("GET", "/by%20host", gate.signed("GET", "/by%20host", host=host))[2], b"there")

    def test_multipart_and_delete(self):
        upload = self.s3.create_multipart_upload(Bucket="names", Key="parts")["UploadId"]
        bodies = [b"a" * (5 << 20), b"b"]
        parts = [{"PartNumber": n, "ETag": self.s3.upload_part(
            Bucket="names", Key="parts", UploadId=upload, PartNumber=n, Body=body)["ETag"]}
                 for n, body in enumerate(bodies, 1)]
        self.s3.complete_multipart_upload(Bucket="names", Key="parts", UploadId=upload,
                                          MultipartUpload={"Parts": parts})
        self.assertEqual(self.s3.get_object(Bucket="names", Key="parts")["Body"].read(), b"".join(bodies))
        self.s3.delete_objects(Bucket="names", Delete={"Objects": [{"Key": "parts"}]})
        with self.assertRaises(ClientError):
            self.s3.head_object(Bucket="names", Key="parts")

    def test_other_services(self):
        sqs, dynamodb = gate.client("sqs"), gate.client("dynamodb")
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        self.assertIn(f":{gate.PORT}/", url)
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        self.assertEqual(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"], "hello")
        dynamodb.create_table(TableName="tab", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                              BillingMode="PAY_PER_REQUEST")
        dynamodb.put_item(TableName="tab", Item={"pk": {"S": "1"}})
        self.assertEqual(dynamodb.get_item(TableName="tab", Key={"pk": {"S": "1"}})["Item"], {"pk": {"S": "1"}})
        account = gate.client("sts").get_caller_identity()["Account"]
        self.assertEqual(account, "123456789012")

    def test_events_of_s3(self):
        sqs = gate.client("sqs")
        url = sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.s3.create_bucket(Bucket="events")
        self.s3.put_bucket_notification_configuration(Bucket="events", NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]})
        self.s3.put_object(Bucket="events", Key="a/b c+d=ü", Body=b"12345")
        self.s3.delete_object(Bucket="events", Key="a/b c+d=ü")
        bodies = []
        while len(bodies) < 3 and (said := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages")):
            bodies += [json.loads(message["Body"]) for message in said]
        self.assertEqual(sum(b.get("Event") == "s3:TestEvent" for b in bodies), 1)
        records = sorted((r for b in bodies for r in b.get("Records", [])), key=lambda r: r["s3"]["object"]["sequencer"])
        self.assertEqual([r["eventName"] for r in records], ["ObjectCreated:Put", "ObjectRemoved:Delete"])
        self.assertEqual([r["s3"]["object"]["key"] for r in records], ["a/b+c%2Bd%3D%C3%BC"] * 2)
        self.assertEqual([r["s3"]["object"].get("size") for r in records], [5, None])

    def test_many_objects_over_one_connection(self):
        gate.setup.many("names", "many/", 1000, "20")
        before = int(gate.control("GET", "connections"))
        gate.control("DELETE", "log")
        with gate.Connection() as c:
            for k in range(1000):
                target = f"/names/many/{k:07}"
                status, _, body = c.ask("GET", target, gate.signed("GET", target))
                self.assertEqual((status, body), (200, b"%d\n" % k + b"." * (19 - len(str(k)))))
        self.assertEqual(gate.control("GET", "count?match=%5EGET+/names/many/.*+200").strip(), b"1000")
        self.assertLessEqual(int(gate.control("GET", "connections")), before + 4)  # ours and those of control()


if __name__ == "__main__":
    unittest.main()
