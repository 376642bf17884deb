"""Claims: what a question-and-answer thread says, with a verdict that is computed and not only stated; and questions.

A claim's check tries it on instances and says of each whether the claim holds there. The verdict follows from what it
finds, and the run fails where that is not the verdict stated. Every sentence of an answer rests on theorems and claims.
"""

import dataclasses
import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from symmetry.markdown import escaped
from symmetry.statements.registry import REGISTRY, register
from symmetry.statements.statement import Job, Statement
from symmetry.statements.verdict import CONDITIONAL

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

    def __str__(self) -> str:
        outcome = "holds" if self.holds else "fails"
        met = {None: "", True: " (condition met)", False: " (condition not met)"}[self.condition]
        return f"{outcome}{met}: {self.where}: {self.computed}"

    def __post_init__(self):
        """Convert NumPy booleans so that a record can hold them."""
        object.__setattr__(self, "holds", bool(self.holds))
        object.__setattr__(self, "condition", None if self.condition is None else bool(self.condition))


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Claim(Statement):
    """What a thread says and what becomes of it. Made by `@claim`.

    Attributes:
        title: the claim in our words.
        statement: the claim made formal, in LaTeX, with its hypotheses.
        cites: the thread's key in the bibliography, alone.
        position: where in the thread, such as "accepted answer".
        verdict: one of `VERDICTS`.
        condition: of a claim that is `right if`, what makes it right; of one that cannot be run, why not.
        why: the reason, in a sentence or two.
        follows_from: ids of the theorems and claims that it rests on.
        check: yields the instances; None for a claim that cannot be run.
        quoted: at most six words of the thread, or "".
        home: the module that states it.
    """

    position: str
    verdict: str
    condition: str
    why: str
    follows_from: tuple[str, ...]
    check: Callable[[], Iterable[Instance]] | None
    quoted: str
    home: str

    @property
    def thread(self) -> str:
        """The thread's key in the bibliography."""
        return self.cites[0]

    @property
    def function(self) -> Callable | None:
        return self.check

    @property
    def premise(self) -> str:
        return self.stated_verdict

    @property
    def module(self) -> str:
        return self.home

    @property
    def stated_verdict(self) -> str:
        """The verdict as a person reads it."""
        return f"{CONDITIONAL}{self.condition}" if self.verdict == "right if" else self.verdict

    def remarks(self) -> list[str]:
        rests = f"*Rests on:* {', '.join(self.follows_from)}." if self.follows_from else ""
        return [f"*Verdict:* {escaped(self.stated_verdict)}. {escaped(self.why)}", rests]

    def jobs(self) -> Iterator[Job]:
        yield ("instances", self.id)

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

    def decorated(check: Callable[[], Iterable[Instance]]) -> Claim:
        words = (id, says, statement, (thread,), {}, ("decided",), position, verdict, condition, why)
        return _registered(Claim(*words, tuple(follows_from), check, quoted, check.__module__))

    return decorated


def claim_that_cannot_be_run(
    id: str, *, thread: str, position: str, says: str, why: str, quoted: str = "", module: str
) -> Claim:
    """Registers a claim that no run decides, with the reason; `module` is the `__name__` of the caller."""
    words = (id, says, "", (thread,), {}, ("decided",), position, "cannot be run", "", why)
    return _registered(Claim(*words, (), None, quoted, module))


def _registered(made: Claim) -> Claim:
    if not re.fullmatch(r"CLAIM\.[1-9][0-9]*", made.id):
        raise ValueError(f"claim id {made.id!r} is malformed; expected CLAIM, a dot and a number, such as 'CLAIM.54'.")
    if made.verdict not in VERDICTS:
        raise ValueError(f"{made.id}: unknown verdict {made.verdict!r}; choose among {list(VERDICTS)}.")
    if (made.verdict == "right if") != bool(made.condition):
        raise ValueError(f"{made.id}: a condition belongs to the verdict 'right if', and to no other.")
    if len(made.quoted.split()) > 6:
        raise ValueError(f"{made.id}: {made.quoted!r} quotes more than six words; say it in our own.")
    return register(made)


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
    """A question that the threads ask, with an answer whose sentences each name what supports them.

    Attributes:
        asks: the question in our words.
        threads: keys of the threads that ask it.
        answer: pairs of a sentence and the ids of the theorems and claims that it rests on.
    """

    id: str
    asks: str
    threads: tuple[str, ...]
    answer: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def rests_on(self) -> list[Statement]:
        """The theorems and claims that support the answer, each once."""
        return [REGISTRY[id] for id in dict.fromkeys(id for _, support in self.answer for id in support)]

    @property
    def sentences(self) -> list[str]:
        """The answer, each sentence with the ids of what supports it."""
        return [f"{text} [{', '.join(support)}]" for text, support in self.answer]

    @property
    def digest(self) -> str:
        """sha256 of question, answer and the digests of all that it rests on, joined by NUL."""
        parts = [self.asks, *self.sentences, *(each.digest for each in self.rests_on)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


QUESTIONS: dict[str, Question] = {}
"""Every question, by id."""


def question(id: str, asks: str, threads: Sequence[str], answer: Sequence[tuple[str, Sequence[str]]]) -> Question:
    """Registers a question with its answer."""
    QUESTIONS[id] = Question(id, asks, tuple(threads), tuple((text, tuple(support)) for text, support in answer))
    return QUESTIONS[id]
