"""What follows for a theorem from a function that differs from what was proved, or of which it cannot be told.

A theorem is refused only where numbers show that it is false. Another may well hold of a function that differs from what
was proved: equal units have equal gradients under a backprop of the wrong sign, too.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping

from symmetry.formal.imports import path_of, rests_on

GRADIENT = "Theory.ProgramGradient"
"""What a theorem's file rests on if it says that what the program returns are derivatives of its loss."""

NAMED = {
    "backpropagate": ("output-error", "hidden-error"),
    "layers-gradient": ("weight-gradient", "bias-gradient"),
}
"""Functions of one layer that a recursion stands for in a statement; `backprop` stands for everything."""

SUPPOSES_LAWS = re.compile(r"\(laws : (?!EqualTerms|SumsInAnyOrder)")
"""That a theorem supposes the laws by which a loop was found equal to the recursion: all sets but these two have them."""


@dataclasses.dataclass(frozen=True)
class Problem:
    """Why a file that would be written is not there.

    Attributes:
        differs: whether numbers show that the program is not what was proved; else it cannot be told.
        words: what is said of it.
        function: the function of one layer that it is about, by its name in Agda; "" for a loop.
    """

    differs: bool
    words: str
    function: str = ""


@dataclasses.dataclass(frozen=True)
class Written:
    """The files that the program wrote of itself, by their modules, and why others are missing."""

    files: Mapping[str, str]
    problems: Mapping[str, Problem]
    by_laws: Mapping[str, str]
    """Of modules that suppose Laws, what to say of a theorem that does not."""
    no_gradient: str = ""
    """Where the gradient that the program returns is not the derivative of its loss; "" where it is, as far as tried."""

    @property
    def paths(self) -> dict[str, str]:
        """The files by their paths among the sources: Generated/Program.agda, ..."""
        return {path_of(name): text for name, text in self.files.items()}


def decided(
    theorems: Iterable[str], by_hand: Mapping[str, str], wrote: Written
) -> tuple[dict[str, str], dict[str, str]]:
    """Of the files that rest on what was not written: those that are refused, and those of which it cannot be told."""
    refused: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for name in theorems:
        needs = rests_on(name, {**by_hand, **wrote.files})
        problems = [problem for module, problem in wrote.problems.items() if module in needs]
        supposing = [words for module, words in wrote.by_laws.items() if module in needs]
        if GRADIENT in needs and wrote.no_gradient and _is_false(by_hand[name], problems):
            gradient = f"What it returns is not the gradient: {wrote.no_gradient}."
            refused[name] = _words([*[each.words for each in problems if each.differs], gradient])
        elif problems:
            unknown[name] = _words(each.words for each in problems)
        elif supposing and not SUPPOSES_LAWS.search(by_hand[name]):
            unknown[name] = _words(supposing)
    return refused, unknown


def _is_false(text: str, problems: Iterable[Problem]) -> bool:
    """Whether a statement on derivatives speaks of what is not one: the whole of backprop, or a function that differs."""
    found = re.search(r"^\s*theorem :(.*?)^\s*theorem\b", text, re.DOTALL | re.MULTILINE)
    names = set(re.findall(r"[\w-]+", found[1] if found else ""))
    meant = names.union(*[NAMED[name] for name in names & NAMED.keys()])
    differing = [each for each in problems if each.differs]
    return any("backprop" in names or each.function in meant for each in differing)


def _words(reasons: Iterable[str]) -> str:
    """Reasons, each once."""
    return "\n".join(dict.fromkeys(reasons))
