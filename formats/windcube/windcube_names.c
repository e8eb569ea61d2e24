/* windcube_names.c: what the instrument's manuals say of its columns.
 *
 * Version 2 states units itself, version 1 none. The components (um, X-wind, ...) have the
 * instrument's own axes, and the sign of Z-wind is not the same in all firmware: no standard name
 * is claimed for them. */
#include "formats/windcube/windcube_reader.h"

#include <string.h>

typedef struct Known {
    const char *base, *units, *standard_name, *long_name;
    const char *method; /* of statistics */
} Known;

static const char mean[] = "time: mean", deviation[] = "time: standard_deviation";
static const char least[] = "time: minimum", most[] = "time: maximum";

static const Known version_2[] = {
    {"Int Temp", NULL, NULL, "temperature inside the instrument", mean},
    {"Ext Temp", NULL, "air_temperature", NULL, mean},
    {"Pressure", NULL, "air_pressure", NULL, mean},
    {"Rel Humidity", NULL, "relative_humidity", NULL, mean},
    {"Wind Speed", NULL, "wind_speed", NULL, mean},
    {"Wind Speed Dispersion", NULL, "wind_speed", NULL, deviation},
    {"Wind Speed min", NULL, "wind_speed", NULL, least},
    {"Wind Speed max", NULL, "wind_speed", NULL, most},
    {"Wind Direction", NULL, "wind_from_direction", NULL, mean},
    {"Z-wind", NULL, NULL, "wind along the instrument's vertical axis", mean},
    {"Z-wind Dispersion", NULL, NULL, NULL, deviation},
    {"X-wind", NULL, NULL, "wind along the instrument's x axis", mean},
    {"Y-wind", NULL, NULL, "wind along the instrument's y axis", mean},
    {"CNR", NULL, NULL, "carrier-to-noise ratio", mean},
    {"CNR min", NULL, NULL, "carrier-to-noise ratio", least},
    {"Dopp Spect Broad", NULL, NULL, "Doppler spectral broadening", mean},
    {NULL, NULL, NULL, NULL, NULL},
};

static const Known version_1[] = {
    {"Tm", "degC", NULL, "temperature inside the instrument", mean},
    {"Vhm", "m/s", "wind_speed", "horizontal wind speed", mean},
    {"dVh", "m/s", "wind_speed", "horizontal wind speed", deviation},
    {"VhMax", "m/s", "wind_speed", "horizontal wind speed", most},
    {"VhMin", "m/s", "wind_speed", "horizontal wind speed", least},
    {"Azim", "degree", "wind_from_direction", "wind direction", mean},
    {"Dir", "degree", "wind_from_direction", "wind direction", mean},
    {"um", "m/s", NULL, "wind along the instrument's x axis", mean},
    {"du", "m/s", NULL, "wind along the instrument's x axis", deviation},
    {"vm", "m/s", NULL, "wind along the instrument's y axis", mean},
    {"dv", "m/s", NULL, "wind along the instrument's y axis", deviation},
    {"wm", "m/s", NULL, "wind along the instrument's vertical axis", mean},
    {"dw", "m/s", NULL, "wind along the instrument's vertical axis", deviation},
    {"CNRm", "dB", NULL, "carrier-to-noise ratio", mean},
    {"dCNR", "dB", NULL, "carrier-to-noise ratio", deviation},
    {"CNRmax", "dB", NULL, "carrier-to-noise ratio", most},
    {"CNRmin", "dB", NULL, "carrier-to-noise ratio", least},
    {"spectral_broadening", "m/s", NULL, "Doppler spectral broadening", mean},
    {"dspectral_broadening", "m/s", NULL, "Doppler spectral broadening", deviation},
    {"Avail", "%", NULL, "data availability", NULL},
    /* single lines of sight */
    {"Vh", "m/s", "wind_speed", "horizontal wind speed", NULL},
    {"CNR", "dB", NULL, "carrier-to-noise ratio", NULL},
    {"RWS", "m/s", NULL, "radial wind speed", NULL},
    {"RWSD", "m/s", NULL, "radial wind speed dispersion", NULL},
    {"DRWS", "m/s", NULL, "radial wind speed dispersion", NULL},
    {"u", "m/s", NULL, "wind along the instrument's x axis", NULL},
    {"v", "m/s", NULL, "wind along the instrument's y axis", NULL},
    {"w", "m/s", NULL, "wind along the instrument's vertical axis", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

void windcube_describe(const Windcube *w, const WindcubeName *n, TextColumn *out)
{
    const Known *k = w->numbered ? version_1 : version_2;
    *out = (TextColumn){.name = n->base, .units = n->units};
    while (k->base && strcmp(k->base, n->base) != 0)
        k++;
    if (!k->base)
        return;
    if (k->units && n->units[0] == '\0')
        out->units = k->units;
    out->standard_name = k->standard_name;
    out->long_name = k->long_name;
    out->cell_methods = w->statistics ? k->method : NULL;
}
