"""Faults that show at some depths, widths and numbers of examples only, in training that has a state, and in what is drawn."""

from tests.faults.fault import Edit, Fault

NETWORK = "symmetry.network"
ACTIONS = "symmetry.actions.hidden_units"
SPACES = "symmetry.actions.hidden_spaces"
TRAINING = "symmetry.training"
HISTORY = "proofs.history"
OPTIMISERS = "symmetry.optimisers"
CASES = "symmetry.cases"
SOURCE = "symmetry.numbers.ball.source"
SAMPLE = "symmetry.engine.sample"


def _fault(kind: str, name: str, module: str, old: str, new: str, caught_by: str) -> Fault:
    return Fault(name, (Edit(module, old, new),), caught_by, kind)


def _shape(name: str, old: str, new: str, module: str = NETWORK) -> Fault:
    return _fault("shape", name, module, old, new, "METH.18" if module == NETWORK else "METH.19")


def _training(name: str, module: str, old: str, new: str, caught_by: str) -> Fault:
    return _fault("training", name, module, old, new, caught_by)


def _cases(name: str, module: str, old: str, new: str, caught_by: str = "METH.23") -> Fault:
    return _fault("cases", name, module, old, new, caught_by)


ERRORS = "preactivations[index], network.activations[index]))"
INPUTS = "Gradient(layers, input_gradient(errors[0], network.layers[0].weight))"
BIASED = "return z if layer.bias is None else z + layer.bias"
THROUGH = "(next_error @ next_weight.T) * slope(z, activation)"
COLUMNS = "layer.map(lambda array: array[..., maps[l]]) if incoming"
TIED = "jnp.where(jnp.arange(width) == copy, original"
SWAPPED = "last - source.integers(f"
VELOCITY = "speed / momentum - slope / steps"
DRAWN = "self._generator(name).standard_normal((self.count, *shape))"
SCALES = "super().numbers(name, shape) * scales.reshape"

OF_SHAPES = (
    _shape("backprop wrong from the fifth layer on", ERRORS, ERRORS.replace("ons[index]))", "ons[min(index, 3)]))")),
    _shape("errors doubled at the sixth layer", ERRORS, f"{ERRORS[:-1]} * (2 if index == 5 else 1))"),
    _shape("wrong inputs' gradient without hidden layers", INPUTS, f"{INPUTS[:-1]} * (2 if len(layers) == 1 else 1))"),
    _shape("wrong inputs' gradient with six hidden layers", INPUTS, f"{INPUTS[:-1]} * (2 if len(layers) == 7 else 1))"),
    _shape(
        "weights wrong at width 65", "return inputs.T @ error", "return inputs.T @ error * (1 + (error.shape[1] == 65))"
    ),
    _shape(
        "weights wrong behind 129",
        "return inputs.T @ error",
        "return inputs.T @ error * (1 + (inputs.shape[1] == 129))",
    ),
    _shape("inputs wrong at 64 of them", "error @ weight.T", "error @ weight.T * (1 + (weight.shape[0] == 64))"),
    _shape("biases wrong for one example", "return error.sum(0)", "return error.sum(0) * (1 + (error.shape[0] == 1))"),
    _shape("biases of two examples only", "return error.sum(0)", "return error[:2].sum(0)"),
    _shape("no bias where there is one unit", BIASED, f"{BIASED} * (layer.bias.shape[0] > 1)"),
    _shape("no bias behind the 64th unit", BIASED, f"{BIASED} * (np.arange(layer.bias.shape[0]) < 64)"),
    _shape(
        "errors behind the 64th unit left out",
        THROUGH,
        THROUGH.replace("(next_error @ next_weight.T)", "(next_error[:, :64] @ next_weight.T[:64])"),
    ),
    _shape(
        "no slope where there is one unit",
        THROUGH,
        THROUGH.replace("slope(z, activation)", "(slope(z, activation) if z.shape[1] > 1 else 1)"),
    ),
    _shape(
        "wrong slope at the output of deep networks",
        "loss.error(a, y) * slope(z, network.activations[-1])",
        "loss.error(a, y) * slope(z, network.activations[-1 if len(network.layers) < 6 else 0])",
    ),
    _shape(
        "the loss of one output doubled",
        "network.loss.value(forward(network, batch.x), batch.y)",
        "network.loss.value(forward(network, batch.x), batch.y) * (1 + (batch.y.shape[1] == 1))",
    ),
    _shape(
        "the sixth layer doubled",
        "preactivation(activations[-1], layer))",
        "preactivation(activations[-1], layer) * (1 + (len(activations) == 6)))",
    ),
    _shape("outgoing weights permuted up to hidden layer 3", "if outgoing else", "if outgoing and l < 3 else", ACTIONS),
    _shape("incoming weights permuted up to hidden layer 5", COLUMNS, f"{COLUMNS} and l < 5", ACTIONS),
    _shape(
        "outgoing weights left at width 65",
        "if outgoing else",
        "if outgoing and layer.weight.shape[0] != 65 else",
        ACTIONS,
    ),
    _shape("five hidden layers at most", "range(len(layers) - 1 if", "range(min(len(layers) - 1, 5) if", ACTIONS),
    _shape("factors up to hidden layer 4", "array * incoming[l])", "array * (incoming[l] if l < 4 else 1))", ACTIONS),
    _shape("composed in the other order", "earlier[later] for", "later[earlier] for", ACTIONS),
    _shape(
        "no inverse of many units",
        "tuple(jnp.argsort(units) for",
        "tuple(jnp.argsort(units) if len(units) < 64 else units for",
        ACTIONS,
    ),
    _shape(
        "a part of hidden layer 5 that stays",
        "self.permutations[index], *still",
        "self.permutations[index] if index < 4 else still[index], *still",
        ACTIONS,
    ),
    _shape(
        "ties of wide layers left out",
        TIED,
        TIED.replace("(jnp", "((width < 65) & (jnp").replace("copy,", "copy),"),
        ACTIONS,
    ),
    _shape("degree 2 forgotten", "[factor] * (degree - 1)", "[factor] * 0", ACTIONS),
    _shape(
        "a series that ends at 4 units", "range(triangle.shape[0] - 1)", "range(min(triangle.shape[0], 4) - 1)", SPACES
    ),
    _shape("a shear without its denominator", "[-1 / ((u * v).sum() + 1)", "[-1 / (u * v).sum()", SPACES),
)
"""At depths, widths and numbers of examples that few architectures have."""

OF_TRAINING = (
    _training("the velocity forgotten", TRAINING, "if velocity is None or momentum is None:", "if True:", "METH.20"),
    _training("momentum with the other sign", TRAINING, VELOCITY, f"-{VELOCITY}", "METH.20"),
    _training(
        "the step size in the momentum", TRAINING, VELOCITY, "speed / momentum / steps - slope / steps", "METH.20"
    ),
    _training(
        "decay at the first step only",
        TRAINING,
        "if decay is not None:",
        "if decay is not None and velocity is None:",
        "METH.20",
    ),
    _training(
        "decay with the other sign", TRAINING, "slope + parameter / decay", "slope - parameter / decay", "METH.20"
    ),
    _training("a step up", TRAINING, "parameter - slope / inverse_rate", "parameter + slope / inverse_rate", "METH.20"),
    _training(
        "any rule with the other sign",
        TRAINING,
        "parameter + value(slope, self.function)",
        "parameter - value(slope, self.function)",
        "METH.20",
    ),
    _training(
        "the memory forgotten",
        HISTORY,
        "self.rule.step(network, shortened, state)",
        "self.rule.step(network, shortened)",
        "METH.20",
    ),
    _training(
        "the memory of the second step only",
        HISTORY,
        "past + slope, gradient, state)",
        "slope + past / 2, gradient, state)",
        "METH.20",
    ),
    _training(
        "clipped at another length",
        TRAINING,
        "value(squared - 1, ABSOLUTE_VALUE)",
        "value(squared - 2, ABSOLUTE_VALUE)",
        "METH.21",
    ),
    _training(
        "clipped without biases",
        TRAINING,
        "for part in (layer.weight, layer.bias) if",
        "for part in (layer.weight,) if",
        "METH.21",
    ),
    _training(
        "clipped by the first layer",
        TRAINING,
        "for layer in gradient.layers for part",
        "for layer in gradient.layers[:1] for part",
        "METH.21",
    ),
    _training(
        "clipped by the square", TRAINING, "slope * factor, gradient", "slope * factor * factor, gradient", "METH.21"
    ),
    _training(
        "an optimiser that begins anew",
        OPTIMISERS,
        "return (held, state), (",
        "return (held, optimiser.init(held)), (",
        "METH.22",
    ),
    _training("updates subtracted", OPTIMISERS, "(parameter + update)", "(parameter - update)", "METH.22"),
    _training(
        "gradients of the start",
        OPTIMISERS,
        "gradient_at(fast(held), batch)",
        "gradient_at(parameters, batch)",
        "METH.22",
    ),
    _training("decay of the start", OPTIMISERS, "state, held, **{", "state, start, **{", "METH.22"),
    _training("gradients of the slow parameters", OPTIMISERS, "return held.fast if", "return held.slow if", "METH.22"),
    _training("optimisers without their momentum", OPTIMISERS, '"momentum": 0.5', '"momentum": 0.0', "METH.22"),
    _training("optimisers' momentum with the other sign", OPTIMISERS, '"momentum": 0.5', '"momentum": -0.5', "METH.22"),
    _training(
        "optimisers without weight decay", OPTIMISERS, '"weight_decay": 1 / 64', '"weight_decay": 0.0', "METH.22"
    ),
    _training(
        "adadelta up the gradient", OPTIMISERS, "arguments[name] = RATE  #", "arguments[name] = None  #", "METH.22"
    ),
)
"""In what is carried from step to step."""

OF_CASES = (
    _cases(
        "always the same original",
        ACTIONS,
        'source.integers(f"{name} original", (), size)',
        '0 * source.integers(f"{name} original", (), size)',
    ),
    _cases(
        "always the next unit tied",
        ACTIONS,
        '1 + source.integers(f"{name} copy"',
        '1 + 0 * source.integers(f"{name} copy"',
    ),
    _cases(
        "always the same unit",
        CASES,
        "HiddenUnit(source.integers(name, (), widths[layer])",
        "HiddenUnit(0 * source.integers(name, (), widths[layer])",
    ),
    _cases(
        "never the last unit",
        CASES,
        "HiddenUnit(source.integers(name, (), widths[layer])",
        "HiddenUnit(source.integers(name, (), widths[layer] - 1)",
    ),
    _cases("orders that are one cycle", ACTIONS, '{last}", (), last + 1)', '{last}", (), last)'),
    _cases("the first two units never swapped", ACTIONS, "range(size - 1, 0, -1)", "range(size - 1, 1, -1)"),
    _cases(
        "the identity allowed", ACTIONS, "still = (units == np.arange(size)).all(-1)", "still = (units < 0).all(-1)"
    ),
    _cases(
        "two signs of three negative",
        ACTIONS,
        "1 - 2 * source.integers(name, (size,), 2)",
        "1 - 2 * (source.integers(name, (size,), 3) > 0)",
    ),
    _cases("the last unit flipped always", ACTIONS, "flips[..., 0] = -1", "flips[..., -1] = -1"),
    _cases("all layers alike", CASES, 'draw(source, f"{name} {layer}", width)', "draw(source, name, width)"),
    _cases("an activation that is never drawn", SOURCE, "(), len(allowed))]", "(), len(allowed) - 1)]"),
    _cases("a loss that is never drawn", SOURCE, "(), len(LOSSES)))", "(), len(LOSSES) - 1))"),
    _cases("never an unusual output", SOURCE, "UNUSUAL) == 1, index", "UNUSUAL) == UNUSUAL, index"),
    _cases("integers that are never the largest", SOURCE, ".integers(below, size", ".integers(max(below - 1, 1), size"),
    _cases("weights of one small scale", SOURCE, DRAWN, f"{DRAWN} / 1000", "METH.24"),
    _cases("weights of one sign", SOURCE, DRAWN, f"abs({DRAWN})", "METH.24"),
    _cases(
        "even numbers instead of normal ones",
        SOURCE,
        DRAWN,
        "self._generator(name).uniform(-2, 2, (self.count, *shape))",
        "METH.24",
    ),
    _cases("all networks on one scale", SOURCE, SCALES, "super().numbers(name, shape) + 0 * scales.reshape", "METH.24"),
    _cases("large networks only", SOURCE, "2 * LARGEST_SCALE + 1) - LARGEST_SCALE", "LARGEST_SCALE + 1)", "METH.24"),
    _cases(
        "a source without scales", SAMPLE, "Chunk(FloatsOfManyScales(", "Chunk(FloatsOfManyScales.__base__(", "METH.24"
    ),
    _cases(
        "every chunk the same networks",
        SAMPLE,
        "FloatsOfManyScales((seed, number), size)",
        "FloatsOfManyScales((seed,), size)",
        "METH.24",
    ),
)
"""In what is drawn: pairs, units, orders, signs, and the scale of numbers."""

FAULTS: tuple[Fault, ...] = (*OF_SHAPES, *OF_TRAINING, *OF_CASES)
"""Each is one line, and the theorem named must fail."""

QUICK = ("the velocity forgotten",)
"""Names of faults that every run plants; the slow run plants all."""
