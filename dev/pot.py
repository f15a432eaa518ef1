"""`make pot`: the template of all translations, as Odoo exports it, and the translations brought up to it.

A term that is gone leaves the translations too; a new one comes without its translation, for which the tests ask then.
"""

import sys
import tempfile
from pathlib import Path

import polib

from dev import setup
from dev.paths import ADDON, LOGS, ROOT
from dev.services import database
from dev.services.odoo import run_odoo
from dev.services.process import failures_told

I18N = ROOT / "i18n"
TEMPLATE = I18N / f"{ADDON}.pot"
#: What says when it was exported, or by whom: it would make each export differ from the one before.
PASSING = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Report-Msgid-Bugs-To")


def main():
    """Renew them and say what is left to translate."""
    setup.ready()
    template = shipped(lasting(export()))
    template.save(str(TEMPLATE))
    print(f"pot: {len(template)} terms in {TEMPLATE.relative_to(ROOT)}")
    for path in sorted(I18N.glob("*.po")):
        translation = merged(template, polib.pofile(str(path)))
        translation.save(str(path))
        print(f"pot: {path.relative_to(ROOT)}: {len(translation.untranslated_entries())} to translate")
    return 0


def export():
    """The template as Odoo writes it, from a fresh database with nothing but the addon."""
    name = database.of_this_run("pot_")
    with tempfile.TemporaryDirectory() as scratch, database.database(name):
        path = Path(scratch, TEMPLATE.name)
        run_odoo("i18n", "export", "-d", name, "-l", "pot", "-o", path, ADDON, log=LOGS / "pot.log")
        return polib.pofile(str(path))


def lasting(template):
    """The template without what changes from one export to the next."""
    for name in PASSING:
        template.metadata.pop(name, None)
    template.metadata["Content-Transfer-Encoding"] = "8bit"
    template.metadata.pop("Plural-Forms", None)
    return template


def shipped(template):
    """The template without terms that only developers meet: those of the example in dev."""
    ours = f"code:addons/{ADDON}/dev/"
    for entry in list(template):
        entry.occurrences = [place for place in entry.occurrences if not place[0].startswith(ours)]
        if not entry.occurrences:
            template.remove(entry)
    return template


def merged(template, translation):
    """What is translated of the terms of today. A guess (fuzzy) is no translation."""
    known = {entry.msgid: entry.msgstr for entry in translation if not entry.obsolete and not entry.fuzzy}
    result = polib.POFile()
    result.header, result.metadata = translation.header, translation.metadata
    for entry in template:
        words = {"msgid": entry.msgid, "msgstr": known.get(entry.msgid, "")}
        result.append(polib.POEntry(**words, comment=entry.comment, occurrences=entry.occurrences))
    return result


if __name__ == "__main__":
    with failures_told():
        sys.exit(main())
