"""The questions that the threads ask, and answers; each sentence of an answer names the theorems and claims behind it."""

import re

from symmetry.statements.claim import question

ANSWERS = """
ASK.1 thread2016purpose thread2021layer
Why have several units in a layer, if all compute the same kind of function of the same inputs?
    They share the kind of function but have different weights. A hidden layer of one unit passes on a single number, and
    everything after it gives the same result for all inputs with the same number. [CAP.3, CLAIM.45]
    The derivative of the outputs in the inputs has a rank of at most the least number of units in a hidden layer. [CAP.2]
    With one unit that is strictly monotone a network of any depth separates classes by one hyperplane, and XOR is out of
    reach; two ReLU units compute it. [CAP.8, CAP.6]
    With n ReLU units a network can pass through any n + 1 points. [CAP.7]
    Adding a unit never raises the least loss that can be reached. [CAP.4, CLAIM.36]
    Units with equal weights add nothing: together they act as one unit with the sum of their outgoing weights. [TIE.5,
    DUP.1, CLAIM.19]

ASK.2 thread2016purpose threadundatedinputs
What makes the units of a layer different from each other?
    Nothing in the equations does: permuting the units of a layer changes neither the function nor the loss, and the
    gradient is permuted in the same way. [PERM.1, PERM.3, PERM.4, CLAIM.22, CLAIM.23]
    Units equal in incoming weights, bias and outgoing weights have equal gradients and get equal updates, so they stay
    equal. [TIE.1, TIE.2, CLAIM.6]
    So in exact arithmetic only the initial weights make them different, unless training itself treats units differently,
    for example by noise, rates or masks for each unit. [TIE.3, TIE.13, CLAIM.12]
    Differing in one part is enough: if only the incoming weights are equal, a step of descent separates them, except for
    special data. [TIE.6, TIE.7, CLAIM.7]
    A tie is a saddle of the loss: along one direction across it, even the smallest difference grows. [TIE.16, CLAIM.13]

ASK.3 thread2019identical
Do all units of a layer come to the same weights over time, since their equations are the same?
    No: gradient descent with short steps keeps distinct units distinct for ever. [TIE.10, CLAIM.14]
    With long steps, or with an activation that has kinks, units can meet; there are exact examples. [CLAIM.15]
    They need not move apart either: in a linear sum their differences stay the same. [CLAIM.16]
    The gradient gives each unit its own error wherever its outgoing weights or its slope differ from the others'.
    [GRAD.2, CLAIM.21]
    Units that do start equal stay so in exact arithmetic; in floats rounding can end a tie after thousands of steps.
    [TIE.3, TIE.17]

ASK.4 thread2016purpose threadundatedinputs
Must the initial weights be random?
    No: distinct values chosen by hand are enough, even distinct biases or distinct outgoing weights alone. [CLAIM.18,
    CLAIM.4]
    Being random is not enough: with ReLU, units that are positive multiples of each other stay multiples, and weights of
    plus and minus 1 make only a few different units. [TIE.12, CLAIM.9, CLAIM.18]
    A constant for every layer ties all its units for ever. [TIE.9]
    All zeros are worse for some activations than for others. With sigmoid all layers begin to learn, but their units stay
    tied; with tanh or ReLU only an output bias learns. [TIE.8, CLAIM.1]

ASK.5 thread2016purpose thread2021layer
How are the outputs of the hidden units combined: by average, by majority, by polling?
    By none of these: each value is multiplied by a weight of any size and either sign, and the next layer gets the sum of
    the products and a bias. [CAP.9, CLAIM.63]
    With several classes there is one such sum for each class, and softmax turns the sums into probabilities. [CLAIM.64]
    Softmax depends only on the differences of the sums, and for two classes it is the sigmoid of their difference.
    [SOFT.1, SOFT.3]

ASK.6 threadundatedinputs
How can initial weights be chosen by hand?
    Choose them distinct from unit to unit, and not proportional to each other where the activation is ReLU. [TIE.10,
    TIE.12]
    As for their size: ReLU keeps half of the second moment of its input, and weights of variance 2/n make up for it.
    [CLAIM.68]
    ReLU units must not all be off at the start, since then nothing but the output bias learns. [CLAIM.4]

ASK.7 thread2021layer
Can a layer of a single unit, one feature, be enough?
    For some functions it can: a single unit that is not monotone computes XOR, and so does a ReLU unit followed by two.
    [CAP.6, CLAIM.42, CLAIM.47]
    But everything after it is a function of one number, so the identity of the plane cannot pass through it. [CAP.3,
    CLAIM.45]
    Further layers of one monotone unit each add nothing to the boundary. [CAP.8, CLAIM.43]

ASK.8 thread2019identical
Several linear regressions on the same data give the same answer: why not several units?
    The answer of a linear regression is unique only if the inputs have full column rank; otherwise descent keeps a part
    of the initial weights. [CLAIM.25]
    Units are not regressions on one target: each learns from the error that comes back through its own outgoing weights.
    [GRAD.2, TIE.7]
    And a network has many equal minima: each permutation of its units gives another. [PERM.3, PERM.9, CLAIM.24]
"""
"""Each question below its id and the threads that ask it, above its answer. Each sentence of an answer, or group of some, ends
with [what supports it]."""

for each in ANSWERS.strip().split("\n\n"):
    heading, asks, *answer = each.split("\n")
    id, *threads = heading.split()
    *parts, unsupported = re.split(r" \[(.+?)\] ?", " ".join(" ".join(answer).split()))
    assert not unsupported, unsupported
    pairs = zip(parts[::2], parts[1::2], strict=True)
    question(id, asks, threads, [(sentences, support.split(", ")) for sentences, support in pairs])
