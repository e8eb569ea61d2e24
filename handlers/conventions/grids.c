/* grids.c: UGRID and SGRID meshes, HDF-EOS swaths and grids: what the schema says of them. */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include <inttypes.h>
#include <string.h>

static const Var *with_role(const Dataset *d, const char *role, size_t from)
{
    for (size_t i = from; i < d->var_count; i++) {
        const char *text = var_attr_text(&d->vars[i], "cf_role");
        if (text && strcmp(text, role) == 0)
            return &d->vars[i];
    }
    return NULL;
}

static bool role_see(const Dataset *d, const char *role, Buffer *evidence)
{
    const Var *v = with_role(d, role, 0);
    if (v)
        evidence_add(evidence, "variable %s has cf_role %s", v->name, role);
    return v != NULL;
}

bool ugrid_see(const Dataset *d, Buffer *evidence)
{
    return role_see(d, "mesh_topology", evidence);
}

/* Length of the longest dimension of the first variable that the attribute names, of a coordinate
 * or a connectivity: a connectivity has few columns; where the mesh names the dimension, that. */
static uint64_t elements(const Dataset *d, const Var *mesh, const char *dimension,
                         const char *variables)
{
    char name[256];
    const char *text = var_attr_text(mesh, dimension);
    const Dim *dim = text ? schema_dim(d, text) : NULL;
    if (dim)
        return dim->length;
    text = var_attr_text(mesh, variables);
    size_t length = text ? strcspn(text, " ") : 0;
    if (length == 0 || length >= sizeof name)
        return 0;
    memcpy(name, text, length);
    name[length] = '\0';
    size_t var = schema_var(d, mesh->group, name);
    uint64_t most = 0;
    for (size_t i = 0; var != NO_VAR && i < d->vars[var].dim_count; i++)
        most = d->vars[var].shape[i] > most ? d->vars[var].shape[i] : most;
    return most;
}

static void tell_mesh(Dataset *d, const Var *mesh)
{
    static const struct {
        const char *word, *dimension, *variables;
    } parts[] = {
        {"nodes", "node_dimension", "node_coordinates"},
        {"edges", "edge_dimension", "edge_node_connectivity"},
        {"faces", "face_dimension", "face_node_connectivity"},
        {"volumes", "volume_dimension", "volume_node_connectivity"},
    };
    auto_buffer Buffer text = {0};
    double topology = 0;
    bool known = attr_number(var_attr(mesh, "topology_dimension"), 0, &topology);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint64_t n = elements(d, mesh, parts[i].dimension, parts[i].variables);
        if (n > 0)
            buffer_printf(&text, ", %" PRIu64 " %s", n, parts[i].word);
    }
    if (known)
        dataset_fact(d, "mesh %s: topology of dimension %g%s", mesh->name, topology,
                     text.bytes ? text.bytes : "");
    else
        dataset_note(d, "mesh %s has no topology_dimension", mesh->name);
}

void ugrid_tell(const Watches *w, Dataset *d)
{
    (void)w;
    for (const Var *v = with_role(d, "mesh_topology", 0); v && schema_has_room(d);
         v = with_role(d, "mesh_topology", (size_t)(v - d->vars) + 1))
        tell_mesh(d, v);
}

bool sgrid_see(const Dataset *d, Buffer *evidence)
{
    return role_see(d, "grid_topology", evidence);
}

void sgrid_tell(const Watches *w, Dataset *d)
{
    (void)w;
    for (const Var *v = with_role(d, "grid_topology", 0); v && schema_has_room(d);
         v = with_role(d, "grid_topology", (size_t)(v - d->vars) + 1)) {
        double topology = 0;
        const char *nodes = var_attr_text(v, "node_dimensions");
        attr_number(var_attr(v, "topology_dimension"), 0, &topology);
        dataset_fact(d, "staggered grid %s: topology of dimension %g, nodes on (%s)", v->name,
                     topology, nodes ? schema_phrase(d->arena, nodes, strlen(nodes), 80) : "");
    }
}

static bool is_below(const char *path, const char *parent)
{
    size_t length = strlen(parent);
    return strncmp(path, parent, length) == 0 && path[length] == '/' &&
           !strchr(path + length + 1, '/');
}

bool hdfeos_see(const Dataset *d, Buffer *evidence)
{
    bool new = schema_group(d, "/HDFEOS") != SIZE_MAX;
    bool described = schema_group(d, "/HDFEOS INFORMATION") != SIZE_MAX;
    if (new)
        evidence_add(evidence, "group HDFEOS");
    if (described)
        evidence_add(evidence, "group \"HDFEOS INFORMATION\"");
    return new &&described;
}

void hdfeos_tell(const Watches *w, Dataset *d)
{
    (void)w;
    static const char *const kinds[][2] = {{"/HDFEOS/SWATHS", "swath"},
                                           {"/HDFEOS/GRIDS", "grid"},
                                           {"/HDFEOS/POINTS", "point set"},
                                           {"/HDFEOS/ZAS", "zonal average"}};
    const char *version = schema_text(d, schema_group(d, "/HDFEOS INFORMATION"), "HDFEOSVersion");
    if (version)
        dataset_fact(d, "HDF-EOS version: %s", version);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (size_t g = 0; g < d->group_count && schema_has_room(d); g++)
            if (is_below(d->groups[g].path, kinds[i][0]))
                dataset_fact(d, "HDF-EOS %s: %s", kinds[i][1],
                             d->groups[g].path + strlen(kinds[i][0]) + 1);
}
