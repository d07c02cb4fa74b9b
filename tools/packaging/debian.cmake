# Debian packages by CPack, in the build folder: `cpack -G DEB`. flowmatch has the programs, libflowmatch-dev the
# library. They carry no licence: that is the owner's to choose (copyright).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME flowmatch)
set(CPACK_PACKAGE_VENDOR flowmatch)
set(CPACK_PACKAGE_CONTACT "maintainers of flowmatch <maintainers@flowmatch.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/debian_folders.cmake)

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME flowmatch)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS gnuplot-nox)
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION
    "Programs that learn a point cloud from a CSV file by flow matching, draw new points,\ntransport given ones, and \
judge, plot and compare clouds, on pipes.\nThe licence is the owner's to choose: this package carries none.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libflowmatch-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libeigen3-dev (>= 3.4), nlohmann-json3-dev (>= 3.11), zlib1g-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "The C++20 library under the programs of flowmatch, for find_package(flowmatch) and pkg-config.\nThe licence is \
the owner's to choose: this package carries none.")
include(CPack)
