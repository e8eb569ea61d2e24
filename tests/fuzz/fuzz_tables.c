/* fuzz_tables.c: tables of radiometers, disdrometers and NOAA; the first byte chooses the format,
 * the rest is the file; for libFuzzer. */
#include "formats/text/attex.h"
#include "formats/text/gml_met.h"
#include "formats/text/ndbc.h"
#include "formats/text/parsivel.h"
#include "formats/text/profiler.h"
#include "formats/text/psl_met.h"
#include "formats/text/radiometrics.h"
#include "formats/text/surfrad.h"
#include "formats/text/thies.h"
#include "formats/text/wvr.h"
#include "tests/fuzz/fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Format *const formats[] = {&format_radiometrics,
                                            &format_attex,
                                            &format_profiler,
                                            &format_parsivel,
                                            &format_parsivel_telegram,
                                            &format_surfrad,
                                            &format_gml_met,
                                            &format_psl_met,
                                            &format_ndbc,
                                            &format_thies,
                                            &format_wvr,
                                            &format_parsivel_logger};
    Input in;
    if (size == 0)
        return 0;
    open_bytes(data + 1, size - 1, "fzz22199.21m", &in);
    Arena a;
    arena_init(&a, 256U << 20);
    read_file(formats[data[0] % (sizeof formats / sizeof *formats)], &in, NULL, &a);
    arena_deinit(&a);
    close(in.fd);
    return 0;
}
