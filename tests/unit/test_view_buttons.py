"""What is pressed says what it does, and leads somewhere."""

from pathlib import Path

from lxml import etree

ADDON = Path(__file__).resolve().parents[2]
#: Screens of ours, by file.
SCREENS = {
    path.name: etree.parse(path) for room in ("views", "wizards") for path in sorted((ADDON / room).glob("*.xml"))
}


def test_what_dismisses_a_window_is_no_word_for_closing_a_ticket():
    """In Czech and in French, a ticket and a window are closed with two words; a term has one translation."""
    dismissing = {
        button.get("string") for tree in SCREENS.values() for button in tree.iterfind(".//*[@special='cancel']")
    }
    assert dismissing
    assert dismissing <= {"Cancel", "Dismiss", "Discard"}


def test_a_link_with_words_is_hidden_when_it_leads_nowhere():
    """Odoo draws the words of a link whose address is empty as well."""
    links = [
        (name, link.get("name"), link.get("invisible"))
        for name, tree in SCREENS.items()
        for link in tree.iterfind(".//field[@widget='url'][@text]")
    ]
    assert links
    assert [link for link in links if link[2] != f"not {link[1]}"] == []
