/* psl_sites.c: what the columns of NOAA PSL's surface stations are, after the data descriptions of
 * psl.noaa.gov/data/obs for each site; places as published there. */
#include "formats/text/psl_sites.h"

#include <string.h>

enum {
    PRESSURE,
    TEMPERATURE,
    HUMIDITY,
    SPEED_SCALAR,
    SPEED_VECTOR,
    DIRECTION,
    DIRECTION_STD,
    BATTERY,
    SPEED_MAX,
    UP_LONGWAVE,
    DOWN_LONGWAVE,
    UP_SHORTWAVE,
    DOWN_SHORTWAVE,
    HEAT_FLUX,
    HEAT_FLUX_A,
    HEAT_FLUX_B,
    SNOW_DEPTH,
    SOIL_T5,
    SOIL_T10,
    SOIL_T20,
    SOIL_T30,
    SOIL_T40,
    SOIL_T50,
    SOIL_W5,
    SOIL_W10,
    SOIL_W20,
    SOIL_W30,
    SOIL_W40,
    SOIL_W50,
    SOLAR,
    NET_RADIATION,
    PRECIPITATION,
    UNKNOWN,
};

#define SOIL_T(depth)                                                                              \
    {                                                                                              \
        "Soil_Temp_" depth "cm", "degC", "soil temperature at " depth " cm", "soil_temperature"    \
    }
#define SOIL_W(depth)                                                                              \
    {                                                                                              \
        "Soil_Water_Content_" depth "cm", "%", "soil water content at " depth " cm", NULL          \
    }

const PslColumn psl_columns[] = {
    [PRESSURE] = {"Pressure", "mbar", "atmospheric pressure", "air_pressure"},
    [TEMPERATURE] = {"Temperature", "degC", "air temperature", "air_temperature"},
    [HUMIDITY] = {"Relative_Humidity", "%", "relative humidity", "relative_humidity"},
    [SPEED_SCALAR] = {"Wind_Speed_Scalar", "m s-1", "scalar wind speed", "wind_speed"},
    [SPEED_VECTOR] = {"Wind_Speed_Vector", "m s-1", "vector wind speed", NULL},
    [DIRECTION] = {"Wind_Direction", "degree", "wind direction", "wind_from_direction"},
    [DIRECTION_STD] = {"Wind_Direction_STD", "degree", "standard deviation of the wind direction",
                       NULL},
    [BATTERY] = {"Battery_Voltage", "V", "battery voltage of the logger", NULL},
    [SPEED_MAX] = {"Wind_Speed_Max", "m s-1", "maximum wind speed", "wind_speed_of_gust"},
    [UP_LONGWAVE] = {"Upward_Longwave_Irradiance", "W m-2", "upward longwave irradiance",
                     "surface_upwelling_longwave_flux_in_air"},
    [DOWN_LONGWAVE] = {"Downward_Longwave_Irradiance", "W m-2", "downward longwave irradiance",
                       "surface_downwelling_longwave_flux_in_air"},
    [UP_SHORTWAVE] = {"Upward_Shortwave_Irradiance", "W m-2", "upward shortwave irradiance",
                      "surface_upwelling_shortwave_flux_in_air"},
    [DOWN_SHORTWAVE] = {"Downward_Shortwave_Irradiance", "W m-2", "downward shortwave irradiance",
                        "surface_downwelling_shortwave_flux_in_air"},
    [HEAT_FLUX] = {"Soil_Heat_Flux", "W m-2", "soil heat flux", NULL},
    [HEAT_FLUX_A] = {"Soil_Heat_Flux_A", "W m-2", "soil heat flux, plate A", NULL},
    [HEAT_FLUX_B] = {"Soil_Heat_Flux_B", "W m-2", "soil heat flux, plate B", NULL},
    [SNOW_DEPTH] = {"Snow_Depth", "m", "snow depth", NULL},
    [SOIL_T5] = SOIL_T("5"),
    [SOIL_T10] = SOIL_T("10"),
    [SOIL_T20] = SOIL_T("20"),
    [SOIL_T30] = SOIL_T("30"),
    [SOIL_T40] = SOIL_T("40"),
    [SOIL_T50] = SOIL_T("50"),
    [SOIL_W5] = SOIL_W("5"),
    [SOIL_W10] = SOIL_W("10"),
    [SOIL_W20] = SOIL_W("20"),
    [SOIL_W30] = SOIL_W("30"),
    [SOIL_W40] = SOIL_W("40"),
    [SOIL_W50] = SOIL_W("50"),
    [SOLAR] = {"Solar_Radiation", "W m-2", "solar radiation", NULL},
    [NET_RADIATION] = {"Net_Radiation", "W m-2", "net radiation", NULL},
    [PRECIPITATION] = {"Precipitation", "mm", "precipitation", NULL},
    [UNKNOWN] = {NULL, NULL, NULL, NULL},
};

#define BASE PRESSURE, TEMPERATURE, HUMIDITY, SPEED_SCALAR
#define FLUXES UP_LONGWAVE, DOWN_LONGWAVE, UP_SHORTWAVE, DOWN_SHORTWAVE

static const unsigned char rjy[] = {BASE,          SPEED_VECTOR, DIRECTION,
                                    DIRECTION_STD, BATTERY,      SPEED_MAX};
static const unsigned char kps[] = {BASE,    DIRECTION, FLUXES,  HEAT_FLUX, UNKNOWN, SNOW_DEPTH,
                                    UNKNOWN, UNKNOWN,   UNKNOWN, UNKNOWN,   UNKNOWN, UNKNOWN,
                                    UNKNOWN, UNKNOWN,   UNKNOWN, UNKNOWN,   UNKNOWN, UNKNOWN};
static const unsigned char ayp[] = {BASE,       DIRECTION, FLUXES,   HEAT_FLUX_A, HEAT_FLUX_B,
                                    SNOW_DEPTH, SOIL_T5,   SOIL_T10, SOIL_T20,    SOIL_T30,
                                    SOIL_T40,   SOIL_T50,  SOIL_W5,  SOIL_W10,    SOIL_W20,
                                    SOIL_W30,   SOIL_W40,  SOIL_W50};
static const unsigned char plain[] = {BASE, DIRECTION};
static const unsigned char pvl[] = {BASE,  SPEED_VECTOR, DIRECTION,     DIRECTION_STD,
                                    SOLAR, BATTERY,      PRECIPITATION, SPEED_MAX};
static const unsigned char ctd[] = {BASE,  SPEED_VECTOR,  DIRECTION,     DIRECTION_STD, BATTERY,
                                    SOLAR, NET_RADIATION, PRECIPITATION, SPEED_MAX};

static const PslSite sites[] = {
    {"rjy", "Roaring Judy, CO", rjy, sizeof rjy, 38.717235, -106.852563, 2498},
    {"kps", "Kettle Ponds, CO", kps, sizeof kps, 38.942005, -106.973006, 2863},
    {"ayp", "Avery Picnic, CO", ayp, sizeof ayp, 38.972425, -106.99685, 2934},
    {"rfe", "Rifle, CO", plain, sizeof plain, 39.5155, -107.9086, 1658},
    {"mnt", "Montrose, CO", plain, sizeof plain, 38.4392, -107.638, 2456},
    {"pvl", "Platteville, CO", pvl, sizeof pvl, 40.18, -104.73, 1503},
    {"ctd", "Courtland, AL", ctd, sizeof ctd, 34.66, -87.35, 187},
};

const PslSite *psl_site_of(const char *file_name, size_t columns)
{
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        if (strncmp(file_name, sites[i].id, 3) == 0)
            return sites[i].count == columns ? &sites[i] : NULL;
    return NULL;
}
