"""Who wrote an email whose From names a group, a form, a shop, or nobody."""

import email
import email.policy
import time
import unittest

from tools.inbound import real_sender

OWN = ("support@acme.example", "help@müller.example")
#: (address, name, header, reply_to) of an email whose sender nothing tells.
GROUP = "'Ivo Lang' via Info <info@acme.example>"
IVO = ("ivo@lang.example", "Ivo Lang")
BUYER = ("buyer@home.example", "Buyer One")
REPLY = "Reply-To: Buyer One <buyer@home.example>"


def mail(sender, *headers):
    lines = [*([f"From: {sender}"] if sender is not None else []), *headers, "", "Help please"]
    return email.message_from_bytes("\n".join(lines).encode("utf-8", "surrogateescape"), policy=email.policy.SMTP)


def find(sender, *headers, **options):
    return real_sender.find(mail(sender, *headers), OWN, **options)


class TestGroups(unittest.TestCase):
    """A group or a list that has put its own address into From."""

    def test_the_member_is_the_sender(self):
        for sender, *headers in (
            (GROUP, "Reply-To: Ivo Lang <ivo@lang.example>", "List-ID: <info.acme.example>"),
            (GROUP, "X-Original-From: Ivo Lang <ivo@lang.example>", "Reply-To: info@acme.example"),
            (GROUP, "X-Original-Sender: ivo@lang.example", "Precedence: list"),
            (GROUP, "X-Original-Sender: ivo@lang.example", "Reply-To: Info <info@acme.example>"),
            (GROUP, "Reply-To: ivo@lang.example"),
            (GROUP, "Reply-To: Info <info@acme.example>, Ivo Lang <ivo@lang.example>", "List-Id: <info.acme.example>"),
            # Mailman, if replies go to the list
            (
                "Ivo Lang via Users <users@list.example>",
                "Cc: ivo@lang.example",
                "List-Post: <mailto:users@list.example>",
            ),
            (
                "Ivo Lang via Users <users@list.example>",
                "List-Id: Users <users.list.example>",
                "Cc: Eve <eve@evil.example>, Ivo Lang <ivo@lang.example>, users@list.example",
                "Reply-To: users@list.example",
            ),
            ("Ivo Lang über Leute <leute@list.example>", "Reply-To: ivo@lang.example", "List-Id: <leute.list.example>"),
            ("Ivo Lang přes Lidé <lide@list.example>", "Reply-To: ivo@lang.example", "List-Id: <lide.list.example>"),
            # no "via", but the address of the list
            (
                "Ivo Lang <users@list.example>",
                "Reply-To: Ivo Lang <ivo@lang.example>",
                "X-BeenThere: users@list.example",
            ),
            (
                "Ivo Lang <users@list.example>",
                "X-Original-From: Ivo Lang <ivo@lang.example>",
                "List-Id: <users.list.example>",
            ),
            # the group is our own mailbox
            ("'Ivo Lang' via Support <support@acme.example>", "X-Original-From: Ivo Lang <ivo@lang.example>"),
            (
                "'Ivo Lang' via Support <support@acme.example>",
                "X-Original-Sender: ivo@lang.example",
                "Reply-To: support@acme.example",
            ),
            (
                "'Ivo Lang' via Support <support@acme.example>",
                "Reply-To: ivo@lang.example",
                "List-Id: <support.acme.example>",
            ),
            (GROUP, "Reply-To: Ivo Lang <ivo@lang.example>, boss@lang.example", "List-Id: <info.acme.example>"),
            # no header of a list, but the name of the group
            (GROUP, "Cc: Ivo Lang <ivo@lang.example>", "Reply-To: info@acme.example"),
            ("Ivo Lang via Our Team <our-team@acme.example>", "Cc: ivo@lang.example"),
            ("Ivo Lang via Team Two <list2@acme.example>", "Cc: ivo@lang.example", "Precedence: list"),
            # Mailman 3 keeps the envelope, other lists the member's address in their own
            (
                "Ivo Lang via Dev <dev@lists.example>",
                "X-MailFrom: ivo@lang.example",
                "Reply-To: dev@lists.example",
                "List-Id: <dev.lists.example>",
            ),
            (
                '"Ivo Lang via groups.example" <ivo=lang.example@groups.example>',
                "Reply-To: dev@groups.example",
                "List-Id: <dev.groups.example>",
            ),
            ("Ivo Lang <ivo=40lang.example@dmarc.list.example>", "List-Id: <dev.list.example>"),
            # Sympa
            (
                '"Ivo Lang" (via dev Mailing List) <dev@lists.example>',
                "X-Original-From: Ivo Lang <ivo@lang.example>",
                "Reply-To: Ivo Lang <ivo@lang.example>",
                "List-Id: <dev.lists.example>",
            ),
            # a service
            (
                '"Ivo Lang (via Google Docs)" <drive-shares-dm-noreply@google.com>',
                "Reply-To: Ivo Lang <ivo@lang.example>",
            ),
            ("Ivo Lang via DocuSign <dse@docusign.example>", "Reply-To: ivo@lang.example"),
            # a forwarder that keeps the sender twice
            (
                "Info <info@forwarder.example>",
                "X-Original-From: Ivo Lang <ivo@lang.example>",
                "Reply-To: ivo@lang.example",
            ),
        ):
            with self.subTest(sender=sender, headers=headers):
                found = find(sender, *headers)
                self.assertEqual((found.address, found.name), IVO)
                self.assertFalse(found.is_written_from)
                self.assertEqual(found.reply_to, "")

    def test_two_members_are_two_people(self):
        names = [("'Ivo Lang' via Info", "ivo@lang.example"), ("'Ida Long' via Info", "ida@long.example")]
        found = {find(f"{name} <info@acme.example>", f"X-Original-Sender: {sender}").address for name, sender in names}
        self.assertEqual(found, {"ivo@lang.example", "ida@long.example"})

    def test_the_members_own_reply_to_gets_the_replies(self):
        found = find(GROUP, "X-Original-From: Ivo <ivo@lang.example>", "Reply-To: ivo@home.example")
        self.assertEqual((found.address, found.name, found.reply_to), ("ivo@lang.example", "Ivo", "ivo@home.example"))

    def test_a_group_is_never_the_sender(self):
        for sender, *headers in (
            (GROUP,),
            ("Ivo Lang via Info <info@acme.example>",),
            (GROUP, "List-Id: <info.acme.example>"),
            (GROUP, "Reply-To: info@acme.example", "List-Post: <mailto:info@acme.example>"),
            (
                GROUP,
                "Reply-To: support@acme.example",
                "Mailing-List: list info@acme.example; contact owner@acme.example",
            ),
            (GROUP, "Precedence: list", "List-Unsubscribe: <mailto:x@acme.example>", "Cc: a@x.example, b@x.example"),
            ("'Ivo Lang' via Support <support@acme.example>", "List-Id: <support.acme.example>"),
        ):
            with self.subTest(sender=sender, headers=headers):
                found = find(sender, *headers)
                self.assertEqual((found.address, found.name, found.header), ("", "Ivo Lang", ""))

    def test_a_list_that_leaves_from_alone(self):
        for headers in (
            ["List-Id: <users.list.example>", "Reply-To: users@list.example"],
            ["List-Id: <users.list.example>", "X-Original-From: Eve <eve@evil.example>"],
            ["X-BeenThere: users@list.example", "Reply-To: ivo@lang.example", "Cc: eve@evil.example"],
            ["List-Owner: <mailto:ivo@lang.example>", "Cc: eve@evil.example"],
            ["Mailing-List: list users@list.example; contact ivo@lang.example", "Cc: eve@evil.example"],
        ):
            with self.subTest(headers):
                found = find("Ivo Lang <ivo@lang.example>", *headers)
                self.assertEqual((found.address, found.name, found.header, found.reply_to), (*IVO, "From", ""))

    def test_a_name_with_such_a_word(self):
        for name in ("Maria Via Torres", "Maria por Dios", "Maria via Torres"):
            with self.subTest(name):
                found = find(f"{name} <maria@x.example>")
                self.assertEqual((found.address, found.name), ("maria@x.example", name))


class TestPrograms(unittest.TestCase):
    """A form, a shop or a no-reply address, with the person in Reply-To."""

    def test_the_person_in_reply_to_is_the_sender(self):
        for sender, *headers in (
            ("WordPress <wordpress@acme.example>",),
            ("WordPress <wordpress@elsewhere.example>",),
            ("Shop <noreply@shop.example>",),
            ("Shop <no-reply@shop.example>",),
            ("Shop <no_reply@shop.example>",),
            ("Shop <orders-noreply@shop.example>",),
            ("Shop <noreply.orders@mail.shop.example>",),
            ("Shop <do-not-reply+42@shop.example>",),
            ("Obchod <neodpovidejte@obchod.example>",),
            ("Laden <nicht-antworten@laden.example>",),
            ("Boutique <ne-pas-repondre@boutique.example>",),
            ("Our Website <support@acme.example>",),
            ("Our Website <SUPPORT@Acme.Example.>",),
            ("Our Website <help@xn--mller-kva.example>",),
            ("Form <forms@acme.example>",),
            ("Acme <acme@acme.example>",),
            ("Acme <info@acme.example>",),
            ("Web <web@müller.example>",),
            ("www-data <www-data@server.acme.example>",),
            ("Apache <apache@host17.example>",),
            ("Formular <kontakt-formular@site.example>",),
            ("E-shop <objednavky@obchod.example>",),
            ("Shop <shop@shop.example>",),
            ("Notifications <notifications@portal.example>",),
            ("Site <acme@hosting.example>", "X-PHP-Originating-Script: 1000:class-phpmailer.php"),
            ("Site <acme@hosting.example>", "X-Mailer: PHPMailer 6.5"),
            ("noreply@shop.example, support@acme.example",),
            ("Typeform <hello@typeform.example>",),
            ("Magento <general@shop.example>",),
            ("Acme form submission <hello@site.example>",),
            ("Kontaktformulář Acme <acme@site.example>",),
            ("Contact <formresponses@site.example>",),
            ("Web <onlineform@site.example>",),
            ("Server <cpanel@server.example>",),
            ("Site <smtp@site.example>",),
            ("Acme Forms <forms.acme@acme.example>",),
            ("Butik <svar-ikke@butik.example>",),
            ("Kauppa <ala-vastaa@kauppa.example>",),
            ("Obchod <neodpovedajte@obchod.example>",),
            ("Bolt <ne-valaszoljon@bolt.example>",),
        ):
            with self.subTest(sender=sender, headers=headers):
                found = find(sender, REPLY, *headers)
                self.assertEqual((found.address, found.name, found.header, found.reply_to), (*BUYER, "Reply-To", ""))
                self.assertIn("Reply-To", found.why)

    def test_how_reply_to_is_written(self):
        for reply, name in (
            ("buyer@home.example", ""),
            ("<buyer@home.example>", ""),
            ('"Buyer, One" <buyer@home.example>', "Buyer, One"),
            ("=?utf-8?Q?Bu=C5=BEer?= <BUYER@home.example.>", "Bužer"),
            ("Buyer One buyer@home.example", "Buyer One"),
            ("Buyer One <buyer＠home.example>", "Buyer One"),
            ("support@acme.example, Buyer One <buyer@home.example>", "Buyer One"),
            ("noreply@shop.example, Buyer One <buyer@home.example>", "Buyer One"),
            ("sales@shop.example, Buyer One <buyer@home.example>", "Buyer One"),
            ("Buyer One <buyer@home.example>, other@home.example", "Buyer One"),
            ("buyer@home.example <buyer@home.example>", ""),
        ):
            with self.subTest(reply):
                found = find("Shop <noreply@shop.example>", f"Reply-To: {reply}")
                self.assertEqual((found.address, found.name), ("buyer@home.example", name))

    def test_without_one_person_in_reply_to_from_stays(self):
        for sender, *headers in (
            ("WordPress <wordpress@elsewhere.example>",),
            ("WordPress <wordpress@elsewhere.example>", "Reply-To: support@acme.example"),
            ("Shop <noreply@shop.example>", "Reply-To: noreply@shop.example"),
            ("Shop <noreply@shop.example>", "Reply-To: no-reply@shop.example"),
        ):
            with self.subTest(sender=sender, headers=headers):
                found = find(sender, *headers)
                self.assertEqual(found.header, "From")
                self.assertEqual(found.reply_to, "")

    def test_our_own_address_is_nobodys(self):
        for reply in ("support@acme.example", "help@xn--mller-kva.example", "noreply@x.example", ""):
            with self.subTest(reply):
                found = find("Acme <support@acme.example>", f"Reply-To: {reply}")
                self.assertEqual((found.address, found.name, found.header), ("", "Acme", ""))

    def test_a_colleague_is_a_person(self):
        jo = {"colleagues": {"jo@acme.example"}}
        found = find("Jo <jo@acme.example>", "Reply-To: jo@home.example", **jo)
        self.assertEqual((found.address, found.header, found.reply_to), ("jo@acme.example", "From", "jo@home.example"))

    def test_an_address_with_the_name_is_a_persons(self):
        for sender in (
            "Jane Doe <jane@acme.example>",
            "Jane Doe <j.doe@acme.example>",
            '"Nováková, Jana" <novakova@acme.example>',
        ):
            with self.subTest(sender):
                found = find(sender, "Reply-To: jane@home.example")
                self.assertEqual((found.header, found.reply_to), ("From", "jane@home.example"))
        for sender in (
            "Acme Web <acme@acme.example>",
            "Signup <signup@acme.example>",
            "Jane Doe <wordpress@acme.example>",
            "Info <info@acme.example>",
        ):
            with self.subTest(sender):
                self.assertEqual(find(sender, "Reply-To: jane@home.example").header, "Reply-To")

    def test_an_address_that_a_colleague_shares_with_a_form_is_the_forms(self):
        for sender in ("info@acme.example", "web@acme.example", "no-reply@acme.example"):
            with self.subTest(sender):
                self.assertEqual(find(sender, REPLY, colleagues={sender}).address, "buyer@home.example")

    def test_a_mailbox_at_a_public_provider_makes_nobody_there_a_colleague(self):
        found = real_sender.find(mail("Jo <jo@gmail.com>", "Reply-To: jo@home.example"), ["acme@gmail.com"])
        self.assertEqual((found.address, found.reply_to), ("jo@gmail.com", "jo@home.example"))


class TestReplyTo(unittest.TestCase):
    """A person with an own Reply-To stays the sender and gets the replies there."""

    def test_where_a_person_wants_the_replies(self):
        for sender, reply, expected in (
            ("Jane <jane@work.example>", "jane@home.example", "jane@home.example"),
            ("Jane <jane@work.example>", "Jane <JANE@Home.example.>", "jane@home.example"),
            ("Jane <jane@work.example>", "jane@häuser.example", "jane@xn--huser-gra.example"),
            ("Jane <info@firm.example>", "jane@firm.example", "jane@firm.example"),
            ("Jane <contact@firm.example>", "jane@firm.example", "jane@firm.example"),
            ("Jane <shop@gmail.com>", "jane@firm.example", "jane@firm.example"),
            ("Jane <jane@firm.example>", "jane@x.example (home)", "jane@x.example"),
            ("Jane <jane@work.example>", "jane@work.example", ""),
            ("Jane <jane@work.example>", "JANE@WORK.example", ""),
            ("Jane <jane@work.example>", "jane@work.example, jane@home.example", ""),
            ("Jane <jane@work.example>", "jane@home.example, jane@phone.example", "jane@home.example"),
            ("jane@work.example Jane <jane@work.example>", "jane@home.example", "jane@home.example"),
            ("Jane <jane@work.example>", "support@acme.example", ""),
            ("Jane <jane@work.example>", "noreply@work.example", ""),
            ("Jane <jane@work.example>", "nobody", ""),
            ("Jane <jane@work.example>", "", ""),
        ):
            with self.subTest(sender=sender, reply=reply):
                found = find(sender, f"Reply-To: {reply}")
                self.assertEqual((found.name, found.header, found.reply_to), ("Jane", "From", expected))

    def test_a_person_with_a_programs_word_is_a_person(self):
        for sender in (
            "Dana Platform <dana.platform@firm.example>",
            "Jana Formánková <jana@firm.example>",
            "Jan Formánek <formanek@firm.example>",
            "Jane Doe <jane.doe@shopify.example>",
            "Botond Kis <botond@firm.example>",
        ):
            with self.subTest(sender):
                found = find(sender, "Reply-To: jane@home.example")
                self.assertEqual((found.header, found.reply_to), ("From", "jane@home.example"))

    def test_webmail_is_no_web_form(self):
        found = find("Jane <jane@x.example>", "Reply-To: jane@home.example", "X-PHP-Originating-Script: 0:rcube.php")
        self.assertEqual((found.address, found.reply_to), ("jane@x.example", "jane@home.example"))


class TestWithoutFrom(unittest.TestCase):
    REAL = ("real@sender.example", "")

    def test_another_header_names_the_sender(self):
        for sender, header, *expected in (
            (None, "Sender: real@sender.example", "", "Sender"),
            (None, "Sender: Real One <real@sender.example>", "Real One", "Sender"),
            ("", "Sender: real@sender.example", "", "Sender"),
            ("<>", "Sender: real@sender.example", "", "Sender"),
            ("Real One", "Sender: real@sender.example", "Real One", "Sender"),
            ('"Real One" <>', "Sender: real@sender.example", "Real One", "Sender"),
            ("undisclosed-sender:;", "Sender: real@sender.example", "", "Sender"),
            ("real@", "Sender: real@sender.example", "", "Sender"),
            (None, "Reply-To: Real One <real@sender.example>", "Real One", "Reply-To"),
            (None, "X-Original-From: Real One <real@sender.example>", "Real One", "X-Original-From"),
            (None, "X-Sender: real@sender.example", "", "X-Sender"),
            (None, "Return-Path: <real@sender.example>", "", "Return-Path"),
            (None, "Return-Path: <prvs=1234567890=real@sender.example>", "", "Return-Path"),
            (None, "Return-Path: <SRS0=abcd=XY=sender.example=real@forwarder.example>", "", "Return-Path"),
            (None, "Return-Path: <SRS1=ab=x.example==cd=XY=sender.example=real@y.example>", "", "Return-Path"),
            (None, "Return-Path: <bounces+SRS=Ab1c=XY=sender.example=real@acme.example>", "", "Return-Path"),
            (None, "X-Envelope-From: <SRS0=ab=XY=sender.example=real@y.example>", "", "X-Envelope-From"),
        ):
            with self.subTest(sender=sender, header=header):
                found = find(sender, header)
                self.assertEqual((found.address, found.name, found.header), ("real@sender.example", *expected))

    def test_the_order_of_the_headers(self):
        headers = (
            "Return-Path: <d@x.example>",
            "Sender: c@x.example",
            "X-Original-From: b@x.example",
            "Reply-To: a@x.example",
        )
        for count, expected in enumerate(("d", "c", "b", "a"), start=1):
            with self.subTest(count):
                self.assertEqual(find(None, *headers[:count]).address, f"{expected}@x.example")

    def test_of_several_in_from_the_one_in_sender(self):
        found = find("Eve <eve@x.example>, Jan <jan@x.example>", "Sender: jan@x.example")
        self.assertEqual((found.address, found.name, found.header), ("jan@x.example", "Jan", "From"))

    def test_nobody(self):
        for headers in (
            [],
            ["Return-Path: <>"],
            ["Return-Path: <MAILER-DAEMON>"],
            ["Return-Path: <bounce+17=a@list.example>"],
            ["Return-Path: <bounce-17-support=acme.example@list.example>"],
            ["Return-Path: <news-bounces@list.example>"],
            ["Return-Path: <support=acme.example@list.example>"],
            ["Envelope-From: <bounces-123@list.example>"],
            ["Sender: support@acme.example", "Reply-To: noreply@x.example"],
        ):
            with self.subTest(headers):
                self.assertEqual(find("", *headers).address, "")

    def test_how_from_is_written(self):
        for sender, name in (
            ("Jan Novak jan@x.example", "Jan Novak"),
            ('"Novak, Jan" jan@x.example', "Novak, Jan"),
            ("Jan Novak [mailto:jan@x.example]", "Jan Novak"),
            ("=?utf-8?Q?Jan_Nov=C3=A1k_=3Cjan=40x.example=3E?=", "Jan Novák"),
            ("jan=40x.example", ""),
            ("Team: Jan Novak <jan@x.example>;", "Jan Novak"),
            ("jan@x.example (Jan Novak)", "Jan Novak"),
            ("Jan Novak &lt;jan@x.example&gt;", "Jan Novak"),
            ("'Jan Novak' <'jan@x.example'>", "Jan Novak"),
            ("Jan Novak <jan@x.example", "Jan Novak"),
            ("\u200b JAN\u200b@x\u00ad.example.", ""),
            ("Jan <jan＠x.example>, Eve <eve@other.example>", "Jan"),
            ("support@acme.example, Jan <jan@x.example>", "Jan"),
            ("jan@x.example Jan Novak <jan@x.example>", "Jan Novak"),
            ("jan@x.example <jan@x.example>", ""),
        ):
            with self.subTest(sender):
                found = find(sender, "Sender: eve@evil.example", "Return-Path: <eve@evil.example>")
                self.assertEqual((found.address, found.name, found.header), ("jan@x.example", name, "From"))


class TestHostile(unittest.TestCase):
    def test_nothing_takes_long(self):
        started = time.process_time()
        for sender, header in (
            ("via " * 60_000 + "<a@x.example>", "List-Id: <x>"),
            (GROUP, "Cc: " + "a@ü.example, " * 5_000),
            (GROUP, "List-Id: " + "<" * 200_000),
            ("", "Return-Path: prvs=" + "0" * 100_000 + "=a@b"),
            ("", "Return-Path: srs0" + "=" * 100_000 + "a@b"),
            ("-" * 200_000 + "@x.example", REPLY),
            ("a@x.example", "X-PHP-Script: " + "x" * 200_000),
        ):
            with self.subTest(sender[:10]):
                find(sender, header)
        self.assertLess(time.process_time() - started, 10)
