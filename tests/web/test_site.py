"""The pages of a release: live through the whole WSGI stack, and as exported files."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin
from wsgiref.types import WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest

from praksis.errors import PraksisError
from praksis.tell.content import ReleaseContent
from praksis.web.export import export_site
from praksis.web.settings import SECURITY_HEADERS
from praksis.web.site.drawing import find_fault
from praksis.web.site.release import ReleaseUnfit, open_release
from praksis.web.site.render import list_pages, render_page
from praksis.web.site.styles import STATIC, write_styles
from praksis.web.site.words import list_languages, read_words
from praksis.web.wsgi import make_application


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture
def ask(release: Path) -> Ask:
    application = make_application(release)

    def send(path: str, method: str = "GET", **headers: str) -> Answer:
        environ: WSGIEnvironment = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        # WSGI carries the bytes of a path as if they were latin-1.
        environ |= {"REQUEST_METHOD": method, "PATH_INFO": unquote(path).encode().decode("latin-1")}
        setup_testing_defaults(environ)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        parts = application(environ, lambda status, pairs, *rest: started.append((status, pairs)))  # type: ignore[arg-type]
        body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        status, pairs = started[0]
        return Answer(int(status[:3]), {name.lower(): value for name, value in pairs}, body)

    return send


class Reader(HTMLParser):
    """Collects what tests ask of a page; complains of tags that do not nest."""

    VOID = frozenset({"meta", "link", "input", "br", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.attributes.append((tag, values))
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        self.links += [str(values[name]) for name in ("href", "src") if values.get(name) is not None]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()


def read(release: Path) -> dict[str, Reader]:
    opened = open_release(release)
    return {path: Reader(render_page(opened, path).decode()) for path in list_pages(opened.content)}


def test_every_page_renders_in_every_language(release: Path) -> None:
    pages = read(release)
    assert list(pages)[:4] == ["index.html", "nb/index.html", "nb/services.html", "nb/steps.html"]
    assert len(pages) == 1 + 4 * 4
    for path, page in pages.items():
        language = dict(page.attributes[0][1])["lang"]
        assert language == (path.partition("/")[0] if "/" in path else "nb")
        assert page.headings[0] == 1 or path == "index.html"
        assert page.headings.count(1) == 1
        assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), path
        assert len(page.ids) == len(set(page.ids)), path


def test_titles_name_page_and_survey_and_banner_says_synthetic(release: Path, content: ReleaseContent) -> None:
    opened = open_release(release)
    assert "<title>Services nn – Survey nn</title>" in render_page(opened, "nn/services.html").decode()
    for path in list_pages(content):
        assert 'class="inner synthetic"' in render_page(opened, path).decode()


def test_banner_is_gone_where_data_are_real(tmp_path: Path, content: ReleaseContent, release: Path) -> None:
    real = content.model_copy(update={"synthetic": False})
    (release / "content.json").write_text(real.model_dump_json(), encoding="utf-8")
    opened = open_release(release)
    assert not any(b"ynteti" in render_page(opened, path) for path in list_pages(real))


def test_language_without_words_gets_english_ones(release: Path) -> None:
    text = render_page(open_release(release), "se/services.html").decode()
    assert '<html lang="se"' in text
    assert "This is what the figure shows" in text
    assert '<a class="ds-link" data-color="neutral" href="services.html" lang="se"' in text


def test_text_is_escaped_everywhere(release: Path) -> None:
    opened = open_release(release)
    for path in list_pages(opened.content):
        text = render_page(opened, path).decode()
        assert "<script" not in text
        assert "&lt;script&gt;" in text or path == "index.html"


def test_numbers_lead_to_their_cells(release: Path) -> None:
    opened = open_release(release)
    topic = render_page(opened, "en/services.html").decode()
    assert '<a class="number" href="#one-1">54 %</a>' in topic
    assert '<a class="number" href="steps.html#two-3">54 %</a>' in topic
    assert "nowhere-1" not in topic
    assert '<a class="number" href="services.html#one-1">' in render_page(opened, "en/index.html").decode()


def test_signs_are_explained_once_below_the_table(release: Path) -> None:
    text = render_page(open_release(release), "en/services.html").decode()
    assert text.count("<li><b>:</b> Too few answers</li>") == 1
    assert '<span aria-hidden="true">:</span><span class="ds-sr-only">Too few answers</span>' in text


def test_links_resolve_live(release: Path, ask: Ask) -> None:
    for path, page in read(release).items():
        for link in page.links:
            address, _, cell = urljoin(f"http://site/{path}", link).removeprefix("http://site/").partition("#")
            answer = ask(f"/{address}")
            assert answer.status == 200, (path, link)
            assert not cell or f'id="{cell}"'.encode() in answer.body, (path, link)


def test_links_resolve_in_files(release: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    export_site(release, target)
    for page in target.rglob("*.html"):
        for link in Reader(page.read_text(encoding="utf-8")).links:
            address, _, cell = unquote(link).partition("#")
            assert "//" not in address
            there = (page.parent / address).resolve() if address else page
            assert there.is_file(), (page, link)
            assert not cell or f'id="{cell}"' in there.read_text(encoding="utf-8"), (page, link)
    styles = (target / "assets/site.css").read_text(encoding="utf-8")
    for address in re.findall(r'url\("?(?!data:)([^")]+)', styles):
        assert (target / "assets" / address).is_file(), address


def test_export_is_the_live_site_and_repeats_to_the_byte(release: Path, tmp_path: Path, ask: Ask) -> None:
    target, again = tmp_path / "site", tmp_path / "again"
    count = export_site(release, target)
    assert export_site(release, again) == count == export_site(release, target)
    files = {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert len(files) == count
    for path, data in files.items():
        assert (again / path).read_bytes() == data
        assert ask(f"/{path}").body == data, path


def test_export_refuses_a_folder_with_something_else(release: Path, tmp_path: Path) -> None:
    (tmp_path / "old.html").write_text("old")
    with pytest.raises(PraksisError, match="holds 'old.html'"):
        export_site(release, tmp_path)


def test_export_refuses_a_changed_file(release: Path, tmp_path: Path) -> None:
    (release / "cube.json").write_text("{1}")
    with pytest.raises(ReleaseUnfit, match=r"cube\.json"):
        export_site(release, tmp_path / "site")


def test_root_and_folders_lead_to_front_pages(ask: Ask) -> None:
    root = ask("/")
    assert (root.status, root.headers["location"]) == (302, "nb/index.html")
    assert ask("/nn").headers["location"] == "nn/index.html"
    assert ask("/nn/").body == ask("/nn/index.html").body
    assert b"English" in ask("/index.html").body


def test_security_headers_are_on_everything(ask: Ask) -> None:
    for path in ("/", "/nb/services.html", "/assets/site.css", "/assets/icon.svg", "/files/cube.json", "/nothing/here"):
        headers = ask(path).headers
        for name, value in SECURITY_HEADERS.items():
            assert headers[name.lower()] == value, (path, name)
    assert "set-cookie" not in ask("/nb/services.html").headers


def test_pages_are_kept_but_asked_for(ask: Ask) -> None:
    first = ask("/nb/services.html")
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    again = ask("/nb/services.html", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    packed = ask("/nb/services.html", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(first.body)
    assert ask("/nb/services.html", if_none_match=packed.headers["etag"], accept_encoding="gzip").status == 304
    assert ask("/files/cube.json", if_none_match=ask("/files/cube.json").headers["etag"]).status == 304
    font = next(STATIC.rglob("*.woff2")).relative_to(STATIC).as_posix()
    assert "immutable" in ask(f"/assets/{font}").headers["cache-control"]


def test_only_reading_is_allowed(ask: Ask) -> None:
    for path in ("/nb/services.html", "/assets/site.css", "/files/cube.json", "/"):
        assert ask(path, "POST").status == 405
        assert ask(path, "DELETE").status == 405
    head, got = ask("/nb/services.html", "HEAD"), ask("/nb/services.html")
    assert head.status == 200
    assert head.headers["etag"] == got.headers["etag"]


def test_downloads_are_saved_with_their_type(ask: Ask) -> None:
    answer = ask("/files/figures/one%20%C3%A6.csv")
    assert (answer.status, answer.body) == (200, b"group,share\nstate,54\n")
    assert answer.headers["content-type"] == 'text/csv; charset="utf-8"'
    assert answer.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize(
    "path",
    [
        "/files/secret.txt",
        "/files/manifest.json",
        "/files/",
        "/files/../secret.txt",
        "/files/figures/../../secret.txt",
        "/files/%2e%2e/release/secret.txt",
        "/files//etc/passwd",
        "/files/..%2f..%2fetc/passwd",
        "/assets/../render.py",
        "/assets/charts.css/../secret.css",
        "/nb/../../content.json",
        "/nb/services.html/",
        "/nb/services.HTML",
    ],
)
def test_nothing_else_is_handed_out(ask: Ask, path: str) -> None:
    assert ask(path).status == 404


def test_missing_page_is_in_the_readers_language(ask: Ask) -> None:
    answer = ask("/nn/a//b/c.html")
    assert answer.status == 404
    assert b"Vi finn ikkje sida" in answer.body
    for link in Reader(answer.body.decode()).links:
        address = urljoin("http://site/nn/a//b/c.html", link.partition("#")[0] or "/nn/")
        assert ask(address.removeprefix("http://site")).status == 200, link
    assert b"Vi finner ikke siden" in ask("/nothing").body


@pytest.mark.parametrize(
    "manifest",
    [
        '{"files": {"../outside.txt": {"sha256": "", "bytes": 1}}}',
        '{"files": {"/etc/passwd": {"sha256": "", "bytes": 1}}}',
        '{"files": {"gone.csv": {"sha256": "", "bytes": 1}}}',
        '{"files": {}}',
        "[]",
    ],
)
def test_unfit_manifests_are_refused(release: Path, manifest: str) -> None:
    (release.parent / "outside.txt").write_text("outside")
    (release / "manifest.json").write_text(manifest)
    with pytest.raises(ReleaseUnfit):
        make_application(release)


def test_link_out_of_the_release_is_refused(release: Path) -> None:
    (release.parent / "outside.txt").write_text("outside")
    (release / "cube.json").unlink()
    (release / "cube.json").symlink_to(release.parent / "outside.txt")
    with pytest.raises(ReleaseUnfit, match="outside the release"):
        open_release(release)


def test_names_the_site_uses_itself_are_refused(release: Path, content: ReleaseContent) -> None:
    for name in ("about", "index", "../evil", "a b"):
        other = content.model_copy(update={"page_ids": (name,)})
        (release / "content.json").write_text(other.model_dump_json(), encoding="utf-8")
        with pytest.raises(ReleaseUnfit, match="cannot be the name"):
            open_release(release)


SVG = "xmlns='http://www.w3.org/2000/svg'"


@pytest.mark.parametrize(
    ("drawing", "fault"),
    [
        (f"<svg {SVG}><g class='x' aria-hidden='true'><text x='1' xml:lang='nb'>a</text></g></svg>", ""),
        (f"<svg {SVG}><script>x</script></svg>", "<script>"),
        (f"<svg {SVG}><SCRIPT>x</SCRIPT></svg>", "<SCRIPT>"),
        (f"<svg {SVG} onload='x'/>", "onload"),
        (f"<svg {SVG}><a href='https://x/'/></svg>", "<a>"),
        (f"<svg {SVG}><g href='#x'/></svg>", "href"),
        (f"<svg {SVG}><g style='fill: red'/></svg>", "style"),
        (f"<svg {SVG}><rect fill='url(https://x/)'/></svg>", "refers to"),
        (f"<svg {SVG}><foreignobject/></svg>", "<foreignobject>"),
        (f"<svg {SVG} xmlns:h='http://www.w3.org/1999/xhtml'><h:img src='https://x/'/></svg>", "<img>"),
        ("<svg><g/></svg>", "not an <svg>"),
        ("<svg><g></svg>", "well-formed"),
        ("<svg/></div>", "well-formed"),
        ("<p/>", "not an <svg>"),
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", "declaration"),
    ],
)
def test_drawings_that_could_run_something_are_refused(drawing: str, fault: str) -> None:
    assert fault in find_fault(drawing)
    assert bool(find_fault(drawing)) == bool(fault)


def test_words_are_the_same_in_every_language() -> None:
    words = {language: read_words(language) for language in list_languages()}
    assert set(words) == {"nb", "nn", "en"}
    english = words["en"]
    for language, other in words.items():
        assert other.keys() == english.keys(), language
        for key in english.keys() - {"thousands_sign"}:
            assert other[key].strip(), (language, key)
            holes = sorted(re.findall(r"\{\w+\}", other[key]))
            assert holes == sorted(re.findall(r"\{\w+\}", english[key])), (language, key)
        assert len(other["months"].split(",")) == 12


def test_every_word_is_used_and_every_used_word_exists() -> None:
    folder = Path(STATIC).parent
    templates = "".join(path.read_text(encoding="utf-8") for path in (folder / "templates").iterdir())
    code = "".join(path.read_text(encoding="utf-8") for path in (*folder.glob("*.py"), folder.parent / "words.py"))
    in_templates = set(re.findall(r"words\.(\w+)", templates))
    known = read_words("en").keys()
    assert in_templates <= known
    unused = {key for key in known - in_templates if f'"{key}"' not in code}
    assert not unused


def test_dates_counts_and_sizes() -> None:
    nb, en = read_words("nb"), read_words("en")
    assert (nb.write_date("2024-03-01"), en.write_date("2024-03-01")) == ("1. mars 2024", "1 March 2024")
    assert nb.write_date("2024") == "2024"
    assert (nb.write_count(1234), en.write_count(1234)) == ("1\u00a0234", "1,234")
    assert (nb.write_size(10), nb.write_size(2345), en.write_size(1_234_567)) == (
        "1\u00a0kB",
        "2\u00a0kB",
        "1.2\u00a0MB",
    )


def test_vendored_files_are_what_was_vendored() -> None:
    for folder in (STATIC / "vendor").iterdir():
        lines = (folder / "checksums.txt").read_text(encoding="utf-8").splitlines()
        listed = {name: digest for digest, name in (line.split() for line in lines)}
        there = {path.name for path in folder.iterdir()} - {"checksums.txt"}
        assert there == set(listed)
        assert "LICENSE" in listed
        for name, digest in listed.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_paper_is_light_whatever_the_screen_is() -> None:
    styles = write_styles()["assets/site.css"].decode()
    assert "@media screen and (prefers-color-scheme:dark)" in styles
    assert "@media (prefers-color-scheme:dark)" not in styles


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    for name, data in write_styles().items():
        assert not re.search(rb"url\(\s*['\"]?(https?:)?//|@import", data), name
        assert data.count(b"{") == data.count(b"}"), name


def test_ids_are_unique_and_never_those_of_a_survey(release: Path, content: ReleaseContent) -> None:
    """A figure may be called `steps` or `main`: the site's own ids hold `--`, which no survey's id can."""
    opened = open_release(release)
    for path in list_pages(content):
        ids = re.findall(r'\sid="([^"]*)"', render_page(opened, path).decode())
        assert len(ids) == len(set(ids)), path
        if Path(path).stem in content.page_ids:
            assert {"page--main", "page--contents-title", "page--section-1"} <= set(ids)
            assert not {"main", "steps", "others", "contents-title", "section-1", "fieldwork-1"} & set(ids)
