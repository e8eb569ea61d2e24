"""errors.py: refusals, each in the form of its service."""
import json
import uuid
from xml.sax.saxutils import escape

from gateway.http import Reply

SERVICES = {  # X-Amz-Target prefix -> signing name, media type, namespace of an error's __type
    "DynamoDB_20120810": ("dynamodb", "application/x-amz-json-1.0", "com.amazonaws.dynamodb.v20120810#"),
    "AmazonSQS": ("sqs", "application/x-amz-json-1.0", "com.amazonaws.sqs#"),
    "Kinesis_20131202": ("kinesis", "application/x-amz-json-1.1", ""),
    "AWSEvents": ("events", "application/x-amz-json-1.1", ""),
}
QUERY = {"2011-06-15": "sts", "2010-03-31": "sns"}  # Version of a form -> signing name
MEDIA = {name: media for name, media, _ in SERVICES.values()}
NAMESPACE = {name: namespace for name, _, namespace in SERVICES.values()}


class Refused(Exception):
    """The request is refused: status, code, message, and what else stands in S3's <Error>."""

    def __init__(self, status, code, message, headers=(), **more):
        super().__init__(message)
        self.status, self.code, self.message, self.headers, self.more = status, code, message, headers, more

    def reply(self, request):
        service = request.service or "s3"
        if service == "s3":
            body, media = s3_body(self.code, self.message, self.more), "application/xml"
        elif service in MEDIA:
            body = json.dumps({"__type": NAMESPACE[service] + self.code, "message": self.message}).encode()
            media = MEDIA[service]
        else:
            body, media = query_body(service, self.code, self.message), "text/xml"
        reply = Reply(self.status, body, [("Content-Type", media), *self.headers])
        reply.error = self.code
        return reply


def new_id():
    return uuid.uuid4().hex[:16].upper()


def s3_body(code, message, more):
    fields = {"Code": code, "Message": message, **more, "RequestId": new_id(), "HostId": "gate"}
    inner = "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode()


def query_body(service, code, message):
    return (f'<ErrorResponse xmlns="https://{service}.amazonaws.com/doc/"><Error><Type>Sender</Type>'
            f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
            f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>").encode()
