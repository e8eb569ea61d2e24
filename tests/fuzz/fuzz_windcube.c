/* fuzz_windcube.c: any bytes as a WindCube file, statistics and lines of sight; for libFuzzer. */
#include "formats/windcube/windcube.h"
#include "tests/fuzz/fuzz_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Format *const formats[] = {&format_windcube_sta, &format_windcube_rtd};
    Input in;
    open_bytes(data, size, "fuzz.sta", &in);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        Arena a;
        arena_init(&a, 256U << 20);
        read_file(formats[i], &in, NULL, &a);
        arena_deinit(&a);
    }
    close(in.fd);
    return 0;
}
