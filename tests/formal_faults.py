"""Faults and harmless rewrites of the program, as edits of its source: each says which text is replaced by which."""

import dataclasses

from tests.faults.fault import Edit

MODULES = {
    "network": "symmetry.network",
    "array": "symmetry.numbers.formal.array",
    "functions": "symmetry.numbers.formal.functions",
}


@dataclasses.dataclass(frozen=True)
class Fault:
    """Edits, the generated modules that are not written because of them, and what is said of it."""

    edits: tuple[Edit, ...]
    missing: tuple[str, ...]
    words: str


def _fault(module: str, old: str, new: str, missing: str, words: str) -> Fault:
    return Fault((Edit(MODULES[module], old, new),), tuple(missing.split()), words)


HIDDEN = "(next_error @ next_weight.T) * slope(z, activation)"
OUTPUT = "network.loss.error(a, y) * slope(z, network.activations[-1])"
BIAS = "return z if layer.bias is None else z + layer.bias"
LOOP = "hidden_error(errors[0], weight, preactivations[index], network.activations[index])"
FIRST = "output_error(network, preactivations[-1], activations[-1], y)"
ALL_LAYERS = "for layer, inputs, error in zip(network.layers, activations, errors, strict=False)"

FAULTS: dict[str, Fault] = {
    "the weights left out of hidden_error": _fault(
        *("network", HIDDEN, "next_error * slope(z, activation)", "Agrees.HiddenError BackpropTraces"),
        r"hidden_error .*differs.*what was proved: +hidden_error\[n, j\] = .*with next_error = .* it returns",
    ),
    "the weights left out of hidden_error, its error summed": _fault(
        *("network", HIDDEN, "next_error.sum(-1, keepdims=True) * slope(z, activation)", "Agrees.HiddenError"),
        r"the program: +hidden_error\[n, j\] = \(Σ_k next_error\[n, k\]\) φ′\(z\[n, j\]\)",
    ),
    "the weights of hidden_error not transposed": _fault(
        *("network", HIDDEN, "(next_error @ next_weight) * slope(z, activation)", "Agrees.HiddenError BackpropTraces"),
        r"hidden_error .*differs",
    ),
    "the slope left out of hidden_error": _fault(
        *("network", HIDDEN, "next_error @ next_weight.T", "Agrees.HiddenError"),
        r"the program: +hidden_error\[n, j\] = Σ_k next_error\[n, k\] next_weight\[j, k\]\n",
    ),
    "the value for the slope in hidden_error": _fault(
        *("network", HIDDEN, "(next_error @ next_weight.T) * value(z, activation)", "Agrees.HiddenError"),
        r"φ\(z\[n, j\]\)\n.*φ′\(z\[n, j\]\)\n.*it returns",
    ),
    "the slope left out of output_error": _fault(
        *("network", OUTPUT, "network.loss.error(a, y)", "Agrees.OutputError"),
        r"the program: +output_error\[n, j\] = loss\.error\(a\[n\], y\[n\]\)\[j\]\n",
    ),
    "the slope at the outputs in output_error": _fault(
        *("network", OUTPUT, "network.loss.error(a, y) * slope(a, network.activations[-1])", "Agrees.OutputError"),
        r"φ′\(a\[n, j\]\)",
    ),
    "the first layer's slope in output_error": _fault(
        *("network", OUTPUT, "network.loss.error(a, y) * slope(z, network.activations[0])", "BackpropTraces"),
        r"backprop .* at 2 layers, the gradient in the (weight|bias) of layer 2 is",
    ),
    "the bias summed over the wrong axis": _fault(
        *("network", "error.sum(0)", "error.sum(1)", "Agrees.BiasGradient BackpropTraces"),
        r"bias_gradient .*differs",
    ),
    "the mean over the batch": _fault(
        *("network", "error.sum(0)", "error.sum(0) / error.shape[0]", "Agrees.BiasGradient BackpropTraces"),
        r"with error = \[\[3\], \[4\]\] it returns \[7/2\], and what was proved has \[7\]",
    ),
    "the bias gradient doubled": _fault(
        *("network", "error.sum(0)", "2 * error.sum(0)", "Agrees.BiasGradient"),
        r"bias_gradient\[j\] = Σ_n error\[n, j\] \+ Σ_n error\[n, j\]\n",
    ),
    "the squares in the bias gradient": _fault(
        *("network", "error.sum(0)", "(error * error).sum(0)", "Agrees.BiasGradient"),
        r"Σ_n error\[n, j\] error\[n, j\]",
    ),
    "the weight gradient transposed": _fault(
        *("network", "inputs.T @ error", "error.T @ inputs", "Agrees.WeightGradient BackpropTraces"),
        r"weight_gradient .*differs",
    ),
    "the bias forgotten in the forward pass": _fault(
        *("network", BIAS, "return z", "Agrees.Preactivation"),
        r"preactivation\[n, j\] = Σ_i inputs\[n, i\] weight\[i, j\]\n",
    ),
    "the bias added twice": _fault(
        *("network", BIAS, "return z if layer.bias is None else z + layer.bias + layer.bias", "Agrees.Preactivation"),
        r"\+ bias\[j\] \+ bias\[j\]\n",
    ),
    "a weight doubled where there is no bias": _fault(
        *("network", BIAS, "return z + z if layer.bias is None else z + layer.bias", "Agrees.Preactivation"),
        r"the program: +preactivation\[n, j\] = Σ_i inputs\[n, i\] weight\[i, j\] \+ Σ_i",
    ),
    "the input gradient with the error squared": _fault(
        *("network", "input_gradient(errors[0], ", "input_gradient(errors[0] * errors[0], ", "BackpropTraces"),
        r"at 1 layer, the gradient in the inputs is",
    ),
    "the input gradient of the last error": _fault(
        *("network", "input_gradient(errors[0], ", "input_gradient(errors[-1], ", "BackpropTraces"),
        r"at 2 layers.*the gradient in the inputs is|at 2 layers it raises",
    ),
    "the slope of the next layer": _fault(
        *("network", LOOP, LOOP.replace("k.activations[index]", "k.activations[index + 1]"), "BackpropTraces"),
        r"at 2 layers, the gradient in the (weight|bias) of layer 1 is",
    ),
    "the error of the last layer everywhere": _fault(
        *("network", LOOP, LOOP.replace("errors[0]", "errors[-1]"), "BackpropTraces"),
        r"at 3 layers",
    ),
    "the preactivations of the layer after": _fault(
        *("network", LOOP, LOOP.replace("preactivations[index]", "preactivations[index + 1]"), "BackpropTraces"),
        r"at 2 layers",
    ),
    "the outputs before the last layer in the loss's error": _fault(
        *("network", FIRST, FIRST.replace("activations[-1], y", "activations[-2], y"), "BackpropTraces"),
        r"at 1 layer",
    ),
    "the inputs of the next layer in the weight gradient": _fault(
        *("network", ALL_LAYERS, ALL_LAYERS.replace("activations,", "activations[1:],"), "BackpropTraces"),
        r"at 1 layer",
    ),
    "a bias gradient where there is no bias": _fault(
        *("network", "None if layer.bias is None else bias_gradient(error)", "bias_gradient(error)", "BackpropTraces"),
        r"at 2 layers, the gradient in the bias of layer 1 is .*, where the layer has no bias",
    ),
    "the first activation everywhere": _fault(
        *("network", "zip(network.layers, network.activations, strict=True)"),
        *("zip(network.layers, network.activations[:1] * len(network.layers), strict=True)",),
        *("ForwardTraces BackpropTraces", r"forward and batch_loss .* at 2 layers, the outputs is"),
    ),
    "the outputs before the activation": _fault(
        *("network", "return forward_pass(network, x)[1][-1]", "return forward_pass(network, x)[0][-1]"),
        *("ForwardTraces", r"at 1 layer, the outputs is"),
    ),
    "a fault from depth 5 on": _fault(
        *("network", LOOP, LOOP.replace("k.activations[index]", "k.activations[min(index, 3)]"), "BackpropTraces"),
        r"at 6 layers, the gradient in the (weight|bias) of layer 5 is .*, where the recursion over the layers has",
    ),
    "a fault from depth 9 on": _fault(
        *("network", "errors.insert(0, hidden_error(errors[0], weight,"),
        *("errors.insert(0, hidden_error(errors[min(0, 8 - len(errors))], weight,", "BackpropTraces"),
        r"at 10 layers, the gradient in the (weight|bias) of layer 1 is",
    ),
}
"""Of the program: what the proofs must refuse, in words."""

ARRAY_FAULTS: dict[str, Fault] = {
    "a transposition that forgets": _fault(
        *("array", "lambda *indices: self.entry(*indices[::-1])", "lambda *indices: self.entry(*indices)"),
        *("Agrees.HiddenError Agrees.WeightGradient Agrees.InputGradient", "cannot be told"),
    ),
    "a sum over the wrong axis": _fault(
        *("array", "terms.entry(*rest[:place], summed, *rest[place:])", "terms.entry(*rest, summed)"),
        *("Agrees.BiasGradient", "cannot be told"),
    ),
    "a matrix product with the wrong entry": _fault(
        *("array", "right.entry(middle, column)", "right.entry(column, middle)"),
        *("Agrees.Preactivation Agrees.HiddenError Agrees.WeightGradient Agrees.InputGradient", "cannot be told"),
    ),
    "a matrix product without its sum": _fault(
        *("array", 'Sum(middle, Operation("*", left.entry(row, middle), right.entry(middle, column)))'),
        *('Operation("*", left.entry(row, middle), right.entry(middle, column))',),
        *("Agrees.Preactivation Agrees.HiddenError Agrees.WeightGradient Agrees.InputGradient", "cannot be told"),
    ),
    "a product that is written as a sum": _fault(
        *("array", 'return self._entrywise(other, "*")', 'return self._entrywise(other, "+")'),
        *("Agrees.OutputError Agrees.HiddenError", "cannot be told"),
    ),
    "broadcasting from the left": _fault(
        *("array", "self.entry(*indices[len(indices) - self.ndim :])", "self.entry(*indices[: self.ndim])"),
        *("Agrees.Preactivation", "cannot be told"),
    ),
    "the value of an activation for every derivative": _fault(
        *("functions", "Applied(order, argument", "Applied(0, argument", "Agrees.OutputError Agrees.HiddenError"),
        "cannot be told",
    ),
}
"""Of the formal arrays: what they write is not what the program computes, and so nothing is proved."""


def _rewrite(*pairs: tuple[str, str]) -> tuple[Edit, ...]:
    return tuple(Edit(MODULES["network"], old, new) for old, new in pairs)


REWRITES: dict[str, tuple[Edit, ...]] = {
    "factors of the weight gradient swapped": _rewrite(("inputs.T @ error", "(error.T @ inputs).T")),
    "the slope before the error": _rewrite((HIDDEN, "slope(z, activation) * (next_weight @ next_error.T).T")),
    "the slope transposed": _rewrite((HIDDEN, "(slope(z, activation).T * (next_weight @ next_error.T)).T")),
    "factors of the output error swapped": _rewrite(
        (OUTPUT, "slope(z, network.activations[-1]) * network.loss.error(a, y)")
    ),
    "factors of the input gradient swapped": _rewrite(("error @ weight.T", "(weight @ error.T).T")),
    "the bias first": _rewrite((BIAS, "return z if layer.bias is None else layer.bias + z")),
    "the bias summed along the other axis of its transpose": _rewrite(("error.sum(0)", "error.T.sum(-1)")),
    "a factor of 1": _rewrite(("error.sum(0)", "1.0 * error.sum(0)"), ("inputs.T @ error", "inputs.T @ error * 1")),
    "names changed": _rewrite(
        ("def bias_gradient(error):", "def bias_gradient(delta):"),
        ("return error.sum(0)", "return delta.sum(0)"),
        ("preactivations, activations = [], [x]", "z, activations = [], [x]\n    preactivations = z"),
    ),
    "the loop with enumerate": _rewrite(
        (
            "for index in reversed(range(len(network.layers) - 1)):\n        weight = network.layers[index + 1].weight\n",
            "for index, layer in reversed(list(enumerate(network.layers[1:]))):\n        weight = layer.weight\n",
        ),
    ),
    "the loop by appending": _rewrite(
        (f"errors.insert(0, {LOOP})", f"errors = [{LOOP}, *errors]"),
    ),
    "the gradient by indices": _rewrite(
        (
            ALL_LAYERS,
            "for layer, inputs, error in [(each, activations[l], errors[l]) for l, each in enumerate(network.layers)]",
        ),
    ),
}
"""What leaves the program as it is: no proof may be lost."""

ALL_REWRITTEN = tuple(
    edit
    for name in (
        "factors of the weight gradient swapped",
        "the slope before the error",
        "factors of the output error swapped",
        "factors of the input gradient swapped",
        "the bias first",
        "the bias summed along the other axis of its transpose",
        "the loop with enumerate",
        "the gradient by indices",
    )
    for edit in REWRITES[name]
)
"""Every function and both loops rewritten at once."""
