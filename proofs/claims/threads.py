"""The threads that claims are from: the key of each in the bibliography, and a decorator for what is claimed in it."""

import functools

from symmetry.statements.claim import claim

PURPOSE, LAYER, INPUTS, IDENTICAL = "thread2016purpose", "thread2021layer", "threadundatedinputs", "thread2019identical"

purpose_claim, layer_claim, inputs_claim, identical_claim = (
    functools.partial(claim, thread=thread, verdict="right if") for thread in (PURPOSE, LAYER, INPUTS, IDENTICAL)
)
"""Where no other verdict is stated, the claim is right if its condition is met, and must have one."""
