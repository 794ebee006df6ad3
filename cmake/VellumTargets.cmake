# How every target of the project is compiled and linked.

# Flags shared by all of our own C++. Code that TableGen writes leaves parameters
# unused, and a flag that comes before -Wextra would be overruled by it.
add_library(vellum_options INTERFACE)
target_include_directories(vellum_options INTERFACE
  ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_compile_options(vellum_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wno-unused-parameter -Werror -fno-exceptions>
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Werror>)
if(VELLUM_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-sanitize=vptr -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# What including and linking MLIR takes. Everything comes from the two shared
# libraries: mixing them with static MLIR libraries would double each TypeID.
add_library(vellum_mlir INTERFACE)
target_link_libraries(vellum_mlir INTERFACE vellum_options MLIR LLVM)
target_include_directories(vellum_mlir SYSTEM INTERFACE
  ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
separate_arguments(definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(vellum_mlir INTERFACE ${definitions})
# The LLVM packages' libraries are not on the loader's default path.
set(CMAKE_BUILD_RPATH ${LLVM_LIBRARY_DIRS})
set(CMAKE_INSTALL_RPATH ${LLVM_LIBRARY_DIRS})

# MLIR's headers take seconds to parse: they are compiled once, here, and every
# library reuses the result. Without timestamps in it, ccache may restore it.
add_library(vellum_pch STATIC ${PROJECT_SOURCE_DIR}/cmake/Precompiled.cpp)
target_link_libraries(vellum_pch PUBLIC vellum_mlir)
target_compile_options(vellum_mlir INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>)
target_precompile_headers(vellum_pch PRIVATE <cmake/Precompiled.h>)

# A library of compiler code: all .cpp files of the folder.
function(vellum_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC vellum_mlir ${ARG_LINK})
  target_precompile_headers(${name} REUSE_FROM vellum_pch)
  add_dependencies(${name} vellum_pch ${ARG_DEPENDS})
endfunction()
