"""verify.py: AWS Signature Version 4, checked against the request as it came.

"AWS Signature Version 4 for API requests", IAM User Guide; codes and messages as the services give them."""
import calendar
import functools
import hashlib
import hmac
import re
import time
from urllib.parse import quote, unquote_to_bytes

from gateway import digest
from gateway.errors import MEDIA, QUERY, SERVICES, Refused

SKEW_MOST_S = 15 * 60
UNSIGNED = {"authorization", "connection", "content-length", "expect", "transfer-encoding", "user-agent"}
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/(\d{8})/([^/,\s]+)/([^/,\s]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})")


def encode(raw, safe=""):
    return quote(unquote_to_bytes(raw.encode("latin-1")), safe=safe + "-._~")


def service_of(request):
    """The signing name of the service that is meant, from all but the signature."""
    target = request.header("x-amz-target")
    if target:
        return SERVICES.get(target.partition(".")[0], ("unknown",))[0]
    if request.method == "POST" and request.path == "/":
        version = re.search(rb"(?:^|&)Version=([0-9-]+)", request.body)
        return QUERY.get(version[1].decode(), "unknown") if version else "s3"
    return "s3"


def canonical_query(query):
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return "&".join(f"{n}={v}" for n, v in sorted((encode(n), encode(v)) for n, _, v in pairs))


def canonical_request(request, signed, body_hash):
    path = encode(request.path, "/")
    if request.service != "s3":
        path = quote(path, safe="/-._~")
    headers = "".join(f"{name}:{' '.join((request.header(name) or '').split())}\n" for name in signed)
    return "\n".join([request.method, path, canonical_query(request.query), headers, ";".join(signed), body_hash])


@functools.lru_cache(maxsize=256)
def signing_key(secret, date, region, service):
    key = b"AWS4" + secret.encode()
    for word in (date, region, service, "aws4_request"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    return key


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Verifier:
    """Knows where it listens, which region it is in, what time it is, and all keys (keys.py)."""

    def __init__(self, keys, region, port, tls):
        self.keys, self.region, self.port, self.tls = keys, region, port, tls
        self.shift_s = 0.0
        self.bucket_regions = {}  # name -> (region, 301 or 400)
        self.public = set()       # buckets that take requests without a signature

    def now_s(self):
        return time.time() + self.shift_s

    def check(self, request):
        """Refuses what AWS would refuse (and some that it would not: see docs/aws_tests.md)."""
        request.service = service_of(request)
        self.check_place(request)
        authorization = request.header("authorization")
        if authorization is None:
            return self.check_unsigned(request)
        match = AUTHORIZATION.fullmatch(authorization)
        if not match:
            raise malformed(request, "The authorization header is malformed.")
        access_key, date, region, service, signed, signature = match.groups()
        request.access_key = access_key
        self.check_time(request, date)
        self.check_scope(request, region, service)
        self.keys.check(request, access_key, self.now_s())
        signed = signed.split(";")
        check_signed_headers(request, signed)
        body_hash = self.check_body_hash(request)
        canonical = canonical_request(request, signed, body_hash)
        stamp = request.header("x-amz-date")
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, f"{date}/{region}/{service}/aws4_request",
                          sha256(canonical.encode("latin-1"))])
        key = signing_key(self.keys.secret(access_key), date, region, service)
        if not hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), signature):
            raise mismatch(request, CanonicalRequest=canonical, StringToSign=text, SignatureProvided=signature,
                           AWSAccessKeyId=access_key)
        self.check_content(request)

    def check_place(self, request):
        """The host with its port, in the form that the signature covers; a query without '+'."""
        host = request.header("host") or ""
        name, _, port = host.rpartition(":")
        if port != str(self.port) or not re.fullmatch(r"127\.0\.0\.1|([a-z0-9.-]+\.)?localhost", name):
            raise mismatch(request, f"The host header {host!r} is not where the request went.")
        if "+" in request.query:
            raise mismatch(request, "A '+' in the query is neither a blank nor a plus: %20 or %2B.")
        if request.path != encode(request.path, "/"):
            raise mismatch(request, "The path is not percent-encoded as it is signed.")
        request.bucket = None
        if request.service == "s3":
            virtual = name.removesuffix(".localhost").removesuffix("localhost").removesuffix(".s3")
            if name.endswith("localhost") and virtual not in ("", "s3"):
                request.bucket = virtual
            else:
                request.bucket = request.path.split("/")[1] or None

    def check_unsigned(self, request):
        if request.service == "s3" and request.bucket in self.public:
            return self.check_content(request)
        if request.service == "s3":
            raise Refused(403, "AccessDenied", "Access Denied")
        if request.service == "sts" and b"Action=AssumeRoleWithWebIdentity" in request.body:
            return None
        raise Refused(status_of(request), "MissingAuthenticationToken" + suffix_of(request),
                      "Request is missing Authentication Token")

    def check_time(self, request, date):
        stamp = request.header("x-amz-date") or ""
        if not re.fullmatch(r"\d{8}T\d{6}Z", stamp):
            if request.service == "s3":
                raise Refused(403, "AccessDenied",
                              "AWS authentication requires a valid Date or x-amz-date header")
            raise malformed(request, "Authorization header requires existence of either a 'X-Amz-Date' or a"
                            " 'Date' header.")
        if stamp[:8] != date:
            raise malformed(request, f"Invalid credential date {date}. This date is not the same as X-Amz-Date: "
                            f"{stamp[:8]}.")
        now_s = self.now_s()
        off_s = now_s - calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
        if abs(off_s) <= SKEW_MOST_S:
            return
        server = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now_s))
        if request.service == "s3":
            raise Refused(403, "RequestTimeTooSkewed",
                          "The difference between the request time and the current time is too large.",
                          RequestTime=stamp, ServerTime=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now_s)),
                          MaxAllowedSkewMilliseconds=SKEW_MOST_S * 1000)
        words = "expired" if off_s > 0 else "not yet current"
        order = "earlier" if off_s > 0 else "later"
        raise mismatch(request, f"Signature {words}: {stamp} is now {order} than {server} (15 min.)")

    def check_scope(self, request, region, service):
        if service != request.service:
            raise malformed(request, f'The credential is mal-formed; incorrect service "{service}". This endpoint'
                            f' belongs to "{request.service}".' if request.service == "s3" else
                            f"Credential should be scoped to correct service: '{request.service}'.", scope=True)
        wanted, how = self.bucket_regions.get(request.bucket, (self.region, 400))
        if region == wanted:
            return
        where = [("x-amz-bucket-region", wanted)]
        if request.service == "s3" and how == 301:
            raise Refused(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed "
                          "using the specified endpoint.", where, Bucket=request.bucket,
                          Endpoint=f"s3.{wanted}.amazonaws.com")
        if request.service == "s3":
            raise Refused(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region "
                          f"'{region}' is wrong; expecting '{wanted}'", where if request.bucket else (),
                          Region=wanted)
        raise malformed(request, "Credential should be scoped to a valid region.", scope=True)

    def check_body_hash(self, request):
        given, actual = request.header("x-amz-content-sha256"), None
        if request.service == "s3":
            if given is None:
                raise Refused(400, "InvalidRequest",
                              "Missing required header for this request: x-amz-content-sha256")
            if given.startswith("STREAMING-"):
                raise Refused(501, "NotImplemented", "The gate takes no aws-chunked body.")
            if given == "UNSIGNED-PAYLOAD":
                if self.tls:
                    return given
                raise Refused(400, "InvalidRequest", "The gate takes UNSIGNED-PAYLOAD over TLS only.")
            if not re.fullmatch(r"[0-9a-f]{64}", given):
                raise Refused(400, "InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-..."
                              " or a valid sha256 value.", ArgumentName="x-amz-content-sha256", ArgumentValue=given)
        actual = sha256(request.body)
        if given is not None and given != actual:
            if request.service == "s3":
                raise Refused(400, "XAmzContentSHA256Mismatch",
                              "The provided 'x-amz-content-sha256' header does not match what was computed.",
                              ClientComputedContentSHA256=given, S3ComputedContentSHA256=actual)
            raise mismatch(request)
        return actual

    def check_content(self, request):
        if request.service == "s3":
            if request.method == "PUT" and request.header("content-length") is None:
                raise Refused(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
            return digest.check(request)
        media = MEDIA.get(request.service)
        if media and request.header("content-type") != media:
            raise Refused(400, "SerializationException", f"Content-Type must be {media}")
        return None


def check_signed_headers(request, signed):
    if signed != sorted(set(signed)):
        raise mismatch(request, "SignedHeaders is not in order.")
    there = {name for name, _ in request.headers}
    unsigned = sorted(n for n in there - UNSIGNED - set(signed) if n.startswith("x-amz-") or n == "host")
    missing = sorted(set(signed) - there)
    if missing:
        raise mismatch(request, f"SignedHeaders names what is not there: {', '.join(missing)}")
    if unsigned and request.service == "s3":
        raise Refused(403, "AccessDenied", "There were headers present in the request which were not signed",
                      HeadersNotSigned=", ".join(unsigned))
    if unsigned:
        raise mismatch(request, f"'{unsigned[0]}' must be a 'SignedHeader' in the AWS Authorization.")


def status_of(request):
    return 400 if request.service == "dynamodb" else 403


def suffix_of(request):
    return "Exception" if request.service in MEDIA else ""


def mismatch(request, message=None, **more):
    message = message or ("The request signature we calculated does not match the signature you provided. "
                          "Check your key and signing method.")
    if request.service in MEDIA:
        return Refused(status_of(request), "InvalidSignatureException", message)
    return Refused(403, "SignatureDoesNotMatch", message, **more)


def malformed(request, message, scope=False):
    if request.service == "s3":
        return Refused(400, "AuthorizationHeaderMalformed", message)
    if scope:
        return mismatch(request, message)
    return Refused(status_of(request), "IncompleteSignature" + suffix_of(request), message)
