"""The book as a folder of HTML pages that need nothing but a browser."""

import itertools
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from symmetry.bibliography import short, title_of
from symmetry.book.agda import OVERVIEW, Agda, files_of
from symmetry.book.called import called_by, called_on_a_page
from symmetry.book.contents import CLAIMS, DEPENDENCIES, MEANING, QUESTIONS_PAGE, REFERENCES, TUTORIAL, Contents
from symmetry.book.dependencies import PICTURE, DependencyPage
from symmetry.book.formulas import formula, may_scroll
from symmetry.book.prose import document, full, highlighted, prose
from symmetry.book.run import RecordedRun
from symmetry.display.ledger import COLUMNS
from symmetry.display.statement import CONCLUDES, NOT_COUNTED
from symmetry.evidence.environment import version
from symmetry.evidence.evidence import command_for
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.record import Record
from symmetry.files import write_atomically
from symmetry.latex import equation, latex
from symmetry.statements.notation import notation_of
from symmetry.statements.statement import Statement
from symmetry.statements.verdict import without_condition
from symmetry.wording import count

if TYPE_CHECKING:
    from symmetry.book.figures.picture import Picture

SHARED = ("book.css", "book.js")
"""What pages share."""

OTHERS = (CLAIMS, QUESTIONS_PAGE, DEPENDENCIES, MEANING, TUTORIAL, REFERENCES)
"""Pages that are no chapters."""

PIXELS_PER_INCH = 96
"""Of CSS."""

LEDGER = "ledger"
"""Where the figure of a record stands; the others stand at the first of the theorems that they illustrate."""


def write_book(
    folder: Path,
    known: Mapping[str, Statement],
    record: Record | None = None,
    progress: Callable[[str], None] = lambda activity: None,
) -> list[Path]:
    """Writes the book and returns its files, the contents page first.

    Args:
        folder: where to write; made if it is missing.
        known: the theorems and claims, by id.
        record: the run to report; None to report none.
        progress: is called with what is being done.

    Raises:
        ValueError: the folder cannot be made or written, or holds files of others that the book would replace; the record is of
            another backprop than symmetry's.
    """
    if record is not None and record.backprop is not None:
        raise ValueError(
            f"the record is of {record.backprop}, and a book reports runs of symmetry's own backprop; "
            "make a record without --backprop."
        )
    folder, contents = Path(folder), Contents(known)
    agda = files_of(contents.theorems)
    if foreign := _foreign(folder, contents, agda):
        raise ValueError(
            f"{folder / foreign} is no page of this book, and is not replaced; nothing is written. Name another folder, such as "
            f"{folder / 'proof'}."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"cannot write the book to {folder}: {error.strerror}; name a folder, which is made if it is missing."
        ) from error
    pages = dict(_pages(contents, RecordedRun(record, known), agda, progress))  # all, before any is written
    for name, text in pages.items():
        write_atomically(folder / name, text)
    return [folder / name for name in pages]


MARK = '<meta name="generator" content="symmetry'
"""What shows a page to be one of a book."""


def _foreign(folder: Path, contents: Contents, agda: Agda) -> str:
    """A file that the book would replace, in a folder that holds no book; "" where there is none."""
    index = folder / "index.html"
    if index.is_file() and MARK in index.read_text(encoding="utf-8", errors="replace"):
        return ""
    from symmetry.book.figures import FIGURES

    pages = ["index.html", *(chapter.page for chapter in contents.chapters), *OTHERS, *agda.pages, *SHARED]
    pictures = [PICTURE, *(f"{name}.svg" for name in (*FIGURES, "evidence_ledger"))]
    return next((name for name in (*pages, *pictures) if (folder / name).exists()), "")


def _pages(contents: Contents, run: RecordedRun, agda: Agda, progress: Callable[[str], None]):
    """The name and the text of each file."""
    dependencies = DependencyPage(contents, agda)
    templates = _templates(contents, run, agda, dependencies)
    if agda.files:
        progress("checking the proofs in Agda")
        _ = agda.check
    pictures = _pictures_by_place(contents.known, run.evidence, progress)
    drawn = {picture.name: picture._repr_svg_() for placed in pictures.values() for picture in placed}
    figures = {place: [_framed(each) for each in placed] for place, placed in pictures.items()}

    def page(template: str, **given) -> str:
        return templates.get_template(template).render(figures=figures, **given)

    yield "index.html", page("index.html", page="index.html")
    chapters = contents.chapters
    for before, chapter, after in zip([None, *chapters], chapters, [*chapters[1:], None], strict=False):
        progress(f"writing {chapter.page}")
        yield chapter.page, page("chapter.html", page=chapter.page, chapter=chapter, before=before, after=after)
    for name in OTHERS:
        progress(f"writing {name}")
        yield name, page(name, page=name)
    for file in agda.files.values():
        yield file.page, page("agda_file.html", page=file.page, file=file)
    if agda.files:
        yield OVERVIEW, page(OVERVIEW, page=OVERVIEW)
    yield from ((f"{name}.svg", svg) for name, svg in drawn.items())
    yield PICTURE, str(dependencies.svg)
    for name in SHARED:
        yield name, (resources.files("symmetry.book") / "templates" / name).read_text(encoding="utf-8")


def _pictures_by_place(
    ids: Mapping[str, object], record: Record | None, progress: Callable[[str], None]
) -> "dict[str, list[Picture]]":
    """The pictures by the id of the theorem that they stand at; `progress` hears of those that cannot be drawn."""
    from symmetry.book.figures import BESIDE, FIGURES, DigitsMissing, evidence_ledger

    placed: dict[str, list[Picture]] = {}
    for name, places in BESIDE.items():
        if (place := next((id for id in places if id in ids), None)) is None:
            continue
        progress(f"drawing {name.replace('_', ' ')}")
        try:
            placed.setdefault(place, []).append(FIGURES[name]())
        except DigitsMissing as error:
            progress(f"without the figure {name.replace('_', ' ')}: {error}")
    if record is not None:
        progress("drawing the ledger")
        placed[LEDGER] = [evidence_ledger(record)]
    return placed


def _framed(picture: "Picture") -> Markup:
    """A picture, which is a file of its own, under its anchor, with its caption and a text for who does not see it."""
    width, height = (round(PIXELS_PER_INCH * inches) for inches in picture.get_size_inches())
    return Markup(
        '<figure id="{0}"><div class="picture" tabindex="0" role="group" aria-label="{1}">'
        '<img src="{0}.svg" width="{2}" height="{3}" alt="{4}"></div>'
        '<figcaption>{5} <a href="{0}.svg" download>Save image</a></figcaption></figure>'
    ).format(picture.name, picture.title, width, height, picture.alternative, picture.caption)


def _templates(contents: Contents, run: RecordedRun, agda: Agda, dependencies: DependencyPage) -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("symmetry.book"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters.update(
        formula=formula,
        may_scroll=may_scroll,
        prose=lambda text: prose(text, contents.addresses),
        highlighted=highlighted,
        verdict_class=without_condition,
        verdict_of=run.verdict,
        short=short,
        full=full,
        title_of=title_of,
    )
    templates.tests.update(in_run=lambda made: run.of(made) is not None)
    templates.globals.update(
        count=count,
        notation_of=notation_of,
        contents=contents,
        run=run,
        agda=agda,
        dependencies=dependencies,
        ledger_columns=COLUMNS,
        kinds=list(KINDS.values()),
        version=version(),
        command_for=command_for,
        equation=equation,
        given=_given,
        numbers=lambda steps: list(itertools.accumulate(int(step.mark == "computed") for step in steps)),
        concludes=CONCLUDES,
        not_counted=NOT_COUNTED,
        called_by=called_by,
        called_on_a_page=called_on_a_page,
        steps=lambda theorem: list(theorem.derivation("")) if theorem.derivation else [],
        document=document,
        words=lambda *texts: " ".join(" ".join(texts).lower().split()),  # what a search looks in
        choices=_choices(contents, run),
        claim_choices=_claim_choices(contents, run),
    )
    return templates


def _choices(contents: Contents, run: RecordedRun) -> dict[str, dict[str, str]]:
    """What the contents page can be filtered by: for each name the values, and how they read."""
    chapters = {chapter.id: chapter.title for chapter in contents.chapters}
    verdicts = [without_condition(run.verdict(made)) for made in [*contents.theorems, *contents.claims]]
    return {
        "chapter": chapters | {"CLAIM": "Claims", "ASK": "Questions"},
        "evidence": {kind: kind for made in contents.theorems for kind in made.evidence},
        "verdict": {verdict: verdict for verdict in verdicts if verdict},
    }


def _claim_choices(contents: Contents, run: RecordedRun) -> dict[str, dict[str, str]]:
    verdicts = [without_condition(run.verdict(made)) for made in contents.claims]
    return {
        "verdict": {verdict: verdict for verdict in verdicts},
        "thread": {thread: title_of(thread) for thread in contents.threads},
    }


def _given(step) -> list[str]:
    """What a step takes from the hypotheses, in LaTeX."""
    return [f"{latex(left)} = {latex(right)}" for left, right in getattr(step, "given", ())]
