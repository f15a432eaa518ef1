"""Who reads another language reads nothing of ours in English, and nothing is cut off where words are longer."""

import sysconfig
from pathlib import Path

import polib
import pytest

from dev.page_checks import SCOPE, wrong
from dev.paths import ROOT
from dev.services.browser import DESKTOP, PHONE

from .desk import LANGUAGES
from .test_screens import OURS, SCREENS, SETTINGS, TEAM, TICKETS

TICKET = (TICKETS, {"model": "helpdesk.ticket", "name": "Scanner is deaf"})
#: What people look at all day, and what is set up: name -> its action, the record whose form it is; the
#: selectors of the tabs that are pressed there.
MAIN = {
    "tickets": (f"{TICKETS}?view_type=list", {}),
    "board": (f"{TICKETS}?view_type=kanban", {}),
    "ticket": (*TICKET, ".nav-link[name=sla]"),
    "desk": (f"{OURS}.helpdesk_ticket_action_desk", {}),
    "sla-report": SCREENS["sla-report"],
    "team": (*TEAM, ".nav-link[name=letters]", ".nav-link[name=slack_events]"),
    "settings": (SETTINGS, {}),  # with Health
    "sla-policy": SCREENS["sla-policy"],
    "slack-inbox": SCREENS["slack-inbox"],
    "slack-outbox": SCREENS["slack-outbox"],
    "inbound-mails": SCREENS["inbound-mails"],
}
#: What a phone shows in another way, and the forms that are longest.
ON_A_PHONE = {
    name: MAIN.get(name) or SCREENS[name]
    for name in ("ticket", "team", "settings", "sla-policy", "inbound-mail", "slack-message", "slack-channel")
}
WALKS = [(DESKTOP, MAIN), (PHONE, ON_A_PHONE)]
#: What Odoo says of every record, and has not translated everywhere.
ODOOS = {"created on", "created by", "last updated on", "last updated by", "display name"}
#: Odoo's bar of the apps with settings, whose words are longer in other languages.
TABS = "settings_tab"
#: The lines of text that are seen in these elements.
LINES = """scope => [...document.querySelectorAll(scope)].flatMap(
    element => element.innerText.split("\\n").map(line => line.trim().toLowerCase())
)"""
#: What is written down once, for all readers, in the language of the company; here that is English.
WRITTEN_DOWN = ".o_content [name=reason], .o-mail-Message"


def english(language):
    """Our words that are others in this language, in lower case: some are drawn in capitals.

    Not single ones: Odoo and helpdesk_mgmt say those, too, and have not translated all of theirs. And not what
    helpdesk_mgmt says as well, and has not translated into this language: the words on its forms are its own.
    """
    terms = polib.pofile(ROOT / "i18n" / f"{language}.po")
    words = {term.msgid.lower() for term in terms if " " in term.msgid and term.msgstr != term.msgid} - ODOOS
    return words - _untranslated(language)


def _untranslated(language):
    """The terms of helpdesk_mgmt that have no translation into this language."""
    folder = Path(sysconfig.get_path("purelib"), "odoo", "addons", "helpdesk_mgmt", "i18n")
    terms = {term.msgid for term in polib.pofile(folder / "helpdesk_mgmt.pot")}
    theirs = folder / f"{language}.po"
    known = {term.msgid for term in polib.pofile(theirs) if term.translated()} if theirs.exists() else set()
    return {term.lower() for term in terms - known}


def complaints(reader, name, ours):
    """What is in English, or wrong with how it looks, on the screen that is open."""
    reader.screenshot(f"{name}-in")
    seen = set(reader.page.evaluate(LINES, ", ".join(SCOPE))) - set(reader.page.evaluate(LINES, WRITTEN_DOWN))
    left = sorted(seen & ours)
    return [f"{name}: {words}" for words in left + [fault for fault in wrong(reader) if TABS not in fault]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_ours_is_left_in_english(seat, desk, language):
    login, ours, found = desk.reader_of(language), english(language), []
    for width, screens in WALKS:
        reader = seat(login, width)
        for name, (action, record, *tabs) in screens.items():
            reader.open(desk.path(action, **record))
            found += complaints(reader, name, ours)
            for place, tab in enumerate(tabs if width == DESKTOP else tabs[-1:]):
                reader.page.locator(tab).click()
                reader.settle()
                found += complaints(reader, f"{name}-{place}", ours)
    assert "\n".join(found) == ""


def test_english_words_would_be_seen(seat, desk):
    admin = seat("admin", PHONE)
    action, policy = SCREENS["sla-policy"]
    admin.open(desk.path(action, **policy))
    assert "apply to open tickets" in set(admin.page.evaluate(LINES, ", ".join(SCOPE))) & english("de")
