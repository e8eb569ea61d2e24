/* xml.c: expat's events as paths and texts.
 *
 * All texts that are open lie one behind the other in one buffer, as do the names in the path; the
 * end of an element cuts off what was its own. Texts are wiped: credentials come in them, too. */
#include "stores/aws/xml.h"

#include "core/buffer.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

enum { DEPTH_MOST = 32 };
/* Larger than any reply with credentials: such texts do not move, so that no copy is left. */
static const size_t text_first = 16384;

typedef struct Reader {
    XML_Parser parser;
    XmlElement *element;
    void *context;
    Error *error;
    bool failed;
    Buffer path, text;
    size_t depth;
    size_t path_start[DEPTH_MOST], text_start[DEPTH_MOST];
} Reader;

static void reader_deinit(Reader *r)
{
    if (r->parser)
        XML_ParserFree(r->parser);
    if (r->text.bytes)
        explicit_bzero(r->text.bytes, r->text.capacity);
    buffer_deinit(&r->text);
    buffer_deinit(&r->path);
}

static bool no_memory(Error *e)
{
    return error_coded(e, ERROR_RETRY, "no_memory", "no memory for reading XML");
}

static bool bad(const Reader *r, Error *e, const char *what)
{
    unsigned long line = (unsigned long)XML_GetCurrentLineNumber(r->parser);
    error_coded(e, ERROR_RETRY, "bad_reply", "the reply is no sound XML: line %lu: %s", line, what);
    return error_at(e, "line %lu", line);
}

static void stop(Reader *r)
{
    r->failed = true;
    XML_StopParser(r->parser, XML_FALSE);
}

static void refuse(Reader *r, const char *what)
{
    bad(r, r->error, what);
    stop(r);
}

static void cut(Buffer *b, size_t length)
{
    if (!b->bytes)
        return;
    b->length = length;
    b->bytes[length] = '\0';
}

static void on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    (void)attributes;
    Reader *r = data;
    if (r->failed)
        return;
    if (r->depth == DEPTH_MOST) {
        refuse(r, "more than 32 levels");
        return;
    }
    r->path_start[r->depth] = r->path.length;
    r->text_start[r->depth] = r->text.length;
    r->depth++;
    const char *local = strrchr(name, ' '); /* behind the namespace */
    buffer_printf(&r->path, "%s%s", r->depth > 1 ? "/" : "", local ? local + 1 : name);
}

static void on_text(void *data, const XML_Char *text, int length)
{
    Reader *r = data;
    if (!r->failed)
        buffer_append(&r->text, text, (size_t)length);
}

static void on_end(void *data, const XML_Char *name)
{
    (void)name;
    Reader *r = data;
    if (r->failed)
        return;
    r->depth--;
    size_t start = r->text_start[r->depth];
    if (r->path.failed || r->text.failed) {
        no_memory(r->error);
        stop(r);
        return;
    }
    if (!r->element(r->context, r->path.bytes, r->text.bytes + start, r->text.length - start,
                    r->error))
        stop(r);
    cut(&r->path, r->path_start[r->depth]);
    cut(&r->text, start);
}

static void on_document_type(void *data, const XML_Char *name, const XML_Char *system,
                             const XML_Char *public, int inside)
{
    (void)name, (void)system, (void)public, (void)inside;
    Reader *r = data;
    if (!r->failed)
        refuse(r, "it has a document type");
}

bool xml_read(const char *bytes, size_t length, XmlElement *element, void *context, Error *e)
{
    __attribute__((cleanup(reader_deinit)))
    Reader r = {.element = element, .context = context, .error = e};
    r.parser = XML_ParserCreateNS(NULL, ' ');
    buffer_printf(&r.text, "%*s", (int)(length < text_first ? length : text_first), "");
    if (!r.parser || r.text.failed)
        return no_memory(e);
    cut(&r.text, 0);
    if (length > INT_MAX)
        return bad(&r, e, "it is too large");
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_document_type);
    enum XML_Status status = XML_Parse(r.parser, length ? bytes : "", (int)length, XML_TRUE);
    if (r.failed)
        return false;
    if (status == XML_STATUS_OK)
        return true;
    enum XML_Error code = XML_GetErrorCode(r.parser);
    return code == XML_ERROR_NO_MEMORY ? no_memory(e) : bad(&r, e, XML_ErrorString(code));
}
