# Flags of the preconditioner's inner loops, see core/flags.cmake.
fm_exact_loops(model/blended_product)
