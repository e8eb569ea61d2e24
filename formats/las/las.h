/* las.h: lidar point clouds: LAS 1.0 to 1.4, plain and compressed (LAZ). */
#pragma once

#include "formats/format.h"

extern const Format format_las;
