/* seabird_names.c: Sea-Bird's names of variables and units in CF's words. */
#include "formats/text/seabird.h"

#include <string.h>

typedef struct Meaning {
    const char *pattern, *standard, *units;
} Meaning;

/* The first pattern that fits a name in small letters has it; NULL: a name that only looks so. A
 * '*' does not pass a slash. */
static const Meaning meanings[] = {
    {"t2-t1*", NULL, NULL}, /* differences of two sensors */
    {"c2-c1*", NULL, NULL},
    {"prdm", "sea_water_pressure", "db"},
    {"prm", "sea_water_pressure", "db"},
    {"prsm", "sea_water_pressure", "db"},
    {"pr[0-9]*m", "sea_water_pressure", "db"},
    {"depsm", "depth", "m"},
    {"depfm", "depth", "m"},
    {"t[0-9nv]*[69][08]c", "sea_water_temperature", "deg C"},
    {"tnc[69][08]c", "sea_water_temperature", "deg C"},
    {"potemp[0-9]*c", "sea_water_potential_temperature", "deg C"},
    {"c[0-9_]*s/m", "sea_water_electrical_conductivity", "S/m"},
    {"c[0-9_]*ms/cm", "sea_water_electrical_conductivity", "mS/cm"},
    {"c[0-9_]*us/cm", "sea_water_electrical_conductivity", "uS/cm"},
    {"cond[0-9]*s/*m", "sea_water_electrical_conductivity", "S/m"},
    {"cond[0-9]*ms/cm", "sea_water_electrical_conductivity", "mS/cm"},
    {"cond[0-9]*us/cm", "sea_water_electrical_conductivity", "uS/cm"},
    {"sal[0-9][0-9]", "sea_water_practical_salinity", "PSU"},
    {"gsw_saa[0-9]*", "sea_water_absolute_salinity", "g/kg"},
    {"gsw_cta[0-9]*", "sea_water_conservative_temperature", "deg C"},
    {"density[0-9]*", "sea_water_density", "kg/m^3"},
    {"sigma-t[0-9]*", "sea_water_sigma_t", "kg/m^3"},
    {"sigma-\xc3\xa9*", "sea_water_sigma_theta", "kg/m^3"}, /* theta, as Windows writes it */
    {"sigma-\xc3\x89*", "sea_water_sigma_theta", "kg/m^3"},
    {"sv[cdw]m", "speed_of_sound_in_sea_water", "m/s"},
    {"sbe*ml/l", "volume_fraction_of_oxygen_in_sea_water", "ml/l"},
    {"sbe*mg/l", "mass_concentration_of_oxygen_in_sea_water", "mg/l"},
    {"sbe*mm/kg", "moles_of_oxygen_per_unit_mass_in_sea_water", "umol/kg"},
    {"latitude", "latitude", "deg"},
    {"longitude", "longitude", "deg"},
    {"altm", "height_above_sea_floor", "m"},
    {"turb*ntu*", "sea_water_turbidity", "NTU"},
    {"cstarat[0-9]*", "volume_beam_attenuation_coefficient_of_radiative_flux_in_sea_water", "1/m"},
    {"nbin", "number_of_observations", NULL},
    {"scan", NULL, NULL},
    {"times", NULL, "seconds"},
    {"timem", NULL, "minutes"},
    {"timeh", NULL, "hours"},
    {"timej*", NULL, "days"},
};

static const Meaning *find(const char *name)
{
    enum { NAME_ROOM = 32 };
    char text[NAME_ROOM];
    size_t length = strlen(name);
    if (length >= sizeof text)
        return NULL;
    for (size_t i = 0; i <= length; i++)
        text[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] | 0x20) : name[i];
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (text_glob(meanings[i].pattern, text))
            return &meanings[i];
    return NULL;
}

const char *seabird_standard_name(const char *name)
{
    const Meaning *m = find(name);
    return m ? m->standard : NULL;
}

const char *seabird_fixed_units(const char *name)
{
    const Meaning *m = find(name);
    return m ? m->units : NULL;
}

const char *seabird_units(const char *description, Arena *a)
{
    const char *open = strrchr(description, '['), *close = open ? strchr(open, ']') : NULL;
    if (!close)
        return "";
    const char *from = open + 1;
    for (const char *comma = from; (comma = memchr(comma, ',', (size_t)(close - comma)));)
        from = ++comma;
    return text_copy(text_trimmed((StringView){from, (size_t)(close - from)}), a);
}
