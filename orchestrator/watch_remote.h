/* watch_remote.h: file systems of which the kernel tells only what this machine itself does. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

typedef struct WatchDevice {
    dev_t device;
    const char *remote; /* "NFS", ...; NULL: its changes are told */
} WatchDevice;

typedef struct WatchDevices {
    WatchDevice *items; /* those met so far */
    size_t count, capacity;
} WatchDevices;

void watch_devices_deinit(WatchDevices *d);
/* The kind of file system that `path` lies in, which is on `device`, or NULL. `is_new`: nobody has
 * asked about this device before. */
const char *watch_device_remote(WatchDevices *d, dev_t device, const char *path, bool *is_new);
/* The same of one that was asked about. */
bool watch_device_is_remote(const WatchDevices *d, dev_t device);
