"""Networks as classes, the way people post them: with their own update, gradients in attributes, or lists of weights."""

import itertools

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(a):
    return a * (1 - a)


class HoldsItsData:
    """Data and weights in the object; backprop adds the step."""

    def __init__(self, x, y):
        draw = np.random.default_rng(0)
        self.input = x
        self.weights1 = draw.random((self.input.shape[1], 4))
        self.weights2 = draw.random((4, 1))
        self.y = y
        self.output = np.zeros(self.y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1))
        self.output = sigmoid(np.dot(self.layer1, self.weights2))

    def backprop(self):
        error = 2 * (self.y - self.output) * sigmoid_derivative(self.output)
        d_weights2 = np.dot(self.layer1.T, error)
        d_weights1 = np.dot(self.input.T, np.dot(error, self.weights2.T) * sigmoid_derivative(self.layer1))
        self.weights1 += d_weights1
        self.weights2 += d_weights2


class HoldsItsDataAndUpdatesTooSoon(HoldsItsData):
    def backprop(self):
        error = 2 * (self.y - self.output) * sigmoid_derivative(self.output)
        self.weights2 += np.dot(self.layer1.T, error)
        self.weights1 += np.dot(self.input.T, np.dot(error, self.weights2.T) * sigmoid_derivative(self.layer1))


class TakesItsOutput:
    """forward(X), then backward(X, y, o), which adds the step; and a method that trains."""

    def __init__(self):
        draw = np.random.default_rng(1)
        self.W1 = draw.normal(size=(3, 4))
        self.W2 = draw.normal(size=(4, 1))

    def sigmoid(self, s):
        return 1 / (1 + np.exp(-s))

    def sigmoidPrime(self, s):
        return s * (1 - s)

    def forward(self, X):
        self.z2 = self.sigmoid(np.dot(X, self.W1))
        return self.sigmoid(np.dot(self.z2, self.W2))

    def backward(self, X, y, o):
        self.o_error = y - o
        self.o_delta = self.o_error * self.sigmoidPrime(o)
        self.z2_delta = self.o_delta.dot(self.W2.T) * self.sigmoidPrime(self.z2)
        self.W1 += X.T.dot(self.z2_delta)
        self.W2 += self.z2.T.dot(self.o_delta)

    def train(self, X, y, epochs=1000):
        for _ in range(epochs):
            self.backward(X, y, self.forward(X))


class TakesItsOutputWithoutSlope(TakesItsOutput):
    def sigmoidPrime(self, s):
        return s * (1 - self.sigmoid(s))


class Listed:
    """Lists of weights and biases; backprop of one example returns one list of gradients for each."""

    def __init__(self, sizes):
        draw = np.random.default_rng(2)
        self.biases = [draw.normal(size=(units, 1)) for units in sizes[1:]]
        self.weights = [draw.normal(size=(after, before)) for before, after in itertools.pairwise(sizes)]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights, strict=True):
            a = sigmoid(np.dot(w, a) + b)
        return a

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights, strict=True):
            zs.append(np.dot(w, activation) + b)
            activation = sigmoid(zs[-1])
            activations.append(activation)
        delta = self.cost_derivative(activations[-1], y) * self.slope(zs[-1])
        nabla_b[-1], nabla_w[-1] = delta, np.dot(delta, activations[-2].T)
        for l in range(2, len(self.weights) + 1):
            delta = np.dot(self.weights[-l + 1].T, delta) * self.slope(zs[-l])
            nabla_b[-l], nabla_w[-l] = delta, np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w

    def cost_derivative(self, output_activations, y):
        return output_activations - y

    def slope(self, z):
        return sigmoid(z) * (1 - sigmoid(z))


class ListedWithWrongSlope(Listed):
    def slope(self, z):
        return z * (1 - z)


class KeepsItsGradients:
    """Gradients in attributes, an update of its own in another method."""

    def __init__(self):
        draw = np.random.default_rng(3)
        self.w1, self.b1 = draw.normal(size=(3, 4)), np.zeros(4)
        self.w2, self.b2 = draw.normal(size=(4, 2)), np.zeros(2)
        self.dw1 = self.db1 = self.dw2 = self.db2 = None

    def forward(self, x):
        self.a1 = np.tanh(x @ self.w1 + self.b1)
        self.z2 = self.a1 @ self.w2 + self.b2
        return self.z2

    def compute_loss(self, y_hat, y):
        return np.mean(np.sum((y_hat - y) ** 2, axis=1)) / 2

    def backward(self, x, y):
        m = len(x)
        d2 = (self.z2 - y) / m
        d1 = d2 @ self.w2.T * (1 - self.a1**2)
        self.dw2, self.db2 = self.a1.T @ d2, d2.sum(axis=0)
        self.dw1, self.db1 = x.T @ d1, d1.sum(axis=0)

    def step(self, lr):
        self.w1 -= lr * self.dw1
        self.w2 -= lr * self.dw2


class KeepsItsGradientsUnaveraged(KeepsItsGradients):
    def backward(self, x, y):
        super().backward(x, y)
        self.db1 = self.db1 * len(x)


class LossWithGradients:
    """A dictionary of parameters, and one method that returns the loss and the gradients, by name."""

    def __init__(self):
        draw = np.random.default_rng(4)
        self.params = {
            "W1": draw.normal(size=(3, 5)),
            "b1": np.zeros(5),
            "W2": draw.normal(size=(5, 3)),
            "b2": np.zeros(3),
        }

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(0, X @ W1 + b1)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        exps = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs = exps / exps.sum(axis=1, keepdims=True)
        loss = -np.log(probs[np.arange(len(y)), y]).mean() + reg * ((W1**2).sum() + (W2**2).sum())
        return loss, self.gradients_of(X, y, hidden, probs)

    def gradients_of(self, X, y, hidden, probs):
        dscores = probs.copy()
        dscores[np.arange(len(y)), y] -= 1
        dscores = dscores / len(y)
        dhidden = dscores @ self.params["W2"].T * (hidden > 0)
        return {"W1": X.T @ dhidden, "b1": dhidden.sum(0), "W2": hidden.T @ dscores, "b2": dscores.sum(0)}


class LossWithGradientsThatDoublesABias(LossWithGradients):
    def gradients_of(self, X, y, hidden, probs):
        found = super().gradients_of(X, y, hidden, probs)
        return found | {"b1": 2 * found["b1"]}


class Dense:
    """A layer of `Stack`, with kept arrays that its gradients are added to."""

    def __init__(self, inputs, units, draw):
        self.W, self.b = draw.normal(size=(inputs, units)), np.zeros(units)
        self.W_grad, self.b_grad = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x):
        self.x = x
        return np.tanh(x @ self.W + self.b)

    def backward(self, grad):
        grad = grad * (1 - self.forward(self.x) ** 2)
        self.W_grad += self.x.T @ grad
        self.b_grad += grad.sum(axis=0)
        return grad @ self.W.T


class Stack:
    """Layers in a list, each with its own gradients."""

    def __init__(self):
        draw = np.random.default_rng(5)
        self.layers = [Dense(3, 4, draw), Dense(4, 2, draw)]

    def __call__(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, output, target):
        grad = output - target
        for layer in reversed(self.layers):
            grad = layer.backward(grad)


class StackInTheWrongOrder(Stack):
    def backward(self, output, target):
        grad = target - output
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
