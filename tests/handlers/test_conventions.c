/* test_conventions.c: by what a convention is recognised, and what is told of it. */
#include "tests/handlers/convention_case.h"

#define SINCE_2019 TEXT("units", "seconds since 2019-01-01 00:00:00 0:00")
#define EPOCH TEXT("units", "seconds since 1970-1-1 0:00:00 0:00")
#define CLOCKS "ARM\nconvention ARM: variables base_time and time_offset\n"
#define ARGO                                                                                       \
    "Argo-3.1 CF-1.6\nconvention CF-1.6: the file says so in Conventions\nconvention Argo-3.1: "   \
    "the file says so in Conventions; variables PLATFORM_NUMBER, DATA_TYPE and dimensions of a "
#define ARGO_ROOT TEXT("Conventions", "Argo-3.1 CF-1.6")

static const ConventionCase names[] = {
    {"nothing", {TEXT("title", "CF-1.8 is not stated here")}, {{0}}, {{0}}, {{0}}, "none\n"},
    {"as the file says",
     {TEXT("Conventions", "COARDS, CF-1.5")},
     {{0}},
     {{0}},
     {{0}},
     "COARDS, CF-1.5\nconvention CF-1.5: the file says so in Conventions\n"},
    {"in small letters",
     {TEXT("conventions", "cf-1.0")},
     {{0}},
     {{0}},
     {{0}},
     "cf-1.0\nconvention cf-1.0: the file says so in Conventions\n"},
    {"blank Conventions", {TEXT("Conventions", "  ")}, {{0}}, {{0}}, {{0}}, "none\n"},
    {"CF/Radial is not CF",
     {TEXT("Conventions", "CF/Radial instrument_parameters")},
     {{0}},
     {{0}},
     {{0}},
     "CF/Radial instrument_parameters\nconvention CF/Radial: the file says so in Conventions\n"},
    {"IOOS, ACDD and what it lacks",
     {TEXT("Conventions", "CF-1.6, ACDD-1.3, IOOS-1.2"), TEXT("title", "t"), TEXT("summary", "s")},
     {{0}},
     {{0}},
     {{0}},
     "CF-1.6, ACDD-1.3, IOOS-1.2\nconvention CF-1.6: the file says so in Conventions\n"
     "convention ACDD-1.3: the file says so in Conventions\nconvention IOOS-1.2: the file says so "
     "in Conventions\n"
     "ACDD: no keywords, which it highly recommends\n"},
    {"ACDD by its old name",
     {TEXT("Metadata_Conventions", "Unidata Dataset Discovery v1.0"), TEXT("title", "t"),
      TEXT("summary", "s"), TEXT("keywords", "k")},
     {{0}},
     {{0}},
     {{0}},
     "ACDD\nconvention ACDD: Metadata_Conventions \"Unidata Dataset Discovery v1.0\"\n"},
    {"tsdat",
     {TEXT("datastream", "humboldt.buoy_z06-10min.a1")},
     {{0}},
     {{0}},
     {{0}},
     "tsdat\nconvention tsdat: datastream \"humboldt.buoy_z06-10min.a1\" is "
     "location.dataset.level\n"},
    {"a datastream of nobody", {TEXT("datastream", "met.cdf")}, {{0}}, {{0}}, {{0}}, "none\n"},
    {"ARM by its old name",
     {TEXT("zeb_platform", "twpsondewnpnC3.b1")},
     {{0}},
     {{0}},
     {{0}},
     "ARM\nconvention ARM: datastream \"twpsondewnpnC3.b1\"\nARM datastream: twpsondewnpnC3.b1\n"
     "ARM data level: b1, calibrated, with quality checks\n"},
    {"OceanSITES",
     {TEXT("data_type", "OceanSITES time-series data")},
     {{0}},
     {{0}},
     {{0}},
     "OceanSITES\nconvention OceanSITES: data_type \"OceanSITES time-series data\"\n"},
    {"SeaDataNet",
     {{0}},
     {{"z", 2, false, 0}},
     {{"TEMP", TYPE_FLOAT, "0", {TEXT("sdn_parameter_urn", "SDN:P01::TEMPPR01")}, NULL, 0}},
     {{0}},
     "SeaDataNet\nconvention SeaDataNet: variable TEMP has an sdn_parameter_urn\n"},
    {"CL61",
     {{0}},
     {{"time", 2, true, 0}},
     {{"beta_att", TYPE_FLOAT, "0", {{0}}, NULL, 0},
      {"p_pol", TYPE_FLOAT, "0", {{0}}, NULL, 0},
      {"x_pol", TYPE_FLOAT, "0", {{0}}, NULL, 0},
      {"linear_depol_ratio", TYPE_FLOAT, "0", {{0}}, NULL, 0}},
     {{0}},
     "CL61\nconvention CL61: variables beta_att, p_pol, x_pol, linear_depol_ratio\n"},
    {"CHM15k",
     {TEXT("source", "CHM170137")},
     {{"time", 2, true, 0}},
     {{"beta_raw", TYPE_FLOAT, "0", {{0}}, NULL, 0}, {"cbh", TYPE_SHORT, "0", {{0}}, NULL, 0}},
     {{0}},
     "CHM15k\nconvention CHM15k: device \"CHM170137\"; variables beta_raw, cbh\n"},
    {"UGRID",
     {{0}},
     {{"node", 5, false, 0}, {"face", 3, false, 0}, {"max", 4, false, 0}},
     {{"mesh",
       TYPE_INT,
       "",
       {TEXT("cf_role", "mesh_topology"), INTS("topology_dimension", 2),
        TEXT("node_coordinates", "x y"), TEXT("face_node_connectivity", "fnc"),
        TEXT("face_dimension", "face")},
       NULL,
       0},
      {"x", TYPE_DOUBLE, "0", {{0}}, NULL, 0},
      {"fnc", TYPE_INT, "21", {{0}}, NULL, 0}},
     {{0}},
     "UGRID\nconvention UGRID: variable mesh has cf_role mesh_topology\n"
     "mesh mesh: topology of dimension 2, 5 nodes, 3 faces\n"},
    {"SGRID",
     {{0}},
     {{0}},
     {{"grid",
       TYPE_INT,
       "",
       {TEXT("cf_role", "grid_topology"), INTS("topology_dimension", 2),
        TEXT("node_dimensions", "xi_psi eta_psi")},
       NULL,
       0}},
     {{0}},
     "SGRID\nconvention SGRID: variable grid has cf_role grid_topology\n"
     "staggered grid grid: topology of dimension 2, nodes on (xi_psi eta_psi)\n"},
    {"HDF-EOS",
     {{0}},
     {{0}},
     {{0}},
     {{"/HDFEOS", {{0}}},
      {"/HDFEOS/SWATHS", {{0}}},
      {"/HDFEOS/SWATHS/O3", {{0}}},
      {"/HDFEOS/SWATHS/O3/Data Fields", {{0}}},
      {"/HDFEOS INFORMATION", {TEXT("HDFEOSVersion", "HDFEOS_5.1.15")}}},
     "HDF-EOS\nconvention HDF-EOS: group HDFEOS; group \"HDFEOS INFORMATION\"\nHDF-EOS version: "
     "HDFEOS_5.1.15\n"
     "HDF-EOS swath: O3\n"},
};

static const ConventionCase clocks[] = {
    {"both clocks agree",
     {{0}},
     {{"time", 3, true, 0}},
     {{"base_time", TYPE_INT, "", {EPOCH}, VALUES(int32_t, 1546300800), 0},
      {"time_offset", TYPE_DOUBLE, "0", {SINCE_2019}, VALUES(double, 0, 60, 120.5), 0},
      {"time", TYPE_DOUBLE, "0", {SINCE_2019}, VALUES(double, 0, 60, 120.5), 0}},
     {{0}},
     CLOCKS "base_time: 2019-01-01T00:00:00Z\ntime is base_time + time_offset: the same first, "
            "last and mean instant\n"},
    {"time_offset in plain seconds, time in minutes",
     {{0}},
     {{"time", 2, true, 0}},
     {{"base_time", TYPE_INT, "", {EPOCH}, VALUES(int32_t, 1546304400), 0},
      {"time_offset", TYPE_DOUBLE, "0", {TEXT("units", "seconds")}, VALUES(double, 60, 120), 0},
      {"time",
       TYPE_INT64,
       "0",
       {TEXT("units", "minutes since 2019-01-01")},
       VALUES(int64_t, 61, 62),
       0}},
     {{0}},
     CLOCKS "base_time: 2019-01-01T01:00:00Z\ntime is base_time + time_offset: the same first, "
            "last and mean instant\n"},
    {"one value differs in the middle",
     {{0}},
     {{"time", 3, true, 0}},
     {{"base_time", TYPE_INT, "", {EPOCH}, VALUES(int32_t, 1546300800), 0},
      {"time_offset", TYPE_DOUBLE, "0", {SINCE_2019}, VALUES(double, 0, 60, 120), 0},
      {"time", TYPE_DOUBLE, "0", {SINCE_2019}, VALUES(double, 0, 61, 120), 0}},
     {{0}},
     CLOCKS "base_time: 2019-01-01T00:00:00Z\n"
            "note: time is not base_time + time_offset: 3 values from 2019-01-01T00:00:00Z to "
            "2019-01-01T00:02:00Z, but 3 "
            "from 2019-01-01T00:00:00Z to 2019-01-01T00:02:00Z, on average -0.333333 s later\n"},
    {"time_offset has a zero of its own",
     {{0}},
     {{"time", 2, true, 0}},
     {{"base_time", TYPE_INT, "", {EPOCH}, VALUES(int32_t, 1546387200), 0},
      {"time_offset", TYPE_DOUBLE, "0", {SINCE_2019}, VALUES(double, 0, 60), 0}},
     {{0}},
     CLOCKS "base_time: 2019-01-02T00:00:00Z\n"
            "note: variable time_offset counts from 2019-01-01T00:00:00Z by its units, base_time "
            "is 2019-01-02T00:00:00Z\n"},
};

static const ConventionCase sampling[] = {
    {"contiguous",
     {TEXT("featureType", "timeseries")},
     {{"s", 3, false, 0}, {"o", 6, false, 0}, {"n", 4, false, 0}},
     {{"rows", TYPE_INT, "0", {TEXT("sample_dimension", "o")}, VALUES(int32_t, 2, 3, 1), 0},
      {"id", TYPE_CHAR, "02", {TEXT("cf_role", "timeseries_id")}, NULL, 0}},
     {{0}},
     "none\nfeature type: timeSeries\ntime series: 3 (id)\n"
     "contiguous ragged array: 3 of s, 6 samples (o); rows from 1 to 3, sum 6\n"},
    {"contiguous, does not add up",
     {{0}},
     {{"s", 3, false, 0}, {"o", 6, false, 0}},
     {{"rows",
       TYPE_INT,
       "0",
       {TEXT("sample_dimension", "o"), INTS("_FillValue", -1)},
       VALUES(int32_t, 2, -2, -1),
       0}},
     {{0}},
     "none\ncontiguous ragged array: 3 of s, 6 samples (o); rows from -2 to 2, sum 0\n"
     "note: variable rows: 1 row sizes are missing\nnote: variable rows: a row size is negative "
     "(-2)\n"
     "note: variable rows: the row sizes add up to 0, but dimension o has 6 samples\n"},
    {"indexed",
     {TEXT("featureType", "trajectory")},
     {{"t", 2, false, 0}, {"o", 5, false, 0}},
     {{"i",
       TYPE_INT,
       "1",
       {TEXT("instance_dimension", "t"), INTS("_FillValue", -1)},
       VALUES(int32_t, 0, 1, 1, -1, 0),
       0},
      {"id", TYPE_INT, "0", {TEXT("cf_role", "trajectory_id")}, NULL, 0}},
     {{0}},
     "none\nfeature type: trajectory\ntrajectories: 2 (id)\n"
     "indexed ragged array: 2 of t, 5 samples (o), of which 1 belong to none (i is missing)\n"},
    {"indexed beyond its end",
     {{0}},
     {{"t", 2, false, 0}, {"o", 3, false, 0}},
     {{"i", TYPE_INT, "1", {TEXT("instance_dimension", "t")}, VALUES(int32_t, 0, 2, 1), 0}},
     {{0}},
     "none\nindexed ragged array: 2 of t, 3 samples (o), of which 0 belong to none (i is missing)\n"
     "note: variable i: indices go from 0 to 2, but dimension t has 2\n"},
    {"an unknown feature and a lost dimension",
     {TEXT("featureType", "pointzz")},
     {{"t", 2, false, 0}},
     {{"i", TYPE_INT, "0", {TEXT("sample_dimension", "obs")}, VALUES(int32_t, 0, 2), 0}},
     {{0}},
     "none\nnote: featureType \"pointzz\" is none of those that CF knows\n"
     "note: variable i: its sample_dimension \"obs\" is no dimension of the file\n"},
};

static const ConventionCase argo[] = {
    {"profiles",
     {ARGO_ROOT},
     {{"N_PROF", 3, false, 0},
      {"N_LEVELS", 2, false, 0},
      {"N_PARAM", 2, false, 0},
      {"STRING8", 8, false, 0},
      {"STRING4", 4, false, 0}},
     {{"DATA_TYPE", TYPE_CHAR, "3", {{0}}, "Argo pro", 0},
      {"PLATFORM_NUMBER", TYPE_CHAR, "03", {{0}}, "6900388 6900388 6900389 ", 0},
      {"STATION_PARAMETERS", TYPE_CHAR, "024", {{0}}, "PRESTEMPPRESTEMPPRES    ", 0},
      {"DATA_MODE", TYPE_CHAR, "0", {TEXT("_FillValue", " ")}, "RDD", 0},
      {"CYCLE_NUMBER", TYPE_INT, "0", {INTS("_FillValue", 99999)}, VALUES(int32_t, 1, 2, 99999), 0},
      {"JULD",
       TYPE_DOUBLE,
       "0",
       {TEXT("units", "days since 1950-01-01 00:00:00 UTC")},
       VALUES(double, 1, 2, 3),
       0},
      {"TEMP_QC",
       TYPE_CHAR,
       "01",
       {TEXT("conventions", "Argo reference table 2"), TEXT("_FillValue", " ")},
       "1149 x",
       0},
      {"PROFILE_TEMP_QC",
       TYPE_CHAR,
       "0",
       {TEXT("conventions", "Argo reference table 2a")},
       "ABA",
       0}},
     {{0}},
     ARGO
     "profile file\nArgo profile file, N_PROF 3, N_LEVELS 2, N_PARAM 2\ndata type: Argo pro\n"
     "platform: 6900388 6900389\nparameters: PRES TEMP\ncycles: 1 to 2\n"
     "data mode: R (real time) 1, D (delayed mode) 2\n"
     "quality flags TEMP_QC (Argo reference table 2): 6 values: 2 good (flag 1), 1 bad (flag 4), 1 "
     "missing (flag 9), "
     "1 without a meaning, 1 not set\n"
     "quality flags PROFILE_TEMP_QC (Argo reference table 2a): 3 values: 2 100 % good (flag A), "
     "1 75 % to 100 % good (flag B)\n"},
    {"another zero of time",
     {ARGO_ROOT},
     {{"N_MEASUREMENT", 2, false, 0}, {"DATE_TIME", 14, false, 0}},
     {{"DATA_TYPE", TYPE_CHAR, "1", {{0}}, "Argo trajecto ", 0},
      {"PLATFORM_NUMBER", TYPE_CHAR, "1", {{0}}, "13857         ", 0},
      {"REFERENCE_DATE_TIME", TYPE_CHAR, "1", {{0}}, "19700101000000", 0},
      {"JULD",
       TYPE_DOUBLE,
       "0",
       {TEXT("units", "days since 1970-01-01")},
       VALUES(double, 1, 2),
       0}},
     {{0}},
     ARGO "trajectory file\nArgo trajectory file, N_MEASUREMENT 2\ndata type: Argo "
          "trajecto\nplatform: 13857\n"
          "note: variable JULD counts in \"days since 1970-01-01\", not in Argo's days since "
          "1950-01-01\n"
          "note: REFERENCE_DATE_TIME is 19700101000000, not Argo's 19500101000000\n"},
    {"metadata",
     {{0}},
     {{"n", 4, false, 0}},
     {{"DATA_TYPE", TYPE_CHAR, "0", {{0}}, "Argo", 0},
      {"PLATFORM_NUMBER", TYPE_CHAR, "0", {{0}}, "1385", 0},
      {"LAUNCH_DATE", TYPE_CHAR, "0", {{0}}, "2001", 0}},
     {{0}},
     "Argo\nconvention Argo: variables PLATFORM_NUMBER, DATA_TYPE and dimensions of a metadata "
     "file\n"
     "Argo metadata file\ndata type: Argo\nplatform: 1385\n"},
};

static const ConventionCase radar[] = {
    {"ODIM",
     {TEXT("Conventions", "ODIM_H5/V2_2")},
     {{"", 2, false, 3}, {"", 3, false, 3}},
     {{"/dataset1/data1/data", TYPE_UBYTE, "01", {{0}}, VALUES(uint8_t, 0, 255, 10, 90, 0, 80), 3},
      {"/dataset1/quality1/data", TYPE_UBYTE, "01", {{0}}, VALUES(uint8_t, 0, 0, 0, 0, 0, 0), 6}},
     {{"/what",
       {TEXT("object", "PVOL"), TEXT("version", "H5rad 2.2"), TEXT("source", "WMO:02954"),
        TEXT("date", "20200101"), TEXT("time", "001500")}},
      {"/dataset1", {{0}}},
      {"/dataset1/data1", {{0}}},
      {"/dataset1/data1/what",
       {TEXT("quantity", "DBZH"), DOUBLES("gain", 0.5), DOUBLES("offset", -32),
        DOUBLES("nodata", 255), DOUBLES("undetect", 0)}},
      {"/dataset1/where", {DOUBLES("elangle", 0.5), DOUBLES("rscale", 500)}},
      {"/dataset1/quality1", {{0}}}},
     "ODIM_H5/V2_2\nconvention ODIM_H5/V2_2: the file says so in Conventions; group what with "
     "object \"PVOL\", "
     "version \"H5rad 2.2\"\nODIM object: PVOL, 1 dataset\nradar: WMO:02954\nnominal time: "
     "20200101 001500\n"
     "/dataset1/data1/data: DBZH, elangle 0.5, rscale 500: 3 measured, from -27 to 13 (value * 0.5 "
     "+ -32), "
     "2 undetect, 1 nodata\n"},
    {"ODIM without its attribute",
     {{0}},
     {{0}},
     {{0}},
     {{"/what", {TEXT("object", "SCAN"), TEXT("version", "H5rad 2.3")}}},
     "ODIM_H5\nconvention ODIM_H5: group what with object \"SCAN\", version \"H5rad 2.3\"\nODIM "
     "object: SCAN, 0 datasets\n"},
    {"CfRadial, rays missing",
     {{0}},
     {{"time", 10, true, 0}, {"range", 7, false, 0}, {"sweep", 2, false, 0}},
     {{"volume_number", TYPE_INT, "", {{0}}, VALUES(int32_t, 12), 0},
      {"sweep_number", TYPE_INT, "2", {{0}}, VALUES(int32_t, 0, 1), 0},
      {"fixed_angle", TYPE_FLOAT, "2", {{0}}, VALUES(float, 0.5F, 1.5F), 0},
      {"sweep_start_ray_index", TYPE_INT, "2", {{0}}, VALUES(int32_t, 0, 4), 0},
      {"sweep_end_ray_index", TYPE_INT, "2", {{0}}, VALUES(int32_t, 3, 8), 0}},
     {{0}},
     "CfRadial\nconvention CfRadial: variables sweep_number, fixed_angle, sweep_start_ray_index, "
     "sweep_end_ray_index\n"
     "sweeps: 2, 10 rays, 7 gates\nvolume: 12\nfixed angles: 0.5 1.5\n"
     "rays that belong to no sweep: 1\n"},
    {"CfRadial, rays beyond the end",
     {{0}},
     {{"time", 10, true, 0}, {"sweep", 2, false, 0}},
     {{"sweep_number", TYPE_INT, "1", {{0}}, VALUES(int32_t, 0, 1), 0},
      {"fixed_angle", TYPE_FLOAT, "1", {{0}}, VALUES(float, 1, 2), 0},
      {"sweep_start_ray_index", TYPE_INT, "1", {{0}}, VALUES(int32_t, 0, 5), 0},
      {"sweep_end_ray_index", TYPE_INT, "1", {{0}}, VALUES(int32_t, 4, 10), 0}},
     {{0}},
     "CfRadial\nconvention CfRadial: variables sweep_number, fixed_angle, sweep_start_ray_index, "
     "sweep_end_ray_index\n"
     "sweeps: 2, 10 rays, 0 gates\nfixed angles: 1 2\n"
     "note: sweeps go from ray 0 to ray 10, but dimension time has 10 rays\n"},
    {"CfRadial, a ray in two sweeps",
     {{0}},
     {{"time", 10, true, 0}, {"sweep", 2, false, 0}},
     {{"sweep_number", TYPE_INT, "1", {{0}}, VALUES(int32_t, 0, 1), 0},
      {"fixed_angle", TYPE_FLOAT, "1", {{0}}, VALUES(float, 1, 2), 0},
      {"sweep_start_ray_index", TYPE_INT, "1", {{0}}, VALUES(int32_t, 0, 4), 0},
      {"sweep_end_ray_index", TYPE_INT, "1", {{0}}, VALUES(int32_t, 4, 9), 0}},
     {{0}},
     "CfRadial\nconvention CfRadial: variables sweep_number, fixed_angle, sweep_start_ray_index, "
     "sweep_end_ray_index\n"
     "sweeps: 2, 10 rays, 0 gates\nfixed angles: 1 2\n"
     "note: the sweeps have 11 rays, dimension time has 10\n"},
    {"CfRadial 2",
     {{0}},
     {{"time", 4, false, 1}, {"time", 5, false, 2}, {"sweep", 2, false, 0}},
     {{"sweep_fixed_angle", TYPE_FLOAT, "2", {{0}}, VALUES(float, 0.5F, 2), 0},
      {"/sweep_0001/time", TYPE_DOUBLE, "0", {{0}}, NULL, 1},
      {"/sweep_0002/time", TYPE_DOUBLE, "1", {{0}}, NULL, 2}},
     {{"/sweep_0001", {{0}}}, {"/sweep_0002", {{0}}}},
     "CfRadial 2\nconvention CfRadial 2: variable sweep_group_name or sweep_fixed_angle, 2 groups "
     "sweep_...\n"
     "sweeps: 2, 9 rays (sweep_0001 4, sweep_0002 5)\nfixed angles: 0.5 2\n"},
    {"WindCube",
     {{0}},
     {{"time", 4, true, 1}, {"range", 2, false, 1}},
     {{"/Sweep_12/time", TYPE_DOUBLE, "0", {{0}}, NULL, 1},
      {"/Sweep_12/radial_wind_speed", TYPE_FLOAT, "01", {{0}}, NULL, 1}},
     {{"/Sweep_12", {{0}}}},
     "WindCube\nconvention WindCube: 1 group Sweep_... with cnr or radial_wind_speed\nsweeps: 1, 4 "
     "rays (Sweep_12 4)\n"},
};

static void check_all(const ConventionCase *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_case(&list[i]);
}

static void recognised(void **state)
{
    (void)state;
    check_all(names, CASES(names));
}

static void arm_clocks(void **state)
{
    (void)state;
    check_all(clocks, CASES(clocks));
}

static void sampling_geometries(void **state)
{
    (void)state;
    check_all(sampling, CASES(sampling));
}

static void argo_files(void **state)
{
    (void)state;
    check_all(argo, CASES(argo));
}

static void radar_volumes(void **state)
{
    (void)state;
    check_all(radar, CASES(radar));
}

/* What a part of a file says is checked before it is believed. */
static void damaged_wire(void **state)
{
    (void)state;
    static uint8_t bytes[1 << 12];
    Sketch s;
    sketch_open(&s, &argo[0]);
    void *sent = begin_state(&s.dataset);
    send_range(&argo[0], &s.dataset, sent, 0, UINT64_MAX);
    Wire out = {.out = bytes, .size = sizeof bytes};
    handler_conventions.wire(sent, &out);
    assert_null(out.failed);
    for (size_t size = 0; size < out.at; size++) {
        Wire in = {.in = bytes, .size = size, .arena = &s.arena};
        handler_conventions.wire(begin_state(&s.dataset), &in);
        assert_non_null(in.failed);
    }
    arena_deinit(&s.arena);
}

static void full_arena(void **state)
{
    (void)state;
    for (size_t ceiling = 1; ceiling < 40000; ceiling += 997) {
        Sketch s;
        sketch_open(&s, &argo[0]);
        arena_init(&s.arena, ceiling);
        void *handler = NULL;
        Error e = {0};
        if (handler_conventions.begin(&s.dataset, NULL, &handler, &e)) {
            send_range(&argo[0], &s.dataset, handler, 0, UINT64_MAX);
            assert_true(handler_conventions.end(handler, &s.dataset, &e));
        } else {
            assert_string_equal(e.code, "memory");
        }
        arena_deinit(&s.arena);
    }
}

static const Case cases[] = {
    {"recognised", recognised},
    {"arm_clocks", arm_clocks},
    {"sampling_geometries", sampling_geometries},
    {"argo_files", argo_files},
    {"radar_volumes", radar_volumes},
    {"damaged_wire", damaged_wire},
    {"full_arena", full_arena},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
