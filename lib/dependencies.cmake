# Where dependencies come from: the system's packages; where it lacks one, the pinned archive of its release, by
# download or from the folder FM_ARCHIVES (there named NAME-<last part of the URL>). Hashes are those of the releases'
# own archives. An unpacked tree can stand in for an archive: -DFETCHCONTENT_SOURCE_DIR_<NAME IN CAPITALS>=folder.
include(FetchContent)

# fm_fetch(NAME URL SHA256 DECLARATION...): the unpacked archive as ${fm_lower}_SOURCE_DIR; its own build files run
# unless DECLARATION sends SOURCE_SUBDIR elsewhere.
macro(fm_fetch name url sha256)
  set(fm_url ${url})
  if(FM_ARCHIVES)
    get_filename_component(fm_archive ${url} NAME)
    set(fm_url ${FM_ARCHIVES}/${name}-${fm_archive})
  endif()
  FetchContent_Declare(${name} URL ${fm_url} URL_HASH SHA256=${sha256} DOWNLOAD_EXTRACT_TIMESTAMP ON SYSTEM ${ARGN})
  FetchContent_MakeAvailable(${name})
  string(TOLOWER ${name} fm_lower)
  message(STATUS "${name}: not from the system but from ${${fm_lower}_SOURCE_DIR}")
endmacro()

# fm_header_library(NAME VERSION TARGET HEADERS URL SHA256): TARGET from find_package(NAME VERSION), else the folder
# HEADERS of the archive. The archive's own build files stay out: they only add tests, options and install rules.
macro(fm_header_library name version target headers url sha256)
  if(FM_SYSTEM_PACKAGES)
    find_package(${name} ${version} QUIET)
  endif()
  if(NOT TARGET ${target})
    fm_fetch(${name} ${url} ${sha256} SOURCE_SUBDIR no-build)
    add_library(fm_${fm_lower} INTERFACE)
    target_include_directories(fm_${fm_lower} SYSTEM INTERFACE ${${fm_lower}_SOURCE_DIR}/${headers})
    add_library(${target} ALIAS fm_${fm_lower})
  endif()
endmacro()

fm_header_library(
  Eigen3 3.4 Eigen3::Eigen . https://gitlab.com/libeigen/eigen/-/archive/3.4.0/eigen-3.4.0.tar.bz2
  b4c198460eba6f28d34894e3a5710998818515104d6e74e5cc331ce31e46e626)
fm_header_library(
  nlohmann_json 3.11 nlohmann_json::nlohmann_json include https://github.com/nlohmann/json/archive/v3.11.2.tar.gz
  d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273)
fm_header_library(
  CLI11 2.1 CLI11::CLI11 include https://github.com/CLIUtils/CLI11/archive/v2.1.2.tar.gz
  26291377e892ba0e5b4972cdfd4a2ab3bf53af8dac1f4ea8fe0d1376b625c8cb)

# Random123 installs no CMake package: its header is what shows that the system has it.
if(FM_SYSTEM_PACKAGES)
  find_path(RANDOM123_INCLUDE Random123/philox.h)
  if(RANDOM123_INCLUDE)
    add_library(fm_system_random123 INTERFACE)
    target_include_directories(fm_system_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE})
    add_library(fm::random123 ALIAS fm_system_random123)
  endif()
endif()
fm_header_library(
  Random123 1.14 fm::random123 include
  https://github.com/DEShawResearch/random123/archive/refs/tags/v1.14.0.tar.gz
  effafd8656b18030b2a5b995cd3650c51a7c45052e6e1c21e48b9fa7a59d926e)

# zlib's build file asks for a CMake older than today's CMake accepts; its sources are one plain static library.
if(FM_SYSTEM_PACKAGES)
  find_package(ZLIB QUIET)
endif()
if(NOT TARGET ZLIB::ZLIB)
  fm_fetch(zlib https://github.com/madler/zlib/releases/download/v1.2.13/zlib-1.2.13.tar.gz
           b3a24de97a8fdbc835b9833169501030b8977031bcb54b3b3ac13740f846ab30 SOURCE_SUBDIR no-build)
  enable_language(C)
  file(GLOB fm_zlib_sources ${zlib_SOURCE_DIR}/*.c)
  add_library(fm_zlib STATIC ${fm_zlib_sources})
  target_compile_definitions(fm_zlib PUBLIC Z_HAVE_UNISTD_H)
  target_include_directories(fm_zlib SYSTEM PUBLIC ${zlib_SOURCE_DIR})
  add_library(ZLIB::ZLIB ALIAS fm_zlib)
endif()

# doctest brings doctest.cmake beside its package file, in its archive under scripts/cmake.
if(BUILD_TESTING)
  fm_header_library(
    doctest 2.4.9 doctest::doctest . https://github.com/doctest/doctest/archive/v2.4.9.tar.gz
    19b2df757f2f3703a5e63cee553d85596875f06d91a3333acd80a969ef210856)
  find_file(DOCTEST_CMAKE doctest.cmake HINTS ${doctest_DIR} ${doctest_SOURCE_DIR}/scripts/cmake NO_DEFAULT_PATH
            REQUIRED)
endif()

if(FM_BENCH)
  if(FM_SYSTEM_PACKAGES)
    find_package(benchmark 1.7 QUIET)
  endif()
  if(NOT TARGET benchmark::benchmark)
    set(BENCHMARK_ENABLE_TESTING OFF)
    set(BENCHMARK_ENABLE_INSTALL OFF)
    fm_fetch(benchmark https://github.com/google/benchmark/archive/refs/tags/v1.7.1.tar.gz
             6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7)
  endif()
endif()
