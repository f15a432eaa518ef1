"""Whose email an agent passes on, and never who is merely quoted."""

import base64
import email
import email.policy
import time
import unittest

from tools.inbound import forwarded
from tools.inbound.forwarded import Original

JANE = Original("Jane Doe", "jane@customer.example", "Printer")


def mail(subject, body, kind="text/plain"):
    raw = f"Subject: {subject}\nContent-Type: {kind}; charset=utf-8\n\n{body}".encode("utf-8", "surrogateescape")
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


class TestHeaderBlocks(unittest.TestCase):
    def test_outlook_in_its_languages(self):
        for subject, words in (
            ("FW: x", ("From", "Sent", "To", "Subject")),
            ("WG: x", ("Von", "Gesendet", "An", "Betreff")),
            ("TR: x", ("De", "Envoyé", "À", "Objet")),
            ("FW: x", ("Od", "Odesláno", "Komu", "Předmět")),
            ("FW: x", ("Od", "Odoslané", "Komu", "Predmet")),
            ("PD: x", ("Od", "Wysłano", "Do", "Temat")),
            ("I: x", ("Da", "Inviato", "A", "Oggetto")),
            ("RV: x", ("De", "Enviado", "Para", "Asunto")),
            ("ENC: x", ("De", "Enviado", "Para", "Assunto")),
            ("FW: x", ("Van", "Verzonden", "Aan", "Onderwerp")),
            ("VB: x", ("Från", "Skickat", "Till", "Ämne")),
            ("VS: x", ("Fra", "Sendt", "Til", "Emne")),
            ("VL: x", ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe")),
            ("FW: x", ("Feladó", "Elküldve", "Címzett", "Tárgy")),
            ("FW: x", ("От", "Отправлено", "Кому", "Тема")),
            ("İLT: x", ("Kimden", "Gönderildi", "Kime", "Konu")),
            ("转发: x", ("发件人", "发送时间", "收件人", "主题")),
            ("FW: x", ("Feladó", "Küldve", "Címzett", "Tárgy")),
            ("ΠΡΘ: x", ("Από", "Στάλθηκε", "Προς", "Θέμα")),
            ("FW: x", ("Από", "Ημερομηνία", "Προς", "Θέμα")),
            ("FW: x", ("От", "Изпратено", "До", "Относно")),
            ("FW: x", ("Šalje", "Poslano", "Prima", "Predmet")),
            ("FW: x", ("Од", "Послато", "За", "Наслов")),
            ("FW: x", ("Od", "Poslano", "Za", "Zadeva")),
            ("FW: x", ("Kellelt", "Saadetud", "Kellele", "Teema")),
            ("FW: x", ("No", "Nosūtīts", "Kam", "Tēma")),
            ("FW: x", ("Nuo", "Išsiųsta", "Kam", "Tema")),
            ("FW: x", ("De la", "Trimis", "Către", "Subiect")),
            ("FW: x", ("De", "Enviat", "Per a", "Assumpte")),
            ("FW: x", ("Від", "Надіслано", "Кому", "Тема")),
            ("FW: x", ("מאת", "נשלח", "אל", "נושא")),
            ("FW: x", ("من", "تاريخ الإرسال", "إلى", "الموضوع")),
            ("FW: x", ("差出人", "送信日時", "宛先", "件名")),
            ("FW: x", ("보낸 사람", "보낸 날짜", "받는 사람", "제목")),
            ("FW: x", ("寄件者", "寄件日期", "收件者", "主旨")),
            ("FW: x", ("Từ", "Đã gửi", "Tới", "Chủ đề")),
            ("FW: x", ("จาก", "ส่ง", "ถึง", "เรื่อง")),
            ("FW: x", ("Dari", "Dikirim", "Kepada", "Subjek")),
            ("FW: x", ("Frá", "Dags.", "Til", "Efni")),
        ):
            with self.subTest(words):
                values = ("Jane Doe <jane@customer.example>", "2 November 2026", "Agent; Other", "Printer")
                block = "\n".join(f"{word}: {value}" for word, value in zip(words, values, strict=True))
                self.assertEqual(forwarded.original(mail(subject, f"see below\n\n{block}\n\nIt burns.")), JANE)

    def test_markers(self):
        block = "From: Jane Doe <jane@customer.example>\nSubject: Re: Printer\n"
        for marker in (
            "---------- Forwarded message ---------",
            "---------- Forwarded message ----------",
            "-------- Forwarded Message --------",
            "-------- Weitergeleitete Nachricht --------",
            "-------- Přeposlaná zpráva --------",
            "-------- Message transféré --------",
            "--- Treść przekazanej wiadomości ---",
            "-------- Preposlaná správa --- Forwarded Message --------",
            "Begin forwarded message:",
            "Anfang der weitergeleiteten Nachricht:",
            "Začátek přeposílané zprávy:",
            "Début du message réexpédié :",
            "Továbbított levél kezdete:",
            "Továbbított üzenet kezdete:",
            "-------- Továbbított üzenet --------",
            "----- Továbbított üzenet -----",
            "Αρχή προωθημένου μηνύματος:",
            "-------- Προωθημένο μήνυμα --------",
            "Vidarebefordrat brev:",
            "Start på videresendt melding:",
            "-------- Doorgestuurd bericht --------",
            "----- Weitergeleitete Nachricht -----",
            "----- Mensaje reenviado -----",
            "----- Mensagem encaminhada -----",
            "----- Message transféré -----",
            "---------- Переслане повідомлення ----------",
            "-------- Пересылаемое сообщение --------",
            "-------- Препратено съобщение --------",
            "-------- Прослеђена порука --------",
            "-------- Edastatud kiri --------",
            "-------- Pārsūtītā ziņa --------",
            "-------- Persiųstas laiškas --------",
            "-------- Missatge reenviat --------",
            "-------- 転送メッセージ --------",
            "-------- 전달된 메시지 --------",
            "-------- הודעה שהועברה --------",
            "---------- Message Forwarded by Phone ---------",
            "_____ Forwarded message _____",
            "İleti başlangıcı:",
        ):
            with self.subTest(marker):
                self.assertEqual(forwarded.original(mail("Printer", f"fyi\n\n{marker}\n\n{block}\nIt burns.")), JANE)
                self.assertEqual(forwarded.original(mail("Printer", f"{marker}\n\n> {block}>\n> It burns.")), JANE)

    def test_apple_email_quotes_the_marker_too(self):
        for marker, labels in (
            ("Begin forwarded message:", ("From", "Subject", "Date", "To")),
            ("Anfang der weitergeleiteten Nachricht:", ("Von", "Betreff", "Datum", "An")),
            ("Začátek přeposílané zprávy:", ("Od", "Předmět", "Datum", "Komu")),
            ("Začiatok preposlanej správy:", ("Od", "Predmet", "Dátum", "Komu")),
            ("Début du message réexpédié :", ("De", "Objet", "Date", "À")),
            ("Début du message transféré :", ("De", "Objet", "Date", "À")),
            ("Inicio del mensaje reenviado:", ("De", "Asunto", "Fecha", "Para")),
            ("Inizio messaggio inoltrato:", ("Da", "Oggetto", "Data", "A")),
            ("Início da mensagem reencaminhada:", ("De", "Assunto", "Data", "Para")),
            ("Begin doorgestuurd bericht:", ("Van", "Onderwerp", "Datum", "Aan")),
            ("Początek przekazywanej wiadomości:", ("Od", "Temat", "Data", "Do")),
            ("Továbbított levél kezdete:", ("Feladó", "Tárgy", "Dátum", "Címzett")),
            ("Αρχή προωθημένου μηνύματος:", ("Από", "Θέμα", "Ημερομηνία", "Προς")),
            ("Vidarebefordrat mejl:", ("Från", "Ämne", "Datum", "Till")),
            ("Start på videresendt besked:", ("Fra", "Emne", "Dato", "Til")),
            ("Välitetty viesti alkaa:", ("Lähettäjä", "Aihe", "Päivämäärä", "Vastaanottaja")),
            ("Începe mesajul redirecționat:", ("De la", "Subiect", "Dată", "Către")),
            ("Начало переадресованного сообщения:", ("От", "Тема", "Дата", "Кому")),
            ("İleti başlangıcı:", ("Kimden", "Konu", "Tarih", "Kime")),
        ):
            values = ("Jane Doe <jane@customer.example>", "Printer", "2 November 2026", "anna@acme.example")
            block = "\n".join(f"> {label}: {value}" for label, value in zip(labels, values, strict=True))
            for subject in ("Fwd: Printer", "Printer", "WG: Printer"):
                for before in ("pls\n\n", "", "pls\n\n> \n"):
                    with self.subTest(marker=marker, subject=subject, before=before):
                        body = f"{before}> {marker}\n> \n{block}\n> \n> It burns."
                        self.assertEqual(forwarded.original(mail(subject, body)), JANE)

    def test_yahoo_writes_one_line(self):
        jane, agent = "Jane Doe <jane@customer.example>", "anna@acme.example"
        for line in (
            f"----- Forwarded message ----- From: {jane}To: {agent} <{agent}>Sent: Sunday, 02 PM GMT+2Subject: Printer",
            f"----- Forwarded Message -----\nFrom: {jane}To: {agent}Sent: Monday, CESTSubject: Printer\n  It burns.",
            f"see  ----- Forwarded Message ----- From: {jane}To: {agent}Cc: Joe <j@x.example>Sent: xSubject: Printer",
            f"----- Forwarded Message -----\nFrom: Jane Doe\n<{JANE.address}>\nTo: {agent}\nSubject: Printer",
            f'----- Forwarded Message ----- From: "Jane Doe" <{JANE.address}> To: Anna Sent: Monday Subject: Printer',
            f"----- Weitergeleitete Nachricht ----- Von: {jane}An: {agent}Gesendet: MontagBetreff: Printer",
            f"----- Message transféré ----- De : {jane}À : {agent}Envoyé : lundiObjet : Printer",
            f"----- Mensaje reenviado ----- De: {jane}Para: {agent}Enviado: lunesAsunto: Printer",
            f"----- Messaggio inoltrato ----- Da: {jane}A: {agent}Inviato: luneOggetto: Printer",
            f"----- Mensagem encaminhada ----- De: {jane}Para: {agent}Enviado: hojeAssunto: Printer",
            f"----- Przekazana wiadomość ----- Od: {jane}Do: {agent}Data: dziśTemat: Printer",
            f"----- Továbbított üzenet ----- Feladó: {jane}Címzett: {agent}Elküldve: maTárgy: Printer",
            f"----- Προωθημένο μήνυμα ----- Από: {jane}Προς: {agent}Στάλθηκε: χτεςΘέμα: Printer",
            f"----- Doorgestuurd bericht ----- Van: {jane}Aan: {agent}Verzonden: xOnderwerp: Printer",
        ):
            for before in ("", "see below\n\n", "  "):
                with self.subTest(line=line, before=before):
                    self.assertEqual(forwarded.original(mail("Printer", f"{before}{line}\n\nIt burns.")), JANE)

    def test_programs_with_blocks_of_their_own(self):
        jane = "Jane Doe <jane@customer.example>"
        for subject, body in (
            # eM Client writes no colons
            ("Fwd: Printer", '------ Forwarded Message ------\nFrom "Jane Doe" <jane@customer.example>\nTo a\nDate 2'),
            ("Fwd: Printer", '------ Original Message ------\nFrom "Jane Doe" <jane@customer.example>\nTo a\nDate 2'),
            ("Fwd: Printer", '------ Přeposlaná zpráva ------\nOd "Jane Doe" <jane@customer.example>\nKomu a'),
            # Zoho ends the block with its marker
            (
                "Fwd: Printer",
                f"============ Forwarded message ============\nFrom: {jane}\nTo: a\nDate: Monday\nSubject: Printer\n"
                "============ Forwarded message ============\n\nIt burns.",
            ),
            # Thunderbird, of an email that was redirected before
            (
                "Fwd: Printer",
                "-------- Forwarded Message --------\nSubject: \tPrinter\nResent-From: \tbob@x.example\n"
                f"Date: \tMonday\nFrom: \t{jane}\nTo: \ta\n\nIt burns.",
            ),
            # Lotus Notes
            ("Fw: Printer", f"see\n\n{jane}\n02.11.2026 09:15\n\nTo\nAnna <a@acme.example>\ncc\n\nSubject\nPrinter"),
            ("WG: Printer", f"{jane} \n2026-11-02 09:15\n\nAn\nAnna <a@acme.example>\nKopie\n\nThema\nPrinter"),
            (
                "Fw: Printer",
                f"----- Forwarded by Anna Agent/ACME on 02.11.2026 -----\n\nFrom:\t{jane}\nTo:\ta\nSubject:\tPrinter",
            ),
            # Outlook in Polish and Norwegian
            ("PR: Printer", f"Od: {jane}\nWysłane: x\nDo: y\nTemat: Printer"),
            ("Videresendt: Printer", f"Fra: {jane}\nSendt: x\nTil: y\nEmne: Printer"),
            ("Fw: Printer", f"---- 原始邮件 ----\n发件人: {jane};\n发送时间: x\n收件人: y\n主题: Printer"),
        ):
            with self.subTest(body):
                self.assertEqual(forwarded.original(mail(subject, body)), JANE)
        for subject, body in (
            ("Printer", f"{jane}\n02.11.2026 09:15\n\nTo\nAnna <a@acme.example>"),
            ("Fw: Printer", f"call {jane}\ntoday\n\nTo\nAnna"),
            ("Re: Printer", '------ Original Message ------\nFrom "Jane Doe" <jane@customer.example>\nTo a\nDate 2'),
            (
                "Printer\nIn-Reply-To: <a@x.example>",
                '------ Original Message ------\nFrom "Jane Doe" <jane@customer.example>\nTo a\nDate 2',
            ),
            ("Fwd: Printer", "Notes\nFrom Jane jane@customer.example we got it"),
        ):
            with self.subTest(body):
                self.assertIsNone(forwarded.original(mail(subject, body)))

    def test_outlook_without_a_word_in_the_subject(self):
        block = "From: Jane Doe <jane@customer.example>\nSent: Monday\nTo: Anna\nSubject: Printer\n\nIt burns."
        for rule in (
            "_" * 32,
            "-----Original Message-----",
            "-----Ursprüngliche Nachricht-----",
            "---- Αρχικό μήνυμα ----",
        ):
            with self.subTest(rule):
                body = f"see below\n\n{rule}\n{block}"
                self.assertEqual(forwarded.original(mail("Printer", body)), JANE)
                self.assertIsNone(forwarded.original(mail("Printer\nIn-Reply-To: <a@x.example>", body)), "a reply")
                self.assertIsNone(forwarded.original(mail("Re: Printer", body)), "a reply")

    def test_on_behalf_of(self):
        for sender, name, address in (
            (
                "pa@customer.example <pa@customer.example> On Behalf Of Jane Doe <jane@customer.example>",
                "Jane Doe",
                "jane",
            ),
            (
                "pa@customer.example [mailto:pa@customer.example] On Behalf Of Jane Doe [mailto:jane@customer.example]",
                "Jane Doe",
                "jane",
            ),
            ("pa@customer.example [mailto:pa@customer.example] On Behalf Of Jane Doe", "Jane Doe", "pa"),
            ("PA <pa@customer.example> on behalf of Jane Doe", "Jane Doe", "pa"),
            ("PA <pa@customer.example> im Auftrag von Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> de la part de Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> en nombre de Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> per conto di Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> jménem Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> w imieniu Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> namens Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> от имени Jane Doe <jane@customer.example>", "Jane Doe", "jane"),
            ("PA <pa@customer.example> (on behalf of Jane Doe <jane@customer.example>)", "Jane Doe", "jane"),
        ):
            with self.subTest(sender):
                body = f"From: {sender}\nSent: Monday\nTo: Agent\nSubject: Printer"
                expected = Original(name, f"{address}@customer.example", "Printer")
                self.assertEqual(forwarded.original(mail("FW: x", body)), expected)

    def test_a_language_that_no_table_knows(self):
        block = "Ab: Jane Doe <jane@customer.example>\nGx: Monday\nQw: anna@acme.example\nZz: Printer"
        expected = Original("Jane Doe", "jane@customer.example", "Drucker")
        for subject, body in (
            ("FW: Drucker", f"see\n\n{block}\n\nIt burns."),
            ("Drucker", f"see\n\n---------- Forwarded message ---------\n{block}\n\nIt burns.\n1\n2\n3\n4\n5"),
        ):
            with self.subTest(subject):
                self.assertEqual(forwarded.original(mail(subject, body)), expected)

    def test_the_person_behind_a_form(self):
        for sender in (
            "Web <support@acme.example>",
            "Shop <no-reply@shop.example>",
            "WordPress <wordpress@acme.example>",
            "Info <info@acme.example>",
            "'Jane Doe' via Info <info@acme.example>",
        ):
            with self.subTest(sender):
                block = f"Subject: Printer\nFrom: {sender}\nReply-To: Jane Doe <jane@customer.example>\nTo: x\n"
                body = f"-------- Forwarded Message --------\n{block}\nIt burns."
                self.assertEqual(forwarded.original(mail("Fwd: Printer", body), ["support@acme.example"]), JANE)

    def test_a_group_or_our_own_mailbox_is_nobody(self):
        for sender in ("Web <support@acme.example>", "'Jane Doe' via Info <info@acme.example>"):
            with self.subTest(sender):
                body = f"-------- Forwarded Message --------\nFrom: {sender}\nTo: x\nSubject: Printer\n\nIt burns."
                self.assertIsNone(forwarded.original(mail("Fwd: Printer", body), ["support@acme.example"]))

    def test_prose_before_a_block_does_not_hide_it(self):
        block = "From: Jane Doe <jane@customer.example>\nSent: x\nTo: y\nSubject: Printer\n"
        self.assertEqual(forwarded.original(mail("FW: Printer", f"No: 17\n{block}")), JANE)

    def test_how_senders_are_written(self):
        for sender, name, address in (
            ("Jane Doe <jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("Jane Doe [mailto:Jane@Customer.example]", "Jane Doe", "jane@customer.example"),
            ("Jane Doe <mailto:jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("Jane Doe (jane@customer.example)", "Jane Doe", "jane@customer.example"),
            ('"Doe, Jane" <jane@customer.example>', "Doe, Jane", "jane@customer.example"),
            ("'Jane Doe' <jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("jane@customer.example", "", "jane@customer.example"),
            ("jane@customer.example <jane@customer.example>", "", "jane@customer.example"),
            ("jane@customer.example<mailto:jane@customer.example>", "", "jane@customer.example"),
            ('"agent@example.com" <jane@customer.example>', "", "jane@customer.example"),
            ("*Jane Doe* <jane@customer.example>", "Jane Doe", "jane@customer.example"),
            ("=?utf-8?Q?Jan_Nov=C3=A1k?= <jan@customer.example>", "Jan Novák", "jan@customer.example"),
        ):
            with self.subTest(sender):
                body = f"From: {sender}\nSent: Monday\nTo: Agent\nSubject: Printer"
                self.assertEqual(forwarded.original(mail("FW: x", body)), Original(name, address, "Printer"))

    def test_shapes_of_blocks(self):
        for body in (
            # Thunderbird begins with the subject
            "Subject: \tPrinter\nDate: \tMonday\nFrom: \tJane Doe <jane@customer.example>\nTo: \tAgent",
            # HTML became text: stars, empty lines
            "*From:* Jane Doe <jane@customer.example>\n\n*Sent:* Monday\n\n*To:* Agent\n\n*Subject:* Printer\n",
            "**From:** Jane Doe <jane@customer.example>\n**Sent:** x\n**To:** y\n**Subject:** Printer",
            # French puts a space before the colon, Chinese has its own
            "De : Jane Doe <jane@customer.example>\nEnvoyé : x\nÀ : y\nObjet : Printer",
            "发件人：Jane Doe <jane@customer.example>\n发送时间：x\n收件人：y\n主题：Printer",
            # many recipients
            "From: Jane Doe <jane@customer.example>\nSent: x\nTo: a;\n b;\n c;\n d\nSubject: Printer\n",
            # the value below its label
            "From:\nJane Doe <jane@customer.example>\nSent:\nMonday\nTo:\nAgent\nSubject:\nPrinter\n",
            # prose that begins like a header line does not hide the block
            "To: do list\n\n1\n2\n3\n4\n5\nFrom: Jane Doe <jane@customer.example>\nSent: x\nTo: y\nSubject: Printer\n",
            # a chain: the newest email is the one that was forwarded
            "From: Jane Doe <jane@customer.example>\nSent: x\nTo: y\nSubject: RE: Printer\n\nyes\n\n"
            "From: Agent <agent@example.com>\nSent: w\nTo: Jane\nSubject: Printer\n",
        ):
            with self.subTest(body):
                self.assertEqual(forwarded.original(mail("FW: Printer", body)), JANE)

    def test_outlook_for_mac_writes_an_attribution(self):
        for line, name in (
            ('On 11/2/26, 9:15 AM, "Jane Doe" <jane@customer.example> wrote:', "Jane Doe"),
            ('Am 02.11.26, 09:15 schrieb "Jane Doe" <jane@customer.example>:', "Jane Doe"),
            ("On 11/2/26, Jane Doe <jane@customer.example> wrote:", ""),
            ('2026. 11. 02. 9:15 időpontban "Jane Doe" <jane@customer.example> ezt írta:', "Jane Doe"),
            ("Jane Doe <jane@customer.example> kirjoitti 2.11.2026 klo 9.15:", ""),
            ('Em 02/11/2026, "Jane Doe" <jane@customer.example> escreveu:', "Jane Doe"),
            ("Op 2 nov. heeft Jane Doe <jane@customer.example> geschreven:", ""),
            ('02.11.26, пользователь "Jane Doe" <jane@customer.example> написал:', "Jane Doe"),
            ('"Jane Doe" <jane@customer.example>, 2 Kas 2026 tarihinde şunu yazdı:', "Jane Doe"),
            ("Στις 2/11/26, ο χρήστης Jane Doe <jane@customer.example> έγραψε:", ""),
        ):
            with self.subTest(line):
                body = f"{line}\n\n    It burns."
                self.assertEqual(forwarded.original(mail("FW: Printer", body)), Original(name, JANE.address, "Printer"))

    def test_html(self):
        body = (
            "<p>see</p><p><b>From:</b> Jane Doe &lt;<a href='mailto:jane@customer.example'>jane@customer.example</a>"
            "&gt;<br><b>Sent:</b> x<br><b>To:</b> y<br><b>Subject:</b> Printer</p>"
        )
        self.assertEqual(forwarded.original(mail("FW: Printer", body, "text/html")), JANE)


class TestNoForward(unittest.TestCase):
    BLOCK = "From: Jane Doe <jane@customer.example>\nSent: Monday\nTo: Agent\nSubject: Printer\n\nIt burns.\n"
    MARKED = f"---------- Forwarded message ---------\n{BLOCK}"

    def test_what_is_no_forward(self):
        for subject, body in (
            # a reply quotes the same block, and may quote a forward
            ("RE: Printer", self.BLOCK),
            ("AW: WG: Drucker", self.BLOCK),
            ("Odp: Printer", self.MARKED),
            ("Re: Printer", f"yes\n\n{self.MARKED}"),
            # no word in the subject, no marker
            ("Printer", self.BLOCK),
            # a marker inside of what is quoted
            ("Printer", "> " + self.MARKED.replace("\n", "\n> ")),
            ("Printer", f"On Monday Jane Doe wrote:\n\n{self.MARKED}"),
            ("FW: Printer", "> " + self.MARKED.replace("\n", "\n> ")),
            ("Printer", "> yes\n> Begin forwarded message:\n> \n> " + self.BLOCK.replace("\n", "\n> ")),
            ("Printer", "On Monday Jane wrote:\n\n> Begin forwarded message:\n> " + self.BLOCK.replace("\n", "\n> ")),
            ("Re: Printer", "> Begin forwarded message:\n> \n> " + self.BLOCK.replace("\n", "\n> ")),
            ("Printer", "Please find the forwarded invoice:\n\nIt is wrong.\n"),
            ("FW: Printer", "One: jane@customer.example\nTwo: b\nThree: c\n\nthanks"),
            ("Printer", "x\n-----\nOn Monday Jane Doe <jane@customer.example> wrote:\n\nIt burns."),
            # in Finnish VS is a reply
            ("VS: Tulostin", "Lähettäjä: J <jane@customer.example>\nLähetetty: x\nVastaanottaja: y\nAihe: z"),
            # nobody's address
            ("FW: Printer", "From: Jane Doe\nSent: Monday\nTo: Agent\nSubject: Printer"),
            ("FW: Printer", "please call Jane"),
            ("FW: Printer", ""),
            ("Printer", "---------- Forwarded message ---------\n\nDate: x\nSubject: y\n\n1\n2\n3\n4\n5"),
            ("Printer", "---------- Forwarded message ---------\n1\n2\n3\n4\n5\n6\n" + self.BLOCK),
            # prose
            ("FW: Printer", "From: jane@customer.example we heard that it burns."),
            ("FW: Printer", "Note from: jane@customer.example\nDate: x\nTo: y"),
        ):
            with self.subTest(subject=subject, body=body[:40]):
                self.assertIsNone(forwarded.original(mail(subject, body)))

    def test_nothing_takes_long(self):
        started = time.process_time()
        for body in (
            "-" * 300_000,
            "From: \n" * 40_000,
            "a@" * 100_000,
            "x\n" * 200_000,
            "> " * 100_000,
            "<" * 200_000,
            ("From: " + "a" * 1_000 + "\n") * 2_000,
            ("From: " + "a" * 1_000 + "@\n") * 2_000,
            ("From: " + "To" * 450 + "\n") * 300,
            ("---- forwarded ---- From: " + "To: " * 200 + "\n") * 300,
            "X: a@\n" * 40_000,
            ("-" * 50 + "\n") * 6_000,
            ("on behalf of " * 70 + "\n") * 300,
        ):
            for subject in ("FW: x", "x"):
                with self.subTest(body[:6]):
                    self.assertIsNone(forwarded.original(mail(subject, body)))
        self.assertLess(time.process_time() - started, 10)


class TestAttached(unittest.TestCase):
    JANE = "From: Jane Doe <jane@customer.example>\nSubject: Re: Printer\n\nIt burns."
    JOE = "From: joe@customer.example\nSubject: Scanner\n\nIt smokes."

    def attached(self, subject, *inner, kind="message/rfc822", headers="", own=()):
        parts = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for text in inner)
        raw = f"Subject: {subject}\n{headers}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n{parts}--b--\n"
        return forwarded.original(email.message_from_string(raw, policy=email.policy.SMTP), own)

    def test_an_attached_email(self):
        for subject, inner, expected in (
            ("Fwd: Printer", [self.JANE], JANE),
            ("Fwd: Printer", [self.JANE, self.JANE], JANE),
            ("Fwd: Printer", [self.JANE, self.JOE], None),
            ("Fwd: Printer", ["Subject: no sender\n\nx"], None),
            ("Fwd: Printer", [], None),
            ("Printer", [self.JANE], JANE),
            ("", [self.JANE], JANE),
            ("please look at this", [self.JANE], JANE),
            ("Re: Printer", [self.JANE], JANE),
            ("Printer", [self.JANE, self.JOE], None),
        ):
            with self.subTest(subject=subject, inner=len(inner)):
                self.assertEqual(self.attached(subject, *inner), expected)

    def test_an_answer_with_an_attached_email_is_an_answer(self):
        for header in ("In-Reply-To: <a@x.example>\n", "References: <a@x.example>\n"):
            with self.subTest(header):
                self.assertIsNone(self.attached("Re: Printer", self.JANE, headers=header))
        self.assertEqual(self.attached("Printer", self.JANE, headers="References: <a@x.example>\n"), JANE)

    def test_under_any_type(self):
        encoded = base64.encodebytes(self.JANE.encode()).decode()
        printable = self.JANE.replace("=", "=3D")
        for kind, text in (
            ('message/rfc822; name="x.eml"', self.JANE),
            ("message/global", self.JANE),
            ('application/octet-stream; name="Printer.EML"', self.JANE),
            ('application/octet-stream; name="x.eml"\nContent-Transfer-Encoding: base64', encoded),
            ('application/octet-stream\nContent-Disposition: attachment; filename="x.eml"', self.JANE),
            ('text/plain; name="x.eml"', self.JANE),
            ("message/news", self.JANE),
            ("application/rfc822", self.JANE),
            ("application/email; name=Printer", self.JANE),
            ('application/x-email; name="x.eml"', self.JANE),
            ("application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''%C5%BE.eml", self.JANE),
            ("message/rfc822\nContent-Transfer-Encoding: base64", encoded),
            ("message/rfc822\nContent-Transfer-Encoding: quoted-printable", printable),
        ):
            with self.subTest(kind):
                self.assertEqual(self.attached("please look", text, kind=kind), JANE)

    def test_what_is_no_attached_email(self):
        for kind, text in (
            ('application/octet-stream; name="x.txt"', self.JANE),
            ('application/octet-stream; name="x.eml"', "no headers at all"),
            ('application/octet-stream; name="x.eml"', ""),
            ("message/rfc822\nContent-Transfer-Encoding: base64", "!!!!"),
            ("message/rfc822\nContent-Transfer-Encoding: base64", "A"),
        ):
            with self.subTest(kind=kind, text=text):
                self.assertIsNone(self.attached("please look", text, kind=kind))

    def test_the_person_behind_an_attached_form(self):
        form = "From: Web <support@acme.example>\nReply-To: Jane Doe <jane@customer.example>\nSubject: Printer\n\nx"
        self.assertEqual(self.attached("Fwd: x", form, own=["support@acme.example"]), JANE)
        group = "From: 'Jane Doe' via Info <info@acme.example>\nX-Original-Sender: jane@customer.example\n"
        group += "Subject: Printer\n\nx"
        self.assertEqual(self.attached("Fwd: x", group), JANE)

    def test_a_report_forwards_nothing(self):
        part = f"--b\nContent-Type: message/rfc822\n\n{self.JANE}\n--b--\n"
        raw = f"Subject: x\nContent-Type: multipart/report; boundary=b\n\n{part}"
        self.assertIsNone(forwarded.original(email.message_from_string(raw, policy=email.policy.SMTP)))
