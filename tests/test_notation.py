"""Notation: whoever reads one statement alone finds what its symbols mean, in `show`, in citations and in the book."""

import re
from collections import Counter

import pytest

import proofs
from symmetry.bibliography import plain
from symmetry.book.site import write_book
from symmetry.citation.formats import FORMATS, cite
from symmetry.display.statement import shown, shown_json
from symmetry.statements.notation import GREEK, NOTATION, define, letters_of, notation_of
from symmetry.statements.theorem import Theorem

pytestmark = pytest.mark.quick

KNOWN = proofs.load()
THEOREMS = {id: made for id, made in KNOWN.items() if isinstance(made, Theorem)}

OF_ALL_MATHEMATICS = {
    r"\partial",
    "d",
    r"\epsilon",
    r"\varepsilon",
    r"\circ",
    r"\lVert",
    "I",
    "z",
    "diag",
    "rank",
    "deg",
}
"""What no reader of formulas need be told; z is any number that an activation is applied to."""

SAID = {
    "GRAD.5": {"w": r"for every weight and bias } w"},
    "PERM.6": {"'": r"\theta' = \theta + u("},
    "PERM.9": {"m": r"equal units } (w, b, v) \text{ come in groups of } m_k", "k": r"come in groups of } m_k"},
    "PERM.10": {"in": "the columns of each hidden layer's weight and its bias are moved"},
    "TIE.2": {"'": r"\text{ after } \theta' = \theta + u("},
    "TIE.5": {"m": r"m \text{ units }"},
    "TIE.6": {"e": "e_n the error of the next layer", "a": "a_n the layer's input"},
    "TIE.7": {"e": "e_n the error of the next layer"},
    "TIE.10": {r"\Lambda": "Lambda a Lipschitz constant of the gradient"},
    "TIE.13": {
        r"\eta": r"\text{ (rates) } -(\eta_s - \eta_t)",
        "m": "m the units' own dropout masks",
        r"\xi": "xi noise",
        "g": "g the gradient",
        "h": "h the spacing that parameters are rounded to",
        r"\beta": "the random bit beta",
    },
    "TIE.16": {"R": r"R = \begin", "S": r"S = \sum_n", "x": "x the layer's inputs with a 1 for the bias"},
    "TIE.17": {"r": "r the radii that balls derive"},
    "DUP.2": {r"\lambda": r"for every real } \lambda"},
    "DUP.4": {r"\lambda": "every real lambda"},
    "SIGN.2": {"c": "c is the bias of the next layer"},
    "SIGN.4": {"c": "c is the bias of the next layer"},
    "SIGN.5": {"S": "S any matrix", "c": "and c is its bias"},
    "SCALE.1": {"c": "for every c > 0", "k": "k = 1: identity"},
    "SCALE.2": {"c": "for every c > 0", "k": "k = 1: identity"},
    "SCALE.4": {"k": "k = 1: identity"},
    "SCALE.5": {"Q": r"Q = \lVert w", "k": "k = 1: identity"},
    "SCALE.6": {"W": "W and V the weights", "V": "W and V the weights", "A": "A invertible", "M": "M = W^T W"},
    "SCALE.7": {"c": "for every c > 0", "k": "k = 1: identity"},
    "SOFT.1": {"u": "u_j is added to all outgoing weights", "t": "t to all output biases"},
    "NORM.2": {"c": r"for all } c > 0", "w": "w the incoming weights of a unit"},
    "NORM.3": {"w": "NORM.2", "'": r"w' = w - \eta"},
    "NORM.4": {"Q": "Q orthogonal", "W": "the next weight W"},
    "NOETHER.2": {"t": r"for all } t", "A": "A any square matrix"},
    "NOETHER.3": {"A": r"A = A^T", "t": r"\frac{d}{dt}", "'": r"\theta' = \theta - \eta"},
    "NOETHER.4": {"G": "a group G of orthogonal maps"},
    "NOETHER.5": {"M": "M = W_Q^T W_Q", "G": "G_Q and G_K the gradients"},
    "NOETHER.6": {"G": "G_Q and G_K the gradients"},
    "NOETHER.7": {"A": "A symmetric", "Q": r"Q(\theta) = ", r"\lambda": "lambda is the weight decay"},
    "NOETHER.8": {"A": "A = -A^T", r"\mu": "momentum mu"},
    "NOETHER.9": {"Q": r"Q = \lVert w", r"\gamma": r"\gamma \dot\theta"},
    "OPT.1": {
        "G": "the gradient G",
        "N": r"N \text{ iterates }",
        "U": "U and V orthogonal",
        "X": r"X \mapsto",
        **dict.fromkeys("abc", "any a, b and c"),
    },
    "LAND.3": {"L": "L(v, w) = "},
    "MIRROR.1": {r"\gamma": r"\gamma > \tfrac{K}{2}"},
    "COUNT.1": {
        "S": "S: Stirling's numbers",
        "m": "r^m choices",
        "r": "the r units",
        "k": "sum_{k=0}",
    },
    "ASYM.1": {"M": "M the masks"},
    "FDIM.1": {"r": r"r = \min_l n_l"},
    "FDIM.2": {"P": "P parameters"},
    "CAP.6": {"x": "x_1 and x_2 are 0 or 1"},
    "CAP.7": {"s": r"s_i = \frac"},
    "CAP.10": {
        "f": "f_n the interpolant",
        "n": "of n ReLU units",
        "g": "g continuous on [a, b]",
        "osc": "osc(g, h) the most that g changes",
        "h": r"h = \tfrac{b - a}{n}",
        "b": "on [a, b]",
        "a": "on [a, b]",
    },
    "ARCH.2": {"g": r"for every gate } g"},
    "ARCH.4": {"A": "A and B invertible", "B": "A and B invertible"},
    "ROPE.1": {"a": "a holds any number other than 0", "r": "r turns the frequency at each position"},
    "ROPE.2": {"P": "P brings column"},
    "GQA.1": {
        "H": "H query heads in G groups",
        "G": "H query heads in G groups",
        "A": "A and B invertible",
        "B": "A and B invertible",
    },
    "ATT.1": {"w": "the weights w of each query"},
    "LN.1": {"u": "u holds any number for each input", "t": "t is any number"},
    "LN.2": {"n": "n is what the norm makes", "W": "W and b of every reader", "b": "W and b of every reader"},
    "BN.1": {"g": r"g = \gamma\, (v"},
    "GLU.1": {"c": "any factor c other than 0"},
    "MOE.1": {"r": "r is any column", "p": r"p = \mathrm{softmax}(xR)"},
    "LORA.1": {"G": "G invertible", "M": r"M = B^T B"},
    "METH.2": {"x": "x uniform modulo p", "p": "p = 2^31 - 1"},
    "METH.12": {
        "p": "p",
        "z": "z_i the arguments",
        "n": "n_i what must not vanish",
        "i": "z_i + z_j",
        "j": "z_i + z_j",
    },
    "METH.13": {"s": "s = 1/18", "k": "k the number of points"},
    "METH.14": {
        "z": "for all z and c",
        "c": "for all z and c",
        r"\sigma": "sigma sigmoidal",
        r"\alpha": "alpha through zero",
        "'": "psi' its slope",
        r"\psi": "psi homogeneous",
    },
    "METH.15": {"a": "outputs a and targets y", "y": "outputs a and targets y"},
    "METH.16": {
        "p": "p_k for softmax",
        "k": "of class k",
        "s": "s for the logarithm",
        "a": "logits a of a row",
        "c": "any c, added",
    },
    "METH.17": {"x": "x one of", "r": "for every r", "p": "modulo p"},
    "METH.3": {"u": "u the unit roundoff", "t": "t the smallest normal number"},
    "METH.6": {"s": "s = 3/4 for"},
    "METH.7": {
        "h": "h takes fractions to",
        "t": r"\frac{d}{dt}",
        **dict.fromkeys("xyuv", "x, y, u, v integers"),
    },
    "METH.8": {"F": "F on duals of balls", "f": "f the same by its formula", "h": "h = 2^-300"},
    "METH.9": {"g": "g softmax", "G": "G the same on balls"},
}
"""What a statement or its hypotheses explain themselves, and in which words."""

STRUCTURE = {
    "Rightarrow", "begin", "bigl", "bigr", "cdot", "dots", "end", "frac", "geq", "iff", "in", "inf", "infty", "langle",
    "left", "leq", "lVert", "mapsto", "mathrm", "max", "min", "neq", "pm", "prod", "qquad", "quad", "rVert", "rangle",
    "right", "sum", "sup", "tanh", "text", "textstyle", "tfrac", "to",
}  # fmt: skip
"""Commands that set or space a formula, or are known to all."""


def explained(made: Theorem) -> set[str]:
    return {letter for each in notation_of(made) for letter in each.letters}


@pytest.mark.parametrize("id", THEOREMS)
def test_every_symbol_of_a_statement_is_explained(id):
    letters = set(letters_of(THEOREMS[id].statement))
    said = set(SAID.get(id, ()))
    assert letters - explained(THEOREMS[id]) - OF_ALL_MATHEMATICS - said == set()
    assert said <= letters - explained(THEOREMS[id]), "what is explained twice"


@pytest.mark.parametrize("id", SAID)
def test_what_a_statement_explains_itself_stands_there(id):
    made = THEOREMS[id]
    for letter, words in SAID[id].items():
        assert words in f"{made.hypotheses} {made.statement}", letter


def test_a_symbol_that_is_not_explained_is_found():
    """The control: without the notation of a letter, the test above fails."""
    for letter, id in ((r"\theta", "PERM.1"), ("s", "TIE.1"), ("e", "TIE.16"), (r"\psi", "CAP.8")):
        kept = {each for symbol in notation_of(THEOREMS[id]) for each in symbol.letters if letter not in symbol.letters}
        assert letter in set(letters_of(THEOREMS[id].statement)) - kept - OF_ALL_MATHEMATICS


def test_every_symbol_is_used_and_said_once_a_statement():
    used = Counter(id(each) for made in KNOWN.values() for each in notation_of(made))
    assert [each.latex for each in NOTATION if not used[id(each)]] == []
    for made in KNOWN.values():
        symbols = [each.latex for each in notation_of(made)]
        assert len(symbols) == len(set(symbols)), made.id


def test_scopes_are_ids_and_chapters_and_meanings_are_parts_of_a_sentence():
    names = {*KNOWN, *(made.chapter for made in KNOWN.values())}
    for each in NOTATION:
        assert each.where | each.but <= names, each.latex
        assert not re.search(r";|\.$|\\", each.meaning), each.meaning
        assert "\\" not in plain(each.latex)
        assert each.letters


def test_no_command_of_a_statement_is_overlooked():
    commands = {name for made in THEOREMS.values() for name in re.findall(r"\\([A-Za-z]+)", made.statement)}
    assert commands - set(GREEK.split()) - STRUCTURE == set()


@pytest.mark.parametrize("id", ["PERM.1", "TIE.2", "CLAIM.54"])
def test_the_notation_stands_in_what_is_shown_and_in_every_citation(id):
    made = KNOWN[id]
    symbols = notation_of(made)
    assert symbols
    text = shown(made, 100)
    for each in symbols:
        assert f"\n  {plain(each.latex)}: {each.meaning[:20]}" in text
        for form in ("text", "markdown"):
            assert each.meaning.split(",")[0][:20] in " ".join(cite(made, form).split())
    for form in FORMATS:
        assert cite(made, form).count("Notation. ") == 1
    if isinstance(made, Theorem):
        assert shown_json(made)["notation"] == [{"symbol": each.latex, "meaning": each.meaning} for each in symbols]


def test_only_what_a_statement_uses_is_explained():
    assert [each.latex for each in notation_of(KNOWN["PERM.3"])] == [r"\theta", "L", r"\pi", r"\pi\cdot\theta"]


def test_the_book_has_the_notation_of_each_statement_and_what_is_common(tmp_path):
    files = {
        file.name: file.read_text()
        for file in write_book(tmp_path, {"DUP.1": KNOWN["DUP.1"], "CLAIM.54": KNOWN["CLAIM.54"]})
    }
    assert "<summary>Notation</summary>" in files["duplication.html"]
    assert "two units of one hidden layer</dd>" in files["duplication.html"]
    assert "<summary>Notation</summary>" in files["claims.html"]
    assert 'id="notation"' in files["index.html"]


def test_what_is_no_entry_of_a_glossary_is_said():
    with pytest.raises(ValueError, match="'n an example' is no symbol with its meaning, two spaces between"):
        define("n an example", {})
