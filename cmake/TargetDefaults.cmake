# SPDX-License-Identifier: GPL-3.0-or-later
# latentscape_target(<target>): the language level, warnings and sanitizers that every target of the project shares.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# A file that includes Torch costs more than 1 GB to compile: no more than two at once, whatever ninja's job count.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS torch_pool=2)

function(latentscape_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  if(LATENTSCAPE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(LATENTSCAPE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${LATENTSCAPE_SANITIZE} -fno-omit-frame-pointer -g)
    target_link_options(${target} PUBLIC -fsanitize=${LATENTSCAPE_SANITIZE})
  endif()
endfunction()
