# fm_exact_loops(NAME): NAME_portable.cpp, NAME_avx2.cpp and NAME_avx512.cpp are the same inner loops for one
# instruction set each, chosen at run time (core/instruction_set.h). No contraction to fused multiply-adds: all
# of them compute the same numbers to the bit.
set(exact_avx2_flags -mavx2)
set(exact_avx512_flags -mavx512f -mprefer-vector-width=512)
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set(exact_avx2_flags)
  set(exact_avx512_flags)
endif()
function(fm_exact_loops name)
  set_source_files_properties(${name}_portable.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=off")
  set_source_files_properties(${name}_avx2.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=off;${exact_avx2_flags}")
  set_source_files_properties(${name}_avx512.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=off;${exact_avx512_flags}")
endfunction()
fm_exact_loops(core/box_muller)
