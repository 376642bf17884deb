"""The reader's own backprop, read from a Python file, in the place of functions of symmetry's.

It follows our layout: weights (units in, units out), a row an example, the loss summed over the batch. Written in the
operators `@ + - * .T .sum`, indexing and `symmetry.activation.value` and `slope`, it runs on every number system.
"""

import contextlib
import inspect
import operator
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symmetry.files import read_bytes
from symmetry.raised import described, for_its_author, place_of
from symmetry.replaceable import PROGRAM, replaced

EXPECTED = "expected FILE.py:OBJECT, such as own.py:backprop"

OPERATORS = "only @ + - * .T .sum, indexing and symmetry.activation's value and slope run on every kind of number"


class OwnBackpropRaised(Exception):
    """What the reader's own code raised: where, what, and what it may use."""


@dataclass(frozen=True)
class OwnBackprop:
    """The functions that an object of a file gives.

    Attributes:
        file: as it was named.
        object: the function, or what has the functions as attributes.
        source: the bytes of the file that were run.
        functions: what replaces functions of `symmetry.network`, by name.
    """

    file: str
    object: str
    source: bytes = field(repr=False)
    functions: Mapping[str, Callable] = field(repr=False)

    def __str__(self) -> str:
        return f"{Path(self.file).name}:{self.object}"

    @property
    def spec(self) -> str:
        """What names it on the command line."""
        return f"{self.file}:{self.object}"

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Its functions stand in for those of the program."""
        _in_place.append(self)
        try:
            with replaced(self.functions):
                yield
        finally:
            _in_place.pop()


_in_place: list[OwnBackprop] = []


def current() -> OwnBackprop | None:
    """The one that is in place; None where symmetry's own backprop runs."""
    return _in_place[-1] if _in_place else None


def read(spec: str) -> tuple[str, str, bytes]:
    """The file and the object that FILE.py:OBJECT names, and the bytes of the file.

    Raises:
        ValueError: it names no object, or a file that cannot be read.
    """
    file, _, name = spec.rpartition(":")
    if not file or not name:
        raise ValueError(f"--backprop {spec} names no object of a file; {EXPECTED}.")
    return file, name, read_bytes(Path(file), f"--backprop {spec}: {EXPECTED}.")


def backprop_from(file: str, name: str, source: bytes) -> OwnBackprop:
    """The object of that name in a file with that source, which is run; the file itself is not read again.

    Raises:
        ValueError: the source is no Python or raises; it has no such object; the object is neither a function nor has
            any that could stand in; one that it has takes other parameters.
    """
    # Imported for its side: the functions of the program register themselves.
    import symmetry.network  # noqa: F401

    module = types.ModuleType("own_backprop_file")
    module.__file__ = file
    sys.modules[module.__name__] = module  # where dataclasses look for the module that they are defined in
    with for_its_author(lambda error: f"{place_of(error, file)} cannot be imported: {described(error)}"):
        exec(compile(source, file, "exec"), module.__dict__)
    spec = f"{Path(file).name}:{name}"
    found = {each: _guarded(each, function, spec, file) for each, function in _functions(spec, _object(module, name))}
    return OwnBackprop(file, name, source, found)


def _object(module: types.ModuleType, name: str) -> Any:
    try:
        return operator.attrgetter(name)(module)
    except AttributeError:
        own = [key for key, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__]
        has = f"it defines {', '.join(own)}" if own else "it defines no function or class"
        raise ValueError(f"{Path(module.__file__ or '').name} has no {name}; {has}.") from None


def _functions(spec: str, thing: Any) -> Iterator[tuple[str, Callable]]:
    """What an object gives, by the names of what it replaces, each checked to be callable as that is."""
    ours = list(PROGRAM.values())
    if thing in ours:
        raise ValueError(f"{spec} is symmetry's own {thing.__name__}; name a function of yours.")
    given = {name: getattr(thing, name) for name in PROGRAM if getattr(thing, name, ours[0]) not in ours}
    alone = not given and callable(thing) and not inspect.isclass(thing)
    if alone:
        given = {"backprop": thing}
    if not given:
        signatures = ", ".join(f"{name}{_parameters(name)}" for name in PROGRAM)
        raise ValueError(
            f"{spec} is no function and has none that could stand in; "
            f"expected backprop{_parameters('backprop')} or an object with some of {signatures}."
        )
    for name, function in given.items():
        _check_parameters(spec if alone else f"{spec}.{name}", name, function)
        yield name, function


def _check_parameters(where: str, name: str, function: Any) -> None:
    if not callable(function):
        raise ValueError(f"{where} is a {type(function).__name__}; expected a function {name}{_parameters(name)}.")
    try:
        signature = inspect.signature(function)
    except ValueError:  # what is written in C need not tell
        return
    wanted = list(inspect.signature(PROGRAM[name]).parameters)
    try:
        signature.bind(*wanted)
    except TypeError as error:
        method = next(iter(signature.parameters), "") == "self"
        hint = " It is a method: write @staticmethod, or name an instance of the class." if method else ""
        raise ValueError(
            f"{where} takes {signature}, but is called with {len(wanted)} arguments: {_parameters(name)}.{hint}"
        ) from error


def _parameters(name: str) -> str:
    return f"({', '.join(inspect.signature(PROGRAM[name]).parameters)})"


def _guarded(name: str, function: Callable, spec: str, file: str) -> Callable:
    """The function; what it raises is reported with its place, and a gradient is checked to be in our layout."""

    def guarded(*arguments: Any) -> Any:
        try:
            found = function(*arguments)
        except OwnBackpropRaised:  # by another function of the same object
            raise
        except Exception as error:  # whatever it raises is a failure of the theorem that called it
            raise OwnBackpropRaised(f"{place_of(error, file)}: {described(error)}; {OPERATORS}") from error
        return _in_our_layout(found, *arguments, spec=spec) if name == "backprop" else found

    return guarded


def _in_our_layout(gradient: Any, network: Any, batch: Any, spec: str) -> Any:
    """The gradient, whose arrays must have the shapes of what they are the gradient in."""
    from symmetry.network import Gradient, Layer

    layers = getattr(gradient, "layers", None)
    if not isinstance(gradient, Gradient) or not isinstance(layers, tuple | list):
        raise OwnBackpropRaised(f"{spec} returned a {type(gradient).__name__}; expected symmetry.Gradient(layers, x)")
    if len(layers) != len(network.layers) or not all(isinstance(layer, Layer) for layer in layers):
        expected = f"{len(network.layers)} symmetry.Layer(weight, bias)"
        raise OwnBackpropRaised(f"{spec} returned layers = {layers!r:.60}; expected a tuple of {expected}")
    pairs = [("x", gradient.x, batch.x)]
    for number, (found, layer) in enumerate(zip(layers, network.layers, strict=True), start=1):
        pairs += [(f"layer {number}'s weight", found.weight, layer.weight)]
        pairs += [(f"layer {number}'s bias", found.bias, layer.bias)]
    for what, found, wanted in pairs:
        if (shape := getattr(found, "shape", None)) != (expected := getattr(wanted, "shape", None)):
            raise OwnBackpropRaised(
                f"{spec} returned a gradient in {what} of shape {shape}; expected {expected}, that of {what} itself"
            )
    return Gradient(tuple(layers), gradient.x)
