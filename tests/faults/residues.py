"""Faults of residues: numbers that are not random, oracles that break a promise, chances that are understated."""

from tests.faults.fault import Edit, Fault

ORACLE = "symmetry.numbers.residue.oracle"
ACCOUNT = "symmetry.numbers.residue.account"
CHANCE = "symmetry.numbers.residue.chance"
RESIDUE = "symmetry.numbers.residue.residue"
SOURCE = "symmetry.numbers.residue.source"
IDENTITY = "symmetry.engine.identity"


def _fault(name: str, module: str, old: str, new: str, caught_by: str) -> Fault:
    return Fault(name, (Edit(module, old, new),), caught_by, "residues")


SHAPE_PRIME = "self.floats.integers(name, shape, PRIME)"
EXAMPLES = "return mix_rows(mix_rows(key, outputs.value), targets.value)"
PAIRS = "jnp.minimum(units[:, None], units) + jnp.maximum(units[:, None], units)"
AT_ZERO = "jnp.where(z.value == 0, 0, jnp.where(half.value == z.value, 1, -1))"
WITHIN = "return math.comb(self.count, 2) * apart * (2 if self.mirrored else 1)"

DIVIDED = "        note_zeros(self.value.size, self.degree)\n"

FAULTS: tuple[Fault, ...] = (
    _fault("numbers from three values", SOURCE, SHAPE_PRIME, "self.floats.integers(name, shape, 3)", "METH.17"),
    _fault("numbers below 2^30", SOURCE, SHAPE_PRIME, "self.floats.integers(name, shape, PRIME // 2)", "METH.17"),
    _fault("even numbers only", SOURCE, SHAPE_PRIME, f"({SHAPE_PRIME} // 2 * 2)", "METH.17"),
    _fault("one point 24 times", SOURCE, SHAPE_PRIME, f"{SHAPE_PRIME}[:1].repeat(self.count, 0)", "METH.13"),
    _fault("every other point twice", SOURCE, SHAPE_PRIME, f"{SHAPE_PRIME}[::2].repeat(2, 0)[: self.count]", "METH.13"),
    _fault("one point in the place of 24", IDENTITY, "source((seed,), POINTS)", "source((seed,), 1)", "METH.13"),
    _fault(
        "the first point compared only",
        IDENTITY,
        "outcomes[None].excess > 1)",
        "outcomes[None].excess[:1] > 1)",
        "METH.13",
    ),
    _fault("points of one seed", IDENTITY, "source((seed,), POINTS)", "source((0,), POINTS)", "METH.13"),
    _fault(
        "a hash of 32 bits",
        ORACLE,
        "    return mixed\n\n\n@jax.jit\ndef mix_rows",
        "    return mixed & 0xFFFFFFFF\n\n\n@jax.jit\ndef mix_rows",
        "METH.17",
    ),
    _fault("a hash of one round", ORACLE, "for _ in range(2):", "for _ in range(0):", "METH.17"),
    _fault(
        "a hash that forgets its key",
        ORACLE,
        "jnp.asarray(seed, jnp.uint64) * np.uint64(0xD1342543DE82EF95) + ",
        "",
        "METH.17",
    ),
    _fault(
        "a row without its first number",
        ORACLE,
        "for column in range(rows.shape[-1]):",
        "for column in range(1, rows.shape[-1]):",
        "METH.15",
    ),
    _fault(
        "a row without its last number",
        ORACLE,
        "for column in range(rows.shape[-1]):",
        "for column in range(rows.shape[-1] - 1):",
        "METH.16",
    ),
    _fault("a loss without the targets", ORACLE, EXAMPLES, "return mix_rows(key, outputs.value)", "METH.15"),
    _fault("a loss without the outputs", ORACLE, EXAMPLES, "return mix_rows(key, targets.value)", "METH.15"),
    _fault(
        "a loss of outputs less targets", ORACLE, EXAMPLES, "return mix_rows(key, (outputs - targets).value)", "METH.15"
    ),
    _fault(
        "a loss without its key",
        ORACLE,
        EXAMPLES,
        "return mix_rows(mix_rows(np.uint64(1), outputs.value), targets.value)",
        "METH.15",
    ),
    _fault(
        "equal errors of all outputs",
        ORACLE,
        "jnp.arange(outputs.shape[-1], dtype=jnp.uint64) + 1",
        "jnp.ones(outputs.shape[-1], jnp.uint64)",
        "METH.15",
    ),
    _fault(
        "an error that is the value",
        ORACLE,
        "jnp.arange(outputs.shape[-1], dtype=jnp.uint64) + 1",
        "jnp.arange(outputs.shape[-1], dtype=jnp.uint64)",
        "METH.15",
    ),
    _fault("a Hessian that is not symmetric", ORACLE, PAIRS, "units[:, None] + units * 2", "METH.15"),
    _fault("a Hessian of sums of indices", ORACLE, f"count * {PAIRS}", "units[:, None] + units", "METH.15"),
    _fault("an odd oracle not 0 at 0", ORACLE, AT_ZERO, "jnp.where(half.value == z.value, 1, -1)", "METH.14"),
    _fault("an odd oracle that is even", ORACLE, AT_ZERO, "jnp.where(z.value == 0, 0, 1)", "METH.14"),
    _fault(
        "an odd slope",
        ORACLE,
        "    if order % 2:\n        return outcome\n",
        "    if order == 2:\n        return outcome\n",
        "METH.14",
    ),
    _fault(
        "a sigmoid around 0", ORACLE, "outcome + Residue.of(1) / 2 if order == 0", "outcome if order == 0", "METH.14"
    ),
    _fault(
        "a slope that sums to 1",
        ORACLE,
        "outcome + Residue.of(1) / 2 if order == 0 else outcome",
        "outcome + Residue.of(1) / 2",
        "METH.14",
    ),
    _fault(
        "not 0 at 0",
        ORACLE,
        "_any(key, z, order) - hashed(mix(order, key), 0) if order == 0 else _any(key, z, order)",
        "_any(key, z, order)",
        "METH.14",
    ),
    _fault("one slope of two", ORACLE, "square.astype(jnp.uint64)", "square.astype(jnp.uint64) * 0", "METH.14"),
    _fault(
        "the sign by cubes",
        ORACLE,
        "power(z.value, (PRIME - 1) // 2) <= 1",
        "power(z.value, (PRIME - 1) // 3) <= 1",
        "METH.14",
    ),
    _fault(
        "orders under one key",
        ORACLE,
        "return hashed(mix(order, key), z.value)",
        "return hashed(mix(0, key), z.value)",
        "METH.14",
    ),
    _fault("softmax of logits", ORACLE, "differences = logits - logits[:, :1]", "differences = logits", "METH.16"),
    _fault(
        "log-sum-exp that stays",
        ORACLE,
        '"value")[:, None], 0) + logits[:, :1]',
        '"value")[:, None], 0) + logits[:, :1] * 0',
        "METH.16",
    ),
    _fault("degrees after the last oracle", ACCOUNT, WITHIN, "return math.comb(self.count, 2)", "METH.12"),
    _fault(
        "collisions between calls forgotten",
        ACCOUNT,
        "return sum(within) + sum(one.collisions_with(other) for one, other in pairs)",
        "return sum(within)",
        "METH.12",
    ),
    _fault("mirrored pairs counted once", ACCOUNT, "(2 if self.mirrored or other.mirrored else 1)", "1", "METH.12"),
    _fault(
        "arguments' denominators forgotten",
        ACCOUNT,
        "return max(one.degree + other.denominator, other.degree + one.denominator)",
        "return max(one.degree, other.degree)",
        "METH.12",
    ),
    _fault(
        "the larger total degree",
        CHANCE,
        "cross_degree(left, right), 1)",
        "max(left.degree, right.degree), 1)",
        "METH.12",
    ),
    _fault("divisors that may vanish", ACCOUNT, "account.zeros += count * degree", "account.zeros += 0", "METH.12"),
    _fault(
        "queries of one degree",
        ACCOUNT,
        "degree = max((part.degree for part in parts), default=0)",
        "degree = 1",
        "METH.12",
    ),
    _fault("0 of odd oracles forgotten", ORACLE, "(mirrored and order % 2 == 0)", "False", "METH.12"),
    _fault("0 asked by nobody", ORACLE, 'if self.family == "through_zero" and order == 0:', "if False:", "METH.12"),
    _fault(
        "products of degree 1",
        RESIDUE,
        "return one.degree + other.degree, one.denominator",
        "return 1, one.denominator",
        "METH.12",
    ),
    _fault(
        "inverses of degree 0",
        RESIDUE,
        "PRIME - 2), self.denominator, self.degree,",
        "PRIME - 2), self.denominator, 0,",
        "METH.12",
    ),
    _fault(
        "a loss that nobody asks",
        ORACLE,
        '    note_queries(("loss", what), examples, outputs, targets)\n',
        "",
        "METH.12",
    ),
    _fault("divisors of which nobody knows", RESIDUE, DIVIDED, "", "METH.12"),
    _fault(
        "denominators that are not added",
        RESIDUE,
        "denominator, common = one.denominator + other.denominator, one",
        "denominator, common = one.denominator, one",
        "METH.12",
    ),
    _fault(
        "total in the place of cross degrees",
        CHANCE,
        "cross_degree(left, right), 1)",
        "left.degree + left.denominator, 1)",
        "METH.12",
    ),
)
"""Each is one line, and the theorem named must fail."""

QUICK = ("an odd oracle not 0 at 0",)
"""Names of faults that every run plants; the slow run plants all."""
