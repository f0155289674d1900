# The library as others get it: all layers as one library `segue` (static, or shared with
# -DBUILD_SHARED_LIBS=ON), the public headers, a CMake package and a pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(segue_objects)
foreach(layer core model parse dialect database catalog plan journal execute report api)
  list(APPEND segue_objects $<TARGET_OBJECTS:segue_${layer}>)
endforeach()
add_library(segue ${segue_objects})
add_library(segue::segue ALIAS segue)
set_target_properties(segue PROPERTIES LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_compile_features(segue PUBLIC cxx_std_20)
target_include_directories(segue PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(segue PRIVATE fmt::fmt yaml-cpp pg_query OpenSSL::Crypto SQLite::SQLite3
  PkgConfig::PQXX PkgConfig::PQ Threads::Threads)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/segue)
install(TARGETS segue EXPORT segue)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/segue DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT segue NAMESPACE segue:: FILE segueTargets.cmake DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/segueConfig.cmake.in segueConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(segueConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/segueConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/segueConfigVersion.cmake DESTINATION ${package_dir})
# Not as .private: `--static` would also ask for static libraries of what segue is made of.
if(NOT BUILD_SHARED_LIBS)
  set(SEGUE_PC_REQUIRES "libpqxx libpq sqlite3 fmt yaml-cpp libcrypto")
  set(SEGUE_PC_LIBS "-lpg_query -pthread")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/segue.pc.in segue.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/segue.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(TARGET migrate)
  install(TARGETS migrate)
endif()
