/* test_quality.c: quality flags in every dialect; the counts are made by hand. */
#include "tests/handlers/convention_case.h"

#define TIME(n)                                                                                    \
    {                                                                                              \
        {                                                                                          \
            "time", (n), true, 0                                                                   \
        }                                                                                          \
    }
#define MET TEXT("datastream", "sgpmetE13.b1")
#define MET_TOLD                                                                                   \
    "ARM\nconvention ARM: datastream \"sgpmetE13.b1\"\nARM datastream: sgpmetE13.b1\n"             \
    "ARM data level: b1, calibrated, with quality checks\n"

static const ConventionCase bits[] = {
    {"bits of the variable",
     {MET},
     TIME(8),
     {{"qc_t",
       TYPE_INT,
       "0",
       {TEXT("bit_1_description", "Value is equal to missing_value."),
        TEXT("bit_1_assessment", "Bad"), TEXT("bit_2_description", "Value is less than valid_min."),
        TEXT("bit_2_assessment", "Bad"), TEXT("bit_4_description", "Spike"),
        TEXT("bit_4_assessment", "Indeterminate")},
       /* bit 1 twice, bit 2 twice, bit 4 twice; 10 is bad and indeterminate: bad; 4 is described
          nowhere */
       VALUES(int32_t, 0, 1, 2, 8, 10, 4, 0, 1),
       0}},
     {{0}},
     MET_TOLD "quality flags qc_t (bit_N_description): 8 values: 2 good, 1 not assessed, 1 "
              "indeterminate, 4 bad\n"
              "qc_t, bit 1 (Bad): 2, Value is equal to missing_value.\n"
              "qc_t, bit 2 (Bad): 2, Value is less than valid_min.\n"
              "qc_t, bit 4 (Indeterminate): 2, Spike\n"
              "qc_t, described nowhere: 1\n"},
    {"bits of the file",
     {MET, TEXT("qc_bit_1_description", "Value is equal to missing_value."),
      TEXT("qc_bit_1_assessment", "Bad"), TEXT("qc_bit_4_description", "Jump"),
      TEXT("qc_bit_4_assessment", "Suspect")},
     TIME(4),
     {{"qc_a",
       TYPE_INT,
       "0",
       {TEXT("description", "See global attributes for individual bit descriptions.")},
       VALUES(int32_t, 0, 1, 8, 9),
       0},
      {"qc_b", TYPE_INT, "0", {{0}}, VALUES(int32_t, 0, 0, 0, 0), 0},
      {"qc_c", TYPE_SHORT, "0", {{0}}, VALUES(int16_t, 0, 0, 0, 0), 0},
      {"t", TYPE_INT, "0", {{0}}, VALUES(int32_t, 1, 2, 3, 4), 0}},
     {{0}},
     MET_TOLD
     "quality flags of 3 variables: 12 values: 9 good, 1 indeterminate, 2 bad\n"
     "quality flags qc_a (global qc_bit_N_description): 4 values: 1 good, 1 indeterminate, 2 bad\n"
     "qc_a, bit 1 (Bad): 2, Value is equal to missing_value.\n"
     "qc_a, bit 4 (Suspect): 2, Jump\n"
     "quality flags (global qc_bit_N_description), all good: qc_b, qc_c\n"},
    {"assessments of the standard where the file has none",
     {MET},
     TIME(5),
     {{"qc_t",
       TYPE_INT,
       "0",
       {TEXT("bit_1_description", "value = missing_value"),
        TEXT("bit_2_description", "value < valid_min"),
        TEXT("bit_4_description", "exceeds valid_delta"), TEXT("bit_5_description", "door open")},
       VALUES(int32_t, 1, 2, 8, 16, 0),
       0}},
     {{0}},
     MET_TOLD "quality flags qc_t (bit_N_description): 5 values: 1 good, 1 not assessed, 1 "
              "indeterminate, 2 bad\n"
              "qc_t, bit 1 (bad): 1, value = missing_value\n"
              "qc_t, bit 2 (bad): 1, value < valid_min\n"
              "qc_t, bit 4 (indeterminate): 1, exceeds valid_delta\n"
              "qc_t, bit 5 (not assessed): 1, door open\n"},
    {"a flag that was never set",
     {MET},
     TIME(3),
     {{"qc_t",
       TYPE_INT,
       "0",
       {TEXT("bit_1_description", "x"), TEXT("bit_1_assessment", "Bad"), INTS("_FillValue", -9999)},
       VALUES(int32_t, 0, -9999, 1),
       0}},
     {{0}},
     MET_TOLD "quality flags qc_t (bit_N_description): 3 values: 1 good, 1 bad, 1 missing\n"
              "qc_t, bit 1 (Bad): 1, x\n"},
    {"the last bit of 32",
     {MET},
     TIME(2),
     {{"qc_t",
       TYPE_INT,
       "0",
       {TEXT("bit_32_description", "x"), TEXT("bit_32_assessment", "Bad")},
       VALUES(int32_t, INT32_MIN, 0),
       0}},
     {{0}},
     MET_TOLD
     "quality flags qc_t (bit_N_description): 2 values: 1 good, 1 bad\nqc_t, bit 32 (Bad): 1, x\n"},
    {"Mentor QC in free text",
     {MET,
      TEXT("Mentor_QC_Field_Information",
           "For each qc_<field> interpret the values as follows:\n\nBasic mentor QC checks (bit "
           "values):\n"
           "=====\n0x0 = value is within the specified range\n0x1 = value is equal to "
           "'missing_value'\n"
           "0x2 = value is less than the 'valid_min'\n0x4 = value is greater than the 'valid_max'\n"
           "0x8 = value failed the 'valid_delta' check\n\nIf the value is a 'missing_value' no "
           "min, max, or "
           "delta checks are performed.\n")},
     TIME(6),
     {{"qc_t", TYPE_INT, "0", {TEXT("long_name", "QC")}, VALUES(int32_t, 0, 1, 2, 8, 12, 16), 0}},
     {{0}},
     MET_TOLD "quality flags qc_t (free text of the file): 6 values: 1 good, 1 not assessed, 1 "
              "indeterminate, 3 bad\n"
              "qc_t, bit 1 (bad): 1, value is equal to 'missing_value'\n"
              "qc_t, bit 2 (bad): 1, value is less than the 'valid_min'\n"
              "qc_t, bit 3 (bad): 1, value is greater than the 'valid_max'\n"
              "qc_t, bit 4 (indeterminate): 2, value failed the 'valid_delta' check\n"
              "qc_t, described nowhere: 1\n"},
    {"bits in free text of the variable",
     {MET},
     TIME(3),
     {{"qc_t",
       TYPE_INT,
       "0",
       {TEXT("description", "Bits: bit 1 = too cold; bit 2 = Bad")},
       VALUES(int32_t, 1, 2, 3),
       0}},
     {{0}},
     MET_TOLD "quality flags qc_t (free text of the variable): 3 values: 1 not assessed, 2 bad\n"
              "qc_t, bit 1 (not assessed): 2, too cold\nqc_t, bit 2 (bad): 2, Bad\n"},
    {"nothing is said of it",
     {MET},
     TIME(3),
     {{"qc_t",
       TYPE_INT,
       "0",
       {TEXT("description", "See somewhere else, 1 day later.")},
       VALUES(int32_t, 1, 2, 3),
       0}},
     {{0}},
     MET_TOLD},
    {"a quality that is no integer",
     {MET},
     TIME(2),
     {{"qc_t", TYPE_FLOAT, "0", {TEXT("bit_1_description", "x")}, VALUES(float, 1, 2), 0}},
     {{0}},
     MET_TOLD},
};

static const ConventionCase codes[] = {
    {"simple QC says bit and means codes",
     {MET},
     TIME(8),
     {{"qc_p",
       TYPE_INT,
       "0",
       {TEXT("flag_method", "bit"), TEXT("standard_name", "quality_flag"),
        TEXT("description", "This field contains qc values which should be interpreted as "
                            "listed:\n0 = Good: Data exists and "
                            "passed all qc tests.\n1 = Indeterminate: Data may be bad.\n2 = Bad: "
                            "Data has a bad value.\n"
                            "3 = Missing: Data is missing.")},
       VALUES(int32_t, 0, 0, 0, 1, 1, 2, 3, 7),
       0}},
     {{0}},
     MET_TOLD "quality flags qc_p (free text of the variable): 8 values: 3 good, 1 not assessed, 2 "
              "indeterminate, "
              "1 bad, 1 missing\n"
              "qc_p, code 1 (indeterminate): 2, Indeterminate: Data may be bad.\n"
              "qc_p, code 2 (bad): 1, Bad: Data has a bad value.\n"
              "qc_p, code 3 (missing): 1, Missing: Data is missing.\n"
              "qc_p, described nowhere: 1\n"},
    {"whole numbers with assessments",
     {MET},
     TIME(6),
     {{"qc_f",
       TYPE_INT,
       "0",
       {TEXT("flag_method", "integer"), TEXT("flag_1_description", "steady"),
        TEXT("flag_1_assessment", "Acceptable"), TEXT("flag_9_description", "do not use"),
        TEXT("flag_9_assessment", "Bad"), INTS("_FillValue", -9999)},
       VALUES(int32_t, 0, 1, 1, 9, -9999, 5),
       0}},
     {{0}},
     MET_TOLD
     "quality flags qc_f (flag_N_description): 6 values: 3 good, 1 not assessed, 1 bad, 1 missing\n"
     "qc_f, code 9 (Bad): 1, do not use\nqc_f, described nowhere: 1\n"},
    {"QARTOD",
     {{0}},
     TIME(6),
     {{"t_qc",
       TYPE_BYTE,
       "0",
       {TEXT("standard_name", "sea_water_temperature status_flag"),
        BYTES("flag_values", 1, 2, 3, 4, 9),
        TEXT("flag_meanings", "GOOD NOT_EVALUATED SUSPECT FAIL MISSING")},
       VALUES(int8_t, 1, 1, 3, 4, 9, 5),
       0}},
     {{0}},
     "none\n"
     "quality flags t_qc (flag_values): 6 values: 2 good, 1 not assessed, 1 indeterminate, 1 bad, "
     "1 missing\n"
     "t_qc, code 3 (indeterminate): 1, SUSPECT\nt_qc, code 4 (bad): 1, FAIL\n"
     "t_qc, code 9 (missing): 1, MISSING\nt_qc, described nowhere: 1\n"},
    {"meanings that nobody assesses; a fill value that is a code",
     {TEXT("Conventions", "SeaDataNet_1.0 CF1.6")},
     TIME(6),
     {{"T_SEADATANET_QC",
       TYPE_BYTE,
       "0",
       {BYTES("flag_values", 48, 49, 52, 57),
        TEXT("flag_meanings", "no_quality_control good_value bad_value missing_value"),
        BYTES("_FillValue", 57)},
       VALUES(int8_t, 49, 49, 52, 48, 57, 49),
       0}},
     {{0}},
     "SeaDataNet_1.0 CF1.6\nconvention CF1.6: the file says so in Conventions\n"
     "convention SeaDataNet_1.0: the file says so in Conventions\n"
     "quality flags T_SEADATANET_QC (flag_values): 6 values: 1 no_quality_control (code 48), 3 "
     "good_value "
     "(code 49), 1 bad_value (code 52), 1 missing_value (code 57)\n"},
    {"characters",
     {{0}},
     TIME(5),
     {{"PSAL_QC",
       TYPE_CHAR,
       "0",
       {TEXT("flag_values", "014"), TEXT("flag_meanings", "no_qc good_data bad_data"),
        TEXT("_FillValue", " ")},
       "011 7",
       0}},
     {{0}},
     "none\nquality flags PSAL_QC (flag_values): 5 values: 1 no_qc (flag 0), 2 good_data (flag 1), "
     "1 without a meaning, 1 not set\n"},
    {"masks",
     {{0}},
     TIME(6),
     {{"qc_t",
       TYPE_INT,
       "0",
       {INTS("flag_masks", 1, 2, 4), TEXT("flag_meanings", "missing below_min above_max"),
        TEXT("flag_assessments", "Bad Bad Indeterminate")},
       VALUES(int32_t, 0, 1, 3, 4, 6, 8),
       0}},
     {{0}},
     "none\nquality flags qc_t (flag_masks): 6 values: 1 good, 1 not assessed, 1 indeterminate, 3 "
     "bad\n"
     "qc_t, bit 1 (Bad): 2, missing\nqc_t, bit 2 (Bad): 2, below_min\n"
     "qc_t, bit 3 (Indeterminate): 2, above_max\nqc_t, described nowhere: 1\n"},
    {"masks that are written as doubles, one for no bit at all",
     {{0}},
     TIME(5),
     {{"qc_t",
       TYPE_INT,
       "0",
       {DOUBLES("flag_masks", 0, 1, 2), TEXT("flag_meanings", "fine missing below_min"),
        TEXT("flag_assessments", "Good Bad Indeterminate")},
       VALUES(int32_t, 0, 1, 3, 2, 0),
       0}},
     {{0}},
     "none\nquality flags qc_t (flag_masks): 5 values: 2 good, 1 indeterminate, 2 bad\n"
     "qc_t, bit 1 (Bad): 2, missing\nqc_t, bit 2 (Indeterminate): 2, below_min\n"},
    {"a code that no value of the type can have",
     {{0}},
     TIME(2),
     {{"x_qc",
       TYPE_BYTE,
       "0",
       {INTS("flag_values", 1, 256), TEXT("flag_meanings", "good bad")},
       VALUES(int8_t, 0, 1),
       0}},
     {{0}},
     "none\nquality flags x_qc (flag_values): 2 values: 1 good, 1 not assessed\n"
     "x_qc, described nowhere: 1\n"
     "note: variable x_qc: 1 flag_values, but another number of flag_meanings\n"},
    {"enumerations under masks (CF 3.5, example 3.5)",
     {{0}},
     TIME(4),
     {{"sensor_quality",
       TYPE_BYTE,
       "0",
       {BYTES("flag_masks", 1, 2, 12, 12, 12), BYTES("flag_values", 1, 2, 4, 8, 12),
        TEXT("flag_meanings",
             "low_battery hardware_fault offline_mode calibration_mode maintenance_mode")},
       VALUES(int8_t, 5, 12, 0, 10),
       0}},
     {{0}},
     "none\nquality flags sensor_quality (flag_masks): 4 values: 1 low_battery (bit 1), 1 "
     "hardware_fault "
     "(bit 2), 1 offline_mode (bits 0x4), 1 calibration_mode (bits 0x8), 1 maintenance_mode (bits "
     "0xc), "
     "1 without any\n"},
    {"more meanings than values",
     {{0}},
     TIME(2),
     {{"x_qc",
       TYPE_BYTE,
       "0",
       {BYTES("flag_values", 1, 2), TEXT("flag_meanings", "a b c")},
       VALUES(int8_t, 1, 2),
       0}},
     {{0}},
     "none\nquality flags x_qc (flag_values): 2 values: 1 a (code 1), 1 b (code 2)\n"
     "note: variable x_qc: 2 flag_values, but another number of flag_meanings\n"},
    {"fewer meanings than values",
     {{0}},
     TIME(2),
     {{"x_qc",
       TYPE_BYTE,
       "0",
       {BYTES("flag_values", 1, 2), TEXT("flag_meanings", "a")},
       VALUES(int8_t, 1, 2),
       0}},
     {{0}},
     "none\nquality flags x_qc (flag_values): 2 values: 1 a (code 1), 1  (code 2)\n"
     "note: variable x_qc: 2 flag_values, but another number of flag_meanings\n"},
    {"codes beyond 127 and below 0",
     {{0}},
     TIME(2),
     {{"a_qc",
       TYPE_UBYTE,
       "0",
       {NUMBERS("flag_values", TYPE_UBYTE, uint8_t, 1, 200), TEXT("flag_meanings", "a b")},
       VALUES(uint8_t, 200, 200),
       0},
      {"b_qc",
       TYPE_BYTE,
       "0",
       {BYTES("flag_values", -1, -128), TEXT("flag_meanings", "a b")},
       VALUES(int8_t, -1, -128),
       0}},
     {{0}},
     "none\nquality flags a_qc (flag_values): 2 values: 2 b (code 200)\n"
     "quality flags b_qc (flag_values): 2 values: 1 a (code -1), 1 b (code -128)\n"},
    {"flags that are no quality",
     {{0}},
     TIME(2),
     {{"cloud_type",
       TYPE_BYTE,
       "0",
       {BYTES("flag_values", 1, 2), TEXT("flag_meanings", "a b")},
       VALUES(int8_t, 1, 2),
       0}},
     {{0}},
     "none\n"},
    {"a variable that was not read to its end",
     {{0}},
     TIME(3),
     {{"x_qc",
       TYPE_BYTE,
       "0",
       {BYTES("flag_values", 1, 2), TEXT("flag_meanings", "a b")},
       NULL,
       0}},
     {{0}},
     "none\n"},
};

static void quality_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(bits); i++)
        check_case(&bits[i]);
}

static void quality_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(codes); i++)
        check_case(&codes[i]);
}

/* More different values than slots: each is counted, in whatever order they come. */
static void many_different_values(void **state)
{
    (void)state;
    enum { N = 1 << 16 };
    static int32_t values[N];
    for (int32_t i = 0; i < N; i++)
        values[i] = (int32_t)((uint32_t)i * 40503u % N);
    static const ConventionCase c = {
        "every value of 16 bits once",
        {{0}},
        {{"time", N, true, 0}},
        {{"qc_t",
          TYPE_INT,
          "0",
          {TEXT("bit_1_description", "odd"), TEXT("bit_1_assessment", "Bad"),
           TEXT("bit_16_description", "upper half"), TEXT("bit_16_assessment", "Indeterminate")},
          values,
          0}},
        {{0}},
        "none\n"
        "quality flags qc_t (bit_N_description): 65536 values: 1 good, 16383 not assessed, "
        "16384 indeterminate, 32768 bad\n"
        "qc_t, bit 1 (Bad): 32768, odd\n"
        "qc_t, bit 16 (Indeterminate): 32768, upper half\n"
        "qc_t, described nowhere: 65532\n"};
    check_case(&c);
}

static const Case cases[] = {
    {"quality_bits", quality_bits},
    {"quality_codes", quality_codes},
    {"many_different_values", many_different_values},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
