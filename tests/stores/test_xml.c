/* test_xml.c: elements of replies, and what is no reply. */
#include "stores/aws/xml.h"

#include "core/buffer.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>

/* "path=text;" for each element, in the order in which they end. */
static bool note(void *context, const char *path, const char *text, size_t length, Error *e)
{
    if (strcmp(path, "r/stop") == 0)
        return error_coded(e, ERROR_DATA, "enough", "stopped");
    assert_int_equal(strlen(text), length);
    buffer_printf(context, "%s=%s;", path, text);
    return true;
}

static void elements(void **state)
{
    (void)state;
    static const struct {
        const char *xml, *said;
    } table[] = {
        {"<r/>", "r=;"},
        {"<r><a>1</a><b>2</b></r>", "r/a=1;r/b=2;r=;"},
        {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r>\n <a>x y</a>\n</r>\n",
         "r/a=x y;r=\n \n;"},
        {"<r>one<a>two<b>three</b>four</a>five</r>", "r/a/b=three;r/a=twofour;r=onefive;"},
        {"<r xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Key>k</Key></r>", "r/Key=k;r=;"},
        {"<x:r xmlns:x=\"urn:a\"><x:a>1</x:a></x:r>", "r/a=1;r=;"},
        {"<r><ETag>&quot;9b2c&quot;</ETag><k>&lt;&amp;&gt;&apos;</k></r>",
         "r/ETag=\"9b2c\";r/k=<&>';r=;"},
        {"<r><k>&#x20AC;&#10;&#xD;</k></r>", "r/k=\xe2\x82\xac\n\r;r=;"},
        {"<r><![CDATA[<a>&amp;]]></r>", "r=<a>&amp;;"},
        {"<r><!-- <a/> --><?pi x?>t</r>", "r=t;"},
        {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r>\xe9</r>", "r=\xc3\xa9;"},
        {"\xef\xbb\xbf<r>bom</r>", "r=bom;"},
        {"<r a=\"1\" b='2'>t</r>", "r=t;"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        auto_buffer Buffer said = {0};
        Error e = {0};
        assert_ok(xml_read(table[i].xml, strlen(table[i].xml), note, &said, &e), &e);
        assert_string_equal(said.bytes, table[i].said);
    }
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *xml, *part; /* of the message: the line */
    } table[] = {
        {"", "line 1: "},
        {"no xml", "line 1: "},
        {"<html><br></html>", "line 1: "},
        {"<r>\n\n<a></r>", "line 3: "},
        {"<r/><r/>", "line 1: "},
        {"<r>&nosuch;</r>", "line 1: "},
        {"<r>\xff</r>", "line 1: "},
        {"<r>&#0;</r>", "line 1: "},
        {"<x:r/>", "line 1: "},
        {"<!DOCTYPE r><r/>", "document type"},
        {"<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", "document type"},
        {"<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>", "document type"},
        {"<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
         "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><r>&c;</r>",
         "document type"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        auto_buffer Buffer said = {0};
        Error e = {0};
        assert_false(xml_read(table[i].xml, strlen(table[i].xml), note, &said, &e));
        assert_int_equal(e.kind, ERROR_RETRY);
        assert_string_equal(e.code, "bad_reply");
        assert_non_null(strstr(e.message, table[i].part));
        assert_null(strchr(e.message, '\n'));
    }
}

static void write_depth(Buffer *b, int depth)
{
    for (int i = 0; i < depth; i++)
        buffer_string(b, "<a>");
    for (int i = 0; i < depth; i++)
        buffer_string(b, "</a>");
}

static void depth(void **state)
{
    (void)state;
    static const int depths[] = {32, 33, 100000};
    for (size_t i = 0; i < CASES(depths); i++) {
        auto_buffer Buffer xml = {0}, said = {0};
        Error e = {0};
        write_depth(&xml, depths[i]);
        bool good = xml_read(xml.bytes, xml.length, note, &said, &e);
        assert_int_equal(good, depths[i] == 32);
        assert_true(good || strstr(e.message, "32 levels"));
    }
}

static const char list[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>"
    "<Contents><Key>G%C3%B6</Key><ETag>&quot;9b2c&quot;</ETag><Size>3</Size></Contents>"
    "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes></ListBucketResult>";

/* Every beginning of a reply is noticed to be one; with the wrong memory behind it, ASan would say
 * so. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof list - 1; length++) {
        auto_buffer Buffer said = {0};
        char *copy = test_malloc(length ? length : 1);
        memcpy(copy, list, length);
        Error e = {0};
        assert_false(xml_read(copy, length, note, &said, &e));
        assert_string_equal(e.code, "bad_reply");
        test_free(copy);
    }
    auto_buffer Buffer said = {0};
    Error e = {0};
    assert_ok(xml_read(list, sizeof list - 1, note, &said, &e), &e);
    assert_non_null(strstr(said.bytes, "ListBucketResult/Contents/ETag=\"9b2c\";"));
}

static void element_refuses(void **state)
{
    (void)state;
    auto_buffer Buffer said = {0};
    Error e = {0};
    static const char xml[] = "<r><a>1</a><stop/><b>2</b></r>";
    assert_false(xml_read(xml, sizeof xml - 1, note, &said, &e));
    assert_string_equal(e.code, "enough");
    assert_int_equal(e.kind, ERROR_DATA);
    assert_string_equal(said.bytes, "r/a=1;");
}

/* A text that is much longer than the first memory for it, in many pieces. */
static void long_text(void **state)
{
    (void)state;
    auto_buffer Buffer xml = {0}, said = {0};
    buffer_string(&xml, "<r>");
    for (int i = 0; i < 50000; i++)
        buffer_string(&xml, "x&amp;");
    buffer_string(&xml, "</r>");
    Error e = {0};
    assert_ok(xml_read(xml.bytes, xml.length, note, &said, &e), &e);
    assert_int_equal(said.length, 100000 + strlen("r=;"));
}

static const Case cases[] = {
    {"elements", elements},
    {"refused", refused},
    {"depth", depth},
    {"cut_anywhere", cut_anywhere},
    {"element_refuses", element_refuses},
    {"long_text", long_text},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
