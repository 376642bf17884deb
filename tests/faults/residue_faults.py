"""Faults of residues: integers not reduced, wrong inverses, comparisons that see too little."""

from tests.faults.fault import Fault, one_edit_each

RESIDUE = "symmetry.numbers.residue.residue"

RESIDUES: list[Fault] = one_edit_each(
    "residues",
    (
        *("METH.7", "a sum that is not reduced", RESIDUE),
        *("Residue(reduced(one.value + other.value)", "Residue(one.value + other.value"),
    ),
    (
        *("METH.7", "0 negated to the prime", RESIDUE),
        *("value=reduced(PRIME - self.value)", "value=PRIME - self.value"),
    ),
    (
        *("METH.7", "an inverse by the wrong power", RESIDUE),
        *("power(self.value, PRIME - 2)", "power(self.value, PRIME - 3)"),
    ),
    (
        *("METH.7", "division by an integer that multiplies", RESIDUE),
        *("return self * pow(other, -1, PRIME)", "return self * other"),
    ),
    (
        *("METH.7", "an integer divided the wrong way round", RESIDUE),
        *("return self.inverse() * other", "return self * other"),
    ),
    (
        *("METH.7", "a difference of residues the wrong way round", RESIDUE),
        *("lambda one, other: -one + other", "lambda one, other: one - other"),
    ),
    (
        *("METH.7", "a matrix product whose halves overlap", RESIDUE),
        *("other.value & 0xFFFF", "other.value & 0x1FFFF"),
    ),
    (
        *("METH.7", "a matrix product whose upper half is not reduced", RESIDUE),
        *("reduced(one.value @ high) * 2**16", "(one.value @ high) * 2**16"),
    ),
    (
        *("METH.7", "a product in halves that are put together wrongly", RESIDUE),
        *("reduced(one.value @ high) * 2**16", "reduced(one.value @ high) * 2**15"),
    ),
    (
        *("METH.7", "negative integers taken modulo 2^64", RESIDUE),
        *(
            "(jnp.asarray(integers).astype(jnp.int64) % PRIME).astype(jnp.uint64)",
            "jnp.asarray(integers).astype(jnp.uint64) % PRIME",
        ),
    ),
    (
        *("METH.7", "a power that skips its last digit", RESIDUE),
        *("for bit in range(exponent.bit_length()):", "for bit in range(exponent.bit_length() - 1):"),
    ),
    (
        *("METH.7", "a sum along the wrong axis", RESIDUE),
        *(
            "reduced(self.value.sum(axis, keepdims=keepdims))",
            ("reduced(self.value.sum(axis and -1 - axis if isinstance(axis, int) else axis, keepdims=keepdims))"),
        ),
    ),
    (
        *("METH.11", "one equal entry is enough", RESIDUE),
        *(
            'holds = ~equal.all() if relation == "differs" else equal.all()',
            'holds = ~equal.all() if relation == "differs" else equal.any()',
        ),
    ),
    (
        *("METH.11", "residues compared to 16 bits", RESIDUE),
        *("equal = left.value == right.value", "equal = left.value & 0xFFFF == right.value & 0xFFFF"),
    ),
    (
        *("METH.11", "a sum of residues that is 0 somewhere", RESIDUE),
        *("(left.sum(-1).value == 0).all()", "(left.sum(-1).value == 0).any()"),
    ),
)
