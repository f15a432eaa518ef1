"""The words that email programs put above a forwarded email, by language.

Sources: Outlook, Outlook on the web, Apple Mail, Gmail, Thunderbird, Yahoo and their translations; the tests of
https://github.com/crisp-oss/email-forward-parser. A marker of a language that is missing here is found by its stem.
"""

import re

#: Labels of header lines: by language, the words for From, for Date or Sent, for To, for Subject, and others.
LABELS_OF = {
    "Arabic": ("من", "التاريخ أرسلت تاريخ", "إلى", "الموضوع", "نسخة"),
    "Basque": ("nork igorlea", "bidalia data", "nori hartzailea", "gaia", "kopia"),
    "Bulgarian": ("от", "изпратено дата", "до", "относно тема", "копие"),
    "Catalan": ("de", "enviat data", "per a", "assumpte", "còpia"),
    "Chinese, simplified": ("发件人 寄件人", "发送时间 日期 时间", "收件人", "主题", "抄送"),
    "Chinese, traditional": ("寄件者 寄件人", "寄件日期 日期 傳送時間", "收件者 收件人", "主旨 主題", "副本"),
    "Croatian": ("šalje od", "datum poslano", "prima za", "predmet naslov", "kopija"),
    "Czech": ("od", "odesláno datum", "komu", "předmět", "kopie důležitost přílohy"),
    "Danish": ("fra", "sendt dato", "til", "emne", "kopi"),
    "Dutch": ("van", "verzonden datum", "aan", "onderwerp", "kopie"),
    "English": ("from", "sent date", "to", "subject", "cc bcc importance attachments"),
    "Estonian": ("saatja kellelt", "saadetud kuupäev", "adressaat saaja kellele", "teema", "koopia"),
    "Finnish": ("lähettäjä", "lähetetty päivämäärä päiväys", "vastaanottaja", "aihe", "kopio"),
    "French": ("de", "envoyé date", "à pour", "objet sujet", "copie"),
    "German": ("von", "gesendet datum", "an", "betreff", "kopie wichtigkeit anlagen"),
    "Greek": ("από αποστολέας", "στάλθηκε εστάλη αποστολή ημερομηνία", "προς", "θέμα", "κοινοποίηση κοιν"),
    "Hebrew": ("מאת", "נשלח תאריך", "אל עבור", "נושא הנדון", "עותק העתק"),
    "Hungarian": ("feladó küldő küldte", "elküldve küldve dátum", "címzett kapja", "tárgy", "másolat"),
    "Icelandic": ("frá", "sent dags dagsetning", "til", "efni", "afrit"),
    "Indonesian": ("dari daripada", "dikirim tanggal", "kepada", "subjek perihal", "salinan"),
    "Italian": ("da mittente", "inviato data", "a per", "oggetto", "copia"),
    "Japanese": ("差出人 送信者 送信元", "送信日時 日付 日時", "宛先", "件名", "写し"),
    "Korean": ("보낸사람 보낸이 보낸 발신", "날짜 보낸날짜", "받는사람 받는이 수신", "제목", "참조"),
    "Latvian": ("no", "nosūtīts datums", "kam", "tēma temats", "kopija"),
    "Lithuanian": ("nuo siuntėjas", "išsiųsta data", "kam gavėjas", "tema", "kopija"),
    "Norwegian": ("fra", "sendt dato", "til", "emne", "kopi"),
    "Persian": ("از", "تاریخ", "به", "موضوع", "رونوشت"),
    "Polish": ("od nadawca", "wysłano data", "do adresat", "temat", "kopia"),
    "Portuguese": ("de", "enviado data", "para", "assunto", "cópia"),
    "Romanian": (
        "de expeditor expeditorul",
        "trimis data dată",
        "către pentru destinatarul",
        "subiect subiectul",
        "copie",
    ),
    "Russian": ("от отправитель", "отправлено дата", "кому", "тема", "копия"),
    "Serbian": ("od од šalje шаље", "poslato послато datum датум", "za за", "naslov наслов предмет", "kopija копија"),
    "Slovak": ("od", "odoslané poslané dátum", "komu pre", "predmet", "kópia"),
    "Slovenian": ("od", "poslano datum", "za", "zadeva", "kp"),
    "Spanish": ("de", "enviado fecha", "para", "asunto", "copia"),
    "Swedish": ("från", "skickat datum", "till", "ämne", "kopia"),
    "Thai": ("จาก", "ส่ง วันที่", "ถึง", "เรื่อง หัวเรื่อง", "สำเนา"),
    "Turkish": ("kimden gönderen", "gönderilen gönderildi tarih", "kime alıcı", "konu", "bilgi"),
    "Ukrainian": ("від", "надіслано відправлено дата", "кому", "тема", "копія"),
    "Vietnamese": ("từ", "ngày", "tới đến", "chủ đề", "dw"),
}
#: Labels of several words, and those of Reply-To.
LONG_LABELS = {
    "de la": "from",
    "від кого": "from",
    "보낸 사람": "from",
    "보낸 날짜": "date",
    "받는 사람": "to",
    "per a": "to",
    "đã gửi": "date",
    "chủ đề": "subject",
    "تاريخ الإرسال": "date",
    "copie à": "other",
    "másolatot kap": "other",
    "reply-to": "reply",
    "reply to": "reply",
    "antwort an": "reply",
    "odpověď komu": "reply",
    "répondre à": "reply",
    "responder a": "reply",
    "rispondi a": "reply",
    "odpowiedz do": "reply",
    "antwoord aan": "reply",
    "válaszcím": "reply",
}
FIELDS = ("from", "date", "to", "subject", "other")


def _fields():
    """``{label in lower case: field}``. A word that means From anywhere means From."""
    found = {}
    for words_of in LABELS_OF.values():
        for field, words in zip(FIELDS, words_of, strict=True):
            for word in words.split():
                if found.get(word.casefold()) != "from":
                    found[word.casefold()] = field
    return found | {label.casefold(): field for label, field in LONG_LABELS.items()}


FIELD_OF = _fields()

#: Marker lines without dashes, colon and quote marks: by language, those of Apple Mail, then those of others.
MARKERS_OF = {
    "Chinese": ("开始转发邮件", "转发邮件信息", "转发的邮件", "轉寄的郵件", "轉寄郵件"),
    "Croatian": ("Započni proslijeđenu poruku", "Početak proslijeđene poruke", "Proslijeđena poruka"),
    "Czech": ("Začátek přeposílané zprávy", "Přeposlaná zpráva"),
    "Danish": ("Start på videresendt besked", "Videresendt meddelelse"),
    "Dutch": ("Begin doorgestuurd bericht", "Doorgestuurd bericht"),
    "English": ("Begin forwarded message", "Forwarded message"),
    "Finnish": ("Välitetty viesti alkaa", "Välitetty viesti / Fwd.Msg", "Edelleenlähetetty viesti"),
    "French": ("Début du message réexpédié", "Début du message transféré", "Message transféré", "Message transmis"),
    "German": ("Anfang der weitergeleiteten Nachricht", "Weitergeleitete Nachricht"),
    "Greek": ("Αρχή προωθημένου μηνύματος", "Έναρξη προωθημένου μηνύματος", "Προωθημένο μήνυμα"),
    "Hebrew": ("תחילת ההודעה שהועברה", "הודעה שהועברה"),
    "Hungarian": ("Továbbított levél kezdete", "Továbbított üzenet kezdete", "Továbbított üzenet", "Továbbított levél"),
    "Italian": ("Inizio messaggio inoltrato", "Messaggio inoltrato"),
    "Japanese": ("転送されたメッセージ", "転送メッセージ"),
    "Korean": ("전달된 메시지", "전달된 메일"),
    "Norwegian": ("Start på videresendt melding", "Videresendt melding"),
    "Polish": ("Początek przekazywanej wiadomości", "Treść przekazanej wiadomości", "Przekazana wiadomość"),
    "Portuguese": (
        "Início da mensagem reencaminhada",
        "Início da mensagem encaminhada",
        "Mensagem reencaminhada",
        "Mensagem encaminhada",
    ),
    "Romanian": ("Începe mesajul redirecționat", "Mesaj redirecționat"),
    "Russian": ("Начало переадресованного сообщения", "Пересылаемое сообщение", "Перенаправленное сообщение"),
    "Slovak": ("Začiatok preposlanej správy", "Preposlaná správa", "Preposlaná správa --- Forwarded Message"),
    "Slovenian": ("Začetek posredovanega sporočila", "Posredovano sporočilo"),
    "Spanish": ("Inicio del mensaje reenviado", "Mensaje reenviado"),
    "Swedish": ("Vidarebefordrat mejl", "Vidarebefordrat brev", "Vidarebefordrat meddelande"),
    "Turkish": ("İleti başlangıcı", "İletilmiş Mesaj", "İletilen İleti"),
    "Ukrainian": ("Початок листа, що пересилається", "Перенаправлене повідомлення", "Переслане повідомлення"),
}
MARKERS = frozenset(marker.casefold() for markers in MARKERS_OF.values() for marker in markers)
#: "Forwarded" as it begins, in lower case, so that markers of further versions and languages are found as well.
STEMS = re.compile(
    r"forward|weitergeleit|weiterleit|transf[eé]r|transmis|réexpédi|reenvia[dt]|reexpedid|encaminh|inoltrat|doorgest"
    r"|vidarebef|videresen|áframsen|välitet|edelleenläh|przekaz|przesł|továbbít|redirec[tț]|retrimis|пересыла|пересла"
    r"|пересил|переадрес|перенаправ|препрат|прослед|προωθ|転送|转发|轉寄|轉發|전달|הועבר|מועבר|محول|توجيه|ارسال شده"
    r"|chuyển tiếp|ส่งต่อ|diteruskan|terusan|prosl[ijeđ]|прослеђ|posredov|edastat|edasi ?saad|pārsūt|persiųst|i̇?let"
    r"|yönlend|prepos|přepos|birbidal"
)
#: A sender on behalf of another: ``assistant@x.example On Behalf Of Jane Doe <jane@x.example>``.
BEHALF = re.compile(
    r"\s[(\[]?(?:on behalf of|im auftrag von|im namen von|de la part de|au nom de|en nombre de|em nome de|per conto di"
    r"|a nome di|namens|uit naam van|jménem|v zastoupení|v mene|w imieniu|u ime|v imenu|på vegne af|på vegne av"
    r"|på uppdrag av|för räkning av|în numele|от имени|від імені|εκ μέρους|代表)\s",
    re.IGNORECASE,
)
