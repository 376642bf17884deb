"""While a student's code runs on exact numbers, the arrays that it allocates hold exact numbers, too.

`out = np.zeros(shape)`, then `out[n, i, j] = ...`, is how loops are written: an array of floats would turn each number into
a float, and drop its derivative. So the names `np` and `math` of the student's own modules stand for modules that know exact
numbers, for as long as the code runs; NumPy itself stays as it is, since compiled code calls it, too.
"""

import contextlib
import functools
import inspect
import math
import os
import sysconfig
import types
from collections.abc import Callable, Iterator

import numpy as np
import scipy.special

from symmetry.gradcheck.exact import FUNCTIONS, ExactNumber, Numbers, Operand, holds_exact
from symmetry.gradcheck.tape import current

FILLED = ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "eye", "identity")
"""NumPy's functions that allocate an array."""

CONVERTING = ("array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray")
"""NumPy's functions that make an array of something, of a type that may be asked for."""

_INVERTIBLE = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
_AS_IN_NUMPY = ("exp", "expm1", "log1p", "log2", "log10", "sqrt", "cbrt", "erf", "erfc", "floor", "ceil", "trunc")
IN_MATH = {name: name for name in (*_INVERTIBLE, *_AS_IN_NUMPY, "fabs", "hypot", "exp2")}
IN_MATH |= {f"a{name}": f"arc{name}" for name in _INVERTIBLE}
"""Functions of `math`, and what NumPy calls them."""

IN_SCIPY = ("logsumexp", "softmax", "log_softmax")
"""Functions of `scipy.special` that take floats only."""

MOST_OBJECTS = 2_000
"""How many objects are searched for the modules that a student's functions come from."""


@contextlib.contextmanager
def exact_allocation(namespaces: list[dict]) -> Iterator[None]:
    """Inside of the block, `np` and `math` are exact versions among these global names."""
    exact = _replacements()
    replaced = [(names, name, value) for names in namespaces for name, value in names.items() if id(value) in exact]
    try:
        for names, name, value in replaced:
            names[name] = exact[id(value)]
        yield
    finally:
        for names, name, value in replaced:
            names[name] = value


@functools.cache
def _replacements() -> dict[int, object]:
    """What stands for NumPy, `math` and their functions, by the identity of the original."""
    of_numpy = {name: _filled(getattr(np, name)) for name in FILLED}
    of_numpy |= {name: _converting(getattr(np, name)) for name in CONVERTING}
    of_math: dict[str, Callable] = {
        name: functools.partial(_any, getattr(math, name), FUNCTIONS[other])
        for name, other in IN_MATH.items()
        if hasattr(math, name)
    }
    of_math |= {"log": _logarithm, "pow": functools.partial(_any, math.pow, pow)}
    of_math["fsum"] = lambda terms: sum(known) if holds_exact(known := list(terms)) else math.fsum(known)
    of_scipy = {name: _of_logits(name, getattr(scipy.special, name)) for name in IN_SCIPY}
    found: dict[int, object] = {}
    for module, functions in ((np, of_numpy), (math, of_math), (scipy.special, of_scipy)):
        found[id(module)] = twin = types.ModuleType(module.__name__, module.__doc__)
        vars(twin).update(functions, __getattr__=functools.partial(getattr, module))
        found |= {id(getattr(module, name)): function for name, function in functions.items()}
    return found


def namespaces_of(roots: tuple) -> list[dict]:
    """The global names of the student's own modules, as far as they can be reached from functions and objects."""
    found: dict[int, dict] = {}
    seen: set[int] = set()
    left = list(roots)
    while left and len(seen) < MOST_OBJECTS:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, types.FunctionType):
            names, file = each.__globals__, each.__globals__.get("__file__")
            if id(names) not in found and not (file and is_library(file)):
                found[id(names)] = names
                left += [value for value in names.values() if isinstance(value, types.FunctionType | type)]
            left += [*closure_of(each), *(each.__defaults__ or ()), *(each.__kwdefaults__ or {}).values()]
        else:
            left += _inside(each)
    return list(found.values())


def _inside(each: object) -> list[object]:
    """What functions may be reached from, in anything that is no function itself."""
    if isinstance(each, types.MethodType):
        return [each.__func__, each.__self__]
    if isinstance(each, functools.partial):
        return [each.func, *each.args, *each.keywords.values()]
    if isinstance(each, type):
        methods = types.FunctionType | staticmethod | classmethod
        return [value for value in vars(each).values() if isinstance(value, methods)]
    if isinstance(each, staticmethod | classmethod):
        return [each.__func__]
    if isinstance(each, list | tuple):
        return list(each[:100])
    if isinstance(each, dict):
        return list(each.values())[:100]
    if isinstance(each, np.ndarray | str | int | float | types.ModuleType) or each is None:
        return []
    own = vars(each).values() if hasattr(each, "__dict__") else ()
    return [*type(each).__mro__[:-1], *own, *([inspect.unwrap(each)] if callable(each) else [])]


def closure_of(function: types.FunctionType) -> list[object]:
    """What the cells of a function's closure hold, those that are filled."""
    found = []
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):
            found.append(cell.cell_contents)
    return found


_LIBRARIES = tuple(
    os.path.join(os.path.abspath(folder), "")
    for folder in {
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        os.path.dirname(os.path.abspath(np.__file__)),
    }
)


@functools.cache
def is_library(file: str) -> bool:
    """Whether code of that file is not the student's: Python's own, what is installed, and ours."""
    return file.startswith("<frozen") or os.path.abspath(file).startswith(_LIBRARIES)


def _filled(original: Callable) -> Callable:
    @functools.wraps(original)
    def filled(*arguments: Operand, **keywords: Operand) -> np.ndarray:
        if "full" in original.__name__ and holds_exact([*arguments[1:], *keywords.values()]):
            keywords["dtype"] = object
        array = original(*arguments, **keywords)
        if array.dtype.kind != "f":
            return array.view(Numbers) if array.dtype == object and not isinstance(array, Numbers) else array
        current().casts.add(array.dtype)
        exact = np.empty(array.shape, object).view(Numbers)
        exact[...] = 0.0 if "empty" in original.__name__ else array
        return exact

    return filled


def _converting(original: Callable) -> Callable:
    @functools.wraps(original)
    def converting(*arguments: Operand, **keywords: Operand) -> np.ndarray:
        if not (arguments and holds_exact(arguments[0])):
            array = original(*arguments, **keywords)
            listed = arguments and isinstance(arguments[0], list) and array.dtype.kind == "f"
            return array.astype(object).view(Numbers) if listed else array
        asked = arguments[1] if len(arguments) > 1 else keywords.get("dtype")
        if asked is not None and np.dtype(asked).kind == "f":
            current().casts.add(np.dtype(asked))
            arguments, keywords = arguments[:1], {**keywords, "dtype": object}
        array = original(*arguments, **keywords)
        return array.view(Numbers) if array.dtype == object else array

    return converting


def _of_logits(name: str, original: Callable) -> Callable:
    @functools.wraps(original)
    def of_logits(
        logits: Operand, axis: int | tuple[int, ...] | None = None, *arguments: Operand, **keywords: Operand
    ) -> np.ndarray:
        if not holds_exact(logits):
            return original(logits, axis, *arguments, **keywords)
        largest = logits.max(axis=axis, keepdims=True)
        exps = np.exp(logits - largest)
        total = np.sum(exps, axis=axis, keepdims=True)
        if name == "softmax":
            return exps / total
        if name == "log_softmax":
            return logits - largest - np.log(total)
        sums = np.log(total) + largest
        return sums if keywords.get("keepdims") else sums.sum(axis=axis)

    return of_logits


def _logarithm(number: Operand, base: Operand = None) -> Operand:
    natural = functools.partial(_any, math.log, FUNCTIONS["log"])
    if base is None:
        return natural(number)
    return natural(number) / natural(base) if holds_exact([number, base]) else math.log(number, base)


def _any(original: Callable, exact: Callable, *arguments: Operand) -> Operand:
    """A function of plain floats, or its exact version where any argument is an exact number."""
    numbers = [each.item() if isinstance(each, Numbers) and each.size == 1 else each for each in arguments]
    return (exact if any(isinstance(each, ExactNumber) for each in numbers) else original)(*numbers)
