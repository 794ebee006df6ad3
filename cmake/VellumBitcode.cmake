# LLVM bitcode that becomes part of a library, and of the programs it compiles.

enable_language(ASM)

# Bitcode must be no newer than the LLVM that reads it, so its compiler is
# chosen apart from the project's.
if(NOT VELLUM_DEVICE_CLANG)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND
     CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 22 AND
     CMAKE_CXX_COMPILER_VERSION VERSION_LESS 23)
    set(VELLUM_DEVICE_CLANG_DEFAULT ${CMAKE_CXX_COMPILER})
  else()
    find_program(VELLUM_DEVICE_CLANG_DEFAULT clang++-22 clang++
      HINTS /usr/lib/llvm-22/bin REQUIRED)
  endif()
  set(VELLUM_DEVICE_CLANG ${VELLUM_DEVICE_CLANG_DEFAULT} CACHE FILEPATH
    "clang++ of LLVM 22, for bitcode")
endif()

# Code without C++'s runtime library, which any program may link.
set(VELLUM_BITCODE_OPTIONS -std=c++17 -O2 -Wall -Wextra -Werror -fno-exceptions
  -fno-rtti -fno-stack-protector -fno-asynchronous-unwind-tables -fPIC)

# Compiles one source file to the bitcode file `output`.
function(vellum_add_bitcode output source)
  get_filename_component(name ${output} NAME)
  add_custom_command(OUTPUT ${output}
    COMMAND ${VELLUM_DEVICE_CLANG} ${VELLUM_BITCODE_OPTIONS} ${ARGN}
      -I${PROJECT_SOURCE_DIR} -MD -MF ${output}.d -MT ${output}
      -emit-llvm -c ${source} -o ${output}
    DEPENDS ${source}
    DEPFILE ${output}.d
    COMMENT "Building bitcode ${name}" VERBATIM)
endfunction()

# Compiles a bitcode file to the object file `output`.
function(vellum_compile_bitcode output bitcode)
  get_filename_component(name ${output} NAME)
  add_custom_command(OUTPUT ${output}
    COMMAND ${VELLUM_DEVICE_CLANG} -O2 -fPIC -c ${bitcode} -o ${output}
    DEPENDS ${bitcode}
    COMMENT "Building object ${name}" VERBATIM)
  set_source_files_properties(${output} PROPERTIES EXTERNAL_OBJECT ON)
endfunction()

# Writes an assembly file that gives a library the bytes of files: `symbol` and
# `symbol_end` for each pair SYMBOL FILE.
function(vellum_embed assembly)
  set(text "")
  set(files "")
  while(ARGN)
    list(POP_FRONT ARGN symbol file)
    list(APPEND files ${file})
    string(APPEND text
      ".section .rodata\n.balign 16\n.globl ${symbol}\n${symbol}:\n"
      ".incbin \"${file}\"\n.globl ${symbol}_end\n${symbol}_end:\n.byte 0\n")
  endwhile()
  string(APPEND text ".section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${assembly} CONTENT "${text}" @ONLY)
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS "${files}")
endfunction()
