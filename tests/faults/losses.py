"""Faults of each loss: its value, its error, its formula."""

from tests.faults.one_line import Place

LOSS = Place("loss", "symmetry.loss", "GRAD.1")

HALF = "value=lambda a, y: ((a - y) * (a - y)).sum() / 2"
HALF_ERROR = "error=lambda a, y: a - y,"
MEAN_ERROR = "error=lambda a, y: slope(a - y, ABSOLUTE_VALUE) / y.shape[-1]"
MEAN = "value=lambda a, y: value(a - y, ABSOLUTE_VALUE).sum() / y.shape[-1]"
CROSS = "value=lambda a, y: (y * (log_sum_exp(a) - a)).sum()"
CROSS_ERROR = "error=lambda a, y: y.sum(-1, keepdims=True) * softmax(a) - y"
BINARY = "value=lambda a, y: (value(a, SOFTPLUS) - a * y).sum()"
BINARY_ERROR = "error=lambda a, y: value(a, SIGMOID) - y"

LOSSES = (
    *LOSS.of_sizes(
        "the error of half the squared error too large",
        HALF_ERROR,
        "error=lambda a, y: (a - y) * ({n} + 1) / {n},",
        "GRAD.1",
    ),
    *LOSS.of_sizes(
        "the error of the mean absolute error too large", MEAN_ERROR, f"{MEAN_ERROR} * ({{n}} + 1) / {{n}}", "GRAD.1"
    ),
    *LOSS.of_sizes(
        "the error of softmax with cross-entropy too large",
        CROSS_ERROR,
        "error=lambda a, y: (y.sum(-1, keepdims=True) * softmax(a) - y) * ({n} + 1) / {n}",
        "GRAD.1",
    ),
    *LOSS.of_sizes(
        "the error of binary cross-entropy too large",
        BINARY_ERROR,
        "error=lambda a, y: (value(a, SIGMOID) - y) * ({n} + 1) / {n}",
        "GRAD.1",
    ),
    LOSS.fault(
        "the half left out of the squared error",
        HALF,
        HALF.removesuffix(" / 2"),
        source="Sum of squares beside the error a - y: the gradient is half of what the loss's is, asked again and again. Right: half the sum, or 2 (a - y).",
    ),
    LOSS.fault(
        "twice the error",
        HALF_ERROR,
        "error=lambda a, y: 2 * (a - y),",
        source="2 (a - y) beside the half of the squared error. Right: a - y.",
    ),
    LOSS.fault(
        "targets less outputs",
        HALF_ERROR,
        "error=lambda a, y: y - a,",
        source="Tutorials write error = y - output and add the update; with a minus both signs are wrong. Right: a - y.",
    ),
    LOSS.fault(
        "the squared error's error is its absolute value",
        HALF_ERROR,
        "error=lambda a, y: value(a - y, ABSOLUTE_VALUE),",
        source="abs() taken of the error before it is sent back. Right: with its sign.",
    ),
    LOSS.fault(
        "the mean over outputs in the value only",
        HALF,
        HALF.replace("/ 2", "/ 2 / y.shape[-1]"),
        source="np.mean takes outputs and examples together (mean squared error of Keras and PyTorch), the gradient is of the sum. Right: the same on both sides.",
    ),
    LOSS.fault(
        "the mean over examples in the value only",
        HALF,
        HALF.replace("/ 2", "/ 2 / y.shape[0]"),
        "GRAD.1",
        source="The cost is divided by m and the gradient is not, of courses' notes. Right: the same on both sides.",
    ),
    LOSS.fault(
        "the sum over outputs of the mean absolute error",
        MEAN_ERROR,
        "error=lambda a, y: slope(a - y, ABSOLUTE_VALUE)",
        "GRAD.1",
    ),
    LOSS.fault(
        "the error itself for its sign",
        MEAN_ERROR,
        "error=lambda a, y: (a - y) / y.shape[-1]",
        "GRAD.1",
        source="The gradient of the squared error kept when the loss became the absolute one. Right: sign(a - y).",
    ),
    LOSS.fault(
        "the mean absolute error over all numbers",
        MEAN,
        "value=lambda a, y: value(a - y, ABSOLUTE_VALUE).sum() / y.shape[-1] / y.shape[0]",
        "GRAD.1",
    ),
    LOSS.fault(
        "p - y whatever targets sum to",
        CROSS_ERROR,
        "error=lambda a, y: softmax(a) - y",
        "GRAD.1",
        source="Smoothed labels or several of them: targets that do not sum to 1. Right: p sum(y) - y.",
    ),
    LOSS.fault(
        "y - p",
        CROSS_ERROR,
        "error=lambda a, y: y - y.sum(-1, keepdims=True) * softmax(a)",
        "GRAD.1",
        source="The sign of the softmax's error, reported of course notes. Right: p - y.",
    ),
    LOSS.fault(
        "softmax's error at the right class only",
        CROSS_ERROR,
        "error=lambda a, y: y * (softmax(a) - 1)",
        "GRAD.1",
        source="Cross-entropy differentiated at the true class only, the other logits forgotten. Right: p_k - y_k for every k.",
    ),
    LOSS.fault(
        "the diagonal of softmax's Jacobian only",
        CROSS_ERROR,
        "error=lambda a, y: (softmax(a) - y) * softmax(a) * (1 - softmax(a))",
        "GRAD.1",
        source="softmax treated as a sigmoid, s (1 - s), its other entries -s_i s_j left out. Right: p sum(y) - y for the logits.",
    ),
    LOSS.fault(
        "-y/p without softmax's Jacobian",
        CROSS_ERROR,
        "error=lambda a, y: -y / softmax(a)",
        "GRAD.1",
        source="The derivative in the probabilities taken for that in the logits. Right: p sum(y) - y.",
    ),
    LOSS.fault(
        "cross-entropy without its logarithm of the sum", CROSS, "value=lambda a, y: (y * (0 - a)).sum()", "GRAD.1"
    ),
    LOSS.fault(
        "cross-entropy of the targets' mean",
        CROSS,
        f"{CROSS} / y.shape[-1]",
        "GRAD.1",
        source="Mean over classes, as of Keras's binary cross-entropy on one-hot targets. Right: the sum over classes.",
    ),
    LOSS.fault(
        "binary cross-entropy with the wrong sign",
        BINARY,
        "value=lambda a, y: (value(a, SOFTPLUS) + a * y).sum()",
        "GRAD.1",
        source="-y log p + (1 - y) log(1 - p), a sign lost in typing. Right: softplus(a) - a y for logits a.",
    ),
    LOSS.fault(
        "binary cross-entropy of the positive class only",
        BINARY,
        "value=lambda a, y: (y * (value(a, SOFTPLUS) - a)).sum()",
        "GRAD.1",
        source="-y log p alone, the cross-entropy of several classes on one output. Right: the term of 1 - y too.",
    ),
    LOSS.fault(
        "the slope of the sigmoid twice",
        BINARY_ERROR,
        "error=lambda a, y: (value(a, SIGMOID) - y) * slope(a, SIGMOID)",
        "GRAD.1",
        source="(p - y) p (1 - p) with cross-entropy, as of the squared error: learning slows where units saturate. Right: p - y.",
    ),
    LOSS.fault(
        "logits taken for probabilities",
        BINARY_ERROR,
        "error=lambda a, y: a - y",
        "GRAD.1",
        source="BCEWithLogitsLoss against BCELoss, the sigmoid left out. Right: sigmoid(a) - y.",
    ),
    LOSS.fault(
        "the sigmoid of the negative logit", BINARY_ERROR, "error=lambda a, y: value(-a, SIGMOID) - y", "GRAD.1"
    ),
    LOSS.fault("the loss of the first example", HALF, "value=lambda a, y: ((a - y) * (a - y))[:1].sum() / 2", "GRAD.1"),
    LOSS.fault(
        "the loss of the first output", HALF, "value=lambda a, y: ((a - y) * (a - y))[:, :1].sum() / 2", "GRAD.1"
    ),
    LOSS.fault(
        "the formula of the squared error without its half",
        "zip(outputs, targets, strict=True)) / 2,",
        "zip(outputs, targets, strict=True)),",
        "GRAD.5",
    ),
    LOSS.fault(
        "the formula of binary cross-entropy with the wrong sign",
        "log(1 + exp(a)) - a * y for",
        "log(1 + exp(a)) + a * y for",
        "GRAD.5",
    ),
    LOSS.fault(
        "the formula of cross-entropy without a class",
        "sum(exp(a) for a in outputs)",
        "sum(exp(a) for a in outputs[:-1])",
        "GRAD.5",
    ),
    LOSS.fault(
        "a choice of the next loss",
        "self._select([loss.error(outputs, targets) for loss in LOSSES])",
        "self._select([loss.error(outputs, targets) for loss in (*LOSSES[1:], LOSSES[0])])",
        "GRAD.1",
    ),
)
"""Every loss is half of some faults: an error that is not the slope of the value."""
