/* fuzz_instruments.c: headers of instruments' text; the first byte chooses the format, the rest is
 * the file; for libFuzzer. */
#include "formats/text/btl.h"
#include "formats/text/cnv.h"
#include "formats/text/icartt.h"
#include "formats/text/whp.h"
#include "tests/fuzz/fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Format *const formats[] = {&format_whp, &format_cnv, &format_btl, &format_icartt};
    Input in;
    if (size == 0)
        return 0;
    open_bytes(data + 1, size - 1, "fuzz.txt", &in);
    Arena a;
    arena_init(&a, 256U << 20);
    read_file(formats[data[0] % (sizeof formats / sizeof *formats)], &in, NULL, &a);
    arena_deinit(&a);
    close(in.fd);
    return 0;
}
