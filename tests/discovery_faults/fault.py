"""What a planted fault is: a line of discovery that is replaced by a wrong one, for as long as a context lasts."""

import contextlib
import dataclasses
import importlib
import inspect
import types
from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class Fault:
    """A line of a module of `symmetry.discovery`, and what is planted in its place.

    Attributes:
        module: its name, such as `rules.order`.
        line: as it stands there, or several lines.
        planted: the fault.
        caught: the case that shows it; "" if random programs alone do.
    """

    module: str
    line: str
    planted: str
    caught: str = ""

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        """The fault is there as long as the context lasts."""
        module = importlib.import_module(f"symmetry.discovery.{self.module}")
        source = inspect.getsource(module)
        if source.count(self.line) != 1:
            raise ValueError(
                f"{self.module} has {source.count(self.line)} times {self.line!r}, not once; "
                "state the fault in the lines that are there now."
            )
        namespace = {"__name__": module.__name__}
        exec(compile(source.replace(self.line, self.planted), module.__file__ or "", "exec"), namespace)
        changed = [
            (function, function.__code__, other.__code__)
            for function, other in zip(_functions(vars(module), module), _functions(namespace, module), strict=True)
            if function.__code__ != other.__code__
        ]
        assert changed, f"{self.planted!r} changes no function"
        try:
            for function, _, code in changed:
                function.__code__ = code
            yield
        finally:
            for function, code, _ in changed:
                function.__code__ = code


def _functions(namespace: dict, module: types.ModuleType) -> list[types.FunctionType]:
    """The functions and methods that a module defines, in their order."""
    found = []
    for one in namespace.values():
        if inspect.isclass(one) and one.__module__ == module.__name__:
            found += [method for method in vars(one).values() if isinstance(method, types.FunctionType)]
        elif isinstance(one, types.FunctionType) and one.__module__ == module.__name__:
            found.append(one)
    return found
