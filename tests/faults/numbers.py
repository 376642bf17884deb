"""Faults of the number systems: of balls, duals, residues, symbols, and of functions at the points where formulas break."""

from tests.faults.fault import Edit, Fault

BALL, BALL_FUNCTIONS = "symmetry.numbers.ball.ball", "symmetry.numbers.ball.functions"
DUAL, RESIDUE = "symmetry.numbers.dual", "symmetry.numbers.residue.residue"
SYMBOL, SYMBOL_FUNCTIONS = "symmetry.numbers.symbol.symbol", "symmetry.numbers.symbol.functions"
TABLE, ACTIVATION, LOSS = "symmetry.activation.table", "symmetry.activation.activation", "symmetry.loss"
NETWORK, ARRAY = "symmetry.network", "symmetry.array"


def _faults(kind: str, *rows: tuple[str, str, str, str, str]) -> list[Fault]:
    """Faults of one edit each: the theorem that fails, a name, the module, what stands there, and what is put there."""
    return [Fault(name, (Edit(module, old, new),), caught_by, kind) for caught_by, name, module, old, new in rows]


BALLS = _faults(
    "balls",
    (
        *("METH.6", "a matrix product without the product of the radii", BALL),
        *("one.radius @ (right + other.radius)", "one.radius @ right"),
    ),
    (
        *("METH.6", "a product without the product of the radii", BALL),
        *("one.radius * other.magnitude()", "one.radius * size(other.center)"),
    ),
    ("METH.6", "half the rounding of a long sum", BALL, "(ball.radius + rounding)", "(ball.radius + rounding / 2)"),
    ("METH.6", "half the rounding of a matrix product", BALL, "gamma * right)", "gamma / 2 * right)"),
    ("METH.6", "a sum whose length is forgotten", BALL, "terms = ball.center.size // max(center.size, 1)", "terms = 1"),
    ("METH.6", "a matrix product's length forgotten", BALL, "terms = one.shape[-1]", "terms = 1"),
    ("METH.6", "the largest error of a sum for all of them", BALL, "rounding).sum(axis", "rounding).max(axis"),
    ("METH.7", "a negative power that is not inverted", BALL, "else 1 / power", "else power"),
    ("METH.7", "a power with one factor too many", BALL, "abs(exponent) - 1", "abs(exponent)"),
    ("METH.7", "the power 0 taken for 1", BALL, "self if exponent else Ball", "self if True else Ball"),
    ("METH.6", "a subnormal without a radius", BALL, "< tiny, tiny, 0)", "< tiny, 0, 0)"),
    ("METH.7", "a difference the wrong way round", BALL, "operator(lambda one, other: other - one)", "operator(lambda one, other: one - other)"),
    ("METH.7", "a quotient the wrong way round", BALL, "operator(lambda one, other: other / one)", "operator(lambda one, other: one / other)"),
    ("METH.7", "a matrix product the wrong way round", BALL, "operator(lambda one, other: other @ one)", "operator(lambda one, other: one @ other.T)"),
    ("METH.6", "the larger radius of a sum for both", BALL, "one.radius + other.radius + rounding_error", "jnp.maximum(one.radius, other.radius) + rounding_error"),
    ("METH.6", "half the rounding of a sum", BALL, "one.radius + other.radius + rounding_error(center)", "one.radius + other.radius + rounding_error(center) / 2"),
    ("METH.6", "half the rounding of a product", BALL, "spread + rounding_error(center))\n\n\n@jax.jit\ndef _divided", "spread + rounding_error(center) / 2)\n\n\n@jax.jit\ndef _divided"),
    ("METH.6", "a negated radius", BALL, "Ball(-self.center, self.radius)", "Ball(-self.center, -self.radius)"),
    ("METH.6", "the divisor's radius left out", BALL, "one.radius / least + size(center) * (other.radius / least)", "one.radius / least"),
    ("METH.6", "a divisor as small as its center", BALL, "size(other.center) - other.radius", "size(other.center)"),
    ("METH.6", "a divisor that may be 0", BALL, "(least > 0) & ~flushed", "(least != 0) & ~flushed"),
    ("METH.6", "a reciprocal that is flushed", BALL, "(least > 0) & ~flushed", "(least > 0)"),
    ("METH.1", "underflow forgotten", BALL, "+ 4 * (terms + 1) * underflow(center.dtype)", ""),
    ("METH.6", "the rounding of radii forgotten", BALL, "radius * (1 + 2 * (terms + 8) * unit)", "radius"),
    ("METH.6", "a constant that a 16-bit type lacks", BALL, "error = abs(float(center) - other)", "error = 0.0"),
    ("METH.6", "radii of sums that are twice too wide", BALL, "return rounded(center, one.radius + other.radius + rounding", "return rounded(center, 2 * one.radius + 2 * other.radius + rounding"),
    ("METH.6", "radii of quotients that are twice too wide", BALL, "spread = one.radius / least + size", "spread = 2 * one.radius / least + 2 * size"),
    ("METH.6", "one radius for a whole sum", BALL, "(ball.radius + rounding).sum(axis, keepdims=keepdims)", "(ball.radius + rounding).sum()"),
    ("METH.6", "an exponential in first order", BALL_FUNCTIONS, "jnp.expm1(z.radius)", "z.radius"),
    ("METH.6", "a logarithm that is steepest at the center", BALL_FUNCTIONS, "spread = jnp.where(least > 0, z.radius / least, jnp.inf)", "spread = jnp.where(least > 0, z.radius / wide(z.center), jnp.inf)"),
    ("METH.6", "a reciprocal root that is steepest at the center", BALL_FUNCTIONS, "z.radius / least / jnp.sqrt(least) / 2", "z.radius / wide(z.center) / jnp.sqrt(wide(z.center)) / 2"),
    ("METH.6", "both sides of a kink without their radii", BALL_FUNCTIONS, "size(left.center - right.center) + left.radius + right.radius", "size(left.center - right.center)"),
    ("METH.6", "half the jump at a kink", BALL_FUNCTIONS, "facts.jump, 0)", "facts.jump / 2, 0)"),
    ("METH.6", "a kink at the end of a ball", BALL_FUNCTIONS, "~(size(z.center) > z.radius)", "~(size(z.center) >= z.radius)"),
    ("METH.6", "a square as steep as at its center", BALL_FUNCTIONS, "facts.growth * z.magnitude()", "facts.growth * size(z.center)"),
    ("METH.9", "log-sum-exp of balls without the shift", BALL_FUNCTIONS, "shift = Ball.exact(logits.center.max(-1, keepdims=True))", "shift = Ball.exact(0 * logits.center.max(-1, keepdims=True))"),
    ("METH.9", "softmax of balls without the shift", BALL_FUNCTIONS, "logits - Ball.exact(logits.center.max(-1, keepdims=True))", "logits - Ball.exact(0 * logits.center)"),
    ("METH.8", "softmax of balls across the batch", BALL_FUNCTIONS, "exponentials / exponentials.sum(-1, keepdims=True)", "exponentials / exponentials.sum(0, keepdims=True)"),
    ("METH.6", "log-sum-exp of balls that stays shifted", BALL_FUNCTIONS, ".sum(-1, keepdims=True)) + shift", ".sum(-1, keepdims=True))"),
    ("METH.3", "the rounding to 16 bits forgotten", BALL_FUNCTIONS, "error + unit_roundoff(center.dtype) * magnitude + underflow", "error + underflow"),
    ("METH.11", "a comparison with twice the radius", BALL, "bound = left.radius + right.radius", "bound = 2 * (left.radius + right.radius)"),
    ("METH.11", "a comparison with one radius", BALL, "bound = left.radius + right.radius", "bound = left.radius"),
    ("METH.11", "NaN that compares as equal", BALL, "nan=jnp.inf, posinf=jnp.inf", "nan=0.0, posinf=jnp.inf"),
    ("METH.11", "one way round only", BALL, 'if relation == "at most" else jnp.abs(one - other)', 'if relation == "at most" else one - other'),
    ("METH.11", "a difference of which the least counts", BALL, "return Comparison(excess.max(), blind.all())", "return Comparison(excess.min(), blind.all())"),
    ("METH.11", "vacuous only beyond both sides", BALL, "bound >= jnp.maximum(jnp.abs(one), jnp.abs(other))", "bound > 2 * jnp.maximum(jnp.abs(one), jnp.abs(other))"),
    ("METH.11", "terms that cancel within twice the radius", BALL, "_over(jnp.abs(center), total.radius, bounded)", "_over(jnp.abs(center), 2 * total.radius, bounded)"),
)  # fmt: skip

DUALS = _faults(
    "duals",
    ("METH.8", "softmax's tangent across the batch", DUAL, "logits.tangent - (p * logits.tangent).sum(-1, keepdims=True)", "logits.tangent - (p * logits.tangent).sum(0, keepdims=True)"),
    ("METH.8", "softmax's tangent over all entries", DUAL, "logits.tangent - (p * logits.tangent).sum(-1, keepdims=True)", "logits.tangent - (p * logits.tangent).sum()"),
    ("METH.8", "softmax's tangent without the mean", DUAL, "p * (logits.tangent - (p * logits.tangent).sum(-1, keepdims=True))", "p * (1 - p) * logits.tangent"),
    ("METH.8", "log-sum-exp's tangent across the batch", DUAL, "(softmax(logits.primal) * logits.tangent).sum(-1, keepdims=True)", "(softmax(logits.primal) * logits.tangent).sum(0, keepdims=True)"),
    ("METH.7", "a tangent that is not broadcast", DUAL, "self.tangent if primal.shape == self.shape else self.tangent + other * 0", "self.tangent"),
    ("METH.7", "the product rule with one factor", DUAL, "self.primal * other.tangent + self.tangent * other.primal", "self.tangent * other.primal + 0 * other.tangent"),
    ("METH.7", "the product rule of matrices with one factor", DUAL, "self.primal @ other.tangent + self.tangent @ other.primal", "self.tangent @ other.primal"),
    ("METH.7", "a product of tangents added", DUAL, "self.primal * other.tangent + self.tangent * other.primal", "self.primal * other.tangent + self.tangent * other.primal + self.tangent * other.tangent"),
    ("METH.7", "a tangent multiplied on the wrong side", DUAL, "Dual(other @ self.primal, other @ self.tangent)", "Dual(other @ self.primal, self.tangent.T @ other.T)"),
    ("METH.7", "a constant less a dual, its tangent not negated", DUAL, "return -self + other", "return Dual(-self.primal, self.tangent) + other"),
    ("METH.7", "a difference that adds tangents", DUAL, "return self + -other", "return self + (Dual(-other.primal, other.tangent) if isinstance(other, Dual) else -other)"),
    ("METH.7", "a quotient whose tangent is not divided", DUAL, "self.primal / constant, self.tangent / constant", "self.primal / constant, self.tangent"),
    ("METH.7", "a sum of all tangents", DUAL, "self.tangent.sum(axis, keepdims=keepdims)", "self.tangent.sum(0, keepdims=keepdims)"),
    ("METH.7", "axes kept in one part", DUAL, "self.tangent.sum(axis, keepdims=keepdims)", "self.tangent.sum(axis)"),
    ("METH.7", "a tangent that is not negated", DUAL, "Dual(-self.primal, -self.tangent)", "Dual(-self.primal, self.tangent)"),
    ("METH.7", "a tangent without its constant factor", DUAL, "Dual(self.primal * other, self.tangent * other)", "Dual(self.primal * other, self.tangent + other * 0)"),
    ("METH.8", "the value for the slope", DUAL, "derivative(z.primal, activation, order + 1) * z.tangent", "derivative(z.primal, activation, order) * z.tangent"),
    ("METH.8", "the slope for the curvature", DUAL, "derivative(z.primal, activation, order + 1) * z.tangent", "derivative(z.primal, activation, 1) * z.tangent"),
    ("METH.8", "the chain rule forgotten", DUAL, "derivative(z.primal, activation, order + 1) * z.tangent", "derivative(z.primal, activation, order + 1) + 0 * z.tangent"),
    ("METH.8", "the slope of a reciprocal root of another sign", DUAL, "-(root * root * root) / 2", "(root * root * root) / 2"),
    ("METH.8", "the slope of a reciprocal root squared", DUAL, "-(root * root * root) / 2", "-(root * root) / 2"),
    ("METH.8", "derivatives along the wrong entries", DUAL, "derivatives[start : start + math.prod(shape)].reshape(*shape)", "derivatives[start : start + math.prod(shape)][::-1].reshape(*shape)"),
    ("METH.8", "the Hessian's rows for its diagonal", DUAL, "[rate * along for rate, along in zip(rates, direction, strict=True)]", "[rate + 0 * along for rate, along in zip(rates, direction, strict=True)]"),
)  # fmt: skip

AT_A_POINT = _faults(
    "at a point",
    ("METH.9", "the slope of relu at 0 taken from the right", TABLE, "lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))", "lax.select(z >= 0, lax.full_like(z, right), lax.full_like(z, left))"),
    ("METH.9", "half the slope of relu at 0", TABLE, "lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))", "(lax.sign(z) * (right - left) + right + left) / 2"),
    ("METH.9", "the slope of |z| at 0 is 1", TABLE, "(lax.abs, lax.sign, constant(0))", "(lax.abs, sides(-1, 1), constant(0))"),
    ("METH.9", "the kink of a formula", SYMBOL_FUNCTIONS, "{phi.name: _read(phi.formula) for phi in EVERY_FUNCTION}", "{phi.name: _read(phi.formula.replace('z <= 0', 'z < 0')) for phi in EVERY_FUNCTION}"),
    ("METH.9", "the slope of a formula at its kink", SYMBOL_FUNCTIONS, "if order == 1 and name in _SLOPES:", "if order == 2 and name in _SLOPES:"),
    ("METH.6", "the kink of a piecewise ball", BALL_FUNCTIONS, "jnp.where(_may_be_zero(z), gap, jnp.where(on_left", "jnp.where(on_left, left.radius, jnp.where(on_left"),
    ("METH.9", "softplus without the shift", TABLE, "lax.max(z, lax.full_like(z, 0)) + lax.log1p(lax.exp(lax.min(z, -z)))", "lax.log1p(lax.exp(z))"),
    ("METH.3", "softplus shifted by |z|", TABLE, "lax.max(z, lax.full_like(z, 0)) + lax", "lax.abs(z) + lax"),
    ("METH.9", "the curvature of GELU where z^2 overflows", TABLE, "(2 - lax.min(z * z, lax.full_like(z, 10_000)))", "(2 - z * z)"),
    ("METH.9", "SiLU as a quotient that overflows", TABLE, "lambda z: z * lax.logistic(z)", "lambda z: z * lax.exp(z) / (1 + lax.exp(z))"),
    ("METH.9", "the slope of a sigmoid as a quotient that overflows", TABLE, "return lax.logistic(z) * lax.logistic(-z)", "return lax.exp(z) / ((1 + lax.exp(z)) * (1 + lax.exp(z)))"),
    ("METH.3", "the slope of a sigmoid that cancels", TABLE, "return lax.logistic(z) * lax.logistic(-z)", "return lax.logistic(z) * (1 - lax.logistic(z))"),
    ("METH.3", "the slope of tanh that cancels", TABLE, "return 4 * _sigmoid_slope(2 * z)", "return 1 - lax.tanh(z) * lax.tanh(z)"),
    ("METH.9", "log-sum-exp without the shift", LOSS, "shift = logits.max(-1, keepdims=True)", "shift = 0 * logits.max(-1, keepdims=True)"),
    ("METH.9", "log-sum-exp shifted by the largest of the batch", LOSS, "shift = logits.max(-1, keepdims=True)", "shift = logits.max()"),
    ("METH.9", "log-sum-exp shifted by the mean", LOSS, "shift = logits.max(-1, keepdims=True)", "shift = logits.mean(-1, keepdims=True)"),
    ("METH.9", "softmax without the shift", LOSS, "jnp.exp(logits - logits.max(-1, keepdims=True))", "jnp.exp(logits)"),
    ("METH.9", "softmax across the batch", LOSS, "exponentials / exponentials.sum(-1, keepdims=True)", "exponentials / exponentials.sum(0, keepdims=True)"),
    ("METH.9", "cross-entropy by the logarithm of the softmax", LOSS, "value=lambda a, y: (y * (log_sum_exp(a) - a)).sum()", "value=lambda a, y: (-y * jnp.log(softmax(a))).sum() if isinstance(a, jax.Array) else (y * (log_sum_exp(a) - a)).sum()"),
    ("METH.8", "a softmax error that forgets how targets sum", LOSS, "y.sum(-1, keepdims=True) * softmax(a) - y", "softmax(a) - y"),
    ("METH.8", "the mean absolute error over examples", LOSS, "slope(a - y, ABSOLUTE_VALUE) / y.shape[-1]", "slope(a - y, ABSOLUTE_VALUE) / y.shape[0]"),
    ("METH.10", "a relu that leaks where all are dead", TABLE, "lambda z: lax.select(z > 0, z, lax.full_like(z, 0))", "lambda z: lax.select((z > 0) | ~(z > 0).any(), z, lax.full_like(z, 0))"),
    ("METH.9", "a slope of relu that lives where all are dead", TABLE, "lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))", "lax.select((z > 0) | ~(z > 0).any(), lax.full_like(z, right), lax.full_like(z, left))"),
    ("METH.10", "a hidden error that revives a dead layer", NETWORK, "return (next_error @ next_weight.T) * slope(z, activation)", "return (next_error @ next_weight.T) * (slope(z, activation) + (1 - slope(z, activation)) * (slope(z, activation).sum() == 0))"),
    ("METH.3", "16-bit types that compute in 16 bits", ACTIVATION, "jnp.promote_types(z.dtype, jnp.float32)", "z.dtype"),
)  # fmt: skip

RESIDUES = _faults(
    "residues",
    ("METH.7", "a sum that is not reduced", RESIDUE, "Residue(reduced(one.value + other.value)", "Residue(one.value + other.value"),
    ("METH.7", "0 negated to the prime", RESIDUE, "value=reduced(PRIME - self.value)", "value=PRIME - self.value"),
    ("METH.7", "an inverse by the wrong power", RESIDUE, "power(self.value, PRIME - 2)", "power(self.value, PRIME - 3)"),
    ("METH.7", "division by an integer that multiplies", RESIDUE, "return self * pow(other, -1, PRIME)", "return self * other"),
    ("METH.7", "an integer divided the wrong way round", RESIDUE, "return self.inverse() * other", "return self * other"),
    ("METH.7", "a difference the wrong way round", RESIDUE, "lambda one, other: -one + other", "lambda one, other: one - other"),
    ("METH.7", "a matrix product whose halves overlap", RESIDUE, "other.value & 0xFFFF", "other.value & 0x1FFFF"),
    ("METH.7", "a matrix product whose upper half is not reduced", RESIDUE, "reduced(one.value @ high) * 2**16", "(one.value @ high) * 2**16"),
    ("METH.7", "a product in halves that are put together wrongly", RESIDUE, "reduced(one.value @ high) * 2**16", "reduced(one.value @ high) * 2**15"),
    ("METH.7", "negative integers taken modulo 2^64", RESIDUE, "(jnp.asarray(integers).astype(jnp.int64) % PRIME).astype(jnp.uint64)", "jnp.asarray(integers).astype(jnp.uint64) % PRIME"),
    ("METH.7", "a power that skips its last digit", RESIDUE, "for bit in range(exponent.bit_length()):", "for bit in range(exponent.bit_length() - 1):"),
    ("METH.7", "a sum along the wrong axis", RESIDUE, "reduced(self.value.sum(axis, keepdims=keepdims))", "reduced(self.value.sum(axis and -1 - axis if isinstance(axis, int) else axis, keepdims=keepdims))"),
    ("METH.11", "one equal entry is enough", RESIDUE, 'holds = ~equal.all() if relation == "differs" else equal.all()', 'holds = ~equal.all() if relation == "differs" else equal.any()'),
    ("METH.11", "residues compared to 16 bits", RESIDUE, "equal = left.value == right.value", "equal = left.value & 0xFFFF == right.value & 0xFFFF"),
    ("METH.11", "a sum of residues that is 0 somewhere", RESIDUE, "(left.sum(-1).value == 0).all()", "(left.sum(-1).value == 0).any()"),
)  # fmt: skip

SYMBOLS = _faults(
    "symbols",
    ("METH.8", "log-sum-exp of symbols across the batch", SYMBOL_FUNCTIONS, "logits.map(sympy.exp).sum(-1, keepdims=True).map(sympy.log)", "logits.map(sympy.exp).sum(0, keepdims=True).map(sympy.log)"),
    ("METH.8", "softmax of symbols across the batch", SYMBOL_FUNCTIONS, "exponentials / exponentials.sum(-1, keepdims=True)", "exponentials / exponentials.sum(0, keepdims=True)"),
    ("METH.8", "a root for the reciprocal root of symbols", SYMBOL_FUNCTIONS, "lambda entry: 1 / sympy.sqrt(entry)", "lambda entry: sympy.sqrt(entry)"),
    ("METH.3", "the next derivative of symbols", SYMBOL_FUNCTIONS, "return sympy.diff(FORMULAS[name], VARIABLE, order)", "return sympy.diff(FORMULAS[name], VARIABLE, min(order, 1))"),
    ("METH.11", "formulas of which one entry is compared", SYMBOL, "for place in np.ndindex(*leaf.left.shape):\n        left", "for place in [(0,) * leaf.left.ndim]:\n        left"),
)  # fmt: skip

FAULTS = [*BALLS, *DUALS, *AT_A_POINT, *RESIDUES, *SYMBOLS]
"""All of them, with the theorem that fails at 1,000 networks."""

QUICK: list[str] = []
