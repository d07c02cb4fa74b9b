# Where dependencies come from: the system's packages; where it lacks one, the pinned archive of its release, by
# download or from the folder FM_ARCHIVES. Hashes are those of the releases' own archives.
include(FetchContent)

# fm_dependency(NAME VERSION TARGET URL SHA256): makes TARGET available.
function(fm_dependency name version target url sha256)
  if(FM_SYSTEM_PACKAGES)
    find_package(${name} ${version} QUIET)
    if(TARGET ${target})
      return()
    endif()
  endif()
  if(FM_ARCHIVES)
    get_filename_component(archive ${url} NAME)
    set(url ${FM_ARCHIVES}/${name}-${archive})
  endif()
  message(STATUS "${name}: not on the system, from ${url}")
  FetchContent_Declare(${name} URL ${url} URL_HASH SHA256=${sha256} DOWNLOAD_EXTRACT_TIMESTAMP ON SYSTEM)
  FetchContent_MakeAvailable(${name})
endfunction()

find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_path(RANDOM123_INCLUDE Random123/philox.h REQUIRED)
add_library(fm_random123 INTERFACE)
target_include_directories(fm_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE})
add_library(fm::random123 ALIAS fm_random123)
