/* ceilometer_kind.c: the messages of each make, from their manuals: Vaisala CL31 (M210482EN), CL51
 * (M210801EN), CT25K (CT25K-U059en), Campbell Scientific CS135 user guide, messages 001 to 004. */
#include "formats/ceilometer/ceilometer_kind.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Message 1 has no sky condition; subclass 5 (CL31) and 8 (CL51) no profile. */
static CeilometerPlan plan_cl(int number, int subclass)
{
    return (CeilometerPlan){.known = number == 1 || number == 2,
                            .sky = number == 2,
                            .profile = subclass != 5 && subclass != 8};
}

/* 1: status, 2: with profile, 6: with sky condition, 7: with both. */
static CeilometerPlan plan_ct(int number, int subclass)
{
    (void)subclass;
    return (CeilometerPlan){.known = number == 1 || number == 2 || number == 6 || number == 7,
                            .sky = number == 6 || number == 7,
                            .profile = number == 2 || number == 7};
}

/* 001: status, 002: with profile, 003: with sky condition, 004: with both. */
static CeilometerPlan plan_cs(int number, int subclass)
{
    (void)subclass;
    return (CeilometerPlan){.known = number >= 1 && number <= 4,
                            .sky = number == 3 || number == 4,
                            .profile = number == 2 || number == 4};
}

static const CeilometerField fields_cl[] = {
    {VALUE_SCALE, 0, 5, 1},        {VALUE_RESOLUTION, 6, 2, 1},    {VALUE_ENERGY, 14, 3, 1},
    {VALUE_TEMPERATURE, 18, 3, 1}, {VALUE_TRANSMISSION, 22, 3, 1}, {VALUE_TILT, 26, 2, 1},
    {VALUE_BACKGROUND, 29, 4, 1},  {VALUE_PULSES, 35, 4, 1},       {VALUE_RATE, 41, 2, 1},
    {VALUE_SUM, 44, 3, 1e-6},
};

static const CeilometerField fields_ct[] = {
    {VALUE_SCALE, 0, 3, 1},        {VALUE_ENERGY, 6, 3, 1},         {VALUE_TEMPERATURE, 10, 3, 1},
    {VALUE_SENSITIVITY, 14, 3, 1}, {VALUE_CONTAMINATION, 18, 4, 1}, {VALUE_TILT, 23, 3, 1},
    {VALUE_BACKGROUND, 27, 4, 1},  {VALUE_SUM, 39, 3, 1e-6},
};

static const CeilometerField fields_cs[] = {
    {VALUE_SCALE, 0, 5, 1},        {VALUE_RESOLUTION, 6, 2, 1}, {VALUE_ENERGY, 14, 3, 1},
    {VALUE_TEMPERATURE, 18, 3, 1}, {VALUE_TILT, 22, 2, 1},      {VALUE_BACKGROUND, 25, 4, 1},
    {VALUE_PULSES, 30, 4, 1},      {VALUE_RATE, 35, 2, 1},      {VALUE_SUM, 38, 3, 1e-6},
};

static const CeilometerField status_fields_cs[] = {{VALUE_TRANSMISSION, 3, 3, 1}};

static const CeilometerKind cl = {
    .mark = "CL",
    .header_length = 8,
    .software_digits = 3,
    .maker = "Vaisala",
    .model = "CL31",
    .has_checksum = true,
    .layers = 5,
    .bases = 3,
    .base_column = 3,
    .status_length = 33,
    .status_column = 21,
    .metre_bit = 0x80,
    .obscured = '4',
    .parameter_length = 47,
    .gate_digits = 5,
    .profile_lines = 1,
    .counts = 1e8,
    .pulse_unit = "1024",
    .settings_column = 34,
    .settings_width = 9,
    .fields = fields_cl,
    .field_count = COUNT(fields_cl),
    .bits = ceilometer_bits_cl,
    .bit_count = CEILOMETER_BITS_CL,
    .plan = plan_cl,
};

static const CeilometerKind ct = {
    .mark = "CT",
    .header_length = 7,
    .software_digits = 2,
    .maker = "Vaisala",
    .model = "CT25K",
    .sky_last = true,
    .layers = 4,
    .bases = 3,
    .base_column = 3,
    .status_length = 29,
    .status_column = 21,
    .metre_bit = 0x100,
    .obscured = '4',
    .parameter_length = 42,
    .gate_digits = 4,
    .profile_lines = 16,
    .profile_index = 3,
    .gates = 256,
    .resolution_m = 30,
    .counts = 1e7,
    .settings_column = 32,
    .settings_width = 6,
    .fields = fields_ct,
    .field_count = COUNT(fields_ct),
    .bits = ceilometer_bits_ct,
    .bit_count = CEILOMETER_BITS_CT,
    .plan = plan_ct,
};

static const CeilometerKind cs = {
    .mark = "CS",
    .header_length = 9,
    .software_digits = 3,
    .maker = "Campbell Scientific",
    .model = "CS135",
    .has_checksum = true,
    .layers = 5,
    .bases = 4,
    .base_column = 7,
    .status_length = 43,
    .status_column = 31,
    .metre_bit = 0x800000000000,
    .obscured = '5',
    .parameter_length = 41,
    .gate_digits = 5,
    .profile_lines = 1,
    .counts = 1e8,
    .pulse_unit = "1000",
    .fields = fields_cs,
    .field_count = COUNT(fields_cs),
    .status_fields = status_fields_cs,
    .status_field_count = COUNT(status_fields_cs),
    .bits = ceilometer_bits_cs,
    .bit_count = CEILOMETER_BITS_CS,
    .plan = plan_cs,
};

const CeilometerKind *const ceilometer_kinds[] = {&cl, &ct, &cs, NULL};

const char *ceilometer_model(const CeilometerKind *k, int subclass)
{
    return k == &cl && (subclass == 6 || subclass == 8) ? "CL51" : k->model;
}
