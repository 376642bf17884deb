"""A page of the book, as its tests look at it."""

from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """The anchors, links and other addresses of a page, and its text."""

    def __init__(self, file: Path):
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.mathematics, self._inside = "", 0
        self.folder, self.html = file.parent, file.read_text(encoding="utf-8")
        self.feed(self.html)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self._inside += tag == "math"
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        if tag in ("script", "img", "iframe") or (tag == "link" and given["rel"] in ("stylesheet", "icon")):
            self.loaded.append(given.get("src", given.get("href", "")))

    def handle_endtag(self, tag):
        self._inside -= tag == "math"

    def handle_data(self, data):
        self.mathematics += data if self._inside else ""
