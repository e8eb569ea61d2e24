/* watch_remote.c: statfs(2)'s numbers of network and cluster file systems. */
#include "orchestrator/watch_remote.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/vfs.h>

/* linux/magic.h and the file systems' own sources */
static const struct {
    uint32_t magic;
    const char *name;
} kinds[] = {
    {0x6969, "NFS"},        {0x517b, "SMB"},       {0xff534d42, "CIFS"}, {0xfe534d42, "SMB"},
    {0x0bd00bd0, "Lustre"}, {0x00c36400, "Ceph"},  {0x47504653, "GPFS"}, {0x19830326, "BeeGFS"},
    {0x01021997, "9P"},     {0x65735546, "FUSE"},  {0x5346414f, "AFS"},  {0x6b414653, "AFS"},
    {0x73757245, "Coda"},   {0x7461636f, "OCFS2"}, {0x01161970, "GFS2"}, {0x20030528, "OrangeFS"},
    {0xaad7aaea, "PanFS"},  {0x013111a8, "IBRIX"},
};

void watch_devices_deinit(WatchDevices *d)
{
    free(d->items);
    *d = (WatchDevices){0};
}

static const WatchDevice *find(const WatchDevices *d, dev_t device)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->items[i].device == device)
            return &d->items[i];
    return NULL;
}

static const char *ask(const char *path)
{
    struct statfs fs;
    if (statfs(path, &fs) < 0)
        return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].magic == (uint32_t)fs.f_type)
            return kinds[i].name;
    return NULL;
}

const char *watch_device_remote(WatchDevices *d, dev_t device, const char *path, bool *is_new)
{
    const WatchDevice *known = find(d, device);
    *is_new = !known;
    if (known)
        return known->remote;
    const char *remote = ask(path);
    if (d->count == d->capacity) {
        size_t capacity = d->capacity ? 2 * d->capacity : 8;
        WatchDevice *items = reallocarray(d->items, capacity, sizeof *items);
        if (!items) /* it is asked again */
            return remote;
        d->items = items;
        d->capacity = capacity;
    }
    d->items[d->count++] = (WatchDevice){device, remote};
    return remote;
}

bool watch_device_is_remote(const WatchDevices *d, dev_t device)
{
    const WatchDevice *known = find(d, device);
    return known && known->remote;
}
