"""A network with one hidden layer of tanh units and an affine output, with half the squared error as its loss.

`params` is a dict of arrays: "W1" of shape (inputs, hidden), "b1" (hidden,), "W2" (hidden, outputs), "b2" (outputs,).
Rows are examples: `x` has shape (examples, inputs) and `y`, the targets, (examples, outputs).
"""

import numpy as np


def forward(params, x):
    """What the network gives for every example.

        z1 = x W1 + b1        (examples, hidden)
        h  = tanh(z1)         (examples, hidden)
        z2 = h W2 + b2        (examples, outputs)

    Return z2 and whatever `grads` needs of the rest; `np.tanh` is what you want.
    """
    raise NotImplementedError("forward is yours to write.")


def loss(params, x, y):
    """Half the squared error, summed over the outputs and the examples: a scalar.

    1/2 sum_n sum_k (z2[n, k] - y[n, k])^2
    """
    raise NotImplementedError("loss is yours to write.")


def grads(params, x, y):
    """The derivative of `loss` in every parameter.

    Return a dict with the keys of `params`, each array of the shape and float type of its parameter.
    """
    raise NotImplementedError("grads is yours to write.")
