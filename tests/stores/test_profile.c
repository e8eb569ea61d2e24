/* test_profile.c: files of profiles, as botocore reads them (raw_config_parse of 1.43). */
#include "core/buffer.h"
#include "stores/aws/settings.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Reading {
    const char *name, *text;
    const char *expected; /* "[section] key=value" lines */
} Reading;

/* What botocore says of these files. */
static const Reading as_botocore[] = {
    {"plain", "[default]\nregion = eu-central-1\noutput=json\n",
     "[default] region=eu-central-1\n[default] output=json\n"},
    {"no_blanks_at_equals", "[default]\nregion=eu-central-1", "[default] region=eu-central-1\n"},
    {"colon", "[default]\nregion: eu-central-1\n", "[default] region=eu-central-1\n"},
    {"equals_in_value", "[default]\naws_secret_access_key = a=b==\n",
     "[default] aws_secret_access_key=a=b==\n"},
    {"comment_lines", "# one\n; two\n[default]\n# three\nregion = r1\n  ; four\noutput = json\n",
     "[default] region=r1\n[default] output=json\n"},
    {"comment_inside_nested", "[default]\ns3 =\n  # no\n  addressing_style = path\n",
     "[default] s3.addressing_style=path\n"},
    {"hash_without_blank", "[default]\nregion = a#b;c\n", "[default] region=a#b;c\n"},
    {"crlf", "[default]\r\nregion = r1\r\n[profile x]\r\ns3 =\r\n  addressing_style = virtual\r\n",
     "[default] region=r1\n[profile x] s3.addressing_style=virtual\n"},
    {"nested",
     "[default]\nregion = r1\ns3 =\n  addressing_style = virtual\n  "
     "max_concurrent_requests=20\noutput = json\n",
     "[default] region=r1\n[default] s3.addressing_style=virtual\n[default] "
     "s3.max_concurrent_requests=20\n[default] output=json\n"},
    {"nested_tabs", "[default]\ns3 =\n\taddressing_style\t=\tvirtual\nregion = r1\n",
     "[default] s3.addressing_style=virtual\n[default] region=r1\n"},
    {"nested_after_blank_line", "[default]\ns3 =\n\n  addressing_style = path\n\nregion = r1\n",
     "[default] s3.addressing_style=path\n[default] region=r1\n"},
    {"services",
     "[default]\nservices = local\n[services local]\ns3 =\n  endpoint_url = "
     "http://localhost:9000\nsqs =\n  endpoint_url = http://localhost:9324\n",
     "[default] services=local\n[services local] s3.endpoint_url=http://localhost:9000\n[services "
     "local] sqs.endpoint_url=http://localhost:9324\n"},
    {"several_lines", "[default]\nca_bundle = one\n  two\n  three\nregion = r1\n",
     "[default] ca_bundle=one\ntwo\nthree\n[default] region=r1\n"},
    {"quotes_stay", "[default]\nregion = \"r1\"\noutput = 'json'\n",
     "[default] region=\"r1\"\n[default] output='json'\n"},
    {"upper_case_key", "[default]\nRegion = R1\nAWS_ACCESS_KEY_ID = AKID\n",
     "[default] region=R1\n[default] aws_access_key_id=AKID\n"},
    {"empty_value", "[default]\nregion =\noutput = json\n",
     "[default] region=\n[default] output=json\n"},
    {"profile_name_quoted", "[profile \"my work\"]\nregion = r1\n",
     "[profile my work] region=r1\n"},
    {"profile_two_blanks", "[profile  work]\nregion = r1\n", "[profile work] region=r1\n"},
    {"indented_keys", "[default]\n  region = r1\n  output = json\n",
     "[default] region=r1\n[default] output=json\n"},
    {"indented_section", "  [default]\nregion = r1\n", "[default] region=r1\n"},
    {"blanks_at_ends", "[default]   \n  \nregion   =   r1   \n", "[default] region=r1\n"},
    {"utf8",
     "[profile m\xc3\xbc"
     "nchen]\nregion = r1\n",
     "[profile m\xc3\xbc"
     "nchen] region=r1\n"},
    {"other_sections", "[preview]\ncloudfront = true\n[default]\nregion = r1\n",
     "[preview] cloudfront=true\n[default] region=r1\n"},
    {"unknown_keys", "[default]\nfoo.bar = 1\nx y = z\n", "[default] foo.bar=1\n[default] x y=z\n"},
    {"nested_unindented_comment", "[default]\ns3 =\n  a = 1\n# c\n  b = 2\n",
     "[default] s3.a=1\n[default] s3.b=2\n"},
    {"process", "[profile p]\ncredential_process = \"/opt/my tool\" --x 'a b'\n",
     "[profile p] credential_process=\"/opt/my tool\" --x 'a b'\n"},
    {"empty", "", ""},
    {"only_comments", "# nothing\n", ""},
    {"section_comment", "[default] # mine\nregion = r1\n", "[default] region=r1\n"},
};

/* Where botocore refuses or goes on with half a line, and the reference guide of the SDKs allows
 * it.
 */
static const Reading more[] = {
    {"bom", "\xef\xbb\xbf[default]\nregion = r1\n", "[default] region=r1\n"},
    {"comment_behind_value", "[default]\nregion = r1 # near\noutput = json\t; no\n",
     "[default] region=r1\n[default] output=json\n"},
    {"comment_behind_nested", "[default]\ns3 =\n  addressing_style = path # c\n",
     "[default] s3.addressing_style=path\n"},
    {"comment_is_the_value", "[default]\nregion = # none\n", "[default] region=\n"},
    {"section_twice", "[default]\nregion = r1\n[profile a]\n[default]\noutput = json\n",
     "[default] region=r1\n[default] output=json\n[profile a]\n"},
    {"key_twice", "[default]\nregion = r1\nregion = r2\n", "[default] region=r2\n"},
    {"blanks_in_section", "[ default ]\nregion = r1\n", "[default] region=r1\n"},
};

static void show(const ProfileSection *sections, size_t count, Buffer *out)
{
    buffer_string(out, "");
    for (size_t i = 0; i < count; i++) {
        if (sections[i].key_count == 0)
            buffer_printf(out, "[%s]\n", sections[i].name);
        for (size_t k = 0; k < sections[i].key_count; k++)
            buffer_printf(out, "[%s] %s=%s\n", sections[i].name, sections[i].keys[k].key,
                          sections[i].keys[k].value);
    }
}

static void check_readings(const Reading *readings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Arena a = {0};
        Error e = {0};
        auto_buffer Buffer shown = {0};
        ProfileSection *sections = NULL;
        size_t n = 0;
        print_message("%s\n", readings[i].name);
        assert_ok(profile_parse((StringView){readings[i].text, strlen(readings[i].text)}, "f", &a,
                                &sections, &n, &e),
                  &e);
        show(sections, n, &shown);
        assert_string_equal(shown.bytes, readings[i].expected);
        arena_deinit(&a);
    }
}

static void reads_as_botocore(void **state)
{
    (void)state;
    check_readings(as_botocore, CASES(as_botocore));
}

static void reads_more(void **state)
{
    (void)state;
    check_readings(more, CASES(more));
}

/* Nothing of a line is in a message: it may be a secret. */
static void refuses_with_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *message;
    } bad[] = {
        {"aws_secret_access_key = SECRET\n", 0, "f:1: a value before the first [section]"},
        {"[default]\n\nSECRET\n", 0, "f:3: neither a [section] nor name = value"},
        {"[default]\ns3 =\n  SECRET\n", 0,
         "f:3: expected name = value below a key without a value"},
        {"# c\n[default SECRET\n", 0, "f:2: a section without ]"},
        {"[]\n", 0, "f:1: a section without a name"},
        {"[default]\n = SECRET\n", 0, "f:2: neither a [section] nor name = value"},
        {"[default] SECRET = 1\n", 0, "f:1: there is more behind the section's ]"},
        {"[default]\nregion = r\0SECRET\n", 28, "f:2: a NUL byte: this is no text"},
    };
    for (size_t i = 0; i < CASES(bad); i++) {
        Arena a = {0};
        Error e = {0};
        ProfileSection *sections = NULL;
        size_t n = 0, length = bad[i].length ? bad[i].length : strlen(bad[i].text);
        assert_false(profile_parse((StringView){bad[i].text, length}, "f", &a, &sections, &n, &e));
        assert_string_equal(e.message, bad[i].message);
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_int_equal(n, 0);
        arena_deinit(&a);
    }
}

static void credentials_file_has_profiles(void **state)
{
    (void)state;
    char path[] = "/tmp/test_profile.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char text[] = "[default]\naws_access_key_id = A\n[work]\naws_access_key_id = B\n";
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    Arena a = {0};
    Error e = {0};
    auto_buffer Buffer shown = {0};
    ProfileSection *sections = NULL;
    size_t n = 0;
    assert_ok(profile_read_credentials(path, &a, &sections, &n, &e), &e);
    show(sections, n, &shown);
    assert_string_equal(shown.bytes, "[profile default] aws_access_key_id=A\n"
                                     "[profile work] aws_access_key_id=B\n");
    assert_string_equal(sections[0].file, path);
    unlink(path);
    arena_deinit(&a);
}

static bool read_path(const char *path, size_t *count, Error *e)
{
    Arena a = {0};
    ProfileSection *sections = NULL;
    *count = 0;
    bool good = profile_read(path, &a, &sections, count, e);
    arena_deinit(&a);
    return good;
}

static void files_that_are_none(void **state)
{
    (void)state;
    Error e = {0};
    size_t n;
    assert_ok(read_path("/nonexistent/config", &n, &e), &e);
    assert_int_equal(n, 0);
    assert_ok(read_path("/dev/null/config", &n, &e), &e);
    assert_ok(read_path("/dev/null", &n, &e), &e);
    assert_int_equal(n, 0);
    assert_false(read_path("/tmp", &n, &e));
    assert_string_equal(e.message, "/tmp: Is a directory");
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_false(read_path("/dev/zero", &n, &e));
    assert_string_equal(e.message,
                        "/dev/zero: larger than 1024 KiB, this is no file of AWS profiles");
}

static void permission_is_an_error(void **state)
{
    (void)state;
    bool root = geteuid() == 0;
    if (root && seteuid(65534) != 0)
        case_skip("needs another user than root");
    char path[] = "/tmp/test_profile.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    fchmod(fd, 0);
    close(fd);
    Error e = {0};
    size_t n;
    bool good = read_path(path, &n, &e);
    unlink(path);
    if (root)
        assert_int_equal(seteuid(0), 0);
    prctl(PR_SET_DUMPABLE, 1); /* which seteuid() has taken away; LeakSanitizer needs it */
    assert_false(good);
    assert_non_null(strstr(e.message, path));
    assert_string_equal(e.code, "permission");
    assert_int_equal(e.kind, ERROR_SETUP);
}

static void secrets_are_wiped(void **state)
{
    (void)state;
    static const char text[] = "[default]\naws_access_key_id = AKID\naws_secret_access_key = one\n"
                               "aws_session_token = two\n";
    Arena a = {0};
    Error e = {0};
    ProfileSection *sections = NULL;
    size_t n = 0;
    assert_ok(profile_parse((StringView){text, sizeof text - 1}, "f", &a, &sections, &n, &e), &e);
    assert_string_equal(profile_value(&sections[0], "aws_secret_access_key"), "one");
    profile_wipe(sections, n);
    assert_string_equal(profile_value(&sections[0], "aws_access_key_id"), "AKID");
    assert_string_equal(profile_value(&sections[0], "aws_secret_access_key"), "");
    assert_string_equal(profile_value(&sections[0], "aws_session_token"), "");
    assert_null(profile_value(&sections[0], "region"));
    arena_deinit(&a);
}

/* Half a million lines that continue a value: not slow, not deep. */
static void long_value(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "[default]\nca_bundle = x\n");
    while (text.length + 3 <= PROFILE_FILE_MOST)
        buffer_string(&text, " y\n");
    Arena a = {0};
    Error e = {0};
    ProfileSection *sections = NULL;
    size_t n = 0;
    assert_ok(profile_parse((StringView){text.bytes, text.length}, "f", &a, &sections, &n, &e), &e);
    assert_int_equal(strlen(profile_value(&sections[0], "ca_bundle")),
                     1 + (text.length - 24) / 3 * 2);
    arena_deinit(&a);
}

static const Case cases[] = {
    {"reads_as_botocore", reads_as_botocore},
    {"reads_more", reads_more},
    {"refuses_with_line", refuses_with_line},
    {"credentials_file_has_profiles", credentials_file_has_profiles},
    {"files_that_are_none", files_that_are_none},
    {"permission_is_an_error", permission_is_an_error},
    {"secrets_are_wiped", secrets_are_wiped},
    {"long_value", long_value},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
