"""Only the word of our own server counts, and only when it is clear."""

import email
import email.policy
import unittest

from tools.inbound import sender_authentication

SERVER = "mx.example.com"
JANE = "jane@customer.example"


def mail(*results, senders=(f"Jane Doe <{JANE}>",), header="Authentication-Results"):
    lines = [f"{header}: {result}" for result in results] + [f"From: {sender}" for sender in senders]
    return email.message_from_string("\n".join([*lines, "", ""]), policy=email.policy.SMTP)


class TestAuthenticate(unittest.TestCase):
    def judge(self, *results, **options):
        return sender_authentication.authenticate(mail(*results, **options), SERVER, JANE)

    def test_what_servers_write(self):
        for result, passed in (
            # dmarc=pass for From's domain: Gmail, Postfix with OpenDMARC, rspamd, Yahoo, Fastmail
            (f"{SERVER};\n dkim=pass header.i=@customer.example header.s=s1 header.b=Tm/1a2;\n spf=pass (google.com:"
             " domain of jane@customer.example designates 192.0.2.1 as permitted sender)"
             " smtp.mailfrom=jane@customer.example;\n dmarc=pass (p=NONE sp=QUARANTINE dis=NONE)"
             " header.from=customer.example", True),
            (f"{SERVER}; dmarc=pass (p=reject dis=none) header.from=customer.example", True),
            (f"{SERVER}; dmarc=pass(p=REJECT) header.from=Customer.Example;", True),
            (f"{SERVER}; x-tls=pass smtp.version=TLSv1.3 smtp.bits=256/256; x-csa=none; dmarc=pass"
             " policy.published-domain-policy=none header.from=customer.example", True),
            (f"{SERVER}; dmarc=pass action=none header.from=customer.example;compauth=pass reason=100", True),
            # dkim=pass of a domain that is From's, or above or below it
            (f"{SERVER}; dkim=pass header.d=customer.example", True),
            (f"{SERVER}; dkim=pass header.d=mail.customer.example", True),
            (f"{SERVER}; dkim=pass header.i=jane@customer.example", True),
            (f"{SERVER}; dkim=fail header.d=customer.example; dkim=pass header.d=customer.example", True),
            (f"{SERVER}; dmarc=none header.from=customer.example; dkim=pass header.d=customer.example", True),
            # our own server's log-in
            (f"{SERVER}; auth=pass smtp.auth={JANE}", True),
            (f"{SERVER}; auth=pass (LOGIN) smtp.auth=joe@customer.example", False),
            (f"{SERVER}; auth=pass smtp.auth=jane", False),
            # somebody else's domain
            (f"{SERVER}; dkim=pass header.d=evilcustomer.example", False),
            (f"{SERVER}; dkim=pass header.d=example", False),
            (f"{SERVER}; dkim=pass header.d=other.example header.i=@customer.example", False),
            (f"{SERVER}; dkim=pass", False),
            (f"{SERVER}; dmarc=pass header.from=evil.example; dkim=pass header.d=customer.example", False),
            (f"{SERVER}; dmarc=pass header.from=mail.customer.example", False),
            (f"{SERVER}; dmarc=pass", False),
            (f"{SERVER}; dmarc=pass header.from=customer.example header.from=evil.example", False),
            # a DMARC result but pass and none settles it
            (f"{SERVER}; dmarc=fail header.from=customer.example; dkim=pass header.d=customer.example", False),
            (f"{SERVER}; dmarc=temperror; dkim=pass header.d=customer.example", False),
            (f"{SERVER}; dmarc=bestguesspass header.from=customer.example", False),
            # two opinions
            (f"{SERVER}; dmarc=pass header.from=customer.example; dmarc=pass header.from=customer.example", False),
            # the envelope proves nothing about From
            (f"{SERVER}; spf=pass smtp.mailfrom=customer.example", False),
            (f"{SERVER}; spf=pass smtp.mailfrom={JANE}; dkim=none; dmarc=none", False),
            (f"{SERVER}; iprev=pass policy.iprev=192.0.2.1", False),
            (f"{SERVER}; none", False),
            (SERVER, False),
            # another server, or one that only looks like ours
            ("mx.evil.example; dmarc=pass header.from=customer.example", False),
            (f"{SERVER}.evil.example; dmarc=pass header.from=customer.example", False),
            (f"evil.{SERVER}; dmarc=pass header.from=customer.example", False),
            (f"mx.evil.example ({SERVER}); dmarc=pass header.from=customer.example", False),
            (f"({SERVER};) mx.evil.example; dmarc=pass header.from=customer.example", False),
            # Microsoft 365 names no server
            ("dmarc=pass action=none header.from=customer.example", False),
            # unreadable is no
            (f"{SERVER} 2; dmarc=pass header.from=customer.example", False),
            (f"{SERVER}; dmarc=pass header.from=customer.example (", False),
            (f"{SERVER}; dmarc=pass header.from=customer.example )", False),
            (f'{SERVER}; dmarc=pass header.from=customer.example "', False),
            (f"{SERVER}; dmarc=pass header.from=customer.example nonsense", False),
            (f'{SERVER}; "dmarc=pass" header.from=customer.example', False),
            (f"{SERVER}; dm(x)arc=pass header.from=customer.example", False),
            ("", False),
            ("; dmarc=pass header.from=customer.example", False),
            ('""; dmarc=pass header.from=customer.example', False),
            (f"{SERVER}; " + "x=y; " * 10_000 + "dmarc=pass header.from=customer.example", False),
        ):  # fmt: skip
            with self.subTest(result[:120]):
                self.assertEqual(bool(self.judge(result)), passed)

    def test_words_of_the_sender_do_not_become_results(self):
        for result in (
            f'{SERVER}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=customer.example"@evil.example',
            f'{SERVER}; spf=pass smtp.mailfrom="x\\"; dmarc=pass header.from=customer.example; a=\\""@evil.example',
            f"{SERVER}; spf=pass (domain of x; dmarc=pass header.from=customer.example) smtp.mailfrom=evil.example",
            f"{SERVER}; spf=pass (a (nested) \\) dmarc=pass header.from=customer.example; ) smtp.mailfrom=evil.example",
            f"{SERVER}; spf=pass reason=\"dmarc=pass header.from=customer.example\" smtp.mailfrom=evil.example",
            # an unquoted parenthesis closes the server's comment too early, and leaves one that closes nothing
            f"{SERVER}; spf=pass (domain of x) ; dmarc=pass header.from=customer.example @evil.example) smtp.helo=x",
        ):  # fmt: skip
            with self.subTest(result):
                self.assertFalse(self.judge(result))

    def test_spelling(self):
        for result in (
            "MX.EXAMPLE.COM; DMARC=PASS HEADER.FROM=CUSTOMER.EXAMPLE",
            f'"{SERVER}"; dmarc="pass" header.from="customer.example"',
            f"(our own) {SERVER} (x) 1 (y) ; dmarc (z) = (z) pass (z) header . from = customer.example.",
            f"{SERVER}; dmarc/1=pass header.from=customer.example",
            f"{SERVER};dmarc=pass header.from=customer.example;",
        ):
            with self.subTest(result):
                self.assertTrue(self.judge(result))

    def test_only_the_topmost_header_counts(self):
        good, foreign = f"{SERVER}; dmarc=pass header.from=customer.example", "mx.evil.example; none"
        self.assertTrue(self.judge(good, foreign))
        self.assertFalse(self.judge(foreign, good))
        self.assertFalse(self.judge(f"{SERVER}; none", good))

    def test_other_headers_do_not_count(self):
        good = f"{SERVER}; dmarc=pass header.from=customer.example"
        for header in ("ARC-Authentication-Results", "Authentication-Results-Original", "X-Authentication-Results"):
            with self.subTest(header):
                self.assertFalse(self.judge(good, header=header))

    def test_there_is_one_sender_and_it_is_the_one_that_is_believed(self):
        good = f"{SERVER}; dmarc=pass header.from=customer.example"
        for senders in (
            (),
            ("",),
            (f"{JANE}, joe@customer.example",),
            (JANE, JANE),
            ("joe@customer.example",),
            (f'"{JANE}" <joe@customer.example>',),
            (f"{JANE} <joe@customer.example>",),
        ):
            with self.subTest(senders):
                self.assertFalse(self.judge(good, senders=senders))
        self.assertTrue(self.judge(good, senders=(JANE.upper(),)))

    def test_closed_without_a_server(self):
        good = mail(f"{SERVER}; dmarc=pass header.from=customer.example")
        for authserv_id in ("", "  ", None, False):
            with self.subTest(authserv_id):
                answer = sender_authentication.authenticate(good, authserv_id, JANE)
                self.assertFalse(answer)
                self.assertIn("no trusted mail server", answer.reason)
        self.assertTrue(sender_authentication.authenticate(good, f" {SERVER} ", JANE))

    def test_a_domain_of_foreign_letters(self):
        result = f"{SERVER}; dmarc=pass header.from=xn--lu-yta1h.example"
        message = mail(result, senders=("jane@žluť.example",))
        self.assertTrue(sender_authentication.authenticate(message, SERVER, "jane@žluť.example"))
        broken = mail(result, senders=(f"jane@{'ž' * 80}.example",))
        self.assertFalse(sender_authentication.authenticate(broken, SERVER, f"jane@{'ž' * 80}.example"))

    def test_nothing_takes_long(self):
        for result in (
            "(" * 20_000,
            '"' * 19_999,
            "a=" * 9_999,
            ";" * 19_999,
            "a . " * 4_999,
            "(" * 9_999 + ")" * 9_999,
        ):
            with self.subTest(result[:5]):
                self.assertFalse(self.judge(f"{SERVER}; {result}"[:20_000]))


class TestForgery(unittest.TestCase):
    """What the trusted server calls forged; everything else is at most unproven."""

    def judge(self, *results, server=SERVER, **options):
        return sender_authentication.forgery(mail(*results, **options), server)

    def test_what_servers_write_about_a_forged_sender(self):
        for results, forged in (
            ((f"{SERVER}; dmarc=fail header.from=customer.example",), True),
            ((f"{SERVER}; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=customer.example",), True),
            ((f"{SERVER}; dmarc=reject header.from=customer.example",), True),
            ((f"{SERVER}; spf=pass smtp.mailfrom=evil.example; dmarc=fail header.from=customer.example",), True),
            ((f"{SERVER}; dkim=pass header.d=evil.example; dmarc=fail header.from=customer.example",), True),
            ((f"{SERVER}; dmarc=pass header.from=customer.example; dmarc=fail header.from=customer.example",), True),
            ((f"{SERVER}; dmarc=pass header.from=evil.example",), True),
            ((f"{SERVER}; compauth=fail reason=000; dmarc=none",), True),
            ((f"{SERVER}; spf=fail smtp.mailfrom=customer.example",), True),
            ((f"{SERVER}; spf=hardfail smtp.mailfrom=customer.example; dmarc=none",), True),
            ((f"{SERVER}; spf=fail; dkim=pass header.d=evil.example",), True),
            # OpenDKIM and OpenDMARC write a header each
            ((f"{SERVER}; dkim=none", f"{SERVER}; dmarc=fail header.from=customer.example"), True),
            ((f"{SERVER}; dkim=pass header.d=evil.example", f"{SERVER}; spf=fail"), True),
            # what the sender wrote into the envelope must not hide the result
            ((f'{SERVER}; spf=fail smtp.mailfrom="x; dmarc=fail header.from=customer.example',), True),
            ((f"{SERVER}; dmarc=fail header.from=customer.example )",), True),
            # not forged
            ((f"{SERVER}; dmarc=pass header.from=customer.example",), False),
            ((f"{SERVER}; dmarc=pass header.from=customer.example; spf=fail",), False),
            ((f"{SERVER}; dmarc=pass header.from=mail.customer.example",), False),
            ((f"{SERVER}; dmarc=pass",), False),
            ((f"{SERVER}; dmarc=none; spf=softfail; dkim=fail header.d=customer.example",), False),
            ((f"{SERVER}; dmarc=bestguesspass action=none header.from=customer.example",), False),
            ((f"{SERVER}; dmarc=temperror",), False),
            ((f"{SERVER}; dmarc=permerror",), False),
            ((f"{SERVER}; spf=fail; dkim=pass header.d=customer.example",), False),
            ((f"{SERVER}; spf=fail; auth=pass smtp.auth={JANE}",), False),
            ((f"{SERVER}; none",), False),
            ((), False),
            # another server says so
            (("mx.evil.example; dmarc=fail header.from=customer.example",), False),
            (("mx.evil.example; none", f"{SERVER}; dmarc=fail header.from=customer.example"), False),
            (("nonsense",), False),
        ):  # fmt: skip
            with self.subTest(results):
                self.assertEqual(bool(self.judge(*results)), forged)

    def test_two_senders_in_from(self):
        for senders, forged in (
            (("jane@customer.example, eve@evil.example",), True),
            (("jane@customer.example", "eve@evil.example"), True),
            (("jane@customer.example",), False),
        ):
            with self.subTest(senders):
                self.assertEqual(bool(self.judge(f"{SERVER}; dmarc=none", senders=senders)), forged)
                self.assertFalse(self.judge("x.example; dmarc=none", senders=senders, server=""))

    def test_without_a_trusted_server_the_topmost_word_is_a_doubt(self):
        for results, doubt in (
            (("mx.x.example; dmarc=fail",), "dmarc=fail"),
            (("mx.x.example; spf=fail",), "spf=fail"),
            (("mx.x.example; none", "mx.y.example; dmarc=fail"), ""),
            (("mx.x.example; dmarc=pass",), ""),
            (("(",), ""),
            ((), ""),
        ):
            with self.subTest(results):
                self.assertEqual(self.judge(*results, server=""), doubt)
