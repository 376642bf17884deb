"""The kinds of evidence: every file of this folder defines one. To add a kind, add a file."""

import importlib
import inspect
import pkgutil

from symmetry.evidence.evidence import Evidence


def _kinds() -> list[type[Evidence]]:
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    classes = [each for module in modules for each in vars(module).values() if inspect.isclass(each)]
    return [each for each in dict.fromkeys(classes) if issubclass(each, Evidence) and each is not Evidence]


KINDS: dict[str, type[Evidence]] = {kind.kind: kind for kind in sorted(_kinds(), key=lambda kind: kind.order)}
"""Every kind by its name, the strongest evidence for a theorem first; controls and the verdicts of claims last."""
