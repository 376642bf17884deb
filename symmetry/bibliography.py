"""The bibliography: the references that theorems cite, by key."""

import functools
import re
from importlib import resources


@functools.cache
def references() -> dict[str, dict[str, str]]:
    """Every entry's fields by its key, as in `references.bib`."""
    field = re.compile(r"^\s*(\w+)\s*=\s*\{(.*?)\},?$", re.MULTILINE)
    return {key: dict(field.findall(text)) for key, text in entries().items()}


@functools.cache
def entries() -> dict[str, str]:
    """Every entry as `references.bib` has it, in BibTeX, by its key."""
    text = resources.files("symmetry").joinpath("references.bib").read_text(encoding="utf-8")
    found = re.findall(r"^(@\w+\{([^,]+),\n.*?\n\})$", text, flags=re.DOTALL | re.MULTILINE)
    return {key: whole for whole, key in found}


def described(key: str) -> str:
    """A reference in one line: authors, title, year.

    >>> described("schwartz1980fast")
    'Schwartz, Jacob T.: Fast Probabilistic Algorithms for Verification of Polynomial Identities (1980)'

    Raises:
        KeyError: the key is not in the bibliography.
    """
    entry = references()[key]
    authors, title, where = (words(entry.get(field, "")) for field in ("author", "title", "howpublished"))
    year = entry.get("year", "undated")
    if authors:
        return f"{authors.replace(' and ', '; ')}: {title} ({year})"
    return f"{title} ({year})" + (f", {where}" if where else "")


def address(key: str) -> str:
    """Where a reference can be read; "" where no address is known.

    >>> address("werbos1990backpropagation"), address("bishop2006pattern")
    ('https://doi.org/10.1109/5.58337', '')
    """
    entry = references()[key]
    return next((before + entry[field] for field, before in ADDRESSES.items() if field in entry), "")


ADDRESSES = {"doi": "https://doi.org/", "eprint": "https://arxiv.org/abs/", "url": ""}
"""The fields of an entry that hold an address, and what stands before each."""


def title_of(key: str) -> str:
    """The title of a reference."""
    return words(references()[key]["title"])


def short(key: str) -> str:
    """A reference in two or three words.

    >>> short("schwartz1980fast")
    'Schwartz 1980'
    """
    entry = references()[key]
    if "author" not in entry:
        return f"“{title_of(key)}”"
    names = [words(author).split(",")[0] for author in entry["author"].split(" and ")]
    return f"{' and '.join(names) if len(names) < 3 else f'{names[0]} et al.'} {entry.get('year', 'undated')}"


def named(text: str) -> str:
    """A sentence with short references in the place of keys.

    >>> named("as in schwartz1980fast")
    'as in Schwartz 1980'
    """
    return re.sub("[a-z]+[0-9a-z]{6,}", lambda key: short(key[0]) if key[0] in references() else key[0], text)


def words(latex: str) -> str:
    """A field of an entry without LaTeX."""
    return re.sub("[{}]", "", plain(latex)).replace("--", "–")


def plain(latex: str) -> str:
    """LaTeX as text for a terminal; braces stay where they group, and relations stand between spaces.

    >>> plain(r"f(\\pi\\cdot\\theta, x^{l+1})")
    'f(π·θ, x^{l+1})'
    >>> plain(r"\\rho_{in} \\to(w, b)")
    'ρ_in → (w, b)'
    >>> plain(r"a \\ne b \\iff c\\leq d")
    'a ≠ b ⟺ c ≤ d'
    >>> plain(r"\\tfrac18 + \\tfrac{b - a}{n}")
    '1/8 + (b - a)/n'
    """
    latex = re.sub(r"\\[td]frac", r"\\frac", latex).replace(r"\left.", "")
    text = re.sub(r"\s+", " ", _to_text().latex_to_text(latex)).replace(" }", "}")
    text = re.sub(r"(?<=[α-ω])”", "''", text)  # two primes, no quotation mark
    text = re.sub(r"_\{([^\W\d_]+)\}(?!\w)", r"_\1", text)
    text = re.sub(r"(?<=\S)([+-]) ", r" \1 ", text)  # a letter of LaTeX takes the space after it along
    return re.sub(rf"\s*([{RELATIONS}])\s*", r" \1 ", text).strip()


RELATIONS = "=≠≤≥<>→↦⇒⇔⟺⊙⊕∈∘∥∦"
"""Signs that stand between spaces."""


@functools.cache
def _to_text():
    """The converter to Unicode; it parenthesises compound numerators and denominators."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    def fraction(node, l2tobj) -> str:
        parts = [l2tobj.nodelist_to_text(getattr(each, "nodelist", [each])).strip() for each in node.nodeargd.argnlist]
        return "/".join(f"({part})" if re.search(r"[ +-]", part) else part for part in parts)

    context = get_default_latex_context_db()
    unknown = {
        "ne": "\N{NOT EQUAL TO}",
        "iff": "\N{LONG LEFT RIGHT DOUBLE ARROW}",
        "overline": "overline(%s)",
        "tanh": "tanh ",
    }
    unknown |= dict.fromkeys(("left", "right", "bigl", "bigr", "textstyle"), "")
    macros = [MacroTextSpec("frac", fraction), *(MacroTextSpec(name, text) for name, text in unknown.items())]
    context.add_context_category("statements", prepend=True, macros=macros)
    context.set_unknown_macro_spec(MacroTextSpec("", lambda node: rf"\{node.macroname}"))  # and not nothing
    return LatexNodes2Text(
        latex_context=context, math_mode="text", keep_braced_groups=True, keep_braced_groups_minlen=2
    )
