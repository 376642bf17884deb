"""Calling a method that someone wrote with what it asks for: names of arguments say what they are, else their number does.

Of the backward of a layer: which of its arguments are upstream gradients, caches, inputs or the output.
"""

import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping, Sequence

from symmetry.gradcheck.hand_in.members import is_number
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree

ROLES = {
    "x": r"xs?|x(batch|train|data)|inputs?|inp|data|features?|batch|samples?|images?"
    r"|(input|training)(data|set|inputs?|layer)|trainingsetinputs|inputs?list",
    "y": r"ys?|y(batch|train|true|data)|targets?|labels?|t|expected|desired|truth|groundtruth|actual"
    r"|(expected|desired|true|training|trainingset|target)(outputs?|values?|labels?|y)|targets?list",
    "output": r"o|outs?|outputs?|y?hat|ypreds?|preds?|predictions?|predicted|yhats?|probs|scores|logits|a|al|a\d+|results?",
    "cache": r".*caches?|memory|saved|stored|ctx|context",
    "step": r"lr|learningrate|lrate|eta|alpha|rate|step|stepsize",
    "examples": r"m|n|batchsize|nsamples|numsamples|nexamples|numexamples",
    "epochs": r"epochs?|iterations?|iters?|n(um)?(epochs?|iterations?|iters?)",
}
"""What a parameter stands for, by its name without underscores and capitals."""

UPSTREAM = (
    r"dout|dy|dz|da|dl|dloss|dvalues?|douts?|delta|errors?|outputerror|dldy|dldo"
    r"|(up|out|output|loss|d)?grad(ient)?s?(out(put)?s?|loss)?|upstream(grad(ient)?)?|lossgrad(ient)?"
)
"""Names of a gradient that comes from above."""


def canonical(name: str) -> str:
    """A name without capitals, underscores and the like.

    >>> canonical("Learning_rate")
    'learningrate'
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def role_of(name: str) -> str | None:
    """What an argument of that name stands for; None if its name does not say."""
    return next((role for role, names in ROLES.items() if re.fullmatch(names, canonical(name))), None)


@dataclasses.dataclass(frozen=True)
class Signature:
    """The arguments that a function takes: those it needs, those it could take, and whether it takes any number."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    any_number: bool

    @classmethod
    def of(cls, function: Callable) -> "Signature":
        """The arguments of a function; of one that does not say, any number."""
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):  # such as a ufunc
            return cls((), (), True)
        named = [each for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
        return cls(
            tuple(each.name for each in named if each.default is each.empty),
            tuple(each.name for each in named if each.default is not each.empty),
            any(each.kind == each.VAR_POSITIONAL for each in parameters),
        )


Orders = tuple[tuple[str, ...], ...]
"""What as many arguments stand for, where their names do not say: of none, of one, of two and so on."""


def call(function: Callable, values: Leaves, orders: Orders, where: str, remedy: str) -> Tree:
    """What a function returns for the arguments that it takes.

    Raises:
        ValueError: what an argument stands for cannot be told, or there is no such value.
    """
    signature = Signature.of(function)
    if signature.any_number and not signature.needed:
        return function(*(values[role] for role in orders[1] if role in values))
    roles = roles_of(signature.needed, orders)
    passed = {}
    for name in signature.needed:
        role = roles.get(name)
        if role == "step" and role not in values:
            raise ValueError(f"{where}: it takes {name}, a learning rate; pass step=, such as step=0.1.")
        if role is None or role not in values:
            known = ", ".join(role for role in ("x", "y", "output", "cache") if role in values)
            raise ValueError(
                f"{where}({', '.join(signature.needed)}): what {name} stands for cannot be told; "
                f"there are {known or 'no data'}. {remedy}"
            )
        passed[name] = values[role]
    optional = {name: values[role] for name, role in _optional(signature, orders, roles).items() if role in values}
    return function(*passed.values(), **optional)


def _optional(signature: Signature, orders: Orders, roles: Mapping[str, str]) -> dict[str, str]:
    """What the arguments stand for that need not be passed, and are."""
    # Forward with targets may return something else than without them.
    useful = ("x", "y", "output", "step", "epochs") if "y" in orders[1] else orders[1]
    found = {name: role for name in signature.optional if (role := role_of(name)) is not None}
    return {name: role for name, role in found.items() if role in useful and role not in roles.values()}


def takes(function: Callable, role: str, orders: Orders) -> bool:
    """Whether a function has an argument for something."""
    signature = Signature.of(function)
    roles = roles_of(signature.needed, orders)
    return signature.any_number or role in {**roles, **_optional(signature, orders, roles)}.values()


def roles_of(needed: Sequence[str], orders: Orders) -> dict[str, str]:
    """What every needed argument stands for: by name; the others by their number, if that leaves one choice."""
    known_roles = {role for order in orders for role in order}
    roles: dict[str, str] = {}
    for name in needed:
        role = role_of(name)
        possible = role in known_roles or role in ("cache", "step", "examples", "epochs")
        if role is not None and possible and role not in roles.values():
            roles[name] = role
    known = {role: name for name, role in roles.items()}
    # Beside inputs alone, "outputs" are what the network is to give.
    if "x" in known and "y" not in known and canonical(known.get("output", "")) in ("output", "outputs"):
        roles[known["output"]] = "y"
    unknown = [name for name in needed if name not in roles and not re.fullmatch(UPSTREAM, canonical(name))]
    count = len(unknown) + sum(role in known_roles for role in roles.values())
    if count >= len(orders):
        return roles
    free = [role for role in orders[count] if role not in roles.values()]
    return roles | dict(zip(unknown, free, strict=True)) if len(free) == len(unknown) else roles


LAYER_UPSTREAM = r"d[a-z0-9]*|g|.*grad(ient)?s?.*|up(stream)?.*|delta.*|.*errors?|nabla.*"
"""Names of an upstream gradient, without capitals and underscores; they never name an argument of forward."""

NOT_UPSTREAM = r"data|dim.*|dil.*|drop.*|decay.*|depth|dtype|dict.*"

LAYER_OUTPUTS = r"s|p|h|z|act|activations?|softmax|sigmoid|sm|sig|y"
"""Names of the output, beside the usual ones, where backward takes it and forward returns no cache."""


def backward_arguments(
    signature: Signature, upstream: tuple, outputs: tuple, cached: tuple, inputs: dict[str, Leaf], where: str
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
        given |= _kept_by_name(rest, outputs, cached, inputs)
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
    short = {name: canonical(name) for name in needed if name not in inputs}
    named = [name for name in short if re.fullmatch(LAYER_UPSTREAM, short[name])]
    named = [name for name in named if not re.fullmatch(NOT_UPSTREAM, short[name])]
    others = [name for name in needed if role_of(name) not in ("cache", "step") and name not in inputs] or list(needed)
    if len(named) >= len(upstream):
        return dict(zip(named, upstream, strict=False))
    if not named and len(upstream) > 1 and len(others) >= len(upstream) and len(needed) >= len(upstream) + has_cache:
        return dict(zip(others, upstream, strict=False))
    first = named[0] if named else others[0] if others else None
    return {} if first is None else {first: upstream if len(upstream) > 1 else next(iter(upstream))}


def _one_cache(cached: tuple) -> Tree:
    """What forward returned to be kept, as one argument: the last of it, if only arrays stand before a tuple or the like."""
    alone = len(cached) == 1 or (not is_number(cached[-1]) and all(is_number(each) for each in cached[:-1]))
    return cached[-1] if alone else cached


def _kept_by_name(rest: list[str], outputs: tuple, cached: tuple, inputs: Leaves) -> dict[str, Leaf]:
    given = {name: inputs[name] for name in rest if name in inputs}
    left = [name for name in rest if name not in given]
    for name in left:
        if role_of(name) == "cache" and cached:
            given[name] = _one_cache(cached)
        elif role_of(name) == "output" or re.fullmatch(LAYER_OUTPUTS, canonical(name)):
            given[name] = outputs[0]
    left = [name for name in left if name not in given]
    if not cached and len(left) == len(inputs):
        given |= dict(zip(left, inputs.values(), strict=True))
    return given
