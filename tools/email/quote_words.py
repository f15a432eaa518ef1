"""The words of email programs, in many languages, by which quoted text and signatures are found in plain text."""

import re

#: "wrote", as in the line above a quote.
VERBS = (
    r"wrote|writes|schrieb(?: am)?|hat (?:am .{0,40})?geschrieben|a écrit|escribió|escreveu|ha scritto|scrisse|"
    r"napsala?|napísala?|napsal\(a\)|napísal\(a\)|napisał(?:a|\(a\))?|pisze|je napisala?|skrev|schreef|geschreven|"
    r"kirjoitti|(?:ezt )?írta|a scris|написала?|пишет|пише|έγραψε|"
    r"yazdı|şunları yazdı|写道|寫道|님이 작성|さんは書きました|작성"
)
#: The line above an original message.
ORIGINAL = re.compile(
    r"[-_=*\s]{2,}\s*(?:original message|original appointment|reply message|reply to message|message d'origine|"
    r"message original|original-nachricht|ursprüngliche nachricht|originalnachricht|original e-?mail|"
    r"původní zpráva|původní e-?mail|pôvodná správa|oryginalna wiadomość|wiadomość oryginalna|"
    r"mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|ursprungligt meddelande|"
    r"originalmeddelande|oprindelig meddelelse|opprinnelig melding|original besked|alkuperäinen viesti|eredeti üzenet|"
    r"mesaj original|originalna poruka|izvirno sporočilo|исходное сообщение|пересланное сообщение|оригинал|"
    r"mail original|ursprüngliche mail|messaggio originario|originaal ?kiri|sākotnējais ziņojums|pradinis laiškas|"
    r"оригинальное сообщение|початкове повідомлення|оригинално съобщение|original|"
    r"الرسالة الأصلية|ההודעה המקורית|αρχικό μήνυμα|orijinal mesaj|原始邮件|原始郵件|元のメッセージ|원본 메시지|"
    r"on .{10,200} wrote)\s*:?\s*[-_=*\s]{2,}\Z|original message processed by ",
    re.IGNORECASE,
)
#: The line above an email that was forwarded: it is no quote.
FORWARDED = re.compile(
    r"[->*_\s]*(?:begin forwarded message|forwarded (?:message|by)|fwd|anfang der weitergeleiteten|"
    r"weitergeleitete nachricht|začátek přeposílané|přeposlaná zpráva|přeposlaný e-?mail|začiatok preposlanej|"
    r"preposlaná správa|début du message|message transf|message transmis|inicio del mensaje reenviado|"
    r"mensaje reenviado|inizio messaggio inoltrato|messaggio inoltrato|início da mensagem|mensagem (?:re)?encaminhada|"
    r"begin doorgestuurd|doorgestuurd bericht|videresendt|vidarebefordrat|välitetty viesti|początek przekazywanej|"
    r"przekazana wiadomość|treść przekazanej|továbbított|mesaj redirecționat|пересылаемое|перенаправленное|"
    r"начало переадресованного|iletilen|iletilmiş|转发邮件|転送)",
    re.IGNORECASE,
)
#: A line of a block of headers.
LABEL = re.compile(
    r"[>*_\s]{0,4}(?:(?P<sender>from|von|de|de la|od|da|van|från|fra|lähettäjä|feladó|nadawca|mittente|от|від|kimden|"
    r"από|šalje|pošiljatelj|pošiljalac|nuo|no|saatja|dari|từ|من|מאת|จาก|发件人|發件人|寄件者|寄件人|差出人|보낸 ?사람)|"
    r"(?P<subject>subject|betreff|předmět|predmet|objet|oggetto|asunto|assunto|assumpte|temat|onderwerp|ämne|emne|aihe|"
    r"tárgy|subiect|тема|konu|θέμα|zadeva|относно|tema|temats|teema|subjek|perihal|chủ đề|الموضوع|נושא|เรื่อง|主题|主旨|"
    r"件名|제목)|"
    r"(?P<other>date|sent|datum|dato|data|dată|fecha|tarih|dátum|päivämäärä|gesendet|"
    r"odesláno|odoslané|envoyé|enviado|enviada|inviato|wysłano|verzonden|skickat|sendt|lähetetty|elküldve|trimis|"
    r"отправлено|дата|gönderilen|gönderildi|надіслано|изпратено|poslano|poslané|στάλθηκε|ημερομηνία|išsiųsta|nosūtīts|"
    r"saadetud|dikirim|gửi|ngày|تم الإرسال|التاريخ|נשלח|תאריך|ส่ง|วันที่|"
    r"发送时间|发送日期|寄件日期|日期|日付|送信日時|날짜|보낸 ?날짜|"
    r"to|an|à|a|komu|do|para|aan|till|til|pro|vastaanottaja|címzett|adresat|кому|kime|до|προς|către|prima|za|primatelj|"
    r"kam|kellele|kepada|đến|إلى|אל|ถึง|收件人|收件者|宛先|받는 ?사람|cc|kopie|kopia|копия|抄送|副本|참조))\s?\*?[:：]",
    re.IGNORECASE,
)
#: What a telephone writes below the words.
DEVICE = re.compile(
    r"[-\s]{0,4}(?:sent (?:from|via|with) (?:my |the |a |samsung|outlook|yahoo|proton|mail|e-?mail|galaxy|ios|"
    r"gmail|mobile)|"
    r"get outlook for|(?:diese nachricht wurde )?von meine[mr] .{0,40}(?:gesendet|verschickt)|"
    r"gesendet (?:von|mit|über)|"
    r"outlook (?:für|pour|para|per|pro) (?:ios|android)|holen sie sich outlook|télécharge[zr] outlook|obtén outlook|"
    r"odesláno z|odoslané z|wysłane z|wysłano z|envoyé (?:de|depuis|à partir)|enviado (?:desde|do|de|a partir)|"
    r"inviato da|verzonden (?:vanaf|met|via)|verstuurd vanaf|skickat från|sendt fra|"
    r"lähetetty |отправлено с|надіслано з|изпратено от|iphone'umdan|poslano (?:iz|s|z) |trimis de pe|"
    r"enviat des |στάλθηκε από|saadetud minu|išsiųsta iš|az? .{1,30}[mr]ről küldve|.{1,30} cihazımdan gönderildi|"
    r"发自(?:我的|.{1,20}\Z)|從我的.{1,20}傳送|.{1,30}(?:から送信|에서 보냄)\s*\Z|"
    r"تم الإرسال من|أرسلت من|נשלח מ|ส่งจาก)",
    re.IGNORECASE,
)
#: What tells it from a sentence about a parcel ("Sent from the warehouse on Monday"): a device, a program, a provider.
DEVICE_NAME = re.compile(
    r"i(?:phone|pad|pod|os\b)|android|samsung|galaxy|huawei|xiaomi|redmi|oneplus|pixel|nokia|sony|xperia|motorola|"
    r"fairphone|black ?berry|windows|macbook|outlook|mail|yahoo|proton|thunderbird|seznam|t-online|web\.de|"
    r"\b(?:moto|oppo|honor|vivo|htc|lg|mac|aol|gmx|pc|apps?)\b|aplikac|applic|aplic|anwendung|sovellu|mobil|mobiel|"
    r"cellul|celular|handy|phone|t[eé]l[eé]f|puhelin|kännykä|komórk|smartf|tablet|laptop|comput|device|zařízení|"
    r"zariaden|ger[äa]t|appareil|dispositiv|urządzen|enhet|enhed|laittee|készülék|eszköz|cihaz|устройств|телефон|"
    r"смартфон|планшет|мобильн|мобільн|пристро|κινητ|συσκευ|手机|手機|휴대|هاتف|جهاز|טלפון|נייד",
    re.IGNORECASE,
)
