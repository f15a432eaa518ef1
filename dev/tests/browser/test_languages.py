"""Who reads another language reads nothing of ours in English, and nothing is cut off where words are longer."""

import polib
import pytest

from dev.page_checks import SCOPE, wrong
from dev.paths import ROOT
from dev.services.browser import PHONE

from .desk import LANGUAGES
from .test_screens import SCREENS

LOOKED_AT = ("settings", "inbound-mail", "slack-message", "sla-policy", "sla-report", "slack-channel")
TICKET = ("helpdesk_mgmt.helpdesk_ticket_action", {"model": "helpdesk.ticket", "name": "Scanner is deaf"})
#: What Odoo says of every record, and has not translated everywhere.
ODOOS = {"created on", "created by", "last updated on", "last updated by", "display name"}
#: Odoo's bar of the apps with settings, whose words are longer in other languages.
TABS = "settings_tab"
#: The lines of text that are seen, of the view and of what is open above it.
LINES = """scope => [...document.querySelectorAll(scope)].flatMap(
    element => element.innerText.split("\\n").map(line => line.trim().toLowerCase())
)"""


def english(language):
    """Our words that are others in this language, in lower case: some are drawn in capitals.

    Not single ones: Odoo and helpdesk_mgmt say those, too, and have not translated all of theirs.
    """
    terms = polib.pofile(ROOT / "i18n" / f"{language}.po")
    return {term.msgid.lower() for term in terms if " " in term.msgid and term.msgstr != term.msgid} - ODOOS


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_ours_is_left_in_english(seat, desk, language):
    reader, ours = seat(desk.reader_of(language), PHONE), english(language)
    for name, (action, record) in {**{name: SCREENS[name][:2] for name in LOOKED_AT}, "ticket": TICKET}.items():
        reader.open(desk.path(action, **record))
        reader.screenshot(f"{name}-in")
        seen = set(reader.page.evaluate(LINES, ", ".join(SCOPE)))
        assert seen & ours == set(), name
        assert [complaint for complaint in wrong(reader) if TABS not in complaint] == [], name


def test_english_words_would_be_seen(seat, desk):
    admin = seat("admin", PHONE)
    action, policy = SCREENS["sla-policy"]
    admin.open(desk.path(action, **policy))
    assert "apply to open tickets" in set(admin.page.evaluate(LINES, ", ".join(SCOPE))) & english("de")
