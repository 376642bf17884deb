"""Words and formulas as Markdown that says the same wherever it is rendered.

CommonMark reads a backslash before a sign as that sign alone, and some signs as emphasis, links or tags, in formulas too.
"""

import re

_SIGNS = dict.fromkeys(",;:>", r"\ ") | {"!": "", "{": r"\lbrace ", "}": r"\rbrace ", "|": r"\Vert ", "\\": r"\cr "}
"""Commands of one sign, and what means the same and is spelled without one: of spaces, one of another width."""


def formula(latex: str, dollars: str = "$$") -> str:
    r"""A formula between dollars, on a line of its own or, with one dollar, in a sentence, that CommonMark leaves as it is.

    >>> print(formula(r"\{x : \varphi(x)_i < y_{ij}\} \;\Rightarrow\; [f](x)\,{}^* = z"))
    $$\lbrace x : \varphi(x)_ i < y_{ij}\rbrace  \ \Rightarrow\  [f] (x)\ {}^\ast  = z$$
    """
    text = re.sub(r"\\([^\w\s])", lambda command: _SIGNS.get(command[1], rf"\{command[0]}"), " ".join(latex.split()))
    text = re.sub(r"(?<![^\W_])_(?=\S)", "_ ", text)  # else it could open emphasis
    text = re.sub(r"(?<=])(?=\()|(?<=[<&])(?=\S)", " ", text)  # else a link, a tag or an entity
    text = text.replace("*", r"\ast ")
    return f"{dollars}{text}{dollars}"


def escaped(text: str) -> str:
    r"""Words whose signs stand for themselves; what stands in backticks is code.

    >>> print(escaped("w_1 * [x] in `W[0, 1]`"))
    w\_1 \* \[x\] in `W[0, 1]`
    """
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\`*_{}\[\]<>#|$^~]|&(?=#?\w+;))", r"\\\1", part) for part in parts
    )
