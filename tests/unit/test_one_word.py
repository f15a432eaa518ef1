"""One word for one thing in each language: what a label says, sentences say, too.

A reader looks for what a sentence names. In German, *Stufe* on one screen and *Phase* in a message are two things.
"""

import re
from pathlib import Path

import polib
import pytest

I18N = Path(__file__).resolve().parents[2] / "i18n"
LANGUAGES = ("cs", "de", "es", "fr")
#: English -> what each language says for it, in the order of `LANGUAGES`.
TERMS = {
    r"app-level token": (r"token\w* aplikace", "app-level-token", "token de aplicación", "jeton d'application"),
    r"breach(?:ed|es)?\b": ("poruš", "verletz", "incumpl", "dépass|(?:non|n'est pas) respect"),
    r"canned repl": ("předpřipraven", "textbaustein", "respuestas? predefinida", "réponses? type"),
    r"closing emails?\b": (r"závěrečn\w+ e-mail", "abschluss", "correos? de cierre", "e-mails? de clôture"),
    r"\bdigest (?!of)": ("přehled", "überblick", "resumen", "résumé"),
    r"first messages?\b": (
        r"první(?:ho|m)? zpráv",
        r"erste\w* nachricht",
        "primer(?:os)? mensaje",
        "premiers? message",
    ),
    r"(?<!-)\bheaders?\b": ("hlavič", "kopfzeile", "encabezado", "en-tête"),
    r"\blistener": ("posluchač", "listener", "procesos? de escucha", "processus d'écoute"),
    r"\bmailbox(?:es)?\b": ("schrán", "postf[aä]ch", "buz[oó]n", "boîte"),
    r"\bmerge[ds]?\b": ("slouč", "zusammen", "fusion", "fusion"),
    r"\bparticipants?\b": ("účastn", "beteilig", "particip", "particip"),
    r"\bplaceholders?\b": (r"zástupn\w+ výraz", "platzhalter", "marcador", "variable"),
    r"\bpolic(?:y|ies)\b": ("pravid", "richtlini", "polític", "politique"),
    r"\breference(?:s|d)?\b(?! to)": ("znač|odkaz", "referen", "referencia|refiere", "référen"),
    r"request url": ("adres[auy]? požadavků|adrese požadavků", "request-url", "url de solicitudes", "url de requête"),
    r"scheduled actions?\b": (r"opakovan\w+ akc", "geplante", "acci(?:ón|ones) planificada", "actions? planifiée"),
    r"\bscopes?\b": ("oprávnění", "scope", "scope", "scope"),
    r"\bsnooze[ds]?\b": ("odlož", "zurück|wieder vorgelegt", "pospues|pospon|posposición", "veille"),
    r"\bsocket\b(?! mode)": ("socket", "socket", "socket", "socket"),
    r"\bstages?\b": ("fáz", "stufe", "etapa", "étape"),
    r"support mailbox": (r"schrán\w+ podpory", "support-postf", "buz(?:ón|ones) de soporte", "boîtes? mail de support"),
    r"\bvia slack\b": ("přes slack", "über slack", "a través de slack", "via slack"),
}
#: What is no word of ours, by language, and why.
NEVER = {
    "cs": {
        r"přiděl": "tickets are assigned: přiřadit",
        r"\blistener\b": "posluchač",
        r"plánovan\w+ akc": "opakovaná akce",
    },
    "de": {
        r"\b(?:die|der|keine|eine|einer) SLA\b(?!-)": "das SLA",
        r"[a-zäöüß]…": "a space stands before an ellipsis that replaces words",
        r"\b(?:du|dein\w*|dir|dich)\b": "readers are addressed with Sie",
    },
    "es": {
        r"espera\w* por\b": "le espera",
        r"[Qq]ué tan\b": "cómo",
        r"\blistener\b": "proceso de escucha",
        r"\b(?:tú|tus?|te|ti)\b": "usted",
    },
    "fr": {
        r"\b(?:est|était|sont|bientôt) due": "une réponse a une échéance",
        r"\b(?:tu|ton|tes|toi)\b": "vous",
        r"\blistener\b": "processus d'écoute",
        r"[^\s\u00a0/][;?!](?:\s|$)": "a space that does not break stands before it",
        r"« | »": "a space that does not break stands within quotation marks",
    },
}
#: Quotation marks of other languages.
FOREIGN = {"en": '["„«»]', "cs": '["”«»]', "de": '["”«»]', "es": '["“”„]', "fr": '["“”„]'}
#: What no reader reads as words: tags, values, and names that are the same in each language.
NO_WORDS = r"<[^>]*>|\{\{.*?\}\}|%\(\w+\)s|SLA_\w+|App-Level Tokens|Helpdesk Ticket Merge|text/calendar; method=REPLY"
NO_WORDS = re.compile(NO_WORDS, re.DOTALL)


def bare(text):
    """The words of a term."""
    return NO_WORDS.sub("", text.replace("&amp;", "&"))


def terms(language):
    """What is said in a language: English -> its translation."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(I18N / f"{language}.po") if not entry.obsolete}


def other_words(source, words, language):
    """The words of `TERMS` in a term whose translation says something else."""
    place = LANGUAGES.index(language)
    source, words = bare(source), bare(words)
    return [
        english
        for english, said in TERMS.items()
        if re.search(english, source, re.IGNORECASE) and not re.search(said[place], words, re.IGNORECASE)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_word(language):
    found = {source: other_words(source, words, language) for source, words in terms(language).items()}
    assert {source: hits for source, hits in found.items() if hits} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_in_words_that_are_not_ours(language):
    found = [
        f"{words}: {why}"
        for words in terms(language).values()
        for pattern, why in NEVER[language].items()
        if re.search(pattern, bare(words))
    ]
    assert found == []


@pytest.mark.parametrize("language", sorted(FOREIGN))
def test_quotation_marks_are_those_of_the_language(language):
    template = polib.pofile(I18N / "helpdesk_bridge.pot")
    said = [entry.msgid for entry in template] if language == "en" else terms(language).values()
    assert [words for words in said if re.search(FOREIGN[language], bare(words))] == []


@pytest.mark.parametrize(
    ("source", "words", "language", "hits"),
    [
        ("The team has no closed stage.", "Das Team hat keine geschlossene Phase.", "de", 1),
        ("The team has no closed stage.", "Das Team hat keine geschlossene Stufe.", "de", 0),
        ("The ticket was merged.", "El ticket se combinó.", "es", 1),
        ("The ticket was merged.", "El ticket se fusionó.", "es", 0),
        ("No listener runs.", "Žádný listener neběží.", "cs", 1),
    ],
)
def test_another_word_is_noticed(source, words, language, hits):
    assert len(other_words(source, words, language)) == hits
