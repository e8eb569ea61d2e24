/* snr.c: signal-to-noise ratios from intensities. */
#include "handlers/snr.h"

#include <math.h>

double snr_of_intensity(double intensity)
{
    return intensity - 1;
}

double snr_db_of_intensity(double intensity)
{
    double ratio = snr_of_intensity(intensity);
    return ratio > 0 ? 10 * log10(ratio) : NAN;
}

double snr_intensity_of_db(double snr_db)
{
    return pow(10, snr_db / 10) + 1;
}

size_t snr_screen(const double *signal, double signal_min, double *values, size_t count)
{
    size_t screened = 0;
    for (size_t i = 0; i < count; i++) {
        if (signal[i] >= signal_min)
            continue;
        values[i] = NAN;
        screened++;
    }
    return screened;
}
