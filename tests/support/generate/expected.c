/* expected.c: EXPECTED.tsv and EXPECTED-files.tsv, from the very arrays that were written. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static FILE *table(const char *folder, const char *name, const char *header)
{
    char *path = folder ? file_path(folder, name) : strdup("/dev/null");
    FILE *f = file_create(path);
    fprintf(f, "%s\n", header);
    free(path);
    return f;
}

Expected expected_open(const char *folder, const char *tables)
{
    return (Expected){
        .variables = table(tables, "EXPECTED.tsv", "file\tvariable\tn\tvalid\tmin\tmax\tmean"),
        .files = table(tables, "EXPECTED-files.tsv",
                       "file\tstate\tformat\tmodel\trows\tfirst_time\tlast_time\tcode"),
        .folder = strdup(folder),
    };
}

void expected_close(Expected *x)
{
    file_close(x->variables, "EXPECTED.tsv");
    file_close(x->files, "EXPECTED-files.tsv");
    free(x->folder);
}

void expected_variable(Expected *x, const char *file, const char *variable, const double *values,
                       size_t n)
{
    size_t valid = 0;
    double min = 0, max = 0;
    long double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            continue;
        min = valid == 0 || values[i] < min ? values[i] : min;
        max = valid == 0 || values[i] > max ? values[i] : max;
        sum += values[i];
        valid++;
    }
    fprintf(x->variables, "%s\t%s\t%zu\t%zu\t", file, variable, n, valid);
    if (valid > 0)
        fprintf(x->variables, "%.17g\t%.17g\t%.17g\n", min, max,
                (double)(sum / (long double)valid));
    else
        fputs("\t\t\n", x->variables);
}

void expected_unreadable(Expected *x, const char *file, const char *variable)
{
    fprintf(x->variables, "%s\t%s\t\t\t\t\t\n", file, variable);
}

void expected_file(Expected *x, const ExpectedFile *f)
{
    fprintf(x->files, "%s\t%s\t%s\t%s\t", f->file, f->state, f->format ? f->format : "",
            f->model ? f->model : "");
    if (f->rows >= 0)
        fprintf(x->files, "%ld", f->rows);
    fprintf(x->files, "\t%s\t%s\t%s\n", f->first_time ? f->first_time : "",
            f->last_time ? f->last_time : "", f->code ? f->code : "");
}
