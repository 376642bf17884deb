"""The bibliography: the references that theorems cite, by key."""

import functools
import re
from importlib import resources


@functools.cache
def references() -> dict[str, dict[str, str]]:
    """Every entry's fields by its key, as in `references.bib`."""
    return {
        key: dict(re.findall(r"^\s*(\w+)\s*=\s*\{(.*?)\},?$", text, flags=re.MULTILINE))
        for key, text in _entries().items()
    }


def entry(key: str) -> str:
    """An entry as `references.bib` has it, in BibTeX.

    Raises:
        KeyError: the key is not in the bibliography.
    """
    return _entries()[key]


@functools.cache
def _entries() -> dict[str, str]:
    text = resources.files("symmetry").joinpath("references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^(@\w+\{([^,]+),\n.*?\n\})$", text, flags=re.DOTALL | re.MULTILINE)
    return {key: whole for whole, key in entries}


def described(key: str) -> str:
    """A reference in one line: authors, title, year.

    >>> described("schwartz1980fast")
    'Schwartz, Jacob T.: Fast Probabilistic Algorithms for Verification of Polynomial Identities (1980)'

    Raises:
        KeyError: the key is not in the bibliography.
    """
    entry = references()[key]
    authors, title = (plain(entry.get(field, "")).translate(_NO_BRACES) for field in ("author", "title"))
    year = entry.get("year", "undated")
    return f"{authors.replace(' and ', '; ')}: {title} ({year})" if authors else f"{title} ({year})"


_NO_BRACES = str.maketrans("", "", "{}")


def plain(latex: str) -> str:
    """LaTeX as text for a terminal; braces stay where they group.

    >>> plain(r"f(\\pi\\cdot\\theta, x^{l+1})")
    'f(π·θ, x^{l+1})'
    """
    from pylatexenc.latex2text import LatexNodes2Text

    converter = LatexNodes2Text(math_mode="text", keep_braced_groups=True, keep_braced_groups_minlen=2)
    return re.sub(r"\s+", " ", converter.latex_to_text(latex))
