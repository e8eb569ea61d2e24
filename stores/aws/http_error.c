/* http_error.c: libcurl's codes as errors that say what to do. */
#include "core/text.h"
#include "stores/aws/http_transfer.h"

#include <curl/curl.h>
#include <string.h>

typedef struct Meaning {
    CURLcode curl;
    ErrorKind kind;
    const char *code, *sentence;
} Meaning;

static const Meaning meanings[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERROR_RETRY, "resolve",
     "no address for this name; check the region, the endpoint and the network"},
    {CURLE_COULDNT_RESOLVE_PROXY, ERROR_RETRY, "resolve",
     "no address for the proxy's name; check https_proxy and http_proxy"},
    {CURLE_COULDNT_CONNECT, ERROR_RETRY, "connect",
     "no connection; check the endpoint, the network and the proxy"},
    {CURLE_PEER_FAILED_VERIFICATION, ERROR_SETUP, "tls",
     "its certificate is not trusted; name a file with the right authorities in AWS_CA_BUNDLE"},
    {CURLE_SSL_ISSUER_ERROR, ERROR_SETUP, "tls",
     "its certificate is not trusted; name a file with the right authorities in AWS_CA_BUNDLE"},
    {CURLE_SSL_CACERT_BADFILE, ERROR_SETUP, "tls",
     "the file of authorities cannot be read; check AWS_CA_BUNDLE and ca_bundle"},
    {CURLE_SSL_CONNECT_ERROR, ERROR_RETRY, "tls", "no agreement on an encrypted connection"},
    {CURLE_SSL_CIPHER, ERROR_RETRY, "tls", "no agreement on an encrypted connection"},
    {CURLE_SSL_ENGINE_INITFAILED, ERROR_SETUP, "tls", "OpenSSL does not start"},
    {CURLE_OPERATION_TIMEDOUT, ERROR_RETRY, "timeout", "no answer in time"},
    {CURLE_PARTIAL_FILE, ERROR_RETRY, "short_body", "the reply ended before its announced end"},
    {CURLE_SEND_ERROR, ERROR_RETRY, "reset", "the connection broke while the request was sent"},
    {CURLE_RECV_ERROR, ERROR_RETRY, "reset", "the connection broke before the reply was whole"},
    {CURLE_GOT_NOTHING, ERROR_RETRY, "reset", "the connection was closed without a reply"},
    {CURLE_WEIRD_SERVER_REPLY, ERROR_RETRY, "bad_reply", "this is no HTTP reply"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_RETRY, "bad_reply", "this is no HTTP/1 reply"},
    {CURLE_BAD_CONTENT_ENCODING, ERROR_RETRY, "bad_reply", "this is no HTTP reply"},
    {CURLE_URL_MALFORMAT, ERROR_SETUP, "url", "this is no address; check the endpoint URL"},
    {CURLE_OUT_OF_MEMORY, ERROR_RETRY, "no_memory", "no memory for the request"},
};

static const Meaning *meaning_of(CURLcode code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].curl == code)
            return &meanings[i];
    static const Meaning other = {CURLE_OK, ERROR_RETRY, "network", "the request failed"};
    return &other;
}

bool http_error(int code, const char *host, const char *words, Error *e)
{
    const Meaning *m = meaning_of((CURLcode)code);
    if (!words[0])
        words = curl_easy_strerror((CURLcode)code);
    auto_buffer Buffer clean = {0};
    text_printable(&clean, words, strlen(words));
    return error_coded(e, m->kind, m->code, "%s: %s (%s)", host, m->sentence,
                       clean.bytes ? clean.bytes : "");
}

bool http_error_proxy(long status, const char *host, Error *e)
{
    if (status == 407)
        return error_coded(e, ERROR_SETUP, "proxy",
                           "%s: the proxy wants a name and a password (407); check https_proxy",
                           host);
    return error_coded(e, ERROR_RETRY, "proxy",
                       "%s: the proxy refused the connection with status %ld; check https_proxy "
                       "and no_proxy",
                       host, status);
}

bool http_error_stopped(Error *e)
{
    return error_coded(e, ERROR_RETRY, "stopped", "stopped before it was done");
}
