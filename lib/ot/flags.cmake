# Flags of the inner loops of transport: each file is one instruction set, chosen at run time by scan.cpp and
# soft_scan.cpp. No contraction to fused multiply-adds: all instruction sets compute the same numbers to the
# bit.
set(scan_avx2_flags -mavx2)
set(scan_avx512_flags -mavx512f -mprefer-vector-width=512)
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set(scan_avx2_flags)
  set(scan_avx512_flags)
endif()
foreach(loops scan soft_scan)
  set_source_files_properties(ot/${loops}_portable.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=off")
  set_source_files_properties(ot/${loops}_avx2.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=off;${scan_avx2_flags}")
  set_source_files_properties(ot/${loops}_avx512.cpp PROPERTIES COMPILE_OPTIONS "-ffp-contract=off;${scan_avx512_flags}")
endforeach()
