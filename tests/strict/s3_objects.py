"""s3_objects.py: objects written by tests/stores/s3_commands.h ($PROGRAM) on a server that checks signatures, checksums and
conditions; the pieces are those of tests/aws/s3_write.py, which asks the same of the gate, with faults."""
import s3_write as aws

MIB = 1 << 20
count = 0


def good(w, key, body, **how):
    global count
    count += 1
    said = w.write(key, body, **how)
    aws.is_there(key, body, said)
    return said


def sizes(w):
    for size in (0, 1, 16 * MIB, 16 * MIB + 1, 24 * MIB):
        good(w, f"size/{size}", aws.Body(size), type="text/x-weir")
        aws.check(aws.emulator.head_object(Bucket=aws.BUCKET, Key=f"size/{size}")["ContentType"] == "text/x-weir", size)


def conditions(w, size):
    one, other = aws.Body(size, 1), aws.Body(size, 2)
    key = f"conditions/{size}"
    said = good(w, key, one, absent=True)
    again = w.write(key, one, absent=True)
    aws.check(not again["error"] and again["was_there"] and again["etag"] == said["etag"], again)
    aws.refused(w.write(key, other, absent=True), "DATA exists:", key)
    aws.is_there(key, one, said)
    aws.refused(w.write(key, other, match="0" * 32), "DATA replaced:", key)
    good(w, key, other, match=said["etag"])
    aws.refused(w.write(key + "/none", other, match=said["etag"]), "DATA replaced:", key)


aws.emulator.create_bucket(Bucket=aws.BUCKET)
writer = aws.Writer()
sizes(writer)
for length in (5000, 16 * MIB + 1):
    conditions(writer, length)
for number, name in enumerate(("a b+c", "%41&=?#", "ü/日本 \U0001f600", "line\nend", "'\"\\<>&", "~!*()", "x=1;y,z@$[]{}|^`")):
    good(writer, f"names/{number}{name}", aws.Body(3))
aws.check(not aws.uploads(), "uploads are left", aws.uploads())
writer.close()
print(count)
