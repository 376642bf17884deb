"""Citations written out: plain text, Markdown, BibTeX and LaTeX."""

import functools
import re
import textwrap
from collections.abc import Callable

from symmetry.bibliography import described, entries, plain, references
from symmetry.citation.citation import RELEASED, Citation, citation
from symmetry.evidence.record import Record
from symmetry.statements.statement import Statement


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
    code = ["Law, the code that is run:", textwrap.indent(cited.code, "    ")] if cited.code else []
    return "\n".join([*(_filled(part) for part in parts if part), *code])


def as_markdown(cited: Citation) -> str:
    """Markdown with the statement in dollar signs."""
    parts = [
        f"**{_markdown(cited.title)}** ({cited.id}). {cited.credit}, {RELEASED}.",
        cited.statement and f"$${cited.statement}$$",
        _markdown(cited.premise),
        "*Evidence.* " + _in_mathematics(_markdown(" ".join(cited.evidence))),
        f"Identifier: {f'<{cited.address}> ' if cited.address else ''}sha256 `{cited.digest}`",
        cited.keys and "\n".join(f"- {_markdown(described(key))}" for key in cited.keys),
        cited.code and f"Law, the code that is run:\n\n```python\n{cited.code}\n```",
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
    return "\n\n".join([own, *(_as_annotated(entries()[key]) for key in cited.keys)])


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
            *([r"\begin{verbatim}", cited.code, r"\end{verbatim}"] if cited.code else []),
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


def cite(made: Statement, form: str = "text", record: Record | None = None) -> str:
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
    fill = functools.partial(textwrap.fill, width=100, break_long_words=False, break_on_hyphens=False)
    return "\n".join(fill(line, subsequent_indent="  " * line.startswith("- ")) for line in text.splitlines())
