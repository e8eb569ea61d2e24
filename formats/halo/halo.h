/* halo.h: files of Halo Photonics StreamLine Doppler lidars: rays (.hpl) and what lies beside them:
 * the background noise of each gate, housekeeping, and the wind profiles that the instrument's own
 * program makes. What becomes of them: docs/formats-halo.md. */
#pragma once

#include "formats/format.h"

extern const Format format_halo, format_halo_background, format_halo_parameters,
    format_halo_profile;
