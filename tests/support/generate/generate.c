/* generate.c: makes files for tests: a pleasant data set, hostile files, large ones, many small
 * ones. */
#include "tests/support/generate/generate.h"

#include <stdlib.h>
#include <string.h>

static int usage(void)
{
    fputs("usage: generate demo FOLDER [TABLES]\n"
          "       generate hostile FOLDER [TABLES]\n"
          "       generate large FOLDER\n"
          "       generate ranges FOLDER\n"
          "       generate many FOLDER COUNT netcdf3|netcdf4|csv|mixed\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    if ((argc == 3 || argc == 4) && strcmp(argv[1], "demo") == 0) {
        generate_demo(argv[2], argv[3]);
    } else if ((argc == 3 || argc == 4) && strcmp(argv[1], "hostile") == 0) {
        generate_hostile(argv[2], argv[3]);
    } else if (argc == 3 && strcmp(argv[1], "large") == 0) {
        generate_large(argv[2]);
    } else if (argc == 3 && strcmp(argv[1], "ranges") == 0) {
        generate_ranges(argv[2]);
    } else if (argc == 5 && strcmp(argv[1], "many") == 0) {
        char *end;
        unsigned long count = strtoul(argv[3], &end, 10);
        if (*end || count == 0)
            return usage();
        generate_many(argv[2], count, argv[4]);
    } else {
        return usage();
    }
    return 0;
}
