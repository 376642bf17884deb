"""The book of the whole catalogue in headless Chromium: links, formulas, filter, search, accessibility, print."""

import shutil
from pathlib import Path

import pytest
from recorded import record_of

import proofs
from symmetry.book.site import write_book
from symmetry.statements.claim import Claim

playwright = pytest.importorskip("playwright.sync_api", reason="install symmetry-proofs[browser]")
axe = pytest.importorskip("axe_playwright_python.base", reason="install symmetry-proofs[browser]")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
KNOWN = proofs.load()
DESKTOP, TELEPHONE = {"width": 1100, "height": 900}, {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.filterwarnings("default"),  # those of the browser's driver are not ours
]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> list[Path]:
    """The files of the book of everything, within the size that it may take."""
    files = write_book(tmp_path_factory.mktemp("book"), KNOWN, record_of(KNOWN))
    assert sum(file.stat().st_size for file in files) < 8e6
    return files


@pytest.fixture(scope="module")
def pages(book) -> list[Path]:
    return [file for file in book if file.suffix == ".html"]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser):
    """Opens a file as a person would, in place of the one before, and fails if the console has anything to say."""
    said, opened = [], []

    def open_page(file: Path, anchor: str = "", **options):
        while opened:  # a hundred open pages take gigabytes
            opened.pop().close()
        opened.append(browser.new_context(**({"viewport": DESKTOP} | options)))
        page = opened[-1].new_page()
        page.on("console", lambda message: said.append(f"{file.name}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{file.name}: {error}"))
        page.on("requestfailed", lambda request: said.append(f"{file.name}: {request.url}"))
        page.goto(file.as_uri() + anchor)
        return page

    yield open_page
    while opened:
        opened.pop().close()
    assert not said


def shown(page, what: str) -> int:
    return page.evaluate(f"[...document.querySelectorAll('{what}')].filter(each => each.checkVisibility()).length")


def test_every_link_and_anchor_resolves(pages, visit):
    anchors = {file.name: set() for file in pages}
    links = []
    for file in pages:
        page = visit(file)
        anchors[file.name] = set(page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)"))
        found = page.evaluate("[...document.querySelectorAll('a')].map(each => each.getAttribute('href'))")
        links += [(file.name, link) for link in found if not link.startswith("https://")]
    assert len(links) > 500
    for name, link in links:
        file, _, anchor = link.partition("#")
        assert not anchor or anchor in anchors[file or name], f"{name}: {link}"


@pytest.mark.parametrize("viewport", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_formulas_are_rendered_and_no_page_is_wider_than_its_screen(pages, visit, viewport):
    formulas = 0
    for file in pages:
        page = visit(file, viewport=viewport)
        sizes = page.evaluate(
            "[...document.querySelectorAll('math')].filter(each => each.checkVisibility())"
            ".map(each => [each.getBoundingClientRect().width, each.getBoundingClientRect().height])"
        )
        assert all(width > 2 and height > 4 for width, height in sizes), file.name
        formulas += len(sizes)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], file.name
    assert formulas > 500


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 800, 1280])
def test_long_lines_of_agda_scroll_in_their_own_box(pages, visit, width, scheme):
    boxes = 0
    for file in pages:
        if file.stem not in ("PERM-1", "Theory.PermutationGroup", "Generated.BackpropTraces", "agda"):
            continue
        page = visit(file, viewport={"width": width, "height": 900}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, file.name
        boxes += page.evaluate(
            "[...document.querySelectorAll('pre.agda')].filter(each => getComputedStyle(each).overflowX === 'auto').length"
        )
    assert boxes == 3


@pytest.mark.parametrize("media", ["screen", "print"])
def test_no_formula_is_cut_off_on_a_desktop_or_on_paper(pages, visit, media):
    widths = {"screen": DESKTOP["width"], "print": 660}  # A4 within its margins
    for file in pages:
        page = visit(file, viewport={"width": widths[media], "height": 900})
        page.emulate_media(media=media)
        cut = page.evaluate(
            "[...document.querySelectorAll('.statement, .equation')]"
            ".filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"
        )
        assert not cut, f"{file.name}: {cut[0]}"


def test_figures_on_a_telephone_at_night_are_large_enough_to_read_and_dark(pages, visit):
    """Letters of 10 points in a picture of 6.4 inches come out at no less than 11 pixels, and the box scrolls."""
    figures = 0
    for file in pages:
        page = visit(file, viewport=TELEPHONE, color_scheme="dark")
        boxes = page.evaluate(
            "[...document.querySelectorAll('.picture')].map(each => [each.clientWidth, each.firstElementChild.clientWidth, "
            "getComputedStyle(each).overflowX, getComputedStyle(each.firstElementChild).filter])"
        )
        for box, picture, overflow, colours in boxes:
            assert 10 * picture / (6.4 * 72) >= 11
            assert (box < TELEPHONE["width"], overflow, "invert" in colours) == (True, "auto", True)
        figures += len(boxes)
        for link in page.evaluate(
            "[...document.querySelectorAll('a[download]')].map(each => each.getAttribute('href'))"
        ):
            assert (file.parent / link).is_file()
    assert figures >= 5


@pytest.mark.parametrize("viewport", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_code_that_is_wider_than_its_box_scrolls_in_it(pages, visit, viewport):
    for file in pages:
        page = visit(file, viewport=viewport)
        cut = page.evaluate(
            "[...document.querySelectorAll('pre, .wide')].filter(each => each.checkVisibility())"
            ".filter(each => each.getBoundingClientRect().right > innerWidth || (each.scrollWidth > each.clientWidth + 1"
            " && getComputedStyle(each).overflowX !== 'auto')).length"
        )
        assert cut == 0, file.name


def test_search_and_filter_narrow_the_ledger_down(book, visit):
    page = visit(book[0])
    everything = shown(page, "[data-words]")
    assert everything >= len(KNOWN)
    page.fill("input[name=words]", "hessian spectrum")
    assert 0 < shown(page, "[data-words]") < 5
    assert page.inner_text("output") == f"{shown(page, '[data-words]')} of {everything} shown"
    assert page.locator("a", has_text="PERM.5").is_visible()
    page.fill("input[name=words]", "no such words at all")
    assert shown(page, "[data-words]") == shown(page, "tbody[data-group]") == 0
    page.fill("input[name=words]", "")
    page.select_option("select[name=chapter]", "TIE")
    assert shown(page, "[data-words]") == sum(made.chapter == "TIE" for made in KNOWN.values())
    page.select_option("select[name=evidence]", "refuted")
    assert 0 < shown(page, "[data-words]") < 5
    page.select_option("select[name=chapter]", "")
    page.select_option("select[name=evidence]", "")
    page.select_option("select[name=verdict]", "wrong")
    wrong = sum(isinstance(made, Claim) and made.verdict == "wrong" for made in KNOWN.values())
    assert shown(page, "[data-words]") == wrong


def test_coming_back_to_a_filtered_ledger_shows_what_the_form_says(book, visit):
    page = visit(book[0])
    page.select_option("select[name=evidence]", "refuted")
    filtered = page.inner_text("output")
    page.locator("a", has_text="PERM.10").first.click()
    page.go_back()
    assert page.input_value("select[name=evidence]") == "refuted"
    page.wait_for_function("text => document.querySelector('output').textContent === text", arg=filtered)


def test_claims_are_filtered_by_thread_and_a_link_shows_a_hidden_one(book, visit):
    claims = {made.id: made for made in KNOWN.values() if isinstance(made, Claim)}
    page = visit(next(file for file in book if file.name == "claims.html"))
    thread = claims["CLAIM.36"].thread
    page.select_option("select[name=thread]", thread)
    assert shown(page, "[data-words]") == sum(made.thread == thread for made in claims.values())
    hidden = next(id for id, made in claims.items() if made.thread != thread)
    page.evaluate(f"location.hash = '#{hidden}'")
    page.wait_for_function(f"document.getElementById('{hidden}').checkVisibility()")
    assert shown(page, "[data-words]") == len(claims)


def test_without_javascript_everything_is_there_but_the_filter(book, visit):
    page = visit(book[0], java_script_enabled=False)
    assert not page.locator("form.filter").is_visible()
    assert page.locator("[data-words]").count() >= len(KNOWN)
    assert page.locator("[data-words] a").first.is_visible()
    citation = visit(next(file for file in book if file.name == "permutation.html"), java_script_enabled=False)
    citation.locator("summary", has_text="Cite PERM.1").first.click()
    assert citation.locator("pre", has_text="@misc{symmetry:PERM.1,").first.is_visible()


def test_paper_gets_the_text_and_not_the_buttons(book, visit):
    page = visit(next(file for file in book if file.name == "permutation.html"), color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert not page.locator(".cite").first.is_visible()
    assert page.locator(".derivation").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (TELEPHONE, "dark")], ids=["desktop-light", "telephone-dark"]
)
def test_axe_finds_nothing_serious(pages, visit, viewport, scheme):
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    for file in pages:
        page = visit(file, viewport=viewport, color_scheme=scheme)
        page.evaluate(script)
        found = page.evaluate("axe.run({preload: false}).then(found => found.violations)")
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert not serious, f"{file.name}: " + "; ".join(
            f"{each['help']}: {each['nodes'][0]['html']}" for each in serious
        )
