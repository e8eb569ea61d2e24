/* xml.h: replies in XML (S3, STS), by expat. */
#pragma once

#include "core/error.h"

#include <stddef.h>

/* Calls `element` at the end of each element: its path from the root, without namespaces
 * ("ListBucketResult/Contents/Key"), and its own text, entities replaced. An element that holds
 * elements comes after them, with the blanks between them as its text. False with e from `element`
 * ends the reading. ERROR_RETRY "bad_reply" where it is no well-formed XML: the line and expat's
 * words. Depth at most 32; no document type, no entities of its own. */
typedef bool XmlElement(void *context, const char *path, const char *text, size_t length, Error *e);
bool xml_read(const char *bytes, size_t length, XmlElement *element, void *context,
              Error *e) MUST_CHECK;
