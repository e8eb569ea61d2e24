/* whp_names.c: names of WHP-Exchange and CF's standard names for them, and the WOCE quality flags.
 *
 * After the parameter list of the CCHDO (cchdo.params), for names that the CF table has; flags:
 * WOCE operations manual 90-1, tables 4.8 to 4.10. */
#include "formats/text/whp_names.h"

#include <string.h>

static const char suffix[] = "_FLAG_W";

typedef struct Meaning {
    const char *name, *units; /* NULL: in any units */
    const char *standard;
} Meaning;

static const Meaning meanings[] = {
    {"LATITUDE", NULL, "latitude"},
    {"LONGITUDE", NULL, "longitude"},
    {"BTL_LAT", NULL, "latitude"},
    {"BTL_LON", NULL, "longitude"},
    {"DEPTH", NULL, "sea_floor_depth_below_sea_surface"},
    {"CTDPRS", NULL, "sea_water_pressure"},
    {"CTDRAW", NULL, "sea_water_pressure"},
    {"REVPRS", NULL, "sea_water_pressure"},
    {"DWNPRS", NULL, "sea_water_pressure"},
    {"CTDDEPTH", NULL, "depth"},
    {"CTDTMP", NULL, "sea_water_temperature"},
    {"REFTMP", NULL, "sea_water_temperature"},
    {"REVTMP", NULL, "sea_water_temperature"},
    {"THETA", NULL, "sea_water_potential_temperature"},
    {"CTDCT", NULL, "sea_water_conservative_temperature"},
    {"CTDSAL", NULL, "sea_water_practical_salinity"},
    {"SALNTY", NULL, "sea_water_practical_salinity"},
    {"CTDSA", NULL, "sea_water_absolute_salinity"},
    {"DNSSAL", NULL, "sea_water_absolute_salinity"},
    {"SIG0", NULL, "sea_water_sigma_theta"},
    {"AOU", "UMOL/KG", "apparent_oxygen_utilization"},
    {"CTDOXY", "UMOL/KG", "moles_of_oxygen_per_unit_mass_in_sea_water"},
    {"CTDOXY", "UMOL/L", "mole_concentration_of_dissolved_molecular_oxygen_in_sea_water"},
    {"CTDOXY", "ML/L", "volume_fraction_of_oxygen_in_sea_water"},
    {"OXYGEN", "UMOL/KG", "moles_of_oxygen_per_unit_mass_in_sea_water"},
    {"OXYGEN", "UMOL/L", "mole_concentration_of_dissolved_molecular_oxygen_in_sea_water"},
    {"OXYGEN", "ML/L", "volume_fraction_of_oxygen_in_sea_water"},
    {"SILCAT", "UMOL/KG", "moles_of_silicate_per_unit_mass_in_sea_water"},
    {"SILCAT", "UMOL/L", "mole_concentration_of_silicate_in_sea_water"},
    {"NITRAT", "UMOL/KG", "moles_of_nitrate_per_unit_mass_in_sea_water"},
    {"NITRAT", "UMOL/L", "mole_concentration_of_nitrate_in_sea_water"},
    {"CTDNITRATE", "UMOL/KG", "moles_of_nitrate_per_unit_mass_in_sea_water"},
    {"NITRIT", "UMOL/KG", "moles_of_nitrite_per_unit_mass_in_sea_water"},
    {"NITRIT", "UMOL/L", "mole_concentration_of_nitrite_in_sea_water"},
    {"NO2+NO3", "UMOL/KG", "moles_of_nitrate_and_nitrite_per_unit_mass_in_sea_water"},
    {"NO2+NO3", "UMOL/L", "mole_concentration_of_nitrate_and_nitrite_in_sea_water"},
    {"PHSPHT", "UMOL/KG", "moles_of_phosphate_per_unit_mass_in_sea_water"},
    {"PHSPHT", "UMOL/L", "mole_concentration_of_phosphate_in_sea_water"},
    {"NH4", "UMOL/KG", "moles_of_ammonium_per_unit_mass_in_sea_water"},
    {"CFC-11", "PMOL/KG", "moles_of_cfc11_per_unit_mass_in_sea_water"},
    {"CFC-11", "PMOL/L", "mole_concentration_of_cfc11_in_sea_water"},
    {"CFC-12", "PMOL/L", "mole_concentration_of_cfc12_in_sea_water"},
    {"SF6", "FMOL/KG", "moles_of_sulfur_hexafluoride_per_unit_mass_in_sea_water"},
    {"SF6", "FMOL/L", "mole_concentration_of_sulfur_hexafluoride_in_sea_water"},
    {"TCARBN", "UMOL/KG", "moles_of_dissolved_inorganic_carbon_per_unit_mass_in_sea_water"},
    {"FCO2", "UATM", "fugacity_of_carbon_dioxide_in_sea_water"},
    {"PCO2", "UATM", "partial_pressure_of_carbon_dioxide_in_sea_water"},
    {"PH_TOT", NULL, "sea_water_ph_reported_on_total_scale"},
    {"PH_TMP", NULL, "temperature_of_analysis_of_sea_water"},
    {"PCO2TMP", NULL, "temperature_of_analysis_of_sea_water"},
    {"FCO2TMP", NULL, "temperature_of_analysis_of_sea_water"},
    {"CTDFLUOR", "MG/M^3", "mass_concentration_of_chlorophyll_in_sea_water"},
    {"CHLORA", "UG/L", "mass_concentration_of_chlorophyll_a_in_sea_water"},
    {"CHLORA", "UG/KG", "mass_fraction_of_chlorophyll_a_in_sea_water"},
    {"CTDTURB", "NTU", "sea_water_turbidity"},
    {"CTDALTIMETER", NULL, "height_above_sea_floor"},
    {"EWCT", NULL, "eastward_sea_water_velocity"},
    {"NSCT", NULL, "northward_sea_water_velocity"},
    {"CTDNOBS", NULL, "number_of_observations"},
};

const char *whp_standard_name(const char *name, const char *units)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        const Meaning *m = &meanings[i];
        if (strcmp(m->name, name) == 0 && (!m->units || text_equal_nocase(m->units, units)))
            return m->standard;
    }
    return NULL;
}

const char *whp_fixed_units(const char *name)
{
    static const char *const fixed[][2] = {{"LATITUDE", "degrees_north"},
                                           {"LONGITUDE", "degrees_east"},
                                           {"BTL_LAT", "degrees_north"},
                                           {"BTL_LON", "degrees_east"}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(fixed[i][0], name) == 0)
            return fixed[i][1];
    return NULL;
}

/* --- quality flags -------------------------------------------------------------------------- */

typedef struct FlagTable {
    int64_t values[9];
    size_t count;
    const char *meanings;
} FlagTable;

static const FlagTable bottle_flags = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9},
    9,
    "bottle_information_unavailable no_problems_noted leaking did_not_trip_correctly not_reported "
    "discrepancy_between_gerard_and_niskin unknown_problem pair_did_not_trip_correctly "
    "samples_not_drawn"};

static const FlagTable sample_flags = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9},
    9,
    "sample_drawn_analysis_not_received acceptable questionable bad not_reported "
    "mean_of_replicates manual_chromatographic_peak irregular_chromatographic_peak "
    "sample_not_drawn"};

static const FlagTable ctd_flags = {
    {1, 2, 3, 4, 5, 6, 7, 9},
    8,
    "not_calibrated acceptable questionable bad not_reported interpolated despiked not_sampled"};

const char *whp_flagged(const char *name, Arena *a)
{
    size_t length = strlen(name), tail = sizeof suffix - 1;
    if (length <= tail || strcmp(name + length - tail, suffix) != 0)
        return NULL;
    return arena_copy(a, name, length - tail);
}

bool whp_flag_attributes(TextAttrs *list, const char *parameter, bool is_ctd_file)
{
    bool of_ctd = is_ctd_file || strncmp(parameter, "CTD", 3) == 0;
    const FlagTable *t = strcmp(parameter, "BTLNBR") == 0 ? &bottle_flags
                         : of_ctd                         ? &ctd_flags
                                                          : &sample_flags;
    text_attr(list, "flag_meanings", t->meanings);
    Attr *items =
        arena_grow(list->arena, list->items, &list->capacity, list->count + 1, sizeof *items);
    if (!items)
        return false;
    list->items = items;
    items[list->count++] = (Attr){"flag_values", TYPE_INT64, t->count, t->values};
    return !list->failed;
}
