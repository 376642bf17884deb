"""The code that is run, highlighted."""

import pygments
from markupsafe import Markup
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer


def highlighted(source: str) -> Markup:
    """Python source as `<span>`s whose classes the style sheet colours."""
    text = pygments.highlight(source, PythonLexer(stripall=True), HtmlFormatter(nowrap=True))
    return Markup(text.rstrip())  # what pygments writes is escaped
