# Flags of the network kernels: each file is one instruction set, chosen at run time by kernels_in_use.cpp.
# Contraction to fused multiply-adds is wanted here whatever the language standard's default is.
set(avx2_flags -mavx2 -mfma)
set(avx512_flags -mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma)
set(avx512_bf16_flags ${avx512_flags} -mavx512bf16)
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set(avx2_flags)
  set(avx512_flags)
  set(avx512_bf16_flags)
endif()
set_source_files_properties(nn/kernels_portable.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=fast")
set_source_files_properties(nn/kernels_avx2.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=fast;${avx2_flags}")
set_source_files_properties(nn/kernels_avx512.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=fast;${avx512_flags}")
set_source_files_properties(nn/kernels_avx512_bf16.cpp PROPERTIES COMPILE_OPTIONS
                                                                  "-ffp-contract=fast;${avx512_bf16_flags}")
