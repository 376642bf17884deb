"""How a layer's backward is called: which of its arguments are upstream gradients, caches, inputs or the output."""

import re
from collections.abc import Sequence

from symmetry.gradcheck.hand_in.call_matching import Signature, canonical, role_of
from symmetry.gradcheck.hand_in.members import is_number
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree

UPSTREAM = r"d[a-z0-9]*|g|.*grad(ient)?s?.*|up(stream)?.*|delta.*|.*errors?|nabla.*"
"""Names of an upstream gradient, without capitals and underscores; they never name an argument of forward."""

NOT_UPSTREAM = r"data|dim.*|dil.*|drop.*|decay.*|depth|dtype|dict.*"

OUTPUTS = r"s|p|h|z|act|activations?|softmax|sigmoid|sm|sig|y"
"""Names of the output, beside the usual ones, where backward takes it and forward returns no cache."""


def backward_arguments(
    signature: Signature,
    upstream: tuple,
    outputs: tuple,
    cached: tuple,
    inputs: dict[str, Leaf],
    where: str,
) -> list[Tree]:
    """What backward is called with, in order.

    Raises:
        ValueError: what an argument stands for cannot be told.
    """
    needed = signature.needed or signature.optional[:1]
    if signature.any_number and not needed:
        return [*upstream, *cached]
    given = _upstream(needed, upstream, bool(cached), inputs)
    given |= {name: 1.0 for name in needed if role_of(name) == "step" and name not in inputs | given}
    rest = [name for name in needed if name not in given]
    if cached and len(rest) == 1:
        given[rest[0]] = _one_cache(cached)
    elif cached and len(rest) == len(cached):
        given |= dict(zip(rest, cached, strict=True))
    else:
        given |= _by_name(rest, outputs, cached, inputs)
    unknown = [name for name in needed if name not in given]
    if unknown:
        raise ValueError(
            f"{where}({', '.join(needed)}): what {unknown[0]} stands for cannot be told; forward takes "
            f"{', '.join(inputs)} and returns {len(outputs)} output and {len(cached)} to keep. Pass "
            "backward=lambda upstream, cache: ..., a function that calls yours."
        )
    return [given[name] for name in needed]


def _upstream(needed: Sequence[str], upstream: tuple, has_cache: bool, inputs: Leaves) -> dict[str, Leaf]:
    """The upstream gradients by the arguments that they go to: by their names, else the first that are no cache."""
    named = [name for name in needed if _is_upstream(name) and name not in inputs]
    others = [name for name in needed if role_of(name) not in ("cache", "step") and name not in inputs] or list(needed)
    if len(named) >= len(upstream):
        return dict(zip(named, upstream, strict=False))
    if not named and len(upstream) > 1 and len(others) >= len(upstream) and len(needed) >= len(upstream) + has_cache:
        return dict(zip(others, upstream, strict=False))
    first = named[0] if named else others[0] if others else None
    whole = upstream if len(upstream) > 1 else next(iter(upstream))
    return {} if first is None else {first: whole}


def _is_upstream(name: str) -> bool:
    short = canonical(name)
    return bool(re.fullmatch(UPSTREAM, short)) and not re.fullmatch(NOT_UPSTREAM, short)


def _one_cache(cached: tuple) -> Tree:
    """What forward returned to be kept, as one argument: the last of it, if only arrays stand before a tuple or the like."""
    alone = len(cached) == 1 or (not is_number(cached[-1]) and all(is_number(each) for each in cached[:-1]))
    return cached[-1] if alone else cached


def _by_name(rest: list[str], outputs: tuple, cached: tuple, inputs: Leaves) -> dict[str, Leaf]:
    given = {name: inputs[name] for name in rest if name in inputs}
    left = [name for name in rest if name not in given]
    for name in left:
        if role_of(name) == "cache" and cached:
            given[name] = _one_cache(cached)
        elif role_of(name) == "output" or re.fullmatch(OUTPUTS, canonical(name)):
            given[name] = outputs[0]
    left = [name for name in left if name not in given]
    if not cached and len(left) == len(inputs):
        given |= dict(zip(left, inputs.values(), strict=True))
    return given
