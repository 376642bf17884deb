"""A session gathers evidence for a set of statements, item by item; what they share is computed once.

An item is one line of evidence: `derived`, `identity`, `sampled-float32`, `control-phi-left-out`.
"""

import dataclasses
import inspect
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import jax.numpy as jnp

from symmetry.architecture import SMALL
from symmetry.engine.failing_case import run_case
from symmetry.engine.kernel import exact_settings
from symmetry.engine.memory import collecting_rarely
from symmetry.engine.shrink import ROWS, smallest_case
from symmetry.engine.work import Work
from symmetry.evidence.evidence import Evidence, command_for
from symmetry.evidence.finding import Finding, Heading, items_of
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.kinds.control import slug
from symmetry.statements.besides import how_to_get
from symmetry.statements.statement import Statement
from symmetry.statements.theorem import Theorem
from symmetry.statements.unfilled import FILL_IN
from symmetry.wording import count


@dataclasses.dataclass
class Session:
    """Gathers evidence for `statements` with a budget of `networks` a float type and line.

    The statements given share kernels, so give all that will be asked for; the same statements, budget and seed give the
    same evidence. `progress` is called with what is being done, `told` with each line as soon as it is known.
    """

    statements: Sequence[Statement]
    networks: int = 10_000
    seed: int = 0
    progress: Callable[[str], None] = lambda activity: None
    told: Callable[[Statement, Evidence], None] = lambda statement, line: None
    work: Work = dataclasses.field(init=False, repr=False)
    kinds: Mapping[str, type[Evidence]] = dataclasses.field(default_factory=lambda: KINDS, repr=False)
    _smallest: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict, init=False, repr=False)

    def __post_init__(self):
        if self.networks < 1:
            raise ValueError(f"the number of networks is {self.networks}; it must be at least 1.")
        if self.seed < 0:
            raise ValueError(f"the seed is {self.seed}; it must be at least 0.")
        self.work = Work(self.statements, self.networks, self.seed, self.progress)

    def findings(self, wanted: Collection[str] | None = None) -> Iterator[Finding]:
        """All evidence for all statements, or for those of the wanted ids: module by module, what is cheap to know first."""
        asked = [each for each in self.statements if wanted is None or each.id in wanted]
        for _, group in itertools.groupby(asked, key=lambda each: each.module):
            sharing = list(group)
            found: dict[tuple[str, str], Evidence] = {}
            for kind in sorted(self.kinds.values(), key=lambda kind: kind.is_slow):
                for each in sharing:
                    for item in kind.items(each):
                        found[each.id, item] = line = self.gather(each, item)
                        self.told(each, line)
            for each in sharing:
                yield Finding(Heading.of(each), [found[each.id, item] for item in items_of(each)]).attributed()

    def gather(self, statement: Statement, item: str) -> Evidence:
        """One item's line of evidence.

        Raises:
            ValueError: the statement has no such item.
        """
        if item not in items_of(statement):
            raise ValueError(f"{statement.id} has no item {item!r}; it has {', '.join(items_of(statement))}.")
        self.progress(f"{statement.id} {item}")
        name, _, part = item.partition("-")
        kind = self.kinds[name]
        part = next((control for control in statement.controls if name == "control" and slug(control) == part), part)
        if isinstance(statement, Theorem) and not statement.is_whole:
            return _unwritten(statement, kind, part)
        if isinstance(statement, Theorem) and statement.missing:
            return kind.not_run(part, how_to_get(statement.missing))
        with exact_settings(), collecting_rarely():
            return kind.gather(statement, part, self)

    def smallest(self, theorem: Theorem, dtype: str) -> tuple[str, str]:
        """The smallest counterexample found first, whatever its float type: how it reads, and its text for `--example`."""
        if theorem.id not in self._smallest:
            self._smallest[theorem.id] = self._search(theorem, dtype) if "balls" in theorem.systems else ("", "")
        return self._smallest[theorem.id]

    def _search(self, theorem: Theorem, dtype: str) -> tuple[str, str]:
        self.progress(f"{theorem.id} failed; looking for the smallest network that breaks it")
        case = smallest_case(theorem.id, theorem.law, jnp.dtype(dtype), theorem.architectures or SMALL)
        if case is None:
            return f"No small network was found that breaks it in {dtype}.", ""
        option = "" if dtype == "float64" else f" --dtype {dtype}"
        return run_case(theorem, case, jnp.dtype(dtype), ROWS)[1], case.text + option


def _unwritten(theorem: Theorem, kind: type[Evidence], part: str) -> Evidence:
    """The line of a theorem that cannot be run as it is written: it fails, and says what is missing or wrong."""
    first, *rest = theorem.mistakes or _unfilled(theorem)
    return kind.not_filled_in(part).failed(first.removesuffix("."), "\n".join([first, *rest]), command_for(theorem))


def _unfilled(theorem: Theorem) -> list[str]:
    file = Path(inspect.getsourcefile(theorem.law) or theorem.module).name
    marked = [f"  line {line}: {what}" for line, what in theorem.unfilled.items()]
    return [f"{theorem.id} is not filled in: {FILL_IN} still marks {count(len(marked), 'line')} of {file}.", *marked]
