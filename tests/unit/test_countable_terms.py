"""A number in a sentence never needs a plural: `1 tickets` is wrong in each of our languages.

Odoo's translations have one form each, and Czech has three: for 1, for 2 to 4, and for 5 and more. A sentence therefore
says what is counted first (`Tickets: %s`), or has a unit that never changes (`%s s`).
"""

import re
from pathlib import Path

import polib
import pytest

I18N = Path(__file__).resolve().parents[2] / "i18n"
#: What a number stands in front of, by language.
COUNTED = {
    "en": r"days|hours|minutes|seconds|tickets|emails|messages|replies|files|people|rows|members|confirmations|others",
    "cs": r"d(?:en|ny|ní|nů)|hodin\w*|minut\w*|sekund\w*|tiket\w*|e-mail\w*|zpráv\w*|odpověd\w*|soubor\w*|dalších",
    "de": r"Tag\w*|Stunden?|Minuten?|Sekunden?|Tickets?|E-Mails?|Nachricht\w*|Antwort\w*|Datei\w*|weitere[nrs]?",
    "es": r"días?|horas?|minutos?|segundos?|tickets?|correos?|mensajes?|respuestas?|archivos?|otr[oa]s?",
    "fr": r"jours?|heures?|minutes?|secondes?|tickets?|e-mails?|messages?|réponses?|fichiers?|autres?",
}
PLACE = r"(?:%[sd]|%\(\w+\)[sd])"
#: What may stand between: `%s open tickets`.
BETWEEN = r"(?:(?:open|new|more|other|otevřen\w+|nov\w+|dalších|offene\w*|neue\w*|weitere\w*|nouve\w+|autres) )?"
#: The number is the same whenever it is said, and greater than four.
FIXED = {
    "Reply in any ticket's thread within %(minutes)s minutes: link %(code)s",
    "Of the first %(count)s open tickets, this moves the SLA of %(moved)s. Breaches taken back: %(revoked)s. "
    "New breaches: %(late)s.",
}
#: No number, but a name.
NAMES = {"Emails from %s do not become tickets.", "%s has assigned these tickets to you:"}


def counts(text, language):
    """Whether a placeholder stands in front of what is counted."""
    return bool(re.search(rf"{PLACE} {BETWEEN}(?:{COUNTED[language]})\b", text))


@pytest.mark.parametrize("language", sorted(COUNTED))
def test_no_number_needs_a_plural(language):
    template = language == "en"
    terms = polib.pofile(I18N / ("helpdesk_bridge.pot" if template else f"{language}.po"))
    said = {term.msgid: term.msgid if template else term.msgstr for term in terms if not term.obsolete}
    assert [text for term, text in said.items() if term not in FIXED | NAMES and counts(text, language)] == []


def test_an_exception_is_one_that_is_made():
    terms = {term.msgid for term in polib.pofile(I18N / "helpdesk_bridge.pot")}
    assert terms >= FIXED | NAMES


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "%s days", True),
        ("en", "Of %(count)s open tickets", True),
        ("en", "Open tickets: %(count)s.", False),
        ("en", "%s is closed", False),
        ("cs", "po %s dní", True),
        ("cs", "a další: %s", False),
        ("de", "und %(count)s weitere", True),
        ("de", "und noch %s", False),
        ("es", "%s correos", True),
        ("fr", "et %s autres", True),
        ("fr", "dans %(seconds)s s", False),
    ],
)
def test_a_plural_after_a_number_is_noticed(language, text, expected):
    assert counts(text, language) is expected
