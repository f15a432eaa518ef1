"""Recognizes a message that only says thanks: nobody has to answer it.

A question, an answer ("yes", "no"), a number, a link or one unknown word makes it a message like any other: an agent
who reads a "thank you" loses seconds, a customer whose words nobody reads loses days. So every word has to be one of
courtesy, or a name that is known, and one of them has to say thanks.
"""

import re
import unicodedata

from ..email import text_quotes

#: A longer message says more than thanks.
MAX_TEXT = 300
WORD = re.compile(r"[^\W_]+")
SENTENCE = re.compile(r"[.!…\n]+")
#: What asks, in the scripts of the world, or is there to be looked at: a link, an address.
SUBSTANCE = re.compile(r"[?？؟;]|://|@")
#: Emoji that say thanks without a word.
EMOJI = frozenset("👍🙏❤💙💚💛💜🧡🤝👌🎉😊🙂😀👏🥰😍")

THANKS = """
thanks thank thankyou thx thanx tnx ty cheers
danke dank dankeschön bedanke bedanken
díky dík děkuji děkuju děkujeme ďakujem ďakujeme vďaka
merci remercie remercions
gracias agradezco agradecemos gràcies
grazie ringrazio ringraziamo
obrigado obrigada obrigados brigado brigada
bedankt dankjewel dankuwel
dziękuję dziękujemy dzięki
tack tackar tak takk
kiitos kiitti kiitoksia
köszönöm köszönjük köszi
mulțumesc mulțumim mersi
hvala zahvaljujem
спасибо благодарю дякую благодаря
teşekkürler teşekkür sağolun
ευχαριστώ ευχαριστούμε
"""
#: What people give thanks for. Alone it is a call: "Help! Thanks".
FOR = """
help helping support service reply response responding answer answering assistance update info information time effort
hilfe unterstützung antwort rückmeldung auskunft
pomoc podporu odpověď reakci informaci informace zprávu odpoveď reakciu správu
aide réponse retour soutien
ayuda respuesta atención apoyo
aiuto supporto risposta
ajuda resposta apoio
hulp reactie antwoord
odpowiedź wsparcie
hjälpen svaret hjelpen hjælpen hjælp hjelp
avusta vastauksesta
segítséget választ
ajutor răspuns
pomoći pomoč
помощь ответ допомогу
yardımınız βοήθεια
"""
COURTESY = """
you so very much a lot many million again for your the this all of and to with my our that s is was really quick fast
prompt swift speedy kind great perfect awesome excellent wonderful amazing brilliant fantastic super cool nice good
fine ok okay k got it noted hi hello hey dear team everyone guys sir madam mr mrs ms best warm regards wishes
greetings sincerely yours day morning afternoon evening weekend i we appreciate appreciated have vielen besten
herzlichen lieben schönen tausend ihnen dir euch sehr ganz recht schon für die der das den ihre deine eure ihr dein
schnelle rasche prompte nochmals nochmal ich wir mich uns und mit perfekt prima toll klasse alles liebe gute hallo
guten tag morgen abend moin servus geehrter geehrte damen herren frau herr freundliche freundlichen grüße grüßen gruß
viele schöne beste herzliche mfg lg vg moc mnohokrát velmi pěkně hezky vám ti vam za tu rychlou ještě jednou skvělé
výborně paráda dobrý dobré ráno odpoledne hezký krásný zbytek dne ahoj zdravím pozdravem přátelským srdečně pan paní
pane vážený vážená pekne veľmi rýchlu deň pozdravom beaucoup bien infiniment vous te nous je à au aux pour le la les l
votre ton vos tes rapide encore et parfait génial top bonjour bonsoir salut cher chère madame monsieur cordialement
bonne journée soirée amicalement sincères salutations mille grand un muchas muchísimas mil por su vuestra el los las
rápida rapidez de nuevo otra vez y muy amable perfecto genial excelente estupendo vale hola buenos buenas días tardes
noches estimado estimada señor señora saludos saludo cordiales cordial atentamente abrazo os que tenga tengan buen día
tante molte di cuore per il lo vostro tuo suo ancora ottimo ciao buongiorno buonasera gentile cordiali saluti distinti
buona giornata muito muita pela pelo ótimo perfeito olá bom dia boa tarde noite atenciosamente cumprimentos abraço
abraços hartelijk heel erg veel voor het jullie uw u snelle nogmaals fijn hoi met vriendelijke groet groeten mvg dag
goede bardzo serdecznie szybką jeszcze raz świetnie cześć dzień pozdrawiam pozdrowienia pozdrowieniami z poważaniem
pani państwo så mycket snabba hej hälsningar vänliga mvh bra toppen mange tusen hilsen vennlig venlig med flott fint
paljon nopeasta hei terveisin hyvää päivää szépen nagyon gyors üdvözlettel szia jó napot mult foarte pentru bună ziua
cu stimă lijepa lepa puno na lp большое огромное вам за быстрый и с уважением здравствуйте добрый отлично дуже щиро
ederim çok iyi günler merhaba için saygılarımla πολύ για τη σας
"""


def is_thanks(text, names=()):
    """Whether a message says thanks and nothing else.

    :param text: the new words of the message, without history that is marked as quoted
    :param names: of the people who may be greeted or sign it
    """
    own = _own_words(text)
    if len(own) > MAX_TEXT or SUBSTANCE.search(own):
        return False
    sentences = [[_plain(word) for word in WORD.findall(sentence)] for sentence in SENTENCE.split(own)]
    words = {word for sentence in sentences for word in sentence}
    if not words:
        return any(letter in EMOJI for letter in own)
    known = {_plain(word) for name in names for word in WORD.findall(name or "")}
    if _THANKS.isdisjoint(words) or words - _THANKS - _FOR - _COURTESY - known:
        return False
    return all(map(_gives_thanks_first, sentences))


def _gives_thanks_first(sentence):
    """Whether what a sentence names, such as help, comes after the thanks for it."""
    for word in sentence:
        if word in _THANKS:
            return True
        if word in _FOR:
            return False
    return True


def _own_words(text):
    """The text without history that no program has marked, a signature below "-- " and the line of a phone."""
    kept, found = [], text_quotes.segments((text or "").strip().split("\n"))
    for line in (line for is_quoted, lines in found if not is_quoted for line in lines):
        if line.strip() == "--":
            break
        if not text_quotes.is_line_of_device(line):
            kept.append(line)
    return "\n".join(kept).strip()


def _plain(word):
    """A word without accents and case: people leave both out."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_LETTERS = str.maketrans("łøđıæ", "lodia")
_THANKS, _FOR, _COURTESY = (frozenset(map(_plain, words.split())) for words in (THANKS, FOR, COURTESY))
