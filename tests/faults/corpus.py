"""All planted faults: every module of this folder that lists FAULTS."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import tests.faults
from tests.faults.fault import Fault


def every_fault() -> list[Fault]:
    """The faults of all files, in the order of the files' names."""
    return [fault for module in _listing() for fault in module.FAULTS]


def _listing() -> Iterator[ModuleType]:
    for each in pkgutil.iter_modules(tests.faults.__path__):
        if each.name != "__main__":
            module = importlib.import_module(f"tests.faults.{each.name}")
            if hasattr(module, "FAULTS"):
                yield module
