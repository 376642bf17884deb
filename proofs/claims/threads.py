"""The threads that claims are from: the key of each in the bibliography, and a decorator for what is claimed in it."""

import functools

from symmetry.statements.claim import claim

PURPOSE, LAYER, INPUTS, IDENTICAL = "thread2016purpose", "thread2021layer", "threadundatedinputs", "thread2019identical"

purpose_claim, layer_claim, inputs_claim, identical_claim = (
    functools.partial(claim, thread=thread) for thread in (PURPOSE, LAYER, INPUTS, IDENTICAL)
)
