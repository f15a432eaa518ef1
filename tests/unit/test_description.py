"""The page of the Apps store: only what the store shows, and nothing that is not there."""

import ast
from pathlib import Path

import pytest
from lxml import html

ADDON = Path(__file__).resolve().parents[2]
FOLDER = ADDON / "static" / "description"
MANIFEST = ast.literal_eval((ADDON / "__manifest__.py").read_text())
PAGE = html.fromstring((FOLDER / "index.html").read_text())
TAGS = {"div", "section", "h1", "h2", "p", "ul", "ol", "li", "b", "br", "img"}
ATTRIBUTES = {"class", "style", "src", "alt"}
#: The store keeps these of a style.
STYLES = {"color", "font-weight", "font-size", "border", "border-radius"}


def test_it_uses_only_what_the_store_lets_through():
    elements = [element for element in PAGE.iter() if isinstance(element.tag, str)]
    assert {element.tag for element in elements} <= TAGS
    assert {name for element in elements for name in element.attrib} <= ATTRIBUTES
    styles = [part.partition(":")[0].strip() for style in PAGE.xpath("//@style") for part in style.split(";") if part]
    assert set(styles) <= STYLES


@pytest.mark.parametrize("image", PAGE.xpath("//img"), ids=lambda image: image.get("src"))
def test_a_picture_is_there_and_says_what_it_shows(image):
    assert (FOLDER / image.get("src")).is_file()
    assert len(image.get("alt")) > 10


def test_the_manifest_is_complete():
    assert len(MANIFEST["name"]) <= 25, "longer names are refused"
    assert MANIFEST["version"].startswith("19.0.") and MANIFEST["license"] and MANIFEST["summary"]
    assert MANIFEST["application"] and not MANIFEST.get("auto_install")
    assert "price" not in MANIFEST
    assert set(MANIFEST["external_dependencies"]["python"]) == {"slack_sdk>=3.27,<4", "html2text"}
    assert MANIFEST["images"][0].endswith("cover.png")
    assert [image for image in MANIFEST["images"] if not (ADDON / image).is_file()] == []


def test_the_cover_has_the_size_of_the_store_and_the_icon_is_square():
    assert size("cover.png") == (560, 280)
    assert len(set(size("icon.png"))) == 1


@pytest.mark.parametrize("picture", sorted(FOLDER.glob("screenshot_*.png")), ids=lambda path: path.stem)
def test_a_picture_is_small_and_somebody_shows_it(picture):
    head = picture.read_bytes()
    assert head[25] == 3, "a palette is enough: `make screenshots`"
    assert len(head) < 150_000
    guides = [FOLDER / "index.html", ADDON / "README.rst", *ADDON.glob("docs/*.rst")]
    assert any(picture.name in guide.read_text() for guide in guides)


def size(name):
    """Width and height, from the header of a PNG."""
    head = (FOLDER / name).read_bytes()[:24]
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
