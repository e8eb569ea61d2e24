/* formats.c: the table of formats. To add one: its header here, its line below. */
#include "formats/formats.h"

#include "formats/archive/archive.h"
#include "formats/ceilometer/ceilometer.h"
#include "formats/csv/csv.h"
#include "formats/events/ndjson.h"
#include "formats/halo/halo.h"
#include "formats/hdf5/hdf5.h"
#include "formats/las/las.h"
#include "formats/netcdf3/netcdf3.h"
#include "formats/text/attex.h"
#include "formats/text/btl.h"
#include "formats/text/cnv.h"
#include "formats/text/gml_met.h"
#include "formats/text/icartt.h"
#include "formats/text/ndbc.h"
#include "formats/text/parsivel.h"
#include "formats/text/profiler.h"
#include "formats/text/psl_met.h"
#include "formats/text/radiometrics.h"
#include "formats/text/surfrad.h"
#include "formats/text/text.h"
#include "formats/text/text_head.h"
#include "formats/text/thies.h"
#include "formats/text/toa5.h"
#include "formats/text/whp.h"
#include "formats/text/wvr.h"
#include "formats/windcube/windcube.h"

#include <string.h>

const Format *const formats_all[] = {
    &format_tar, /* before HDF5, which may begin behind 512 bytes: a tar's first header */
    &format_netcdf3,
    &format_netcdf4,
    &format_hdf5,
    &format_las,
    &format_zip,
    &format_7z,
    &format_gzip,
    &format_bzip2,
    &format_xz,
    &format_zstd,
    &format_lz4,
    &format_compress,
    &format_toa5,
    &format_whp,
    &format_btl,
    &format_cnv,
    &format_icartt,
    &format_radiometrics,
    &format_wvr,
    &format_attex,
    &format_profiler,
    &format_parsivel,
    &format_parsivel_logger,
    &format_parsivel_telegram,
    &format_thies,
    &format_surfrad,
    &format_gml_met,
    &format_psl_met,
    &format_ndbc,
    &format_windcube_sta,
    &format_windcube_rtd,
    &format_halo_background,
    &format_halo_parameters,
    &format_halo_profile,
    &format_halo,
    &format_ceilometer,
    &format_ndjson,
    &format_csv,
    &format_text,
    NULL,
};

_Static_assert(sizeof formats_all / sizeof *formats_all <= FORMATS_MAX + 1,
               "more formats than probes have room for");

const Format *formats_find(const char *name)
{
    for (size_t i = 0; formats_all[i]; i++)
        if (strcmp(formats_all[i]->name, name) == 0)
            return formats_all[i];
    return NULL;
}

const Format *formats_probe(const Input *in, const void *const *options, bool all,
                            Probe probes[FORMATS_MAX])
{
    const Format *winner = NULL;
    Sureness best = SURE_NO;
    TextLook look __attribute__((cleanup(text_look_deinit))) = {.taken = false};
    Input shared = *in;
    shared.look = &look;
    for (size_t i = 0; formats_all[i]; i++) {
        probes[i] = (Probe){0};
        if (best == SURE_BY_CONTENT && !all)
            continue;
        formats_all[i]->probe(&shared, options[i], &probes[i]);
        if (probes[i].sure <= best)
            continue;
        best = probes[i].sure;
        winner = formats_all[i];
    }
    return winner;
}
