# The library for other projects: find_package(flowmatch), or pkg-config flowmatch. All floors but cli, which is the
# programs' own.
include(CMakePackageConfigHelpers)
set(floors plot metrics model ode flow nn ot data io core)  # who uses whom stands before it, for the linker
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/flowmatch)

list(TRANSFORM floors PREPEND fm_ OUTPUT_VARIABLE floor_targets)
install(TARGETS ${floor_targets} EXPORT flowmatch ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT flowmatch NAMESPACE flowmatch:: FILE flowmatch-targets.cmake DESTINATION ${package_folder}
        COMPONENT development)
foreach(floor ${floors})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/${floor} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/flowmatch
          COMPONENT development FILES_MATCHING PATTERN *.h)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/lib/core/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/flowmatch/core
        COMPONENT development)

configure_package_config_file(flowmatch-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/flowmatch-config.cmake
                              INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/flowmatch-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/flowmatch-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/flowmatch-config-version.cmake
        DESTINATION ${package_folder} COMPONENT development)

list(TRANSFORM floors PREPEND -lflowmatch_ OUTPUT_VARIABLE floor_flags)
list(JOIN floor_flags " " floor_flags)
file(RELATIVE_PATH up_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(flowmatch.pc.in flowmatch.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/flowmatch.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)
