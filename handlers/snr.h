/* snr.h: the signal of a Doppler lidar against its noise, and what to believe of it.
 *
 * A Halo StreamLine writes `intensity`, which is the signal-to-noise ratio plus 1. */
#pragma once

#include <stddef.h>

/* Weaker signals are commonly not shown: -21 dB. */
#define SNR_INTENSITY_MIN 1.008

/* The ratio, which noise makes negative at times. */
double snr_of_intensity(double intensity);
/* In dB; NaN where the ratio is not above 0. */
double snr_db_of_intensity(double intensity);
double snr_intensity_of_db(double snr_db);

/* Sets values[i] (beta, doppler, ...) to NaN where signal[i] (an intensity, or a ratio in dB) is
 * below the least one, or missing. How many that are. */
size_t snr_screen(const double *signal, double signal_min, double *values, size_t count);
