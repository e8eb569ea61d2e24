"""digest.py: the checksums that S3 recomputes from a body: Content-MD5 and x-amz-checksum-*."""
import base64
import binascii
import functools
import hashlib
import zlib

from gateway.errors import Refused


def crc_table(polynomial):
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (polynomial if byte & 1 else 0)
        table.append(byte)
    return table


# Both reflected, all ones before and after: CRC-32C of RFC 3720, CRC-64/NVME of the NVM Express
# command set specification, 5.2.1.3.4.
OF_32C, OF_64NVME = 0x82F63B78, 0x9A6C9329AC4BC9B5
CRC32C = crc_table(OF_32C)
CRC64NVME = crc_table(OF_64NVME)


ZEROS = bytes(4096)


def applied(columns, value):
    result = 0
    for column in columns:
        if value & 1:
            result ^= column
        value >>= 1
    return result


@functools.lru_cache
def over_zeros(polynomial, bits):
    """What len(ZEROS) bytes of zeros make of each bit of a sum: a linear map, squared up from that of one byte."""
    table = crc_table(polynomial)
    columns = [table[1 << bit & 0xFF] ^ (1 << bit) >> 8 for bit in range(bits)]
    for _ in range(len(ZEROS).bit_length() - 1):
        columns = [applied(columns, column) for column in columns]
    return columns


def crc(table, polynomial, bits, body):
    """Runs of zeros, of which large files for tests are made, count as one."""
    value = ones = (1 << bits) - 1
    for at in range(0, len(body), len(ZEROS)):
        piece = body[at:at + len(ZEROS)]
        if piece == ZEROS:
            value = applied(over_zeros(polynomial, bits), value)
            continue
        for byte in piece:
            value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ ones


def crc32c(body):
    return crc(CRC32C, OF_32C, 32, body).to_bytes(4, "big")


def crc64nvme(body):
    return crc(CRC64NVME, OF_64NVME, 64, body).to_bytes(8, "big")


CHECKSUMS = {
    "x-amz-checksum-crc32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "x-amz-checksum-crc32c": crc32c,
    "x-amz-checksum-crc64nvme": crc64nvme,
    "x-amz-checksum-sha1": lambda body: hashlib.sha1(body).digest(),
    "x-amz-checksum-sha256": lambda body: hashlib.sha256(body).digest(),
}


def decoded(text, size):
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return value if len(value) == size else None


def check(request):
    """Refuses a body that is not the one its headers speak of."""
    md5 = request.header("content-md5")
    if md5 is not None:
        value = decoded(md5, 16)
        if value is None:
            raise Refused(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
        if value != hashlib.md5(request.body).digest():
            raise Refused(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
    parts = request.method == "POST" and "uploadId=" in request.query  # there it speaks of the whole object
    given = [name for name in CHECKSUMS if request.header(name) is not None]
    for name in () if parts else given:
        actual = CHECKSUMS[name](request.body)
        value = decoded(request.header(name), len(actual))
        if value is None:
            raise Refused(400, "InvalidRequest", f"Value for {name} header is invalid.")
        if value != actual:
            kind = name.rpartition("-")[2].upper()
            raise Refused(400, "BadDigest", f"The {kind} you specified did not match the calculated checksum.")
    deletes = request.method == "POST" and request.query in ("delete", "delete=")
    if deletes and md5 is None and not given:
        raise Refused(400, "InvalidRequest",
                      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
