"""LaTeX as an element of MathML that holds nothing else: latex2mathml lets tags and links of a formula's text through."""

import re
from xml.etree import ElementTree

import latex2mathml.converter

from symmetry.given import shown
from symmetry.raised import described

ELEMENTS = re.compile(
    "math|mrow|mi|mn|mo|ms|mtext|mspace|msub|msup|msubsup|munder|mover|munderover|mmultiscripts|mprescripts|none|mfrac|msqrt|"
    "mroot|mtable|mtr|mlabeledtr|mtd|mstyle|mpadded|mphantom|menclose|merror"
)
"""What may stand in a formula: no element of HTML, and none that loads or links to something."""

ATTRIBUTES = re.compile(
    "accent|accentunder|bevelled|columnalign|columnlines|columnspacing|depth|display|displaystyle|fence|form|frame|height|"
    "largeop|linethickness|lspace|mathbackground|mathcolor|mathsize|mathvariant|maxsize|minlabelspacing|minsize|movablelimits|"
    "notation|rowalign|rowlines|rowspacing|rspace|scriptlevel|separator|side|space|stretchy|symmetric|voffset|width"
)
"""What its elements may have: no address, no style and nothing that is run."""

_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'


def mathml(latex: str) -> ElementTree.Element:
    """The `<math>` element of a formula.

    Raises:
        ValueError: the LaTeX cannot be read, or holds what is no part of a formula, such as a link or a tag of HTML.
    """
    try:
        text = latex2mathml.converter.convert(latex, display="block")
        math = ElementTree.fromstring(text.replace(_NAMESPACE, ""))
    except Exception as error:  # latex2mathml fails in many ways, none of which says where
        raise ValueError(
            f"the formula {shown(latex)} cannot be read ({described(error)}); write LaTeX with balanced brackets, and no & or < "
            "outside a matrix."
        ) from error
    for each in math.iter():
        strange = [name for name in each.attrib if not ATTRIBUTES.fullmatch(name)]
        if not ELEMENTS.fullmatch(each.tag) or strange:
            what = strange[0] if strange else f"<{each.tag}>"
            raise ValueError(
                f"the formula {shown(latex)} holds {what}, which is no part of one; leave links and tags out."
            )
    return math
