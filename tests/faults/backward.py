"""Faults of backprop: errors, gradients of weights, biases and inputs, and how they are put together."""

from tests.faults.one_line import Place

BACKPROP = Place("backprop", "symmetry.network", "GRAD.4")

OUTPUT = "return network.loss.error(a, y) * slope(z, network.activations[-1])"
HIDDEN = "return (next_error @ next_weight.T) * slope(z, activation)"
WEIGHT = "return inputs.T @ error"
BIAS = "return error.sum(0)"
INPUT = "return error @ weight.T"
CALL = "hidden_error(errors[0], weight, preactivations[index], network.activations[index])"
FIRST = "input_gradient(errors[0], network.layers[0].weight)"

BACKWARD = (
    *BACKPROP.of_sizes("output errors too large", OUTPUT, f"{OUTPUT} * ({{n}} + 1) / {{n}}", "GRAD.1"),
    *BACKPROP.of_sizes("hidden errors too large", HIDDEN, f"{HIDDEN} * ({{n}} + 1) / {{n}}", "GRAD.2"),
    *BACKPROP.of_sizes(
        "gradients of weights too large",
        WEIGHT,
        f"{WEIGHT} * ({{n}} + 1) / {{n}}".replace("return inputs.T @ error", "return (inputs.T @ error)"),
        "GRAD.3",
    ),
    *BACKPROP.of_sizes("gradients of biases too large", BIAS, f"{BIAS} * ({{n}} + 1) / {{n}}", "GRAD.3"),
    *BACKPROP.of_sizes("gradients of inputs too large", INPUT, "return (error @ weight.T) * ({n} + 1) / {n}", "GRAD.7"),
    *BACKPROP.of_sizes(
        "one entry of every weight's gradient too large",
        WEIGHT,
        "found = inputs.T @ error; hit = (np.arange(found.shape[0])[:, None] + np.arange(found.shape[1]) == 0).astype(int); return found + found * hit / {n}",
        "GRAD.3",
    ),
    BACKPROP.fault(
        "weights left out of the recursion",
        HIDDEN,
        "return next_error.sum(-1, keepdims=True) * slope(z, activation)",
        "GRAD.2",
        source="thread2019identical prints delta^l without W^{l+1}. Right: delta^l = (delta^{l+1} W^{l+1}^T) * phi'(z^l).",
    ),
    BACKPROP.fault(
        "the transpose left out where it can be",
        HIDDEN,
        "return (next_error @ (next_weight if next_weight.shape[0] == next_weight.shape[1] else next_weight.T)) * slope(z, activation)",
        "GRAD.2",
        source="Asked of homework with layers of equal widths, where W in the place of its transpose raises nothing. Right: "
        "W^T, so that the error of a unit is a sum over what it feeds.",
    ),
    BACKPROP.fault(
        "the slope left out of hidden errors",
        HIDDEN,
        "return next_error @ next_weight.T",
        "GRAD.2",
        source="Reported of many backprops written by hand (a fault of the courses' examples in this tree too). Right: times "
        "phi'(z^l).",
    ),
    BACKPROP.fault(
        "the slope at the activation",
        CALL,
        "hidden_error(errors[0], weight, activations[index + 1], network.activations[index])",
        source="The commonest question on sigmoid_derivative: it is written s(1 - s) for s = sigmoid(z) and given z, or the "
        "other way round. Right: phi' at z.",
    ),
    BACKPROP.fault(
        "the slope of the output left out",
        OUTPUT,
        "return network.loss.error(a, y)",
        "GRAD.1",
        source="Asked of squared error with a sigmoid output: delta = a - y is right for cross-entropy only. Right: "
        "(a - y) a (1 - a).",
    ),
    BACKPROP.fault(
        "the slope of the output twice",
        OUTPUT,
        f"{OUTPUT} * slope(z, network.activations[-1])",
        "GRAD.1",
        source="Asked of cross-entropy that takes logits, whose slope already holds the sigmoid's. Right: once.",
    ),
    BACKPROP.fault(
        "the slope of the output at the activation",
        OUTPUT,
        "return network.loss.error(a, y) * slope(a, network.activations[-1])",
        "GRAD.1",
        source="Asked of sigmoid_derivative(output) where it expects z. Right: phi' at z^L.",
    ),
    BACKPROP.fault(
        "the error of preactivations",
        OUTPUT,
        "return network.loss.error(z, y) * slope(z, network.activations[-1])",
        "GRAD.1",
    ),
    BACKPROP.fault(
        "the wrong sign of the output error",
        OUTPUT,
        "return -network.loss.error(a, y) * slope(z, network.activations[-1])",
        "GRAD.1",
        source="target - output, as in texts that add the update; with a minus in the step too, the loss grows. Right: a - y "
        "where the step subtracts.",
    ),
    BACKPROP.fault(
        "the mean of the batch for weights and biases",
        OUTPUT,
        f"{OUTPUT} / y.shape[0]",
        "GRAD.1",
        source="Asked of losses that are summed while gradients are averaged. Right: both are sums, or both are means.",
    ),
    BACKPROP.fault(
        "the mean of the batch for weights",
        WEIGHT,
        "return inputs.T @ error / error.shape[0]",
        "GRAD.3",
        source="A fault of the courses' examples in this tree: 1/m in dW and not in the loss. Right: dW = a^T delta for a sum.",
    ),
    BACKPROP.fault(
        "the mean of the batch for biases",
        BIAS,
        "return error.sum(0) / error.shape[0]",
        "GRAD.3",
        source="A fault of the courses' examples: db = mean of delta beside dW = a^T delta. Right: the sum.",
    ),
    BACKPROP.fault(
        "biases summed over units",
        BIAS,
        "return error.sum(0) * 0 + error.sum()",
        "GRAD.3",
        source="np.sum(delta) without axis=0, reported of course notes: a number in the place of a vector, which broadcasts. "
        "Right: the sum over examples.",
    ),
    BACKPROP.fault(
        "the bias's gradient of the last example",
        BIAS,
        "return error[-1]",
        "GRAD.3",
        source="Loops that overwrite db in place of adding to it (gradients set, not accumulated). Right: the sum over examples.",
    ),
    BACKPROP.fault("the bias's gradient of the first example", BIAS, "return error[0]", "GRAD.3"),
    BACKPROP.fault(
        "biases that never move",
        BIAS,
        "return error.sum(0) * 0",
        "GRAD.3",
        source="Asked of networks whose biases stay at their start, as they are not in the list that is updated. Right: the sum of delta.",
    ),
    BACKPROP.fault("weights' gradients of the first example", WEIGHT, "return inputs[:1].T @ error[:1]", "GRAD.3"),
    BACKPROP.fault(
        "the last unit's weights get no gradient",
        WEIGHT,
        "return inputs.T @ error * (np.arange(error.shape[1]) < max(error.shape[1] - 1, 1)).astype(int)",
        "GRAD.3",
    ),
    BACKPROP.fault(
        "gradients of weights in the order of the inputs", WEIGHT, "return inputs[:, ::-1].T @ error", "GRAD.3"
    ),
    BACKPROP.fault(
        "a weight's gradient transposed where it is square",
        WEIGHT,
        "found = inputs.T @ error; return found.T if found.shape[0] == found.shape[1] else found",
        "GRAD.3",
        source="delta^T a in the place of a^T delta, which square layers hide; asked of code that mixes rows and columns. Right: a^T delta for rows of examples.",
    ),
    BACKPROP.fault(
        "the input's gradient from the last error",
        FIRST,
        "input_gradient(errors[-1] if errors[-1].shape == errors[0].shape else errors[0], network.layers[0].weight)",
        "GRAD.7",
    ),
    BACKPROP.fault("the input's gradient reversed", INPUT, "return (error @ weight.T)[:, ::-1]", "GRAD.7"),
    BACKPROP.fault(
        "the input's gradient of one example",
        INPUT,
        "return (error @ weight.T)[:1] + 0 * (error @ weight.T)",
        "GRAD.7",
        source="Saliency maps that are summed over the batch: every example got the same one. Right: row n of delta^1 W^1^T.",
    ),
    BACKPROP.fault("the input's gradient is that of the activation", INPUT, "return error", "GRAD.7"),
    BACKPROP.fault("no error at width 1", HIDDEN, f"{HIDDEN} * int(z.shape[1] > 1)", "GRAD.2"),
    BACKPROP.fault(
        "no slope at width 1",
        HIDDEN,
        "return (next_error @ next_weight.T) * (slope(z, activation) if z.shape[1] > 1 else 1)",
        "GRAD.2",
    ),
    BACKPROP.fault("no slope in the first hidden layer", CALL, f"{CALL} if index else errors[0] @ weight.T"),
    BACKPROP.fault(
        "the activation of the next layer",
        CALL,
        "hidden_error(errors[0], weight, preactivations[index], network.activations[index + 1])",
        source="Off by one between lists of activations that begin at the input or at the first layer. Right: the slope of the "
        "activation that made a^l from z^l.",
    ),
    BACKPROP.fault(
        "the preactivation of the next layer where it fits",
        CALL,
        "hidden_error(errors[0], weight, preactivations[index + 1] if preactivations[index + 1].shape == preactivations[index].shape else preactivations[index], network.activations[index])",
    ),
    BACKPROP.fault(
        "the output's error for every layer",
        CALL,
        "hidden_error(errors[-1] if errors[-1].shape == errors[0].shape else errors[0], weight, preactivations[index], network.activations[index])",
    ),
    BACKPROP.fault(
        "the weight of the layer itself where it fits",
        "weight = network.layers[index + 1].weight",
        "weight = network.layers[index + 1].weight; own = network.layers[index].weight; weight = own if own.shape == weight.shape else weight",
        source="W^l in the place of W^{l+1}, which layers of equal widths hide; asked of loops that count from the wrong end. Right: the weights that the units feed.",
    ),
    BACKPROP.fault(
        "a batch of one is squeezed",
        BIAS,
        "return error.sum(0) if error.shape[0] > 1 else error.sum(0) + error.sum() * 0 + error[0]",
        "GRAD.6",
    ),
    BACKPROP.fault(
        "float16 errors off by a tenth",
        HIDDEN,
        f'found = {HIDDEN.removeprefix("return ")}; return found + found * int(str(z.dtype) == "float16") / 10',
        "GRAD.2",
    ),
    BACKPROP.fault(
        "float32 biases off by 1 part in 10^3",
        BIAS,
        'return error.sum(0) + error.sum(0) * int(str(error.dtype) == "float32") / 1000',
        "GRAD.3",
    ),
    BACKPROP.fault(
        "errors clipped at 1",
        HIDDEN,
        "found = (next_error @ next_weight.T) * slope(z, activation); return found if not hasattr(found, 'center') else type(found)(found.center.clip(-1, 1), found.radius)",
        "GRAD.2",
        source="Gradient clipping left on while the gradient is checked, value by value; asked of exploding gradients. Right: the gradient, clipped afterwards by whoever wants it.",
    ),
    BACKPROP.fault(
        "errors above 100 lost",
        HIDDEN,
        "found = (next_error @ next_weight.T) * slope(z, activation); return found if not hasattr(found, 'center') else type(found)(found.center * (abs(found.center) < 100), found.radius)",
        "GRAD.2",
    ),
)
