"""Citations written out, one or several with one bibliography: plain text, Markdown, BibTeX and LaTeX."""

import functools
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TypeAlias

from symmetry.bibliography import address, described, entries, plain, references
from symmetry.citation.answer import citation_of_answer
from symmetry.citation.citation import RELEASED, Citation, citation
from symmetry.evidence.record import Record
from symmetry.markdown import escaped, formula
from symmetry.statements.claim import Question
from symmetry.statements.statement import Statement

WIDTH = 100
"""The width of lines of text."""


def _originals(cited: Sequence[Citation]) -> list[str]:
    """The keys of the originals of all, each once."""
    return list(dict.fromkeys(key for each in cited for key in each.keys))


def as_text(cited: Sequence[Citation], width: int = WIDTH) -> str:
    """Plain text, a paragraph a part, in lines of at most that width where words can wrap."""
    keys = _originals(cited)
    listed = [_filled(f"- {described(key)}", width) + _below(key) for key in keys]
    beside = "\n".join(["Originals to cite beside it:", *listed])
    return "\n\n".join([*(_paragraphs(each, width) for each in cited), *([beside] if keys else [])])


def _notation(cited: Citation, symbol: Callable[[str], str], words: Callable[[str], str]) -> str:
    """A sentence on the symbols, each written by one function and explained in words by the other."""
    explained = "; ".join(f"{symbol(latex)}: {words(meaning)}" for latex, meaning in cited.notation)
    return f"Notation. {explained}." if explained else ""


def _below(key: str) -> str:
    """The address of an original on a line of its own, whole."""
    return f"\n  {where}" if (where := address(key)) else ""


def _paragraphs(cited: Citation, width: int) -> str:
    parts = [
        cited.reference,
        cited.statement and f"Statement: {plain(cited.statement)}.",
        _notation(cited, plain, str),
        cited.premise,
        "Evidence. " + " ".join(cited.evidence),
        f"Identifier: {cited.address + ' ' if cited.address else ''}sha256 {cited.digest}",
    ]
    code = ["Law, the code that is run:", textwrap.indent(cited.code, "    ")] if cited.code else []
    return "\n".join([*(_filled(part, width) for part in parts if part), *code])


def as_markdown(cited: Sequence[Citation]) -> str:
    """Markdown with the statements in dollar signs."""
    keys = _originals(cited)
    beside = "\n".join(
        f"- {escaped(described(key))}" + (f" <{where}>" if (where := address(key)) else "") for key in keys
    )
    return "\n\n".join(part for part in (*map(_markdown_of, cited), beside) if part)


def _markdown_of(cited: Citation) -> str:
    parts = [
        f"**{escaped(cited.title)}** ({cited.id}). {cited.credit}, {RELEASED}.",
        cited.statement and formula(cited.statement),
        _notation(cited, lambda latex: formula(latex, "$"), escaped),
        escaped(cited.premise),
        "*Evidence.* " + _in_mathematics(escaped(" ".join(cited.evidence))),
        f"Identifier: {f'<{cited.address}> ' if cited.address else ''}sha256 `{cited.digest}`",
        cited.code and f"Law, the code that is run:\n\n{_fenced(cited.code)}",
    ]
    return "\n\n".join(part for part in parts if part)


def _fenced(code: str) -> str:
    """Code in a fence that is longer than any in the code."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"{fence}python\n{code}\n{fence}"


def as_bibtex(cited: Sequence[Citation]) -> str:
    """An entry of each property, and one of each original."""
    return "\n\n".join([*map(_entry, cited), *(entries()[key] for key in _originals(cited))])


def _entry(cited: Citation) -> str:
    statement = cited.statement and f"${cited.statement}$."
    fields = {
        "author": f"{{{cited.author}}}",
        "title": f"{{{_latex(cited.title)}}}",
        "howpublished": _latex(cited.place),
        "year": RELEASED[:4],
        "date": RELEASED,
        "version": cited.version,
        "note": _latex(" ".join([*cited.evidence, f"Digest: sha256 {cited.digest[:16]}..."])),
        "abstract": " ".join(
            part for part in (statement, _notation(cited, "${}$".format, _latex), _latex(cited.premise)) if part
        ),
        "digest": f"sha256:{cited.digest}",
        "url": cited.address,
    }
    body = ",\n".join(f"  {name} = {{{_counted(text)}}}" for name, text in fields.items() if text)
    return f"@misc{{symmetry:{cited.id},\n{body}\n}}"


def _counted(text: str) -> str:
    """LaTeX for BibTeX, which counts brackets whatever stands before them: those that are signs have names."""
    return text.replace(r"\{", r"{\ensuremath\lbrace}").replace(r"\}", r"{\ensuremath\rbrace}")


def as_latex(cited: Sequence[Citation]) -> str:
    """Environments that amsthm knows with statements and hypotheses, the evidence, a bibliography with the originals."""
    environments = dict.fromkeys(each.environment for each in cited)
    preamble = " ".join(rf"\newtheorem{{{name}}}{{{heading}}}" for name, heading in environments)
    items = [(f"symmetry:{each.id}", _in_own_words(each)) for each in cited]
    items += [(key, _in_bibliography(key)) for key in _originals(cited)]
    return "\n".join(
        [
            *(f"% {each.title} ({each.id})" for each in cited),
            rf"% Preamble: \usepackage{{amsmath,amssymb,url}} {preamble}",
            *map(_in_environment, cited),
            "",
            rf"\begin{{thebibliography}}{{{'9' * len(str(len(items)))}}}",
            *(rf"\bibitem{{{key}}} {item}" for key, item in items),
            r"\end{thebibliography}",
        ]
    )


def _in_environment(cited: Citation) -> str:
    environment, _ = cited.environment
    return "\n".join(
        [
            rf"\begin{{{environment}}}[{{{_latex(cited.title.removeprefix('FALSE: '))}}}] \label{{symmetry:{cited.id}}}",
            _latex(cited.premise),
            *([r"\[", cited.statement, r"\]"] if cited.statement else []),
            *([_filled(notation)] if (notation := _notation(cited, "${}$".format, _latex)) else []),
            rf"\end{{{environment}}}",
            rf"\noindent\textit{{Evidence}} ({_latex(cited.source)}~\cite{{{','.join([f'symmetry:{cited.id}', *cited.keys])}}}).",
            _filled(_latex(" ".join(cited.evidence))),
            *([r"\begin{verbatim}", _verbatim(cited.code), r"\end{verbatim}"] if cited.code else []),
        ]
    )


def _verbatim(code: str) -> str:
    """Code that does not end the environment it stands in."""
    return code.replace(r"\end{verbatim}", r"\end {verbatim}")


def _in_own_words(cited: Citation) -> str:
    """The property itself as an item of a bibliography."""
    digest = r"\allowbreak ".join(textwrap.wrap(cited.digest, 8))
    stop = "" if cited.title.endswith("?") else "."
    own = rf"{cited.author}. \emph{{{_latex(cited.title)}}}{stop} {_latex(f'{cited.place}, {RELEASED}.')} "
    return own + (rf"\url{{{cited.address}}}, " if cited.address else "") + rf"sha256 \texttt{{{digest}}}."


def _in_bibliography(key: str) -> str:
    """An original as an item of a bibliography, in the LaTeX of its entry."""
    fields = references()[key]
    authors = fields.get("author", "").replace(" and ", "; ")
    where = [fields[name] for name in ("journal", "booktitle", "howpublished", "publisher", "year") if name in fields]
    where += [rf"\url{{{fields['url']}}}"] if "url" in fields else []
    return (f"{authors}. " if authors else "") + rf"\emph{{{fields['title']}}}. {', '.join(where)}."


FORMATS: dict[str, Callable[[Sequence[Citation]], str]] = {
    "bibtex": as_bibtex,
    "latex": as_latex,
    "markdown": as_markdown,
    "text": as_text,
}
"""How a citation can be written."""


Citable: TypeAlias = Statement | Question


def cite(
    made: Citable | Sequence[Citable], form: str = "text", record: Record | None = None, width: int = WIDTH
) -> str:
    """The citation of a theorem, claim or question, or of several with one bibliography, in one of the `FORMATS`.

    Text has lines of at most that width where words can wrap.

    Raises:
        ValueError: there is no such format, or the record is no evidence for it.
    """
    if form not in FORMATS:
        raise ValueError(f"there is no format {form!r} to cite in; choose one of {', '.join(FORMATS)}.")
    several = [citation_of(each, record) for each in ([made] if isinstance(made, Citable) else made)]
    return as_text(several, width) if form == "text" else FORMATS[form](several)


def citation_of(made: Citable, record: Record | None = None) -> Citation:
    """What a citation of a theorem, claim or question says."""
    return citation_of_answer(made, record) if isinstance(made, Question) else citation(made, record)


def _latex(text: str) -> str:
    """Words as LaTeX: what is special there is written out."""
    from pylatexenc.latexencode import unicode_to_latex

    return _in_mathematics(unicode_to_latex(text, non_ascii_only=False))


def _in_mathematics(text: str) -> str:
    """Powers of 2 as formulas."""
    return re.sub(r"\b2(?:\{\\textasciicircum\}|\\\^)(-?\d+)", r"$2^{\1}$", text)


def _filled(text: str, width: int = WIDTH) -> str:
    """Lines of at most that width, those of a list each by itself."""
    fill = functools.partial(textwrap.fill, width=width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(fill(line, subsequent_indent="  " * line.startswith("- ")) for line in text.splitlines())
