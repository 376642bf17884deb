"""A model named on the command line, MODULE:FUNCTION or FILE.py:FUNCTION: the function is called, and what it returns is read."""

import contextlib
import dataclasses
import importlib
import inspect
import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from symmetry.raised import described, for_its_author, place_of
from symmetry.statements.registry import import_file

USUAL = "build"
"""The function that is called where none is named."""

PARTS = ("apply", "params", "inputs", "loss", "optimizer", "groups", "mirrors")
"""What a mapping may hold; the first two it must."""

EXPECTED = "expected (apply, params, inputs), or a dictionary of these with any of loss, optimizer, groups, mirrors"


@dataclasses.dataclass(frozen=True)
class Built:
    """What a function returned that builds a model: the arguments of `symmetry.check`."""

    apply: Callable
    params: Any
    inputs: tuple
    rest: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def built_by(spec: str) -> Built:
    """What the function that a text names returns.

    Raises:
        ValueError: there is no such module or function, it raises, or it returns something else than a model.
    """
    home = spec.rpartition(":")[0] or spec
    folder = str(Path(home).resolve().parent) if home.endswith(".py") else str(Path.cwd())
    with _importable(folder):
        return read(called(function_named(spec), spec), spec)


def function_named(spec: str) -> Callable:
    """The function that MODULE:FUNCTION or FILE.py:FUNCTION names; `build` if no function is named.

    Raises:
        ValueError: there is none; the message lists the functions that there are.
    """
    home, _, name = spec.rpartition(":") if ":" in spec else (spec, "", USUAL)
    if not home or not name:
        raise ValueError(
            f"{spec} names no model; expected MODULE:FUNCTION or FILE.py:FUNCTION, such as my_model.py:build."
        )
    module = _module(home)
    try:
        found = operator.attrgetter(name)(module)
    except AttributeError:
        own = [key for key, value in vars(module).items() if _is_own_function(value, module)]
        has = f"its functions are {', '.join(own)}" if own else "it defines no function"
        raise ValueError(f"{home} has no {name}; {has}. Name one as {home}:FUNCTION.") from None
    if not callable(found):
        raise ValueError(
            f"{spec} is a {type(found).__name__}; expected a function without arguments that returns a model."
        )
    return found


def _is_own_function(value: object, module: ModuleType) -> bool:
    return inspect.isfunction(value) and value.__module__ == module.__name__ and not value.__name__.startswith("_")


def _module(home: str) -> ModuleType:
    if home.endswith(".py"):
        return import_file(Path(home), "builds your model")
    hint = "; a file is named with its ending, .py" if "/" in home or Path(f"{home}.py").is_file() else ""
    with for_its_author(lambda error: f"the module {home} cannot be imported: {described(error)}{hint}."):
        return importlib.import_module(home)


@contextlib.contextmanager
def _importable(folder: str) -> Iterator[None]:
    """The modules of a folder can be imported meanwhile, where they hide no installed ones."""
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


def called(function: Callable, spec: str) -> object:
    """What the function returns.

    Raises:
        ValueError: it takes arguments, or raises.
    """
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        raise ValueError(
            f"{spec} takes arguments ({error}); expected a function without any, which returns a model."
        ) from None
    except ValueError:  # what is written in C need not tell
        pass
    file = inspect.getsourcefile(inspect.unwrap(function)) if inspect.isfunction(function) else None
    with for_its_author(lambda error: f"{spec} raised {described(error)} ({place_of(error, file or spec)})."):
        return function()


def read(returned: object, spec: str) -> Built:
    """A model from what a function returned.

    Raises:
        ValueError: it is none.
    """
    if isinstance(returned, Mapping):
        return _from_mapping(returned, spec)
    if not isinstance(returned, tuple) or len(returned) != 3:
        what = f"a tuple of {len(returned)}" if isinstance(returned, tuple) else f"a {type(returned).__name__}"
        raise ValueError(f"{spec} returned {what}; {EXPECTED}.")
    apply, params, inputs = returned
    return Built(_required_callable(apply, spec, "apply"), params, _several(inputs))


def _from_mapping(returned: Mapping, spec: str) -> Built:
    unknown = [str(key) for key in returned if key not in PARTS]
    missing = [key for key in PARTS[:2] if key not in returned]
    if unknown or missing:
        wrong = f"with {unknown[0]!r}" if unknown else f"without {missing[0]!r}"
        raise ValueError(f"{spec} returned a dictionary {wrong}; {EXPECTED}.")
    for name in ("apply", "loss"):
        if returned.get(name) is not None:
            _required_callable(returned[name], spec, name)
    rest = {key: returned[key] for key in PARTS[3:] if returned.get(key) is not None}
    return Built(
        _required_callable(returned["apply"], spec, "apply"),
        returned["params"],
        _several(returned.get("inputs", ())),
        rest,
    )


def _required_callable(value: Any, spec: str, name: str) -> Callable:
    if not callable(value):
        raise ValueError(
            f"{spec} returned a {type(value).__name__} as {name}; expected a function of (params, *inputs)."
        )
    return value


def _several(inputs: Any) -> tuple:
    """The inputs as a tuple: what is neither a tuple nor a list is the only one."""
    return tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)
