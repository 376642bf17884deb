"""GRAD: hand-written backprop is the gradient (rumelhart1986learning, griewank2008evaluating)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import gradient as derivations
from proofs.formula_gradient import formula_gradient
from proofs.sums import inner_product, mean, total
from proofs.trusted_derivatives import loss_of_layers, trusted_derivatives, trusted_derivatives_along
from symmetry import network as program
from symmetry.activation import SIGMOID, value
from symmetry.architecture import Architecture
from symmetry.cases import Direction
from symmetry.loss import HALF_SQUARED_ERROR, SIGMOID_BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, softmax
from symmetry.network import Batch, Network, backprop, batch_loss, forward_pass, map_parameters
from symmetry.numbers.dual import every_derivative
from symmetry.pieces import piece
from symmetry.statements.theorem import FormalProof, theorem

SOURCES = ("rumelhart1986learning", "griewank2008evaluating")


def loss_from(network: Network, index: int, y):
    """The loss as a function of the preactivations of layer `index`: the rest of the network."""
    rest = dataclasses.replace(
        network, layers=network.layers[index + 1 :], activations=network.activations[index + 1 :]
    )

    def continued(z):
        a = value(z, network.activations[index])
        return batch_loss(rest, Batch(a, y)) if rest.layers else network.loss.value(a, y)

    return continued


@piece
def true_errors(network: Network, batch: Batch) -> list:
    """dL/dz^l of every layer, by forward differentiation of the rest of the network."""
    preactivations, _ = forward_pass(network, batch.x)
    return [every_derivative(loss_from(network, l, batch.y), z) for l, z in enumerate(preactivations)]


def summing_to_one(y):
    """Targets that sum to 1: one number is added to all targets of an example."""
    return y - (y.sum(-1, keepdims=True) - 1) / y.shape[-1]


@theorem(
    "GRAD.1",
    title="The output error is the loss's slope times the activation's",
    statement=r"\delta^L = \frac{\partial L}{\partial a^L} \odot \varphi'(z^L); \quad \delta^L = a - y \text{ for half "
    r"squared error with identity outputs}, \quad \delta^L = p - y \text{ for sigmoid with binary cross-entropy and for "
    r"softmax with cross-entropy when } \textstyle\sum_k y_k = 1",
    hypotheses="a differentiable loss and output activation; any number of outputs and examples",
    cites=(*SOURCES, "bishop2006pattern"),
    controls={
        "y - a": dict(sign=-1),
        "phi' left out": dict(with_slope=False),
    },
    derivation=derivations.output_error,
)
def the_output_error_is_the_slope_of_the_loss_times_that_of_the_activation(
    network: Network, batch: Batch, *, with_slope: bool = True, sign: int = 1
):
    """First with the network's own output activation and loss, then with the three pairs that the statement names."""
    preactivations, activations = forward_pass(network, batch.x)
    z, a, y = preactivations[-1], activations[-1], batch.y
    found = [program.output_error(network, z, a, y) if with_slope else network.loss.error(a, y)]
    true = [every_derivative(loss_from(network, len(network.layers) - 1, y), z)]
    for loss, prediction, targets in (
        (HALF_SQUARED_ERROR, lambda a: a, y),
        (SIGMOID_BINARY_CROSS_ENTROPY, lambda a: value(a, SIGMOID), y),
        (SOFTMAX_CROSS_ENTROPY, softmax, summing_to_one(y)),
    ):
        affine = network.with_logits(loss)
        true.append(every_derivative(loss_from(affine, len(network.layers) - 1, targets), z))
        p = prediction(z)
        found.append(p - targets if sign > 0 else targets - p)
    return found, true


def through_the_weights(error, weight, z, activations):
    """The program's recursion. Of the two activations it takes the layer's own; the other is the next layer's."""
    return program.hidden_error(error, weight, z, activations[0])


def slope_of_the_next_layer(error, weight, z, activations):
    return program.hidden_error(error, weight, z, activations[1])


def without_the_slope(error, weight, z, activations):
    return error @ weight.T


def weights_left_out(error, weight, z, activations):
    """The recursion printed in thread2019identical, read as a sum over the next layer where widths differ."""
    return error.sum(-1, keepdims=True) * program.slope(z, activations[0])


@theorem(
    "GRAD.2",
    title="Hidden errors come back through the weights",
    statement=r"\delta^l = (\delta^{l+1} {W^{l+1}}^T) \odot \varphi'(z^l)",
    hypotheses="activations differentiable where they are evaluated; every width, and every depth by induction",
    cites=SOURCES,
    controls={
        "weights left out": dict(hidden_error=weights_left_out),
        "phi' of the wrong layer": dict(hidden_error=slope_of_the_next_layer),
        "phi' left out": dict(hidden_error=without_the_slope),
    },
    derivation=derivations.hidden_error,
    formal=FormalProof("formal/GRAD-2.agda", control="weights left out"),
)
def hidden_errors_come_back_through_the_weights(network: Network, batch: Batch, *, hidden_error=through_the_weights):
    preactivations, _ = forward_pass(network, batch.x)
    errors = true_errors(network, batch)
    found = [
        hidden_error(errors[l + 1], network.layers[l + 1].weight, z, network.activations[l : l + 2])
        for l, z in enumerate(preactivations[:-1])
    ]
    return found, errors[:-1]


def from_inputs(inputs, outputs, error):
    """The program's gradient of a weight, from the layer's inputs."""
    return program.weight_gradient(inputs, error)


def from_outputs(inputs, outputs, error):
    """a^l in place of a^{l-1}. Its units are repeated or dropped to fit the weight's shape."""
    units = [unit % outputs.shape[1] for unit in range(inputs.shape[1])]
    return outputs[:, jnp.array(units)].T @ error


def averaged_from_inputs(inputs, outputs, error):
    return inputs.T @ error / error.shape[0]


def summed(error):
    """The program's gradient of a bias."""
    return program.bias_gradient(error)


def averaged(error):
    return error.sum(0) / error.shape[0]


@theorem(
    "GRAD.3",
    title="Weights and biases get the error times what comes in",
    statement=r"\frac{\partial L}{\partial W^l} = {a^{l-1}}^T \delta^l, \qquad "
    r"\frac{\partial L}{\partial b^l} = \sum_n \delta^l_n",
    hypotheses="delta^l is dL/dz^l; any widths, any number of examples",
    cites=SOURCES,
    controls={
        "a^l for a^(l-1)": dict(weight_gradient=from_outputs),
        "mean for sum": dict(weight_gradient=averaged_from_inputs, bias_gradient=averaged),
    },
    derivation=derivations.parameter_gradient,
    formal=FormalProof("formal/GRAD-3.agda", control="a^l for a^(l-1)"),
)
def weights_get_the_error_times_their_input_and_biases_the_error(
    network: Network, batch: Batch, *, weight_gradient=from_inputs, bias_gradient=summed
):
    _, activations = forward_pass(network, batch.x)
    found = []
    for l, (layer, error) in enumerate(zip(network.layers, true_errors(network, batch), strict=True)):
        bias = None if layer.bias is None else bias_gradient(error)
        found.append(program.Layer(weight_gradient(activations[l], activations[l + 1], error), bias))
    return tuple(found), every_derivative(loss_of_layers(network, batch), network.layers)


def itself(layers):
    return layers


def one_entry_off(layers):
    """The first entry of the first weight too large by a factor of 1 + 2^-30, about 1 part in 10^9."""
    weight = layers[0].weight
    rows, columns = weight.shape
    first = (jnp.arange(rows)[:, None] + jnp.arange(columns) == 0).astype(int)
    return (dataclasses.replace(layers[0], weight=weight + weight * first / 2**30), *layers[1:])


@theorem(
    "GRAD.4",
    title="Backprop is the gradient, entry by entry and along every direction",
    statement=r"\langle \mathrm{backprop}(\theta), V \rangle = "
    r"\left.\frac{d}{d\varepsilon} L(\theta + \varepsilon V)\right|_{\varepsilon = 0}",
    hypotheses="activations and loss differentiable where they are evaluated; at a kink, one convention on both sides",
    cites=(*SOURCES, "baydin2018automatic", "bradbury2018jax"),
    controls={"one entry off by 1 part in 10^9": dict(spoil=one_entry_off)},
    formal=FormalProof("formal/GRAD-4.agda", control="one entry off by 1 part in 10^9"),
)
def backprop_is_the_derivative_along_every_direction(
    network: Network, batch: Batch, direction: Direction, *, spoil=itself
):
    gradient = spoil(backprop(network, batch).layers)
    trusted = trusted_derivatives(network, batch)
    along = trusted_derivatives_along(network, batch, direction)
    inner = inner_product(gradient, direction.layers)
    return ([gradient] * len(trusted), [inner] * len(along)), (trusted, along)


def one_sign_changed(layers):
    last = layers[-1]
    return (*layers[:-1], dataclasses.replace(last, weight=-last.weight))


@theorem(
    "GRAD.5",
    title="Backprop equals SymPy's formula for every single weight",
    statement=r"\mathrm{backprop}(\theta)_w = \frac{\partial}{\partial w} L(\theta) \text{ as SymPy differentiates it,"
    r" for every weight and bias } w",
    hypotheses="each activation and each loss; widths up to 3 and depth up to 3",
    cites=("meurer2017sympy", *SOURCES),
    controls={"the sign of one formula": dict(spoil=one_sign_changed)},
    systems=("balls", "symbols"),
    architectures=(
        Architecture((2, 3, 2), batch=2),
        Architecture((1, 2), batch=2),
        Architecture((1, 2, 1, 2), batch=1),
        Architecture((3, 3, 3, 3), batch=1, hidden="tanh", output="identity", loss="softmax_cross_entropy"),
    ),
)
def backprop_equals_the_formula_that_sympy_derives(network: Network, batch: Batch, *, spoil=itself):
    return spoil(backprop(network, batch).layers), formula_gradient(network, batch)


@theorem(
    "GRAD.6",
    title="The gradient of a batch is the sum of its examples' gradients",
    statement=r"\nabla L(\theta; \{(x_n, y_n)\}) = \sum_n \nabla L(\theta; (x_n, y_n))",
    hypotheses="the loss of a batch is the sum of its examples' losses",
    cites=SOURCES,
    controls={"mean": dict(combine=mean)},
    derivation=derivations.batch_gradient,
    formal=FormalProof("formal/GRAD-6.agda", control="mean"),
)
def the_gradient_of_a_batch_is_the_sum_over_its_examples(network: Network, batch: Batch, *, combine=total):
    examples = [Batch(batch.x[n : n + 1], batch.y[n : n + 1]) for n in range(batch.x.shape[0])]
    gradients = [backprop(network, example) for example in examples]
    combined = map_parameters(lambda *parts: combine(parts), *gradients)
    return backprop(network, batch).layers, combined.layers


@theorem(
    "GRAD.7",
    title="The gradient in the inputs is the first error times the first weights",
    statement=r"\frac{\partial L}{\partial x} = \delta^1 {W^1}^T",
    hypotheses="delta^1 is dL/dz^1; any widths, any number of examples",
    cites=SOURCES,
    controls={"transpose left out": dict(transposed=False)},
    derivation=derivations.input_gradient,
    formal=FormalProof("formal/GRAD-7.agda", control="transpose left out"),
)
def the_gradient_in_the_inputs_is_the_first_error_times_the_first_weights(
    network: Network, batch: Batch, *, transposed: bool = True
):
    """The formula with the true first error, and the gradient that backprop itself returns.

    Instead of being transposed, the weight may only be reshaped: its entries then keep their order.
    """
    error, weight = true_errors(network, batch)[0], network.layers[0].weight
    formula = program.input_gradient(error, weight) if transposed else error @ weight.reshape(weight.shape[::-1])
    true = every_derivative(lambda x: batch_loss(network, Batch(x, batch.y)), batch.x)
    return (formula, backprop(network, batch).x), (true, true)
