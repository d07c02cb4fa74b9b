# Flags of the inner loops of transport, see core/flags.cmake.
foreach(loops scan single_scan soft_scan)
  fm_exact_loops(ot/${loops})
endforeach()
