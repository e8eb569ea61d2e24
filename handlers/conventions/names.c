/* names.c: the table of conventions, and how the simple ones are recognised. */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include <string.h>

static bool tsdat_see(const Dataset *d, Buffer *evidence)
{
    const char *stream = schema_text(d, 0, "datastream");
    if (!stream || !schema_matches("*?.?*.[abcs0][0-9]", stream) ||
        schema_matches("*.*.*.*", stream))
        return false;
    evidence_add(evidence, "datastream \"%s\" is location.dataset.level", stream);
    return true;
}

static bool oceansites_see(const Dataset *d, Buffer *evidence)
{
    const char *type = schema_text(d, 0, "data_type");
    if (!type || !text_starts_nocase(type, "OceanSITES"))
        return false;
    evidence_add(evidence, "data_type \"%s\"", type);
    return true;
}

static const Var *var_with(const Dataset *d, const char *attribute)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (var_attr(&d->vars[i], attribute))
            return &d->vars[i];
    return NULL;
}

static bool seadatanet_see(const Dataset *d, Buffer *evidence)
{
    const Var *v = var_with(d, "sdn_parameter_urn");
    bool cruise = schema_has_var(d, 0, "SDN_CRUISE") || schema_has_var(d, 0, "SDN_EDMO_CODE");
    if (v)
        evidence_add(evidence, "variable %s has an sdn_parameter_urn", v->name);
    if (cruise)
        evidence_add(evidence, "variables SDN_...");
    return v || cruise;
}

static bool acdd_see(const Dataset *d, Buffer *evidence)
{
    const char *old = schema_text(d, 0, "Metadata_Conventions");
    if (!old || !text_glob("*Unidata Dataset Discovery*", old))
        return false;
    evidence_add(evidence, "Metadata_Conventions \"%s\"", old);
    return true;
}

static void acdd_tell(const Watches *w, Dataset *d)
{
    (void)w;
    static const char *const wanted[] = {"title", "summary", "keywords"};
    auto_buffer Buffer missing = {0};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!schema_text(d, 0, wanted[i]))
            buffer_printf(&missing, "%s%s", missing.length ? ", " : "", wanted[i]);
    if (missing.length)
        dataset_fact(d, "ACDD: no %s, which it highly recommends", missing.bytes);
}

static bool cl61_see(const Dataset *d, Buffer *evidence)
{
    static const char *const names[] = {"beta_att", "p_pol", "x_pol", "linear_depol_ratio"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!schema_has_var(d, 0, names[i]))
            return false;
    evidence_add(evidence, "variables beta_att, p_pol, x_pol, linear_depol_ratio");
    return true;
}

static const char *chm15k_name(const Dataset *d)
{
    static const char *const names[] = {"device_name", "source", "serlom", "title"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = schema_text(d, 0, names[i]);
        if (text && schema_matches("*CHM[0-9]* *CHX[0-9]*", text))
            return text;
    }
    return NULL;
}

static bool chm15k_see(const Dataset *d, Buffer *evidence)
{
    const char *device = chm15k_name(d);
    if (!schema_has_var(d, 0, "beta_raw") || !schema_has_var(d, 0, "cbh") ||
        (!device && !schema_has_var(d, 0, "nn1")))
        return false;
    if (device)
        evidence_add(evidence, "device \"%s\"", device);
    evidence_add(evidence, "variables beta_raw, cbh%s", schema_has_var(d, 0, "nn1") ? ", nn1" : "");
    return true;
}

static const Convention table[] = {
    {.name = "CF", .stated = "CF-[0-9]* CF[0-9]* cf-[0-9]*"},
    {"ARM", "ARM-* ARM", arm_see, arm_watch, arm_tell},
    {.name = "tsdat", .see = tsdat_see},
    {"Argo", "Argo-* ARGO-*", argo_see, argo_watch, argo_tell},
    {.name = "OceanSITES", .stated = "OceanSITES*", .see = oceansites_see},
    {.name = "SeaDataNet", .stated = "SeaDataNet*", .see = seadatanet_see},
    {.name = "ACDD", .stated = "ACDD-*", .see = acdd_see, .tell = acdd_tell},
    {.name = "IOOS", .stated = "IOOS-*"},
    {"ODIM_H5", "ODIM_H5/*", odim_see, odim_watch, odim_tell},
    {"CfRadial 2", "C[Ff]/Radial-2* C[Ff]-Radial-2* C[Ff]Radial-2*", cfradial2_see, sweeps_watch,
     sweeps_tell},
    {"CfRadial", "C[Ff]/Radial C[Ff]-Radial C[Ff]Radial C[Ff]/Radial-1* C[Ff]-Radial-1*",
     cfradial_see, cfradial_watch, cfradial_tell},
    {.name = "WindCube", .see = windcube_see, .watch = sweeps_watch, .tell = sweeps_tell},
    {.name = "CL61", .see = cl61_see},
    {.name = "CHM15k", .see = chm15k_see},
    {.name = "UGRID", .stated = "UGRID*", .see = ugrid_see, .tell = ugrid_tell},
    {.name = "SGRID", .stated = "SGRID*", .see = sgrid_see, .tell = sgrid_tell},
    {.name = "HDF-EOS", .stated = "HDFEOS* HDF-EOS*", .see = hdfeos_see, .tell = hdfeos_tell},
    {.see = sampling_see, .watch = sampling_watch, .tell = sampling_tell},
    {.see = quality_see, .watch = quality_watch, .tell = quality_tell},
};

const Convention *const conventions_all = table;
const size_t conventions_count = sizeof table / sizeof *table;
