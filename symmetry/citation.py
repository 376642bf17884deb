"""Citations of a theorem or claim, with what its evidence is: BibTeX, LaTeX, Markdown and plain text.

A property is cited as a part of this software, or the reader's own as checked by it, at a version, with a digest of what
was checked. Whatever did not turn out to hold begins with a word that says so: FALSE for what is refuted.
"""

import dataclasses
import re
import textwrap
from collections.abc import Callable, Mapping
from importlib import metadata
from typing import Any

from symmetry.bibliography import described, entry, plain, references
from symmetry.claim import Claim
from symmetry.evidence import version as version_here
from symmetry.own_evidence import functions_that_ran, name_of, whose
from symmetry.record import recorded
from symmetry.reproduction import CHANGED, contradictions, state
from symmetry.theorem import Theorem
from symmetry.worded import found, gathered, mark, of_run

AUTHOR = "The symmetry authors"
RELEASED = "2026-11-24"
"""The day of the version that is cited; `CITATION.cff` says the same."""

SOFTWARE, DISTRIBUTION = "symmetry: an executable proof that hidden units are interchangeable", "symmetry-proofs"


@dataclasses.dataclass(frozen=True)
class Citation:
    """What every format says of a property.

    Attributes:
        id: of the theorem or claim.
        title: in words, with a mark before it if it does not hold.
        statement: in LaTeX; "" for a claim that is not made formal.
        premise: a sentence with its hypotheses; of a claim, where it is said.
        evidence: sentences.
        version: of this software, when the evidence was gathered.
        digest: sha256 of what was checked.
        address: of the software; "" where its package names none.
        keys: the originals to cite beside it, in the bibliography.
        environment: of LaTeX, with the heading that it prints.
        is_own: whether it is the reader's own, which this software has only checked.
    """

    id: str
    title: str
    statement: str
    premise: str
    evidence: tuple[str, ...]
    version: str
    digest: str
    address: str
    keys: tuple[str, ...]
    environment: tuple[str, str]
    is_own: bool = False

    @property
    def author(self) -> str:
        return f"The author of {self.id}" if self.is_own else AUTHOR

    @property
    def software(self) -> str:
        """What it is a part of, or what it was checked by."""
        by = "checked by " if self.is_own else ""
        return f"{by}{SOFTWARE}, version {self.version} (Python package {DISTRIBUTION})"

    @property
    def credit(self) -> str:
        return f"{self.author}{'; ' if self.is_own else '. '}{self.software}"

    @property
    def source(self) -> str:
        return self.id if self.is_own else f"{self.id} of symmetry"

    @property
    def place(self) -> str:
        """The same after the id."""
        return f"{self.id}, {self.software}" if self.is_own else f"{self.id} of {self.software}"


def citation(made: Theorem | Claim, record: Mapping[str, Any] | None = None) -> Citation:
    """The citation of a theorem or claim, with the evidence of a record if one is given.

    Raises:
        ValueError: the record does not hold it, holds another statement or law of that id, or is at odds with itself.
    """
    verdict = made.said_verdict if isinstance(made, Claim) else "refuted" if made.is_false else ""
    evidence, version, of = [gathered(made)], version_here(), ""
    if record is not None:
        theorem = as_recorded(made, record)
        verdict, version = theorem["verdict"], record["environment"].get("symmetry") or version
        try:
            evidence = [*found(theorem, record["environment"]), of_run(record)]
        except (LookupError, TypeError) as error:
            raise ValueError(f"{made.id}: a line of the record lacks {error}; make a new one.") from error
        if (backprop := record.get("backprop")) is not None:
            evidence.insert(0, whose(theorem, backprop))
            of = name_of(backprop) if functions_that_ran(theorem) else ""
    return Citation(
        id=made.id,
        title=mark(verdict) + made.title.removesuffix(".") + (f", for {of}" if of else ""),
        statement=made.statement,
        premise=_premise(made),
        evidence=tuple(evidence),
        version=version,
        digest=made.digest,
        address="" if _is_own(made) else _address(),
        keys=made.cites,
        environment=_environment(made, verdict, bool(of)),
        is_own=_is_own(made),
    )


def _is_own(made: Theorem | Claim) -> bool:
    return isinstance(made, Theorem) and made.is_own


def _premise(made: Theorem | Claim) -> str:
    if isinstance(made, Claim):
        return f"Said in: {described(made.thread)}; {made.position}."
    return f"Hypotheses: {made.hypotheses}."


def _environment(made: Theorem | Claim, verdict: str, other_code: bool = False) -> tuple[str, str]:
    """Theorem for what has a derivation, Property for what is checked without, Claim for whatever may not hold.

    For code that is not symmetry's, a derivation counts only if the run says proved.
    """
    if mark(verdict) == "FALSE: ":
        return "falseclaim", "FALSE"
    if isinstance(made, Claim) or mark(verdict):
        return "claim", "Claim"
    derived = verdict == "proved" if other_code else "derived" in made.evidence
    return ("theorem", "Theorem") if derived else ("property", "Property")


def as_recorded(made: Theorem | Claim, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a record holds of a theorem or claim.

    Raises:
        ValueError: it holds nothing of it, or another statement or law, or it contradicts itself.
    """
    theorem = recorded(record, made.id)
    if state(theorem, {made.id: made})[0] == CHANGED:
        raise ValueError(
            f"{made.id}: the record is of another statement or law (digest {theorem['digest'][:12]}..., here "
            f"{made.digest[:12]}...); make a new one with `symmetry prove {made.id} --record FILE`."
        )
    if wrong := contradictions(theorem, made):
        raise ValueError(f"{made.id}: the record is at odds with the theorem or with itself: {wrong[0]}.")
    return theorem


def _address() -> str:
    """The first address that the installed package names."""
    try:
        urls = metadata.metadata(DISTRIBUTION).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    return urls[0].partition(",")[2].strip() if urls else ""


def as_text(cited: Citation) -> str:
    """Plain text, a paragraph a part."""
    parts = [
        f"{cited.title} ({cited.id}). {cited.credit}, {RELEASED}.",
        cited.statement and f"Statement: {plain(cited.statement)}.",
        cited.premise,
        "Evidence. " + " ".join(cited.evidence),
        f"Identifier: {cited.address + ' ' if cited.address else ''}sha256 {cited.digest}",
        cited.keys and "\n".join(["Originals to cite beside it:", *(f"- {described(key)}" for key in cited.keys)]),
    ]
    return "\n".join(_filled(part) for part in parts if part)


def as_markdown(cited: Citation) -> str:
    """Markdown with the statement in dollar signs."""
    parts = [
        f"**{_markdown(cited.title)}** ({cited.id}). {cited.credit}, {RELEASED}.",
        cited.statement and f"$${cited.statement}$$",
        _markdown(cited.premise),
        "*Evidence.* " + _in_mathematics(_markdown(" ".join(cited.evidence))),
        f"Identifier: {f'<{cited.address}> ' if cited.address else ''}sha256 `{cited.digest}`",
        cited.keys and "\n".join(f"- {_markdown(described(key))}" for key in cited.keys),
    ]
    return "\n\n".join(part for part in parts if part)


def as_bibtex(cited: Citation) -> str:
    """An entry of the property, and one of each original."""
    fields = {
        "author": f"{{{cited.author}}}",
        "title": f"{{{_latex(cited.title)}}}",
        "howpublished": _latex(cited.place),
        "year": RELEASED[:4],
        "date": RELEASED,
        "version": cited.version,
        "note": _latex(" ".join([*cited.evidence, f"Digest: sha256 {cited.digest[:16]}..."])),
        "abstract": f"{f'${cited.statement}$. ' if cited.statement else ''}{_latex(cited.premise)}",
        "digest": f"sha256:{cited.digest}",
        "url": cited.address,
    }
    body = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items() if text)
    own = f"@misc{{symmetry:{cited.id},\n{body}\n}}"
    return "\n\n".join([own, *(_as_annotated(entry(key)) for key in cited.keys)])


def _as_annotated(text: str) -> str:
    """An entry whose note, a remark on the entry itself, is not printed in a bibliography."""
    return re.sub(r"^(\s*)note(\s*)=", r"\1annote\2=", text, flags=re.MULTILINE)


def as_latex(cited: Citation) -> str:
    """An environment that amsthm knows with statement and hypotheses, the evidence, a bibliography with the originals."""
    environment, heading = cited.environment
    title = cited.title.removeprefix("FALSE: ")
    keys = [f"symmetry:{cited.id}", *cited.keys]
    digest = r"\allowbreak ".join(textwrap.wrap(cited.digest, 8))
    own = rf"{cited.author}. \emph{{{_latex(cited.title)}}}. {_latex(f'{cited.place}, {RELEASED}.')} "
    own += (rf"\url{{{cited.address}}}, " if cited.address else "") + rf"sha256 \texttt{{{digest}}}."
    items = [own, *(_in_bibliography(key) for key in cited.keys)]
    return "\n".join(
        [
            f"% {cited.title} ({cited.id})",
            rf"% Preamble: \usepackage{{amsmath,amssymb,url}} \newtheorem{{{environment}}}{{{heading}}}",
            rf"\begin{{{environment}}}[{{{_latex(title)}}}] \label{{symmetry:{cited.id}}}",
            _latex(cited.premise),
            *([r"\[", cited.statement, r"\]"] if cited.statement else []),
            rf"\end{{{environment}}}",
            rf"\noindent\textit{{Evidence}} ({_latex(cited.source)}~\cite{{{','.join(keys)}}}).",
            _filled(_latex(" ".join(cited.evidence))),
            "",
            r"\begin{thebibliography}{9}",
            *(rf"\bibitem{{{key}}} {item}" for key, item in zip(keys, items, strict=True)),
            r"\end{thebibliography}",
        ]
    )


def _in_bibliography(key: str) -> str:
    """An original as an item of a bibliography, in the LaTeX of its entry."""
    fields = references()[key]
    authors = fields.get("author", "").replace(" and ", "; ")
    where = [fields[name] for name in ("journal", "booktitle", "howpublished", "publisher", "year") if name in fields]
    where += [rf"\url{{{fields['url']}}}"] if "url" in fields else []
    return (f"{authors}. " if authors else "") + rf"\emph{{{fields['title']}}}. {', '.join(where)}."


FORMATS: dict[str, Callable[[Citation], str]] = {
    "bibtex": as_bibtex,
    "latex": as_latex,
    "markdown": as_markdown,
    "text": as_text,
}
"""How a citation can be written."""


def cite(made: Theorem | Claim, form: str = "text", record: Mapping[str, Any] | None = None) -> str:
    """The citation of a theorem or claim in one of the `FORMATS`.

    Raises:
        ValueError: there is no such format, or the record is no evidence for it.
    """
    if form not in FORMATS:
        raise ValueError(f"there is no format {form!r} to cite in; choose one of {', '.join(FORMATS)}.")
    return FORMATS[form](citation(made, record))


def _latex(text: str) -> str:
    """Words as LaTeX: what is special there is written out."""
    from pylatexenc.latexencode import unicode_to_latex

    return _in_mathematics(unicode_to_latex(text, non_ascii_only=False))


def _in_mathematics(text: str) -> str:
    """Powers of 2 as formulas."""
    return re.sub(r"\b2(?:\{\\textasciicircum\}|\\\^)(-?\d+)", r"$2^{\1}$", text)


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|$^~])", r"\\\1", text)


def _filled(text: str) -> str:
    """Lines of at most 100 columns, those of a list each by itself."""
    return "\n".join(
        textwrap.fill(
            line,
            100,
            subsequent_indent="  " * line.startswith("- "),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )
