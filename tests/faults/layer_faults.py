"""Faults of layers: norms and what folds them, gated units, mixtures of experts, adapters, and units beside a skip."""

from tests.faults.fault import Fault
from tests.faults.one_line import Place

NORMS = Place("norm", "proofs.norms", "LN.1")
STREAM = Place("norm", "proofs.residual_layers", "LN.2")
FOLDED = Place("norm", "proofs.folded_norms", "LN.2")
MODULES = Place("norm", "proofs.norm_modules", "LN.2")
RUNNING = Place("norm", "proofs.folded_batch_norm", "BN.1")
OF_FLAX = Place("norm", "proofs.batch_norm_modules", "BN.1")
GATED = Place("gated", "proofs.gated_layer", "GLU.1")
GATES = Place("gated", "proofs.gated_units", "GLU.1")
ROUTER = Place("mixture", "proofs.router", "MOE.1")
EXPERTS = Place("mixture", "proofs.experts", "MOE.1")
ADAPTER = Place("adapter", "proofs.adapter", "LORA.1")
ADAPTERS = Place("adapter", "proofs.adapters", "LORA.1")
SKIPS = Place("skip", "proofs.skips", "SIGN.5")

ROOT = "(z * z).sum(axis, keepdims=True) / z.shape[axis] + epsilon"
LAYER = "return scaled(centred(z, -1), -1, epsilon)"
HEAD = "return preactivation(stream.norms[1].read(rows, for_head), stream.head)"
FACTOR = "self.scale * reciprocal_square_root(self.variance + self.epsilon)"
FIRST = "Layer(first.weight * norm.factor, (first.bias - norm.mean) * norm.factor + norm.shift)"

OF_NORMS = [
    NORMS.fault("a layer norm without its mean", LAYER, "return scaled(z, -1, epsilon)"),
    NORMS.fault("a layer norm over the examples", LAYER, "return scaled(centred(z, 0), 0, epsilon)", source="axis=0 for axis=-1. Right: each example by itself."),
    NORMS.fault("a layer norm centred over the examples", LAYER, "return scaled(centred(z, 0), -1, epsilon)"),
    NORMS.fault("a layer norm that only centres", LAYER, "return centred(z, -1)"),
    NORMS.fault("an RMS norm that subtracts the mean", "return scaled(z, -1, epsilon)", "return scaled(centred(z, -1), -1, epsilon)"),
    NORMS.fault("epsilon forgotten", ROOT, ROOT.removesuffix(" + epsilon")),
    NORMS.fault("epsilon outside of the root", f"reciprocal_square_root({ROOT})", f"(reciprocal_square_root({ROOT.removesuffix(' + epsilon')}) + epsilon)", source="eps added behind the root, in layer norms of older models. Right: inside, or convert it."),
    NORMS.fault("a variance of one less", ROOT, ROOT.replace("z.shape[axis]", "(z.shape[axis] - 1)"), source="torch.std in a layer norm, which divides by n - 1. Right: n."),
    NORMS.fault("a sum of squares for their mean", ROOT, ROOT.replace(" / z.shape[axis]", "")),
    NORMS.fault("a mean of one less", "z - z.sum(axis, keepdims=True) / z.shape[axis]", "z - z.sum(axis, keepdims=True) / (z.shape[axis] - 1)"),
    STREAM.fault("a shift that is not added", "normalise(rows, self.epsilon) * self.scale + self.shift", "normalise(rows, self.epsilon) * self.scale"),
    STREAM.fault("a scale of 1 + scale", "* self.scale + self.shift", "* (self.scale + 1) + self.shift", source="Scales stored less 1 in some checkpoints, loaded by code that has not. Right: one of the two on both sides."),
    STREAM.fault("the scale before the norm", "normalise(rows, self.epsilon) * self.scale + self.shift", "normalise(rows * self.scale, self.epsilon) + self.shift"),
    STREAM.fault("the first norm at the head", HEAD, HEAD.replace("norms[1]", "norms[0]")),
    STREAM.fault("a head without norm", HEAD, "return preactivation(rows, stream.head)", "LN.1"),
    STREAM.fault("units that read the stream itself", "gated(stream.units, stream.norms[0].read(rows, normalise))", "gated(stream.units, rows)", "LN.1"),
    STREAM.fault("no stream beside the units", "return rows + gated(stream.units", "return 0 * rows + gated(stream.units", "METH.26"),
    STREAM.fault("the norm behind the residual", "return rows + gated(stream.units, stream.norms[0].read(rows, normalise))", "return stream.norms[0].read(rows + gated(stream.units, rows), normalise)", source="Pre-norm and post-norm blocks exchanged. Right: the norm in front of the units."),
    STREAM.fault("levels that multiply", "layer.bias + self.of_biases[place]", "layer.bias * self.of_biases[place]", "LN.1"),
    FOLDED.fault("a shift through scaled weights", "reader.bias + norm.shift @ reader.weight", "reader.bias + norm.shift @ (reader.weight * norm.scale[:, None])", source="b + beta (gamma W), where the weights were folded first. Right: b + beta W."),
    FOLDED.fault("a scale on the outputs", "reader.weight * norm.scale[:, None]", "reader.weight * norm.scale.sum()"),
    FOLDED.fault("a shift that replaces the bias", "reader.bias + norm.shift @ reader.weight", "norm.shift @ reader.weight"),
    FOLDED.fault("a scale that is kept", "Norm(norm.scale * 0 + 1, norm.shift * 0, norm.epsilon)", "Norm(norm.scale, norm.shift * 0, norm.epsilon)"),
    RUNNING.fault("the mean of the batch", "(z - self.mean) * self.factor", "(z - z.sum(0) / z.shape[0]) * self.factor", source="A batch norm left in training mode in evaluation. Right: the running mean."),
    RUNNING.fault("a mean that is not scaled", "(z - self.mean) * self.factor + self.shift", "z * self.factor - self.mean + self.shift"),
    RUNNING.fault("a running norm whose epsilon is forgotten", FACTOR, FACTOR.replace(" + self.epsilon", ""), "METH.26", source="A batch norm ported without its epsilon. Right: sqrt(v + epsilon)."),
    RUNNING.fault("a running norm's epsilon outside of the root", FACTOR, "self.scale * (reciprocal_square_root(self.variance) + self.epsilon)", "METH.26"),
    RUNNING.fault("a variance without its root", FACTOR, "self.scale / (self.variance + self.epsilon)", "METH.26", source="The running variance taken for a standard deviation. Right: its root."),
    RUNNING.fault("a running norm without its scale", FACTOR, FACTOR.removeprefix("self.scale * "), "METH.26"),
    RUNNING.fault("a scale twice", FACTOR, f"self.scale * {FACTOR}", "METH.26"),
    RUNNING.fault("a running norm without its shift", "(z - self.mean) * self.factor + self.shift", "(z - self.mean) * self.factor", "METH.26"),
    RUNNING.fault("a mean that is not folded", FIRST, FIRST.replace("(first.bias - norm.mean)", "first.bias"), source="Weights of a convolution scaled, its bias not moved by the running mean. Right: (b - mu) g + beta."),
    RUNNING.fault("a shift that is scaled", FIRST, "Layer(first.weight * norm.factor, (first.bias - norm.mean + norm.shift) * norm.factor)"),
    RUNNING.fault("the norm behind the activation", "value(norm.apply(preactivation(x, network.layers[0])), network.activations[0])", "norm.apply(value(preactivation(x, network.layers[0]), network.activations[0]))"),
]  # fmt: skip

BETWEEN = "preactivation(opened * preactivation(x, layer.up), layer.down)"

OF_GATES = [
    GATED.fault("gates that add", BETWEEN, BETWEEN.replace("opened * ", "opened + ")),
    GATED.fault("gates that do not bend", "opened = value(preactivation(x, layer.gate), layer.activation)", "opened = preactivation(x, layer.gate)"),
    GATED.fault("up and gate exchanged", "opened = value(preactivation(x, layer.gate), layer.activation)\n    return preactivation(opened * preactivation(x, layer.up), layer.down)", "opened = value(preactivation(x, layer.up), layer.activation)\n    return preactivation(opened * preactivation(x, layer.gate), layer.down)", source="gate_proj and up_proj exchanged when checkpoints are converted. Right: the activation is the gate's."),
    GATED.fault("the activation of both", BETWEEN, "preactivation(opened * value(preactivation(x, layer.up), layer.activation), layer.down)"),
    GATED.fault("the activation of the product", "opened * preactivation(x, layer.up), layer.down)", "value(preactivation(x, layer.gate) * preactivation(x, layer.up), layer.activation), layer.down)"),
    GATED.fault("no bias of up", "opened * preactivation(x, layer.up)", "opened * (x @ layer.up.weight)"),
    GATES.fault("rows of down that stay", "layer.down.weight[order, :]", "layer.down.weight"),
    GATES.fault("rows of down by the inverse", "layer.down.weight[order, :]", "layer.down.weight[order.argsort(), :]"),
    GATES.fault("up left where it was", "up=layer.up.map(columns)", "up=layer.up"),
    GATES.fault("biases of up not scaled", "part.map(lambda array: array * factors)", "Layer(part.weight * factors, part.bias)"),
    GATES.fault("down multiplied too", "layer.down.weight / factors[:, None]", "layer.down.weight * factors[:, None]"),
    GATES.fault("the bias of down divided too", "Layer(layer.down.weight / factors[:, None], layer.down.bias)", "Layer(layer.down.weight / factors[:, None], layer.down.bias / factors.sum())"),
]  # fmt: skip

LARGER = "slope(logits[:, other : other + 1] - logits, RELU)"
KEPT = "kept = probabilities(logits) * chosen(logits)"
SHARE = "return kept / kept.sum(-1, keepdims=True)"
OWN = "own = preactivation(value(preactivation(x, reads), mixture.activation), writes)"
PART = "parts.append(own * weights[:, expert : expert + 1])"

OF_MIXTURES = [
    ROUTER.fault("the k smallest logits", LARGER, "slope(logits - logits[:, other : other + 1], RELU)", "METH.26"),
    ROUTER.fault("one expert too many", "slope(2 * count - 1 - 2 * larger, RELU)", "slope(2 * count + 1 - 2 * larger, RELU)", "METH.26"),
    ROUTER.fault("one expert for each example", "slope(2 * count - 1 - 2 * larger, RELU)", "slope(1 - 2 * larger, RELU)", "METH.26"),
    ROUTER.fault("all experts but those of the largest logits", "slope(2 * count - 1 - 2 * larger, RELU)", "slope(2 * larger - 2 * count + 1, RELU)", "METH.26"),
]  # fmt: skip

OF_ADAPTERS = [
    ADAPTER.fault("gradients at the frozen weight", "(adapter.frozen + factors.product)", "(adapter.frozen + factors.product * 0 + adapter.factors.product)"),
    ADAPTER.fault("no frozen weight", "(adapter.frozen + factors.product)", "factors.product"),
    ADAPTER.fault("an adapter counted twice", "(adapter.frozen + factors.product)", "(adapter.frozen + factors.product * 2)", source="An adapter merged into its weight and added once more. Right: one of the two."),
    ADAPTER.fault("a loss of the averaged outputs", "batch.x @ (adapter.frozen + factors.product), batch.y)", "batch.x @ (adapter.frozen + factors.product) / batch.x.shape[0], batch.y)"),
    ADAPTER.fault("the frozen weight taken away", "(adapter.frozen + factors.product)", "(factors.product - adapter.frozen)"),
    ADAPTERS.fault("the second factor that stays", "return Factors(into.weight, out.weight)", "return Factors(into.weight, factors.out)"),
    ADAPTERS.fault("the diagonal on one side", "self.triangles.act(self.diagonal.act(layers)).layers", "(self.diagonal.act(layers).layers[0], self.triangles.act(layers).layers[1])"),
    ADAPTERS.fault("a sum of both Gram matrices", "factors.into.T @ factors.into - factors.out @ factors.out.T", "factors.into.T @ factors.into + factors.out @ factors.out.T"),
    ADAPTERS.fault("a rate of one side", "one.T @ its_gradient + its_gradient.T @ one", "one.T @ its_gradient * 2"),
    ADAPTERS.fault("another rate for the second factor", "factors.out - gradient.out / INVERSE_RATE", "factors.out - gradient.out / INVERSE_RATE / 2", source="LoRA+ trains the factors at different rates. Right: this theorem is about one rate."),
]  # fmt: skip

BENT = "(value(z, psi) + value(-z, psi) + z) / 2"

OF_SKIPS = [
    SKIPS.fault("the odd part for the even one", BENT, "(value(z, psi) - value(-z, psi) + z) / 2"),
    SKIPS.fault("z in the place of z/2", BENT, "(value(z, psi) + value(-z, psi)) / 2 + z"),
    SKIPS.fault("a skip behind the activation", "value(preactivation(activations, second) + x @ skip, chi)", "value(preactivation(activations, second), chi) + x @ skip"),
    SKIPS.fault("the others flipped", "part * ((1 - signs) // 2)", "part * ((1 + signs) // 2)"),
    SKIPS.fault("a bias taken away", "second.bias + (moved.bias[None, :] @ second.weight)[0]", "second.bias - (moved.bias[None, :] @ second.weight)[0]"),
    SKIPS.fault("a skip that stays", "skip + moved.weight @ second.weight", "skip"),
    SKIPS.fault("a skip taken away", "skip + moved.weight @ second.weight", "skip - moved.weight @ second.weight"),
]  # fmt: skip

LAYERS: list[Fault] = [*OF_NORMS, *OF_GATES, *OF_MIXTURES, *OF_ADAPTERS, *OF_SKIPS]
"""Each is one line."""
