"""The primitives that work entry by entry: a list of those that do, since a primitive that is not listed freezes."""

from symmetry.discovery.rules.equation import Rule, elementwise, same

NAMES = """
abs acos acosh add add_any and asin asinh atan atan2 atanh bessel_i0e bessel_i1e cbrt ceil clamp clz complex conj
convert_element_type copy copy_p cos cosh digamma div eq erf erf_inv erfc exp exp2 expm1 floor ge gt igamma igamma_grad_a
igammac imag integer_pow is_finite le lgamma log log1p logistic lt max min mul mulhi ne neg nextafter not or polygamma
population_count pow real reduce_precision regularized_incomplete_beta rem round rsqrt select_n shift_left
shift_right_arithmetic shift_right_logical sign sin sinh sqrt square stop_gradient sub tan tanh threefry2x32 xor zeta
random_clone random_fold_in random_seed
"""

ELEMENTWISE: dict[str, Rule] = dict.fromkeys(NAMES.split(), elementwise)

MOVED = "optimization_barrier device_put sharding_constraint layout_constraint name pvary reduced_vary_cast_p"

SAME: dict[str, Rule] = dict.fromkeys(MOVED.split(), same)
