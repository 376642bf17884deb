"""Claims: what a question-and-answer thread says, with a verdict that is computed and not only stated.

A claim's check tries it on instances and says of each whether the claim holds there. The verdict follows from what it
finds, and the run fails where that is not the verdict stated.
"""

import dataclasses
import functools
import hashlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence

from symmetry.registry import register

VERDICTS = ("right", "wrong", "right if", "cannot be run")
"""What a claim can turn out to be; `right if` names its condition."""


@dataclasses.dataclass(frozen=True)
class Instance:
    """A case on which a claim was tried.

    Attributes:
        where: the case, in words.
        holds: whether the claim holds there.
        computed: the numbers that decide it, as they came out.
        condition: whether the condition of a claim that is `right if` is met there; None for other claims.
    """

    where: str
    holds: bool
    computed: str
    condition: bool | None = None

    def __post_init__(self):
        """What a comparison of arrays answers becomes a builtin, which a record can hold."""
        object.__setattr__(self, "holds", bool(self.holds))
        object.__setattr__(self, "condition", None if self.condition is None else bool(self.condition))


@dataclasses.dataclass(frozen=True, eq=False)
class Claim:
    """What a thread says and what becomes of it. Made by `@claim`.

    Attributes:
        thread: the thread's key in the bibliography.
        position: where in the thread, such as "accepted answer".
        says: the claim in our words.
        statement: the claim made formal, in LaTeX, with what it is claimed of.
        verdict: one of `VERDICTS`.
        condition: of a claim that is `right if`, what makes it right; of one that cannot be run, why not.
        why: the reason, in a sentence or two.
        follows_from: ids of the theorems and claims that it rests on.
        check: yields the instances; None for a claim that cannot be run.
        quoted: at most six words of the thread, or "".
    """

    id: str
    thread: str
    position: str
    says: str
    statement: str
    verdict: str
    condition: str
    why: str
    follows_from: tuple[str, ...]
    check: Callable[[], Iterable[Instance]] | None
    quoted: str = ""
    module: str = ""

    @property
    def title(self) -> str:
        return self.says

    def __repr__(self) -> str:
        return f"<{self.id} {self.says}>"

    def _repr_markdown_(self) -> str:
        """How a notebook shows it."""
        from symmetry.notebook import claim_in_markdown

        return claim_in_markdown(self)

    def _repr_latex_(self) -> str | None:
        """How a notebook shows it where there is no Markdown: its statement, if it is made formal."""
        return rf"$\displaystyle {self.statement}$" if self.statement else None

    @property
    def chapter(self) -> str:
        return "CLAIM"

    @property
    def cites(self) -> tuple[str, ...]:
        return (self.thread,)

    @property
    def said_verdict(self) -> str:
        """The verdict as a person reads it."""
        return f"right if {self.condition}" if self.verdict == "right if" else self.verdict

    @property
    def source(self) -> str:
        """The check's source code, dedented; "" where there is none."""
        if self.check is None:
            return ""
        return textwrap.dedent(inspect.getsource(self.check)).replace("\r\n", "\n")

    @property
    def digest(self) -> str:
        """sha256 of statement, verdict and check, joined by NUL: tells a changed claim."""
        return hashlib.sha256("\0".join([self.statement, self.said_verdict, self.source]).encode()).hexdigest()

    @functools.cached_property
    def instances(self) -> tuple[Instance, ...]:
        """What the check found."""
        return tuple(self.check()) if self.check is not None else ()


def claim(
    id: str,
    *,
    thread: str,
    position: str,
    says: str,
    statement: str,
    verdict: str,
    why: str,
    condition: str = "",
    follows_from: Sequence[str] = (),
    quoted: str = "",
) -> Callable[[Callable[[], Iterable[Instance]]], Claim]:
    """Makes a claim of the decorated check and registers it. See `Claim` for what the words are.

    Raises:
        ValueError: a malformed or repeated id, an unknown verdict, a condition missing or one too many, a quotation of
            more than six words.
    """

    def made(check: Callable[[], Iterable[Instance]]) -> Claim:
        words = (id, thread, position, says, statement, verdict, condition, why)
        return register(_checked(Claim(*words, tuple(follows_from), check, quoted, check.__module__)))

    return made


def claim_that_cannot_be_run(
    id: str, *, thread: str, position: str, says: str, why: str, quoted: str = "", module: str
) -> Claim:
    """Registers a claim that no run decides, with the reason; `module` is the `__name__` of the caller."""
    words = (id, thread, position, says, "", "cannot be run", "", why)
    return register(_checked(Claim(*words, (), None, quoted, module)))


def _checked(made: Claim) -> Claim:
    if not re.fullmatch(r"CLAIM\.[1-9][0-9]*", made.id):
        raise ValueError(f"claim id {made.id!r} is malformed; expected CLAIM, a dot and a number, such as 'CLAIM.54'.")
    if made.verdict not in VERDICTS:
        raise ValueError(f"{made.id}: unknown verdict {made.verdict!r}; choose among {list(VERDICTS)}.")
    if (made.verdict == "right if") != bool(made.condition):
        raise ValueError(f"{made.id}: a condition belongs to the verdict 'right if', and to no other.")
    if len(made.quoted.split()) > 6:
        raise ValueError(f"{made.id}: {made.quoted!r} quotes more than six words; say it in our own.")
    return made


def told(instance: Instance) -> str:
    """An instance in a line."""
    outcome = "holds" if instance.holds else "fails"
    met = {None: "", True: " (condition met)", False: " (condition not met)"}[instance.condition]
    return f"{outcome}{met}: {instance.where}: {instance.computed}"


def computed_verdict(instances: Sequence[Instance]) -> str:
    """The verdict that instances lead to.

    >>> computed_verdict([Instance("n = 1", True, ""), Instance("n = 2", True, "")])
    'right'
    >>> computed_verdict([Instance("n = 2", False, "")])
    'wrong'
    >>> computed_verdict([Instance("n = 1", True, "", True), Instance("n = 2", False, "", False)])
    'right if'

    A claim right on some instances and wrong on others must say, of each, whether its condition is met there; that it
    holds where the condition is met, and only there, makes it `right if`. Otherwise its verdict is "undecided".
    """
    if not instances:
        return "cannot be run"
    holds = [instance.holds for instance in instances]
    if all(holds) or not any(holds):
        conditional = any(instance.condition is not None for instance in instances)
        return "undecided" if conditional else "right" if all(holds) else "wrong"
    return "right if" if all(instance.condition == instance.holds for instance in instances) else "undecided"


@dataclasses.dataclass(frozen=True)
class Question:
    """A question that the threads ask, with an answer every sentence of which names what supports it.

    Attributes:
        asks: the question in our words.
        threads: keys of the threads that ask it.
        answer: pairs of a sentence and the ids of the theorems and claims that it rests on.
    """

    id: str
    asks: str
    threads: tuple[str, ...]
    answer: tuple[tuple[str, tuple[str, ...]], ...]


QUESTIONS: dict[str, Question] = {}
"""Every question, by id."""


def question(id: str, asks: str, threads: Sequence[str], answer: Sequence[tuple[str, Sequence[str]]]) -> Question:
    """Registers a question with its answer."""
    QUESTIONS[id] = Question(id, asks, tuple(threads), tuple((text, tuple(support)) for text, support in answer))
    return QUESTIONS[id]
