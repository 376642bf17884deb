"""A sigmoid network of any depth as a well-known online book has it: columns, one example at a time, squared error.

The weights of a layer are (out, in), its biases (out, 1); x is (inputs, examples), y (outputs, examples).
"""

import numpy as np

from .fault import Fault, named, with_line


class Network:
    """A list of weight matrices and a list of bias columns, from the input up; gradients are kept in one too."""

    def __init__(self, weights, biases):
        self.weights = weights
        self.biases = biases

    def feedforward(self, a):
        """The output for a column."""
        for w, b in zip(self.weights, self.biases, strict=True):
            a = sigmoid(np.dot(w, a) + b)
        return a


def draw(seed, dtype=np.float64, *, widths=(3, 4, 2), examples=5):
    """A random network, x and y."""
    rng = np.random.default_rng(seed)
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    weights = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    biases = [rng.standard_normal((out, 1)).astype(dtype) for out, _ in shapes]
    x = rng.standard_normal((widths[0], examples)).astype(dtype)
    return Network(weights, biases), x, rng.random((widths[-1], examples)).astype(dtype)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def loss(network, x, y):
    """Half the squared error, summed over outputs and examples."""
    total = 0
    for i in range(x.shape[1]):
        error = network.feedforward(x[:, [i]]) - y[:, [i]]
        total = total + (error * error).sum() / 2
    return total


def grads(network, x, y):
    """The gradient of `loss`: a Network whose weights and biases are the derivatives."""
    nabla_w = [np.zeros_like(w) for w in network.weights]
    nabla_b = [np.zeros_like(b) for b in network.biases]
    last = len(network.weights) - 1
    for i in range(x.shape[1]):
        activations, zs = [x[:, [i]]], []
        for w, b in zip(network.weights, network.biases, strict=True):
            zs.append(np.dot(w, activations[-1]) + b)
            activations.append(sigmoid(zs[-1]))
        delta = activations[-1] - y[:, [i]]
        delta = delta * sigmoid_slope(zs[-1])
        for l in range(last, -1, -1):
            if l < last:
                delta = np.dot(network.weights[l + 1].T, delta)
                delta = delta * sigmoid_slope(zs[l])
            nabla_w[l] += np.dot(delta, activations[l].T)
            nabla_b[l] += delta
    return Network(nabla_w, nabla_b)


SQUARE = {"widths": (4, 4, 4)}


def _fault(name, sentence, line, wrong, diagnosis, sizes=None):
    return Fault(name, sentence, loss, with_line(grads, line, wrong), diagnosis, sizes or {})


FAULTS = named(
    _fault(
        "slope left out",
        "The error went back through the hidden sigmoid as if it were the identity.",
        "delta = delta * sigmoid_slope(zs[l])",
        "",
        "your weights[0] and biases[0] equal backprop with the slope of the activation (sigmoid) left out",
    ),
    _fault(
        "output slope left out",
        "The error of the output was taken as a - y, which belongs to the cross-entropy, not to the squared error.",
        "delta = delta * sigmoid_slope(zs[-1])",
        "",
        "the slope of the output's sigmoid left out",
    ),
    _fault(
        "slope taken at the activation",
        "The slope of the sigmoid was taken at a, which is the sigmoid of z already.",
        "delta = delta * sigmoid_slope(zs[l])",
        "delta = delta * sigmoid_slope(activations[l + 1])",
        "the slope of sigmoid taken at the activation a, not at the preactivation z",
    ),
    _fault(
        "slope z (1 - z)",
        "The slope a (1 - a) was written with z in place of a.",
        "delta = delta * sigmoid_slope(zs[-1])",
        "delta = delta * zs[-1] * (1 - zs[-1])",
        "z(1 - z) for the slope, where a(1 - a) of the activation a is meant, at the output",
    ),
    _fault(
        "sign flipped",
        "The error of the output was taken as y - a, which leads uphill.",
        "delta = activations[-1] - y[:, [i]]",
        "delta = y[:, [i]] - activations[-1]",
        "have the wrong sign: the output error is target minus prediction",
    ),
    _fault(
        "weights left out",
        "The error of the layer above was handed down without its weights.",
        "delta = np.dot(network.weights[l + 1].T, delta)",
        "",
        "your weights[0] and biases[0] equal backprop with the weights left out on the way back",
        sizes=SQUARE,
    ),
    _fault(
        "weights not transposed",
        "The error went down through the weights as they stand, which square weights allow.",
        "delta = np.dot(network.weights[l + 1].T, delta)",
        "delta = np.dot(network.weights[l + 1], delta)",
        "weights on the way back that are not transposed",
        sizes=SQUARE,
    ),
    _fault(
        "weights of another layer",
        "The error went down through the weights below the layer instead of those above.",
        "delta = np.dot(network.weights[l + 1].T, delta)",
        "delta = np.dot(network.weights[l].T, delta)",
        "a layer's own weights, transposed on the way back, where the next layer's belong",
        sizes=SQUARE,
    ),
    _fault(
        "activation of another layer",
        "The gradient of the weights was made with what comes out of the layer instead of what goes in.",
        "nabla_w[l] += np.dot(delta, activations[l].T)",
        "nabla_w[l] += np.dot(delta, activations[l + 1].T)",
        "a layer's own activation where its input belongs in its weight's gradient",
        sizes=SQUARE,
    ),
    _fault(
        "only the last example",
        "Every example's gradient took the place of the sum so far.",
        "nabla_w[l] += np.dot(delta, activations[l].T)",
        "nabla_w[l] = np.dot(delta, activations[l].T)",
        "only the last of 5 examples counted",
    ),
    _fault(
        "biases forgotten",
        "The gradient of the biases stayed 0.",
        "nabla_b[l] += delta",
        "",
        "your biases[0] and biases[1] are 0 everywhere, as if forgotten",
    ),
    _fault(
        "biases averaged",
        "The biases took the mean over the batch where the weights took the sum.",
        "nabla_b[l] += delta",
        "nabla_b[l] += delta / x.shape[1]",
        "your biases[0] and biases[1] are averaged over the batch, but your loss is summed over it",
    ),
    _fault(
        "averaged",
        "The loss is summed over the batch, its gradient was averaged.",
        "return Network(nabla_w, nabla_b)",
        "m = x.shape[1]\nreturn Network([w / m for w in nabla_w], [b / m for b in nabla_b])",
        "biases[0] and biases[1] are averaged over the batch, but your loss is summed over it",
    ),
)
