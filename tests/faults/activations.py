"""Faults of each activation: its value, its slope, its curvature."""

from tests.faults.fault import Fault
from tests.faults.one_line import Place

TABLE = Place("activation", "symmetry.activation.table", "METH.3")

RELU = "(lambda z: lax.select(z > 0, z, lax.full_like(z, 0)), sides(0, 1), constant(0))"
LEAKY = "(lambda z: lax.select(z > 0, z, LEAK * z), sides(LEAK, 1), constant(0))"
SIGMOID_SLOPE = "return lax.logistic(z) * lax.logistic(-z)"
SIGMOID_CURVATURE = "return _sigmoid_slope(z) * (lax.logistic(-z) - lax.logistic(z))"
TANH_SLOPE = "return 4 * _sigmoid_slope(2 * z)"
SOFTPLUS = "return lax.max(z, lax.full_like(z, 0)) + lax.log1p(lax.exp(lax.min(z, -z)))"
TANH = "(lax.tanh, _tanh_slope, lambda z: -2 * lax.tanh(z) * _tanh_slope(z))"
SIGMOID = "(lax.logistic, _sigmoid_slope, _sigmoid_curvature)"
SILU = "lambda z: z * lax.logistic(z)"
SILU_SLOPE = "lambda z: lax.logistic(z) + z * _sigmoid_slope(z)"
SILU_CURVATURE = "lambda z: 2 * _sigmoid_slope(z) + z * _sigmoid_curvature(z)"
GELU = "lambda z: z * _normal_distribution(z)"
GELU_SLOPE = "lambda z: _normal_distribution(z) + z * _normal_density(z)"
SINE = "(lax.sin, lax.cos, lambda z: -lax.sin(z))"
SQUARE = "(lambda z: z * z, lambda z: 2 * z, constant(2))"
IDENTITY = '"z", (lambda z: z, constant(1), constant(0))'


def _rare(function: str) -> str:
    """The function, wrong by a tenth in an interval that one network in thousands meets."""
    return f"(lambda z: lax.select((z > 2.531) & (z < 2.5315), 1.1 * {function}(z), {function}(z)))"


SIZED: list[Fault] = [
    *TABLE.of_sizes("tanh too large", TANH, TANH.replace("lax.tanh,", "lambda z: lax.tanh(z) * (1 + 1 / {n}),", 1)),
    *TABLE.of_sizes("the slope of tanh too large", TANH_SLOPE, f"{TANH_SLOPE} * (1 + 1 / {{n}})"),
    *TABLE.of_sizes("the slope of sigmoid too large", SIGMOID_SLOPE, f"{SIGMOID_SLOPE} * (1 + 1 / {{n}})"),
    *TABLE.of_sizes("softplus too large", SOFTPLUS, f"return ({SOFTPLUS.removeprefix('return ')}) * (1 + 1 / {{n}})"),
    *TABLE.of_sizes("silu too large", SILU, f"{SILU} * (1 + 1 / {{n}})"),
    *TABLE.of_sizes("gelu too large", GELU, f"{GELU} * (1 + 1 / {{n}})"),
]
"""Faults of sizes."""

REPORTED: list[Fault] = [
    TABLE.fault(
        "the slope of sigmoid at the activation",
        SIGMOID_SLOPE,
        "return z * (1 - z)",
        source="`def sigmoid_derivative(x): return x * (1 - x)` of many a tutorial, called with z. Right: s(z) (1 - s(z)).",
    ),
    TABLE.fault(
        "tanh's slope at the activation",
        TANH_SLOPE,
        "return 1 - z * z",
        source="`1 - x**2`, which is right for x = tanh(z) only, called with z. Right: 1 - tanh(z)^2.",
    ),
    TABLE.fault(
        "tanh's slope is that of the sigmoid",
        TANH_SLOPE,
        "return _sigmoid_slope(z)",
        source="Asked of networks that changed from sigmoid to tanh and kept the slope. Right: 1 - tanh(z)^2 = 4 s'(2z).",
    ),
    TABLE.fault(
        "tanh's slope without the square",
        TANH_SLOPE,
        "return 1 - lax.tanh(z)",
        source="`1 - np.tanh(z)` for `1 - np.tanh(z)**2`, a fault of the courses' examples in this tree. Right: the square.",
    ),
    TABLE.fault(
        "a leak of 0.2",
        "LEAK = 0.01",
        "LEAK = 0.2",
        source="Libraries differ: 0.01 in PyTorch and JAX, 0.2 in TensorFlow's leaky_relu, 0.3 in Keras's layer; networks that "
        "move between them change. Right here: 1/100.",
    ),
    TABLE.fault(
        "leaky relu's slope is that of relu",
        LEAKY,
        LEAKY.replace("sides(LEAK, 1)", "sides(0, 1)"),
        source="Asked of hand-written leaky relu whose backward pass still masks by z > 0. Right: the leak on the left.",
    ),
    TABLE.fault(
        "gelu by tanh",
        GELU,
        "lambda z: z * (1 + lax.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))) / 2",
        source="jax.nn.gelu and the first BERT take the approximation by tanh, torch.nn.GELU the error function: asked of "
        "converted models that differ by 1e-4. Right here: z Phi(z).",
    ),
    TABLE.fault(
        "gelu by the sigmoid of 1.702 z",
        GELU,
        "lambda z: z * lax.logistic(1.702 * z)",
        source="The quick approximation of CLIP's weights, loaded into a model with the exact one. Right here: z Phi(z).",
    ),
    TABLE.fault(
        "silu's slope without its second term",
        SILU_SLOPE,
        "lambda z: lax.logistic(z)",
        source="Asked of swish written by hand: the product rule forgotten. Right: s(z) + z s'(z).",
    ),
    TABLE.fault(
        "relu's slope on the left",
        RELU,
        RELU.replace("sides(0, 1)", "constant(1)"),
        source="A backward pass without the mask z > 0, a fault of the courses' examples. Right: 0 on the left.",
    ),
    TABLE.fault(
        "relu's slope masked by what comes in",
        RELU,
        RELU.replace("sides(0, 1)", "lambda z: lax.max(z, lax.full_like(z, 0))"),
        source="`np.maximum(0, z)` where `z > 0` is meant in the backward pass. Right: 0 or 1.",
    ),
    TABLE.fault(
        "the square's slope without its 2",
        SQUARE,
        SQUARE.replace("2 * z", "z"),
        source="The factor of z^2 forgotten, as of losses without their half. Right: 2z.",
    ),
    TABLE.fault(
        "a sigmoid between -1 and 1",
        SIGMOID,
        SIGMOID.replace("lax.logistic,", "lambda z: 2 * lax.logistic(z) - 1,", 1),
        source="The bipolar sigmoid of older texts with the slope of the other. Right: 1 / (1 + exp(-z)).",
    ),
    TABLE.fault(
        "a hard sigmoid",
        SIGMOID,
        SIGMOID.replace("lax.logistic,", "lambda z: lax.clamp(0.0, 0.2 * z + 0.5, 1.0).astype(z.dtype),", 1),
        source="Keras's recurrent layers used the hard sigmoid, and weights moved to libraries with the smooth one. Right: "
        "1 / (1 + exp(-z)).",
    ),
    TABLE.fault(
        "tanh of half the argument",
        TANH,
        TANH.replace("lax.tanh,", "lambda z: lax.tanh(z / 2),", 1),
        source="tanh(z/2) = 2 s(z) - 1 is mistaken for tanh(z), SIGN.4 says which is which. Right: tanh(z) = 2 s(2z) - 1.",
    ),
    TABLE.fault(
        "softplus to the base 2",
        SOFTPLUS,
        f"return ({SOFTPLUS.removeprefix('return ')}) / math.log(2)",
        source="log2 for log in a library's fused kernel, as reported of entropies. Right: the natural logarithm.",
    ),
]
"""Faults that people reported."""

OTHERS: list[Fault] = [
    TABLE.fault(
        "identity off by 1 part in 10^12",
        IDENTITY,
        '"z", (lambda z: z * (1 + 1e-12), constant(1), constant(0))',
        size=1e-12,
    ),
    TABLE.fault(
        "the slope of identity off by 1 part in 10^9",
        IDENTITY,
        IDENTITY.replace("constant(1)", "constant(1 + 1e-9)"),
        size=1e-9,
    ),
    TABLE.fault("relu off by 1 part in 10^12", RELU, RELU.replace("z > 0, z,", "z > 0, z * (1 + 1e-12),"), size=1e-12),
    TABLE.fault(
        "relu that leaks by 1 part in 10^12", RELU, RELU.replace("lax.full_like(z, 0))", "1e-12 * z)"), size=1e-12
    ),
    TABLE.fault(
        "relu's slope off by 1 part in 10^12", RELU, RELU.replace("sides(0, 1)", "sides(0, 1 + 1e-12)"), size=1e-12
    ),
    TABLE.fault("leaky relu off by 1 part in 10^9", LEAKY, LEAKY.replace("LEAK * z", "(LEAK + 1e-11) * z"), size=1e-9),
    TABLE.fault("leaky relu's curvature", LEAKY, LEAKY.replace("constant(0)", "constant(1e-6)"), size=1e-6),
    TABLE.fault("the curvature of tanh with the wrong sign", TANH, TANH.replace("-2 *", "2 *")),
    TABLE.fault("the curvature of tanh without its 2", TANH, TANH.replace("-2 *", "-")),
    TABLE.fault(
        "the curvature of sigmoid with the wrong sign",
        SIGMOID_CURVATURE,
        SIGMOID_CURVATURE.replace("return ", "return -"),
    ),
    TABLE.fault(
        "sigmoid off by 1 part in 10^9",
        SIGMOID,
        SIGMOID.replace("lax.logistic,", "lambda z: lax.logistic(z) * (1 + 1e-9),", 1),
        size=1e-9,
    ),
    TABLE.fault(
        "the curvature of softplus",
        "(_softplus, lax.logistic, _sigmoid_slope)",
        "(_softplus, lax.logistic, _sigmoid_curvature)",
    ),
    TABLE.fault(
        "the slope of softplus", "(_softplus, lax.logistic, _sigmoid_slope)", "(_softplus, lax.tanh, _sigmoid_slope)"
    ),
    TABLE.fault(
        "silu's slope off by 1 part in 10^9",
        SILU_SLOPE,
        "lambda z: lax.logistic(z) + z * _sigmoid_slope(z) * (1 + 1e-9)",
        size=1e-9,
    ),
    TABLE.fault(
        "silu's curvature without its 2", SILU_CURVATURE, "lambda z: _sigmoid_slope(z) + z * _sigmoid_curvature(z)"
    ),
    TABLE.fault("gelu's slope without its second term", GELU_SLOPE, "lambda z: _normal_distribution(z)"),
    TABLE.fault(
        "a normal density off by 1 part in 10^6",
        "(1 / math.sqrt(2 * math.pi))",
        "(1 / math.sqrt(2 * math.pi) * (1 + 1e-6))",
        size=1e-6,
    ),
    TABLE.fault("a normal distribution at 0.7071", "math.sqrt(0.5)", "0.7071", size=1e-5),
    TABLE.fault(
        "sine off by 1 part in 10^9", SINE, SINE.replace("lax.sin,", "lambda z: lax.sin(z) * (1 + 1e-9),", 1), size=1e-9
    ),
    TABLE.fault("sine's slope is sine", SINE, SINE.replace("lax.cos", "lax.sin")),
    TABLE.fault("sine's curvature with the wrong sign", SINE, SINE.replace("-lax.sin(z)", "lax.sin(z)")),
    TABLE.fault(
        "the square off by 1 part in 10^12",
        SQUARE,
        SQUARE.replace("lambda z: z * z", "lambda z: z * z * (1 + 1e-12)"),
        size=1e-12,
    ),
    TABLE.fault("the square's curvature", SQUARE, SQUARE.replace("constant(2)", "constant(1)")),
    TABLE.fault(
        "the slope of the exponential",
        "(lax.exp, lax.exp, lax.exp)",
        "(lambda z: lax.exp(z) * (1 + 1e-9), lax.exp, lax.exp)",
        size=1e-9,
    ),
    TABLE.fault(
        "the logarithm off by 1 part in 10^9",
        "(lax.log, lambda z: 1 / z",
        "(lambda z: lax.log(z) * (1 + 1e-9), lambda z: 1 / z",
        size=1e-9,
    ),
    TABLE.fault(
        "the reciprocal root off by 1 part in 10^9",
        "(lambda z: 1 / lax.sqrt(z),",
        "(lambda z: (1 + 1e-9) / lax.sqrt(z),",
        size=1e-9,
    ),
    TABLE.fault(
        "tanh off in float32 only",
        TANH,
        TANH.replace("lax.tanh,", 'lambda z: lax.tanh(z) * (1 + (z.dtype == "float32") * 1e-4),', 1),
        size=1e-4,
    ),
    TABLE.fault(
        "tanh off at large arguments only",
        TANH,
        TANH.replace("lax.tanh,", "lambda z: lax.select(z > 40, 0.999 * lax.tanh(z), lax.tanh(z)),", 1),
        size=1e-3,
    ),
    TABLE.fault("the slope of sigmoid lost beyond 30", SIGMOID_SLOPE, f"{SIGMOID_SLOPE} * (lax.abs(z) < 30)"),
    TABLE.fault(
        "tanh off on one network in thousands",
        TANH,
        TANH.replace("lax.tanh,", f"{_rare('lax.tanh')},", 1),
        "GRAD.4",
        size=1e-1,
    ),
    TABLE.fault(
        "the slope of tanh off on one network in thousands",
        TANH,
        TANH.replace("_tanh_slope,", f"{_rare('_tanh_slope')},", 1),
        "GRAD.4",
        size=1e-1,
    ),
    TABLE.fault(
        "silu off on one network in thousands",
        SILU,
        "lambda z: lax.select((z > 2.531) & (z < 2.5315), 1.1 * z * lax.logistic(z), z * lax.logistic(z))",
        "GRAD.4",
        size=1e-1,
    ),
    TABLE.fault(
        "a choice of the next activation",
        "lax.select_n(self.index, *[activation.functions[order](wide) for activation in ACTIVATIONS])",
        "lax.select_n((self.index + (order == 1)) % len(ACTIVATIONS), *[activation.functions[order](wide) for activation in ACTIVATIONS])",
        "GRAD.4",
    ),
]
"""Faults of the other functions, and those that show at some arguments or in one float type only."""

ACTIVATIONS = (*SIZED, *REPORTED, *OTHERS)
