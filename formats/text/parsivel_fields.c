/* parsivel_fields.c: the measured values of OTT Parsivel disdrometers (operating instructions
 * Parsivel 2, appendix on measured values and classes; headings of the ASDO software). */
#include "formats/text/parsivel_fields.h"

#include "core/text.h"

#include <string.h>

/* Middles of the classes: mm and m/s. */
static const double diameters[PARSIVEL_CLASSES] = {
    0.062, 0.187, 0.312, 0.437, 0.562, 0.687, 0.812, 0.937, 1.062, 1.187, 1.375,
    1.625, 1.875, 2.125, 2.375, 2.75,  3.25,  3.75,  4.25,  4.75,  5.5,   6.5,
    7.5,   8.5,   9.5,   11,    13,    15,    17,    19,    21.5,  24.5};

static const double velocities[PARSIVEL_CLASSES] = {
    0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.1,  1.3, 1.5,  1.7,  1.9,  2.2,
    2.6,  3,    3.4,  3.8,  4.4,  5.2,  6,    6.8,  7.6,  8.8,  10.4, 12,  13.6, 15.2, 17.6, 20.8};

static const ParsivelField fields[] = {
    {1, "rain_intensity", "Intensity of precipitation", TEXT_NUMBER, "mm h-1",
     "intensity of precipitation", "lwe_precipitation_rate"},
    {2, "rain_amount", "Precipitation since start", TEXT_NUMBER, "mm", "precipitation since start",
     NULL},
    {3, "weather_code_synop_4680", "Weather code SYNOP WaWa", TEXT_INTEGER, NULL,
     "weather code, SYNOP table 4680 (wawa)", NULL},
    {4, "weather_code_synop_4677", "Weather code SYNOP WW", TEXT_INTEGER, NULL,
     "weather code, SYNOP table 4677 (ww)", NULL},
    {5, "weather_code_metar", "Weather code METAR/SPECI", TEXT_STRING, NULL,
     "weather code, METAR and SPECI", NULL},
    {6, "weather_code_nws", "Weather code NWS", TEXT_STRING, NULL,
     "weather code of the U.S. National Weather Service", NULL},
    {7, "radar_reflectivity", "Radar reflectivity", TEXT_NUMBER, "dBZ",
     "radar reflectivity; -9.999 stands for no precipitation", "equivalent_reflectivity_factor"},
    {8, "visibility", "MOR Visibility", TEXT_NUMBER, "m", "visibility, MOR", "visibility_in_air"},
    {9, "sample_interval", "Sample interval", TEXT_NUMBER, "s", "interval of samples", NULL},
    {10, "signal_amplitude", "Signal amplitude of Laserband", TEXT_NUMBER, NULL,
     "signal amplitude of the laser band", NULL},
    {11, "particle_count", "Number of detected particles", TEXT_INTEGER, "1",
     "number of particles detected and validated", NULL},
    {12, "sensor_temperature", "Temperature in sensor", TEXT_NUMBER, "degC",
     "temperature in the sensor housing", NULL},
    {13, "serial_number", NULL, TEXT_STRING, NULL, "serial number of the sensor", NULL},
    {14, "firmware_iop", NULL, TEXT_STRING, NULL, "version of the firmware, IOP", NULL},
    {15, "firmware_dsp", NULL, TEXT_STRING, NULL, "version of the firmware, DSP", NULL},
    {16, "heating_current", "Heating current", TEXT_NUMBER, "A", "current of the heating", NULL},
    {17, "supply_voltage", "Sensor voltage", TEXT_NUMBER, "V", "supply voltage of the sensor",
     NULL},
    {18, "sensor_status", "Optics status", TEXT_INTEGER, NULL, "status of the sensor", NULL},
    {19, "start_of_measurement", NULL, TEXT_STRING, NULL, "start of the measurement", NULL},
    {PARSIVEL_TIME, "sensor_time", NULL, TEXT_STRING, NULL, "time of the sensor", NULL},
    {PARSIVEL_DATE, "sensor_date", NULL, TEXT_STRING, NULL, "date of the sensor", NULL},
    {22, "station_name", NULL, TEXT_STRING, NULL, "name of the station", NULL},
    {23, "station_number", NULL, TEXT_STRING, NULL, "number of the station", NULL},
    {24, "rain_amount_absolute", NULL, TEXT_NUMBER, "mm", "absolute amount of precipitation", NULL},
    {25, "error_code", NULL, TEXT_INTEGER, NULL, "error code", NULL},
    {26, "board_temperature", NULL, TEXT_NUMBER, "degC", "temperature of the circuit board", NULL},
    {27, "right_head_temperature", NULL, TEXT_NUMBER, "degC",
     "temperature of the right sensor head", NULL},
    {28, "left_head_temperature", NULL, TEXT_NUMBER, "degC", "temperature of the left sensor head",
     NULL},
    {30, "rain_intensity_low", NULL, TEXT_NUMBER, "mm h-1",
     "intensity of precipitation, 16 bit, to 30", NULL},
    {31, "rain_intensity_high", NULL, TEXT_NUMBER, "mm h-1",
     "intensity of precipitation, 16 bit, to 1200", NULL},
    {32, "rain_amount_16bit", NULL, TEXT_NUMBER, "mm", "precipitation since start, 16 bit", NULL},
    {33, "radar_reflectivity_16bit", NULL, TEXT_NUMBER, "dBZ", "radar reflectivity, 16 bit", NULL},
    {34, "kinetic_energy", "Kinetic Energy", TEXT_NUMBER, "J m-2 h-1",
     "kinetic energy of the precipitation", NULL},
    {35, "snow_intensity", "Snow intensity", TEXT_NUMBER, "mm h-1",
     "depth of snow per time, volume equivalent", NULL},
    {60, "particle_count_all", NULL, TEXT_INTEGER, "1", "number of all particles detected", NULL},
};

enum { FIELDS = sizeof fields / sizeof *fields };

const ParsivelField *parsivel_field(int number)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].number == number)
            return &fields[i];
    return NULL;
}

const ParsivelField *parsivel_field_of_heading(const char *heading)
{
    static const char older[] = "Intensity ("; /* "of precipitation" is left out */
    size_t length = strcspn(heading, "([");
    while (length > 0 && heading[length - 1] == ' ')
        length--;
    if (strncmp(heading, older, strlen(older)) == 0)
        return parsivel_field(1);
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].heading && strlen(fields[i].heading) == length &&
            text_starts_nocase(heading, fields[i].heading))
            return &fields[i];
    return NULL;
}

void parsivel_describe(const ParsivelField *f, TextColumn *c)
{
    c->kind = f->kind;
    c->long_name = f->long_name;
    c->standard_name = f->standard_name;
    if (!c->units || !c->units[0])
        c->units = f->units;
}

static const TextAxis diameter_axis = {.name = "diameter",
                                       .length = PARSIVEL_CLASSES,
                                       .coordinates = diameters,
                                       .units = "mm",
                                       .long_name = "middle of the diameter class"};
static const TextAxis velocity_axis = {.name = "velocity",
                                       .length = PARSIVEL_CLASSES,
                                       .coordinates = velocities,
                                       .units = "m s-1",
                                       .long_name = "middle of the velocity class"};

TextStack parsivel_spectrum(size_t first)
{
    return (TextStack){
        .as = {.name = "spectrum",
               .kind = TEXT_INTEGER,
               .units = "1",
               .long_name = "number of particles by class of velocity and diameter",
               .empty_is_zero = true},
        .first = first,
        .axes = {velocity_axis, diameter_axis},
        .axis_count = 2,
    };
}

TextStack parsivel_by_diameter(size_t first, int number)
{
    static const double nothing[] = {-9.999}; /* of the concentration: no particles */
    bool velocity = number == PARSIVEL_VELOCITY;
    return (TextStack){
        .as = {.name = velocity ? "particle_velocity" : "number_concentration",
               .kind = TEXT_NUMBER,
               .units = velocity ? "m s-1" : NULL,
               .long_name = velocity
                                ? "mean velocity of particles by diameter"
                                : "log10 of the number of particles per m3 and mm, by diameter",
               .missing = nothing,
               .missing_count = velocity ? 0 : 1},
        .first = first,
        .axes = {diameter_axis},
        .axis_count = 1,
    };
}
