# The libraries, each under one plain name. All of them are Debian packages; see tools/setup.sh.
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(OpenMP REQUIRED COMPONENTS C)

# library(NAME MODULE): an interface target NAME from pkg-config's MODULE.
function(library name module)
  pkg_check_modules(PC_${name} REQUIRED IMPORTED_TARGET ${module})
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE PkgConfig::PC_${name})
endfunction()

library(hdf5 hdf5)
library(zstd libzstd)
library(deflate libdeflate)
library(sqlite3 sqlite3)
library(fyaml libfyaml)
library(seccomp libseccomp)
library(udunits2 udunits)
library(pcre2 libpcre2-8)
if(BUILD_TESTING)
  library(cmocka cmocka)
endif()
