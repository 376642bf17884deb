"""Faults of balls: radii too small or too wide, operations the wrong way round, comparisons that see too little."""

from tests.faults.fault import Fault, one_edit_each

BALL = "symmetry.numbers.ball.ball"
BALL_FUNCTIONS = "symmetry.numbers.ball.functions"
TABLE = "symmetry.activation.table"

BALLS: list[Fault] = one_edit_each(
    "balls",
    (
        *("METH.6", "a matrix product without the product of the radii", BALL),
        *("one.radius @ (right + other.radius)", "one.radius @ right"),
    ),
    (
        *("METH.6", "a product without the product of the radii", BALL),
        *("one.radius * other.magnitude()", "one.radius * size(other.center)"),
    ),
    (
        *("METH.6", "half the rounding of a long sum", BALL),
        *("(ball.radius + rounding)", "(ball.radius + rounding / 2)"),
    ),
    (
        *("METH.6", "half the rounding of a matrix product", BALL),
        *("gamma * right)", "gamma / 2 * right)"),
    ),
    (
        *("METH.6", "a sum whose length is forgotten", BALL),
        *("terms = ball.center.size // max(center.size, 1)", "terms = 1"),
    ),
    (
        *("METH.6", "a matrix product's length forgotten", BALL),
        *("terms = one.shape[-1]", "terms = 1"),
    ),
    (
        *("METH.6", "the largest error of a sum for all of them", BALL),
        *("rounding).sum(axis", "rounding).max(axis"),
    ),
    (
        *("METH.7", "a negative power that is not inverted", BALL),
        *("else 1 / power", "else power"),
    ),
    (
        *("METH.7", "a power with one factor too many", BALL),
        *("abs(exponent) - 1", "abs(exponent)"),
    ),
    (
        *("METH.7", "the power 0 taken for 1", BALL),
        *("self if exponent else Ball", "self if True else Ball"),
    ),
    (
        *("METH.6", "a subnormal without a radius", BALL),
        *("< tiny, tiny, 0)", "< tiny, 0, 0)"),
    ),
    (
        *("METH.7", "a difference the wrong way round", BALL),
        *("operator(lambda one, other: other - one)", "operator(lambda one, other: one - other)"),
    ),
    (
        *("METH.7", "a quotient the wrong way round", BALL),
        *("operator(lambda one, other: other / one)", "operator(lambda one, other: one / other)"),
    ),
    (
        *("METH.7", "a matrix product the wrong way round", BALL),
        *("operator(lambda one, other: other @ one)", "operator(lambda one, other: one @ other.T)"),
    ),
    (
        *("METH.6", "the larger radius of a sum for both", BALL),
        *("one.radius + other.radius + rounding_error", "jnp.maximum(one.radius, other.radius) + rounding_error"),
    ),
    (
        *("METH.6", "half the rounding of a sum", BALL),
        *(
            "one.radius + other.radius + rounding_error(center)",
            "one.radius + other.radius + rounding_error(center) / 2",
        ),
    ),
    (
        *("METH.6", "half the rounding of a product", BALL),
        *(
            "spread + rounding_error(center))\n\n\n@jax.jit\ndef _divided",
            "spread + rounding_error(center) / 2)\n\n\n@jax.jit\ndef _divided",
        ),
    ),
    (
        *("METH.6", "a negated radius", BALL),
        *("Ball(-self.center, self.radius)", "Ball(-self.center, -self.radius)"),
    ),
    (
        *("METH.6", "the divisor's radius left out", BALL),
        *("one.radius / least + size(center) * (other.radius / least)", "one.radius / least"),
    ),
    (
        *("METH.6", "a divisor as small as its center", BALL),
        *("size(other.center) - other.radius", "size(other.center)"),
    ),
    (
        *("METH.6", "a divisor that may be 0", BALL),
        *("(least > 0) & ~flushed", "(least != 0) & ~flushed"),
    ),
    (
        *("METH.6", "a reciprocal that is flushed", BALL),
        *("(least > 0) & ~flushed", "(least > 0)"),
    ),
    (
        *("METH.1", "underflow forgotten", BALL),
        *("+ 4 * (terms + 1) * underflow(center.dtype)", ""),
    ),
    (
        *("METH.6", "the rounding of radii forgotten", BALL),
        *("radius * (1 + 2 * (terms + 8) * unit)", "radius"),
    ),
    (
        *("METH.6", "a constant that a 16-bit type lacks", BALL),
        *("error = abs(float(center) - other)", "error = 0.0"),
    ),
    (
        *("METH.6", "radii of sums that are twice too wide", BALL),
        *(
            "return rounded(center, one.radius + other.radius + rounding",
            "return rounded(center, 2 * one.radius + 2 * other.radius + rounding",
        ),
    ),
    (
        *("METH.6", "radii of quotients that are twice too wide", BALL),
        *("spread = one.radius / least + size", "spread = 2 * one.radius / least + 2 * size"),
    ),
    (
        *("METH.6", "one radius for a whole sum", BALL),
        *("(ball.radius + rounding).sum(axis, keepdims=keepdims)", "(ball.radius + rounding).sum()"),
    ),
    (
        *("METH.6", "an exponential in first order", BALL_FUNCTIONS),
        *("jnp.expm1(z.radius)", "z.radius"),
    ),
    (
        *("METH.6", "a logarithm that is steepest at the center", BALL_FUNCTIONS),
        *(
            "spread = jnp.where(least > 0, z.radius / least, jnp.inf)",
            "spread = jnp.where(least > 0, z.radius / wide(z.center), jnp.inf)",
        ),
    ),
    (
        *("METH.6", "a reciprocal root that is steepest at the center", BALL_FUNCTIONS),
        *("z.radius / least / jnp.sqrt(least) / 2", "z.radius / wide(z.center) / jnp.sqrt(wide(z.center)) / 2"),
    ),
    (
        *("METH.6", "both sides of a kink without their radii", BALL_FUNCTIONS),
        *("size(left.center - right.center) + left.radius + right.radius", "size(left.center - right.center)"),
    ),
    (
        *("METH.6", "half the jump at a kink", BALL_FUNCTIONS),
        *("facts.jump, 0)", "facts.jump / 2, 0)"),
    ),
    (
        *("METH.6", "a kink at the end of a ball", BALL_FUNCTIONS),
        *("~(size(z.center) > z.radius)", "~(size(z.center) >= z.radius)"),
    ),
    (
        *("METH.6", "a square as steep as at its center", BALL_FUNCTIONS),
        *("facts.growth * z.magnitude()", "facts.growth * size(z.center)"),
    ),
    (
        *("METH.9", "log-sum-exp of balls without the shift", BALL_FUNCTIONS),
        *(
            "shift = Ball.exact(logits.center.max(-1, keepdims=True))",
            "shift = Ball.exact(0 * logits.center.max(-1, keepdims=True))",
        ),
    ),
    (
        *("METH.9", "softmax of balls without the shift", BALL_FUNCTIONS),
        *("logits - Ball.exact(logits.center.max(-1, keepdims=True))", "logits - Ball.exact(0 * logits.center)"),
    ),
    (
        *("METH.8", "softmax of balls across the batch", BALL_FUNCTIONS),
        *("exponentials / exponentials.sum(-1, keepdims=True)", "exponentials / exponentials.sum(0, keepdims=True)"),
    ),
    (
        *("METH.6", "log-sum-exp of balls that stays shifted", BALL_FUNCTIONS),
        *(".sum(-1, keepdims=True)) + shift", ".sum(-1, keepdims=True))"),
    ),
    (
        *("METH.3", "the rounding to 16 bits forgotten", BALL_FUNCTIONS),
        *("error + unit_roundoff(center.dtype) * magnitude + underflow", "error + underflow"),
    ),
    (
        *("METH.11", "a comparison with twice the radius", BALL),
        *("bound = left.radius + right.radius", "bound = 2 * (left.radius + right.radius)"),
    ),
    (
        *("METH.11", "a comparison with one radius", BALL),
        *("bound = left.radius + right.radius", "bound = left.radius"),
    ),
    (
        *("METH.11", "NaN that compares as equal", BALL),
        *("nan=jnp.inf, posinf=jnp.inf", "nan=0.0, posinf=jnp.inf"),
    ),
    (
        *("METH.11", "one way round only", BALL),
        *('if relation == "at most" else jnp.abs(one - other)', 'if relation == "at most" else one - other'),
    ),
    (
        *("METH.11", "a difference of which the least counts", BALL),
        *("return Comparison(excess.max(), blind.all())", "return Comparison(excess.min(), blind.all())"),
    ),
    (
        *("METH.11", "vacuous only beyond both sides", BALL),
        *(
            "bound >= jnp.maximum(jnp.abs(one), jnp.abs(other))",
            "bound > 2 * jnp.maximum(jnp.abs(one), jnp.abs(other))",
        ),
    ),
    (
        *("METH.11", "terms that cancel within twice the radius", BALL),
        *("_over(jnp.abs(center), total.radius, bounded)", "_over(jnp.abs(center), 2 * total.radius, bounded)"),
    ),
    (
        *("METH.6", "a sigmoid that is said to be less steep", TABLE),
        *(
            "(Facts(0.25, relative=6), Facts(0.0963, relative=8), Facts(0.125",
            "(Facts(0.24, relative=6), Facts(0.0963), Facts(0.125",
        ),
    ),
    (
        *("METH.6", "an error function that is said to be less steep", TABLE),
        *("(Facts(1.13, relative=12)", "(Facts(1, relative=12)"),
    ),
    (
        *("METH.6", "a sine that is said to be steeper than it is", TABLE),
        *("(Facts(1, relative=3), Facts(1, relative=3),", "(Facts(2, relative=3), Facts(1, relative=3),"),
    ),
)
