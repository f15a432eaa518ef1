"""Replies in plain text, as email programs write them in many languages: the new words, and what is folded below."""

OLD = "> Dear Jane,\n> did it help?\n"

#: (program, the new words, what is folded)
SHAPES = (
    (
        "Outlook EN full",
        "It works. Jane",
        (
            "From: Support <s@a.example>\nSent: Monday, November 2, 2026 10:15 AM\n"
            "To: Jane Doe <jane@x.example>\nCc: Bob\nSubject: RE: x\n\nDear Jane,\n"
        ),
    ),
    (
        "Outlook mobile EN",
        "It works.",
        (
            "Get Outlook for Android<https://aka.ms/x>\n________________________________\n"
            "From: S <s@a.example>\nSent: Monday, November 2, 2026 10:15:00 AM\nTo: J\nSubject: x\n\n"
            "old\n"
        ),
    ),
    (
        "Outlook FR",
        "Ça marche.",
        ("De : Support <s@a.example>\nEnvoyé : lundi 2 novembre 2026 10:15\nÀ : Jane\nObjet : RE: x\n\nvieux\n"),
    ),
    (
        "Outlook FR nbsp",
        "Ça marche.",
        (
            "De\xa0: Support <s@a.example>\nEnvoyé\xa0: lundi 2 novembre 2026 10:15\nÀ\xa0: Jane\n"
            "Objet\xa0: RE: x\n\nvieux\n"
        ),
    ),
    (
        "Outlook ES",
        "Funciona.",
        (
            "De: Support <s@a.example>\nEnviado: lunes, 2 de noviembre de 2026 10:15\nPara: Jane\n"
            "Asunto: RE: x\n\nviejo\n"
        ),
    ),
    (
        "Outlook IT",
        "Funziona.",
        ("Da: Support <s@a.example>\nInviato: lunedì 2 novembre 2026 10:15\nA: Jane\nOggetto: R: x\n\nvecchio\n"),
    ),
    (
        "Outlook NL",
        "Het werkt.",
        ("Van: Support <s@a.example>\nVerzonden: maandag 2 november 2026 10:15\nAan: Jane\nOnderwerp: RE: x\n\noud\n"),
    ),
    (
        "Outlook PL",
        "Działa.",
        ("Od: Support <s@a.example>\nWysłano: poniedziałek, 2 listopada 2026 10:15\nDo: Jane\nTemat: RE: x\n\nstary\n"),
    ),
    (
        "Outlook PT",
        "Funciona.",
        (
            "De: Support <s@a.example>\nEnviada em: segunda-feira, 2 de novembro de 2026 10:15\n"
            "Para: Jane\nAssunto: RES: x\n\nvelho\n"
        ),
    ),
    (
        "Outlook SV",
        "Det går.",
        ("Från: Support <s@a.example>\nSkickat: den 2 november 2026 10:15\nTill: Jane\nÄmne: SV: x\n\ngammal\n"),
    ),
    (
        "Outlook DA",
        "Det virker.",
        ("Fra: Support <s@a.example>\nSendt: 2. november 2026 10:15\nTil: Jane\nEmne: SV: x\n\ngammel\n"),
    ),
    (
        "Outlook FI",
        "Toimii.",
        (
            "Lähettäjä: Support <s@a.example>\nLähetetty: maanantai 2. marraskuuta 2026 10.15\n"
            "Vastaanottaja: Jane\nAihe: VS: x\n\nvanha\n"
        ),
    ),
    (
        "Outlook HU",
        "Jó.",
        (
            "Feladó: Support <s@a.example>\nElküldve: 2026. november 2., hétfő 10:15\nCímzett: Jane\n"
            "Tárgy: RE: x\n\nrégi\n"
        ),
    ),
    (
        "Outlook TR",
        "Oldu.",
        ("Kimden: Support <s@a.example>\nGönderildi: 2 Kasım 2026 Pazartesi 10:15\nKime: Jane\nKonu: YNT: x\n\neski\n"),
    ),
    (
        "Outlook RU",
        "Работает.",
        ("От: Support <s@a.example>\nОтправлено: 2 ноября 2026 г. 10:15\nКому: Jane\nТема: RE: x\n\nстарое\n"),
    ),
    (
        "Outlook UK",
        "Працює.",
        ("Від: Support <s@a.example>\nНадіслано: 2 листопада 2026 р. 10:15\nКому: Jane\nТема: RE: x\n\nстаре\n"),
    ),
    (
        "Outlook EL",
        "Εντάξει.",
        ("Από: Support <s@a.example>\nΣτάλθηκε: Δευτέρα, 2 Νοεμβρίου 2026 10:15\nΠρος: Jane\nΘέμα: RE: x\n\nπαλιό\n"),
    ),
    (
        "Outlook RO",
        "Merge.",
        ("De la: Support <s@a.example>\nTrimis: luni, 2 noiembrie 2026 10:15\nCătre: Jane\nSubiect: RE: x\n\nvechi\n"),
    ),
    (
        "Outlook ZH",
        "好的。",
        "发件人: Support <s@a.example>\n发送时间: 2026年11月2日 10:15\n收件人: Jane\n主题: 回复: x\n\n旧\n",
    ),
    (
        "Outlook ZH TW",
        "好的。",
        "寄件者: Support <s@a.example>\n寄件日期: 2026年11月2日 10:15\n收件者: Jane\n主旨: RE: x\n\n舊\n",
    ),
    (
        "Outlook JA",
        "了解。",
        "差出人: Support <s@a.example>\n送信日時: 2026年11月2日 10:15\n宛先: Jane\n件名: RE: x\n\n古い\n",
    ),
    (
        "Outlook KO",
        "감사합니다.",
        ("보낸 사람: Support <s@a.example>\n보낸 날짜: 2026년 11월 2일 10:15\n받는 사람: Jane\n제목: RE: x\n\n옛\n"),
    ),
    (
        "Outlook SK",
        "Funguje.",
        ("Od: Support <s@a.example>\nOdoslané: pondelok 2. novembra 2026 10:15\nKomu: Jane\nPredmet: RE: x\n\nstarý\n"),
    ),
    (
        "Outlook HR",
        "Radi.",
        ("Šalje: Support <s@a.example>\nPoslano: 2. studenog 2026. 10:15\nPrima: Jane\nPredmet: RE: x\n\nstaro\n"),
    ),
    (
        "Outlook NB",
        "Det virker.",
        ("Fra: Support <s@a.example>\nSendt: mandag 2. november 2026 10:15\nTil: Jane\nEmne: SV: x\n\ngammel\n"),
    ),
    (
        "Outlook AR",
        "شكرا",
        ("من: Support <s@a.example>\nتم الإرسال: 2 نوفمبر, 2026 10:15\nإلى: Jane\nالموضوع: RE: x\n\nقديم\n"),
    ),
    (
        "Outlook HE",
        "תודה",
        ("מאת: Support <s@a.example>\nנשלח: יום שני 2 נובמבר 2026 10:15\nאל: Jane\nנושא: RE: x\n\nישן\n"),
    ),
    (
        "Outlook BG",
        "Работи.",
        (
            "От: Support <s@a.example>\nИзпратено: понеделник, 2 ноември 2026 г. 10:15\nДо: Jane\n"
            "Относно: RE: x\n\nстаро\n"
        ),
    ),
    (
        "Gmail UK",
        "Працює.",
        "пн, 2 лист. 2026 р. о 10:15 Help <s@a.example> пише:\n\n" + OLD,
    ),
    (
        "Gmail EL",
        "Εντάξει.",
        "Στις Δευ 2 Νοε 2026 στις 10:15 π.μ., ο χρήστης Help <s@a.example> έγραψε:\n\n" + OLD,
    ),
    (
        "Gmail RO",
        "Merge.",
        "lun., 2 nov. 2026 la 10:15, Help <s@a.example> a scris:\n\n" + OLD,
    ),
    (
        "Gmail HU",
        "Jó.",
        "Help <s@a.example> ezt írta (időpont: 2026. nov. 2., H, 10:15):\n\n" + OLD,
    ),
    (
        "Gmail TR",
        "Oldu.",
        "Help <s@a.example>, 2 Kas 2026 Pzt, 10:15 tarihinde şunu yazdı:\n\n" + OLD,
    ),
    (
        "Gmail SK",
        "Funguje.",
        "po 2. 11. 2026 o 10:15 Help <s@a.example> napísal(a):\n\n" + OLD,
    ),
    (
        "Gmail FI",
        "Toimii.",
        "ma 2. marrask. 2026 klo 10.15 Help <s@a.example> kirjoitti:\n\n" + OLD,
    ),
    (
        "Gmail DA",
        "Det virker.",
        "Den man. 2. nov. 2026 kl. 10.15 skrev Help <s@a.example>:\n\n" + OLD,
    ),
    (
        "Gmail NO",
        "Det virker.",
        "man. 2. nov. 2026 kl. 10:15 skrev Help <s@a.example>:\n\n" + OLD,
    ),
    (
        "Gmail ZH",
        "好的。",
        "Help <s@a.example> 于2026年11月2日周一 10:15写道：\n\n" + OLD,
    ),
    (
        "Gmail ZHTW",
        "好的。",
        "Help <s@a.example> 於 2026年11月2日 週一 上午10:15寫道：\n\n" + OLD,
    ),
    (
        "Gmail JA",
        "了解。",
        "2026年11月2日(月) 10:15 Help <s@a.example>:\n\n" + OLD,
    ),
    (
        "Gmail KO",
        "감사합니다.",
        "2026년 11월 2일 (월) 오전 10:15, Help <s@a.example>님이 작성:\n\n" + OLD,
    ),
    (
        "Gmail HE",
        "תודה",
        "\u202bבתאריך 2 בנוב׳ 2026 ב-10:15 מאת \u202aHelp\u202c\u200f <\u202as@a.example\u202c\u200f>:\u202c\n\n" + OLD,
    ),
    (
        "Gmail AR",
        "شكرا",
        "في الاثنين، 2 نوفمبر 2026 في 10:15 ص تمت كتابة ما يلي بواسطة Help <s@a.example>:\n\n" + OLD,
    ),
    (
        "Gmail HR",
        "Radi.",
        "pon, 2. stu 2026. u 10:15 Help <s@a.example> napisao je:\n\n" + OLD,
    ),
    (
        "Gmail SL",
        "Dela.",
        "V V pon., 2. nov. 2026 ob 10:15 je oseba Help <s@a.example> napisala:\n\n" + OLD,
    ),
    (
        "Gmail BG",
        "Работи.",
        "На пн, 2.11.2026 г. в 10:15 Help <s@a.example> написа:\n\n" + OLD,
    ),
    (
        "Gmail LT",
        "Veikia.",
        "2026-11-02, pr, 10:15 Help <s@a.example> rašė:\n\n" + OLD,
    ),
    (
        "Gmail LV",
        "Strādā.",
        "Pirmd., 2026. g. 2. nov., plkst. 10:15 — lietotājs Help (<s@a.example>) rakstīja:\n\n" + OLD,
    ),
    (
        "Gmail ET",
        "Töötab.",
        "Kontakt Help (<s@a.example>) kirjutas kuupäeval E, 2. november 2026 kell 10:15:\n\n" + OLD,
    ),
    (
        "Gmail CA",
        "Funciona.",
        "Missatge de Help <s@a.example> del dia dl., 2 de nov. 2026 a les 10:15:\n\n" + OLD,
    ),
    (
        "Gmail VI",
        "Được.",
        "Vào Th 2, 2 thg 11, 2026 vào lúc 10:15 Help <s@a.example> đã viết:\n\n" + OLD,
    ),
    (
        "Gmail ID",
        "Bisa.",
        "Pada tanggal Sen, 2 Nov 2026 pukul 10.15 Help <s@a.example> menulis:\n\n" + OLD,
    ),
    (
        "Gmail TH",
        "ได้",
        "เมื่อ จ. 2 พ.ย. 2026 เวลา 10:15 Help <s@a.example> เขียนว่า:\n\n" + OLD,
    ),
    (
        "Gmail IS",
        "Virkar.",
        "mán., 2. nóv. 2026 kl. 10:15 skrifaði Help <s@a.example>:\n\n" + OLD,
    ),
    (
        "Apple DE",
        "Es geht.",
        "> Am 02.11.2026 um 10:15 schrieb Help <s@a.example>:\n> \n" + OLD,
    ),
    (
        "Apple FR",
        "Ça va.",
        "Envoyé de mon iPhone\n\n> Le 2 nov. 2026 à 10:15, Help <s@a.example> a écrit :\n> \n" + OLD,
    ),
    (
        "Apple IT",
        "Va.",
        ("Inviato da iPhone\n\n> Il giorno 2 nov 2026, alle ore 10:15, Help <s@a.example> ha scritto:\n> \n") + OLD,
    ),
    (
        "Apple JA",
        "了解。",
        "iPhoneから送信\n\n> 2026/11/02 10:15、Help <s@a.example>のメール:\n> \n" + OLD,
    ),
    (
        "Apple ZH",
        "好。",
        "发自我的 iPhone\n\n> 在 2026年11月2日，10:15，Help <s@a.example> 写道：\n> \n" + OLD,
    ),
    (
        "Apple KO",
        "네.",
        "나의 iPhone에서 보냄\n\n> 2026. 11. 2. 오전 10:15, Help <s@a.example> 작성:\n> \n" + OLD,
    ),
    (
        "Apple ES",
        "Va.",
        ("Enviado desde mi iPhone\n\n> El 2 nov 2026, a las 10:15, Help <s@a.example> escribió:\n> \n") + OLD,
    ),
    (
        "Apple NL",
        "Ja.",
        (
            "Verstuurd vanaf mijn iPhone\n\n"
            "> Op 2 nov 2026 om 10:15 heeft Help <s@a.example> het volgende geschreven:\n> \n"
        )
        + OLD,
    ),
    (
        "Apple RU",
        "Да.",
        "Отправлено с iPhone\n\n> 2 нояб. 2026 г., в 10:15, Help <s@a.example> написал(а):\n> \n" + OLD,
    ),
    (
        "Thunderbird EN",
        "Yes.",
        "On 02/11/2026 10:15, Support wrote:\n" + OLD,
    ),
    (
        "Thunderbird FR",
        "Oui.",
        "Le 02/11/2026 à 10:15, Support a écrit :\n" + OLD,
    ),
    (
        "Thunderbird ES",
        "Sí.",
        "El 2/11/26 a las 10:15, Support escribió:\n" + OLD,
    ),
    (
        "Thunderbird JA",
        "はい。",
        "On 2026/11/02 10:15, Support wrote:\n" + OLD,
    ),
    (
        "Thunderbird HU",
        "Igen.",
        "2026. 11. 02. 10:15 keltezéssel, Support írta:\n" + OLD,
    ),
    (
        "Thunderbird PT",
        "Sim.",
        "Em 02/11/2026 10:15, Support escreveu:\n" + OLD,
    ),
    (
        "Thunderbird NL",
        "Ja.",
        "Op 2-11-2026 om 10:15 schreef Support:\n" + OLD,
    ),
    (
        "Yahoo",
        "Yes.",
        (" \n    On Monday, November 2, 2026 at 10:15:00 AM GMT+1, Help <s@a.example> wrote:  \n \n Dear Jane,\n"),
    ),
    (
        "Proton",
        "Yes.",
        (
            "Sent with Proton Mail secure email.\n\n"
            "On Monday, November 2nd, 2026 at 10:15 AM, Help <s@a.example> wrote:\n\n"
        )
        + OLD,
    ),
    (
        "K-9",
        "Yes.",
        "Am 2. November 2026 10:15:00 MEZ schrieb Help <s@a.example>:\n>Dear Jane,\n>help?\n",
    ),
    (
        "Lotus",
        "Yes.",
        (
            "From:   Support <s@a.example>\nTo:     jane@x.example\nDate:   02.11.2026 10:15\n"
            "Subject:        Re: x\n\n\n\nDear Jane\n"
        ),
    ),
    (
        "Lotus DE",
        "Ja.",
        (
            "Von:    Support <s@a.example>\nAn:     jane@x.example\nDatum:  02.11.2026 10:15\n"
            "Betreff:        Re: x\n\n\n\nAlt\n"
        ),
    ),
    (
        "GroupWise",
        "Yes.",
        ">>> Help <s@a.example> 02.11.2026 10:15 >>>\nDear Jane\n",
    ),
    (
        "mutt",
        "Yes.",
        "On Mon, Nov 02, 2026 at 10:15:00AM +0100, Support wrote:\n" + OLD,
    ),
    (
        "Zimbra",
        "Yes.",
        (
            '----- Original Message -----\nFrom: "Support" <s@a.example>\nTo: "jane"\n'
            "Sent: Monday, November 2, 2026 10:15:00 AM\nSubject: x\n\nDear\n"
        ),
    ),
    (
        "Zimbra FR",
        "Oui.",
        (
            '----- Mail original -----\nDe: "Support" <s@a.example>\nÀ: "jane"\n'
            "Envoyé: Lundi 2 Novembre 2026 10:15:00\nObjet: x\n\nvieux\n"
        ),
    ),
    (
        "Zimbra DE",
        "Ja.",
        (
            '----- Ursprüngliche Mail -----\nVon: "Support" <s@a.example>\nAn: "jane"\n'
            "Gesendet: Montag\nBetreff: x\n\nalt\n"
        ),
    ),
    (
        "QQ",
        "好。",
        (
            '------------------ 原始邮件 ------------------\n发件人: "Support" <s@a.example>;\n'
            '发送时间: 2026年11月2日(星期一) 上午10:15\n收件人: "jane"\n主题: x\n\n旧\n'
        ),
    ),
    (
        "QQ forwarded-like reply mark",
        "好。",
        (
            '---Original---\nFrom: "Support"<s@a.example>\nDate: Mon, Nov 2, 2026 10:15 AM\n'
            'To: "jane"\nSubject: x\n\nold\n'
        ),
    ),
    (
        "163",
        "好。",
        'At 2026-11-02 10:15:00, "Support" <s@a.example> wrote:\n>Dear Jane\n',
    ),
    (
        "163 zh",
        "好。",
        '在 2026-11-02 10:15:00，"Support" <s@a.example> 写道：\n>旧\n',
    ),
    (
        "Naver",
        "네.",
        (
            '-----Original Message-----\nFrom: "Support"<s@a.example>\nTo: <j@x.example>\nCc:\n'
            "Sent: 2026-11-02 (월) 10:15:00 (GMT+09:00)\nSubject: x\n\n옛\n"
        ),
    ),
    (
        "Seznam new",
        "Funguje.",
        (
            "---------- Původní e-mail ----------\nOd: Support <s@a.example>\nKomu: j@x.example\n"
            'Datum: 2. 11. 2026 10:15:00\nPředmět: x\n"Dobrý den"\n'
        ),
    ),
    (
        "Yandex",
        "Работает.",
        '02.11.2026, 10:15, "Support" <s@a.example>:\n' + OLD,
    ),
    (
        "mail.ru bare",
        "Да.",
        "Понедельник, 2 ноября 2026, 10:15 +03:00 от Support <s@a.example>:\n> \n>старое\n",
    ),
    (
        "web.de/GMX",
        "Ja.",
        (
            "Gesendet: Montag, 02. November 2026 um 10:15 Uhr\nVon: Support <s@a.example>\n"
            "An: j@x.example\nBetreff: x\n\nalt\n"
        ),
    ),
    (
        "libero",
        "Sì.",
        "Il 02/11/2026 10:15 CET Support <s@a.example> ha scritto:\n \n \nvecchio\n",
    ),
    (
        "Open-Xchange",
        "Ja.",
        "> Support <s@a.example> hat am 02.11.2026 10:15 CET geschrieben:\n>\n> alt\n",
    ),
    (
        "Horde",
        "Ja.",
        "Zitat von Support <s@a.example>:\n\n" + OLD,
    ),
    (
        "Horde EN",
        "Yes.",
        "Quoting Support <s@a.example>:\n\n" + OLD,
    ),
    (
        "Roundcube",
        "Ja.",
        "Am 2026-11-02 10:15, schrieb Support:\n" + OLD,
    ),
    (
        "Evolution",
        "Ja.",
        "Am Montag, dem 02.11.2026 um 10:15 +0100 schrieb Support:\n" + OLD,
    ),
    (
        "KMail",
        "Ja.",
        "Am Montag, 2. November 2026, 10:15:00 CET schrieb Support:\n" + OLD,
    ),
    (
        "Spark",
        "Yes.",
        "On 2 Nov 2026, 10:15 +0100, Support <s@a.example>, wrote:\n" + OLD,
    ),
    (
        "HEY/Superhuman",
        "Yes.",
        "On Mon, Nov 02, 2026 at 10:15 AM, Support < s@a.example > wrote:\n\n" + OLD,
    ),
    (
        "Mailspring",
        "Yes.",
        "On Nov 2 2026, at 10:15 am, Support <s@a.example> wrote:\n" + OLD,
    ),
    (
        "BlackBerry",
        "Yes.",
        (
            "Sent from my BlackBerry 10 smartphone.\n  Original Message  \nFrom: Support\n"
            "Sent: Monday, November 2, 2026 10:15\nTo: j@x.example\nSubject: x\n\nold\n"
        ),
    ),
    (
        "Samsung",
        "Yes.",
        (
            "Sent from my Galaxy\n\n\n-------- Original message --------\nFrom: Support <s@a.example>\n"
            "Date: 11/2/26 10:15 (GMT+01:00)\nTo: j@x.example\nSubject: x\n\nold\n"
        ),
    ),
    (
        "Samsung DE",
        "Ja.",
        (
            "Von meinem Galaxy gesendet\n\n\n-------- Ursprüngliche Nachricht --------\n"
            "Von: Support <s@a.example>\nDatum: 02.11.26 10:15 (GMT+01:00)\nAn: j@x.example\n"
            "Betreff: x\n\nalt\n"
        ),
    ),
)
