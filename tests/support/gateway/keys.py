"""keys.py: the access keys that the gate knows; static ones and those it has given out."""
import secrets
import threading
import time

from gateway.errors import MEDIA, Refused
from gateway.verify import status_of, suffix_of


class Keys:
    def __init__(self):
        self.lock = threading.Lock()
        self.known = {}  # access key -> {"secret", "token" or None, "expires_s" or None (Unix time)}

    def add(self, access_key, secret, token=None, expires_s=None):
        with self.lock:
            self.known[access_key] = {"secret": secret, "token": token, "expires_s": expires_s}

    def expire(self, access_key, now_s):
        with self.lock:
            self.known[access_key]["expires_s"] = now_s

    def mint(self, lifetime_s, now_s):
        """New temporary credentials, in the words of IMDS and the containers' endpoint."""
        access_key = "ASIA" + secrets.token_hex(8).upper()
        secret, token = secrets.token_urlsafe(30) + "+/", secrets.token_urlsafe(120) + "+/=="
        self.add(access_key, secret, token, now_s + lifetime_s)
        return {"AccessKeyId": access_key, "SecretAccessKey": secret, "Token": token,
                "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now_s + lifetime_s))}

    def secret(self, access_key):
        return self.known[access_key]["secret"]

    def check(self, request, access_key, now_s):
        with self.lock:
            key = self.known.get(access_key)
        if key is None and request.service == "s3":
            raise Refused(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our "
                          "records.", AWSAccessKeyId=access_key)
        if key is None:
            raise invalid(request)
        if (request.header("x-amz-security-token") or None) != key["token"]:
            if request.service == "s3":
                raise Refused(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
            raise invalid(request)
        if key["expires_s"] is not None and now_s >= key["expires_s"]:
            if request.service == "s3":
                raise Refused(400, "ExpiredToken", "The provided token has expired.")
            raise Refused(status_of(request), "ExpiredToken" + suffix_of(request),
                          "The security token included in the request is expired")


def invalid(request):
    code = "UnrecognizedClientException" if request.service in set(MEDIA) - {"sqs"} else "InvalidClientTokenId"
    return Refused(status_of(request), code, "The security token included in the request is invalid.")
