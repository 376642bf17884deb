"""Faults of the forward pass."""

from tests.faults.one_line import Place

NETWORK = Place("forward", "symmetry.network", "GRAD.4")

Z = "return z if layer.bias is None else z + layer.bias"
PRODUCT = "z = inputs @ layer.weight"
APPEND = "activations.append(value(preactivations[-1], activation))"
PAIRS = "for layer, activation in zip(network.layers, network.activations, strict=True):"

FORWARD = (
    *NETWORK.of_sizes("preactivations too large", PRODUCT, "z = inputs @ layer.weight; z = z + z / {n}"),
    *NETWORK.of_sizes("the bias too large", Z, "return z if layer.bias is None else z + layer.bias + layer.bias / {n}"),
    *NETWORK.of_sizes("inputs too large", PRODUCT, "z = (inputs + inputs / {n}) @ layer.weight"),
    NETWORK.fault(
        "the bias twice",
        Z,
        "return z if layer.bias is None else z + layer.bias + layer.bias",
        source="Asked often of networks written by hand: the bias is added in the forward pass and again as a constant "
        "input of 1. Right: z = a W + b, so that dL/db is the sum of delta, not half of it.",
    ),
    NETWORK.fault(
        "the bias subtracted",
        Z,
        "return z if layer.bias is None else z - layer.bias",
        source="Texts on perceptrons write z = a W - theta with a threshold theta, and code mixes both. Right for a bias: "
        "z = a W + b, and dL/db is + the sum of delta.",
    ),
    NETWORK.fault(
        "the bias left out",
        Z,
        "return z",
        source="thread2016purpose: code in the answers has no biases though the picture has them. Right: with b, z = a W + b, "
        "and L changes by delta where b does.",
    ),
    NETWORK.fault("no bias at width 1", Z, "return z if layer.bias is None or z.shape[1] == 1 else z + layer.bias"),
    NETWORK.fault(
        "the bias of the first example only",
        Z,
        "return z if layer.bias is None or len(z.shape) == 1 else z + layer.bias * (np.arange(z.shape[0]) == 0).astype(int)[:, None]",
        source="Shapes (units, 1) and (units,) broadcast silently in NumPy, asked of homework in many threads. Right: one "
        "bias a unit, added to every example.",
    ),
    NETWORK.fault(
        "the bias over examples",
        Z,
        "return z if layer.bias is None or z.shape[0] != z.shape[1] else z + layer.bias[:, None]",
        "GRAD.6",
        source="Asked of NumPy: with as many examples as units a bias of shape (n, 1) broadcasts along the wrong axis and "
        "nothing raises. Right: entry j of b is added to column j.",
    ),
    NETWORK.fault(
        "a hidden activation everywhere",
        APPEND,
        "activations.append(value(preactivations[-1], network.activations[0]))",
        source="Asked of regression networks: sigmoid or relu at the output too, so that targets outside its range cannot be "
        "met. Right: each layer's own activation.",
    ),
    NETWORK.fault(
        "no activation at the output",
        APPEND,
        "activations.append(value(preactivations[-1], activation) if len(activations) < len(network.layers) else "
        "preactivations[-1])",
        source="Asked of losses that take logits or probabilities: the output's activation is applied once too often, or not "
        "at all. Right: where phi is applied, its slope belongs into delta, and nowhere else.",
    ),
    NETWORK.fault(
        "the output's activation twice",
        APPEND,
        "activations.append(value(value(preactivations[-1], activation), activation) if len(activations) == "
        "len(network.layers) else value(preactivations[-1], activation))",
        source="Asked of softmax in the model and again inside the cross-entropy (PyTorch's CrossEntropyLoss takes logits). "
        "Right: once.",
    ),
    NETWORK.fault(
        "no activation in the first layer",
        APPEND,
        APPEND.replace("activation))", "activation) if len(activations) > 1 else preactivations[-1])"),
    ),
    NETWORK.fault(
        "layers without activations",
        APPEND,
        "activations.append(preactivations[-1])",
        source="thread2016purpose and its kin: a stack of affine layers, which is one affine layer. Right: a = phi(z); "
        "CAP.1 says what happens else.",
    ),
    NETWORK.fault(
        "the activation of a unit's neighbour",
        APPEND,
        "activations.append(value(preactivations[-1][:, ::-1], activation))",
    ),
    NETWORK.fault(
        "residual where widths agree",
        APPEND,
        "activations.append(value(preactivations[-1], activation) + (activations[-1] if activations[-1].shape == "
        "preactivations[-1].shape else 0))",
    ),
    NETWORK.fault(
        "a batch of one without biases",
        Z,
        "return z if layer.bias is None or z.shape[0] == 1 else z + layer.bias",
        "GRAD.6",
    ),
    NETWORK.fault(
        "layers in the wrong order where widths agree",
        PAIRS,
        "for layer, activation in zip(network.layers if len(set(network.widths)) > 1 else network.layers[::-1], "
        "network.activations, strict=True):",
    ),
    NETWORK.fault(
        "the batch's mean taken off",
        PRODUCT,
        "z = (inputs - inputs.sum(0) / inputs.shape[0]) @ layer.weight",
        "GRAD.6",
        source="Asked of batch norm at test time: the batch's own mean makes the output of an example depend on the others. "
        "Right here: examples do not see each other.",
    ),
    NETWORK.fault(
        "a float16 forward pass off by a tenth",
        PRODUCT,
        'z = inputs @ layer.weight; z = z + z / 10 * int(str(z.dtype) == "float16")',
    ),
)
