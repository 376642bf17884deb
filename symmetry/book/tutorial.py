"""The tutorial as a page: its Markdown is also a section of the README."""

import html
from importlib import resources

from markdown_it import MarkdownIt
from markupsafe import Markup

from symmetry.book.source import highlighted

NAMES = {"python": "Code", "sh": "Commands", "text": "What is printed"}
"""What blocks of the tutorial are, by their language."""


def tutorial() -> Markup:
    """The tutorial as HTML."""
    text = (resources.files("symmetry.book") / "tutorial.md").read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark")
    markdown.add_render_rule("fence", _block)
    return Markup(markdown.render(text))  # what it writes is escaped


def _block(renderer, tokens, index, options, environment) -> str:
    """A block as elsewhere in the book, one that a keyboard can scroll."""
    language, text = tokens[index].info, tokens[index].content.rstrip()
    content = highlighted(text) if language == "python" else html.escape(text)
    blocks = [token for token in tokens[:index] if token.type == "fence" and token.info == language]
    label = f"{NAMES[language]}, {len(blocks) + 1}"
    return f'<pre class="code" tabindex="0" aria-label="{label}"><code>{content}</code></pre>\n'
