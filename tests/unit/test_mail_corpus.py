"""Every email of tests/fixtures/mail, and what becomes of it; no two emails for the same thing.

What is asked of each is what the gateway will ask: is it digestible, who wrote it, a person or a program, what does it
refer to, does a server vouch for its sender, whose email does it forward, is it for us, what would make it a duplicate,
and what does a reader see first.
"""

import email
import email.policy
import random
import sys
import unittest
from pathlib import Path

from tools.email import mime_text, reference
from tools.inbound import auto_mail, bounces, forwarded, identities, imap_syntax, sanitize, sender_authentication

#: Its many shapes run the same lines again and again (see `dev/pure_coverage.py`).
UNMEASURED = True

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "mail"
TOOLS = str(Path(sanitize.__file__).parents[1])
OWN = ("support@example.com",)
NO_RESULTS = "the email has no Authentication-Results header"

#: What most emails are.
USUAL = {
    "kind": "person",
    "by": "",  #: the header that made it no person's
    "silent": "",  #: why a person's email gets no automatic email all the same
    "lead": "",
    "references": [],
    "vouched": False,
    "because": NO_RESULTS,
    "original": None,  #: (name, address, subject) of what it forwards
    "failed": [],  #: (address, status) that a bounce gives up on
    "notes": (),
    "identity": "header",  #: its Message-ID; or its hash; or the content's
    "sender": "jane@customer.example",
    "ours": True,
    "text": "",  #: its first line
}
EXPECTED = {
    "abuse_report": {
        "kind": "auto_generated",
        "by": "multipart/report: feedback-report",
        "sender": "fbl@provider.example",
        "text": "This is an email abuse report.",
    },
    "alert_auto_generated": {
        "kind": "auto_generated",
        "by": "Auto-Submitted: auto-generated",
        "sender": "zabbix@monitoring.example",
        "text": "Disk full.",
    },
    "alert_bulk": {
        "kind": "auto_generated",
        "by": "Precedence: bulk",
        "sender": "nagios@monitoring.example",
        "text": "Host down.",
    },
    "alert_null_return_path": {
        "kind": "auto_generated",
        "by": "Return-Path: <>",
        "sender": "cron@server.example",
        "text": "backup failed",
    },
    "alternative": {"text": "The printer burns."},
    "alternative_empty_plain": {"text": "Only the HTML has words."},
    "attached_message": {
        "original": ("Somebody Else", "else@elsewhere.example", "You won"),
        "text": "What does this mail want from me?",
    },
    "attachment_only": {},
    "auth_comment_trick": {
        "because": "the topmost Authentication-Results header cannot be read",
        "text": "A comment without end.",
    },
    "auth_dkim_parent_domain": {
        "vouched": True,
        "because": "dkim=pass by customer.example",
        "sender": "jane@mail.customer.example",
        "text": "Signed by the parent.",
    },
    "auth_dmarc_of_another": {
        "because": "dmarc=pass is for evil.example, not for customer.example",
        "text": "For another domain.",
    },
    "auth_dmarc_pass": {"vouched": True, "because": "dmarc=pass for customer.example", "text": "Vouched for."},
    "auth_foreign_server": {
        "because": "the topmost Authentication-Results header is from mx.evil.example, not from mx.example.com",
        "text": "Vouched for by themselves.",
    },
    "auth_forged_below": {
        "references": [("ML", 42)],
        "because": "dmarc=fail for example.com",
        "sender": "agent@example.com",
        "text": "Close all tickets.",
    },
    "auth_quoted_injection": {
        "because": "spf=pass alone does not verify From",
        "sender": "agent@example.com",
        "text": "A clever envelope.",
    },
    "auth_sibling_signature": {
        "because": "none of the server's results covers a.customer.example",
        "sender": "jane@a.customer.example",
        "text": "Siblings are strangers.",
    },
    "auth_smtp_auth": {
        "vouched": True,
        "because": "auth=pass: the sender logged in to our server",
        "sender": "agent@example.com",
        "text": "Logged in.",
    },
    "auth_spf_only": {"because": "spf=pass alone does not verify From", "text": "Envelope only."},
    "auth_two_dmarc_results": {"because": "the server reports two DMARC results", "text": "Twice."},
    "auth_two_from_headers": {
        "silent": "From names 2 senders",
        "because": "senders in From: 2, From headers: 2",
        "sender": "agent@example.com",
        "text": "Which one?",
    },
    "auto_submitted_no": {"text": "A person, says the header."},
    "bom_before_headers": {"notes": ("bytes before the first header removed",), "text": "Scan attached, they say."},
    "bounce_exim": {
        "kind": "bounce",
        "by": "X-Failed-Recipients: jane@customer.example, joe@customer.example",
        "failed": [("jane@customer.example", ""), ("joe@customer.example", "")],
        "sender": "mailer-daemon@host.example",
        "text": "could not be delivered",
    },
    "bounce_postmaster": {
        "kind": "bounce",
        "by": "From: postmaster@customer.example",
        "sender": "postmaster@customer.example",
        "text": "unknown user",
    },
    "bounce_qmail": {
        "kind": "bounce",
        "by": "From: MAILER-DAEMON",
        "failed": [("jane@customer.example", "")],
        "because": "senders in From: 0, From headers: 1",
        "sender": "",
        "text": "Hi. This is the qmail-send program.",
    },
    "calendar_reply": {
        "kind": "auto_reply",
        "by": "text/calendar; method=REPLY: an automatic calendar reply",
        "text": "Accepted.",
    },
    "calendar_request": {"text": "Can you come?"},
    "cc_own_address": {"text": "Own address in Cc."},
    "charset_hebrew_visual": {"notes": ("text in iso-8859-8-i read as iso8859-8",), "text": "שלום"},
    "charset_iso_2022_jp": {"text": "プリンターが燃えています。"},
    "charset_koi8": {"text": "Принтер горит."},
    "charset_latin2": {"text": "Žluťoučký kůň úpí."},
    "charset_lie_ascii": {"notes": ("text in us-ascii read as utf-8",), "text": "Žluťoučký kůň."},
    "charset_lie_latin2": {"notes": ("text in iso-8859-2 read as cp1250",), "text": "Šťastná žížala."},
    "charset_lie_utf8": {"notes": ("text in utf-8 read as iso8859-2",), "text": "Příliš žluťoučký."},
    "charset_missing": {"notes": ("text without a charset read as cp1252",), "text": "Résumé joint."},
    "charset_no_mime": {"notes": ("text without a charset read as utf-8",), "text": "Žluťoučký kůň."},
    "charset_not_text": {"notes": ("text in rot13 read as utf-8",), "text": "Cevagre."},
    "charset_shift_jis_broken_part": {
        "notes": ("text in Shift_JIS read as cp932",),
        "text": "プリンターが燃えています①。",
    },
    "charset_unknown": {"notes": ("text in x-unknown read as utf-8",), "text": "Žluťoučký kůň."},
    "charset_windows_1250": {"text": "Šťastný žížala."},
    "date_hostile": {"notes": ("Date renamed: it cannot be read",), "text": "When?"},
    "digest": {},
    "dsn_delayed": {
        "kind": "receipt",
        "by": "multipart/report: delivery delayed",
        "sender": "mailer-daemon@mx.example.com",
        "text": "About your message.",
    },
    "dsn_failed": {
        "kind": "bounce",
        "by": "multipart/report: not delivered",
        "failed": [("jane@customer.example", "5.1.1")],
        "sender": "mailer-daemon@mx.example.com",
        "text": "About your message.",
    },
    "empty": {},
    "empty_subject": {"text": "A mail without a subject."},
    "exchange_distribution_list": {
        "silent": "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "text": "Sent to a distribution list.",
    },
    "exchange_rule_forwarded": {
        "kind": "auto_generated",
        "by": "Auto-Submitted: auto-generated",
        "lead": "fw",
        "original": ("Jane Doe", "jane@customer.example", "Printer"),
        "sender": "info@customer.example",
        "text": "From: Jane Doe <jane@customer.example>",
    },
    "exchange_rule_redirected": {"text": "It burns."},
    "forward_apple_english": {
        "original": ("Jane Doe", "jane@customer.example", "Printer"),
        "sender": "agent@example.com",
        "text": "Look:",
    },
    "forward_apple_italian_html": {
        "lead": "fwd",
        "original": ("Anna Rossi", "anna@customer.example", "Stampante"),
        "sender": "agent@example.com",
        "text": "Inizio messaggio inoltrato:",
    },
    "forward_as_attachment": {
        "lead": "fwd",
        "original": ("Jan Novák", "jan@customer.example", "Tiskárna"),
        "sender": "agent@example.com",
        "text": "See attachment.",
    },
    "forward_gmail_czech": {
        "lead": "fwd",
        "original": ("Jan Novák", "jan@customer.example", "Tiskárna hoří"),
        "sender": "agent@example.com",
        "text": "viz níže",
    },
    "forward_norwegian_vs": {
        "lead": "vs",
        "original": ("Kari Nordmann", "kari@customer.example", "Skriver"),
        "sender": "agent@example.com",
        "text": "Fra: Kari Nordmann <kari@customer.example>",
    },
    "forward_outlook_english_mailto": {
        "lead": "fw",
        "original": ("Jane Doe", "jane@customer.example", "Printer"),
        "sender": "agent@example.com",
        "text": "Please look.",
    },
    "forward_outlook_french_html": {
        "lead": "tr",
        "original": ("Zoé Dupont", "zoe@customer.example", "Imprimante"),
        "sender": "agent@example.com",
        "text": "Voir ci-dessous",
    },
    "forward_outlook_german": {
        "lead": "wg",
        "original": ("Jörg Müller", "joerg@customer.example", "Drucker brennt"),
        "sender": "agent@example.com",
        "text": "Bitte kümmern.",
    },
    "forward_outlook_mac_attribution": {
        "lead": "fw",
        "original": ("Jane Doe", "jane@customer.example", "Printer"),
        "sender": "agent@example.com",
        "text": 'On 11/2/26, 9:15 AM, "Jane Doe" <jane@customer.example> wrote:',
    },
    "forward_thunderbird_czech": {
        "lead": "fwd",
        "original": ("Jan Novák", "jan@customer.example", "Tiskárna hoří"),
        "sender": "agent@example.com",
        "text": "-------- Přeposlaná zpráva --------",
    },
    "forward_thunderbird_table": {
        "lead": "fwd",
        "original": ("Jane Doe", "jane@customer.example", "Printer"),
        "sender": "agent@example.com",
        "text": "-------- Forwarded Message --------",
    },
    "forward_two_attachments": {"lead": "fwd", "sender": "agent@example.com", "text": "See attachments."},
    "forward_without_sender": {"lead": "fw", "sender": "agent@example.com", "text": "From: Jane Doe"},
    "forward_yahoo_one_line": {
        "original": ("Jane Doe", "jane@customer.example", "Printer"),
        "sender": "agent@example.com",
        "text": "----- Forwarded Message -----",
    },
    "from_broken": {"notes": ("From rewritten",), "text": "No database keeps such a name."},
    "from_encoded": {"sender": "joerg.mueller@customer.example", "text": "Grüße"},
    "from_missing": {
        "silent": "From names 0 senders",
        "because": "senders in From: 0, From headers: 0",
        "sender": "",
        "text": "Who am I?",
    },
    "from_noreply": {
        "silent": "From is a no-reply address",
        "sender": "no-reply@shop.example",
        "text": "Your parcel is on its way.",
    },
    "from_own_mailbox": {
        "silent": "From is one of our own mailboxes",
        "sender": "support@example.com",
        "text": "To ourselves.",
    },
    "from_two_senders": {
        "silent": "From names 2 senders",
        "because": "senders in From: 2, From headers: 1",
        "text": "We both wrote this.",
    },
    "helpdesk_jira": {
        "kind": "auto_generated",
        "by": "X-JIRA-FingerPrint: 0123456789abcdef",
        "sender": "jira@other.example",
        "text": "Issue updated.",
    },
    "helpdesk_otrs": {
        "kind": "auto_generated",
        "by": "X-OTRS-Loop: yes",
        "sender": "otrs@other.example",
        "text": "Ticket created.",
    },
    "helpdesk_zendesk": {
        "kind": "auto_generated",
        "by": "Auto-Submitted: auto-generated",
        "lead": "re",
        "references": [("ML", 42)],
        "sender": "help@other.example",
        "text": "##- Please type your reply above this line -##",
    },
    "html_only": {"text": "Dobrý den,"},
    "list_by_precedence": {
        "kind": "list",
        "by": "Precedence: list",
        "sender": "joe@elsewhere.example",
        "text": "Anybody there?",
    },
    "list_foreign": {
        "kind": "list",
        "by": "List-Id: Talk <talk.lists.example>",
        "sender": "joe@elsewhere.example",
        "text": "Anybody here?",
    },
    "list_own_group": {"text": "Through our own group."},
    "loop_guard_of_others": {"silent": "X-Loop: owner@bugs.example", "text": "Went through a bug tracker."},
    "mdn_read": {
        "kind": "receipt",
        "by": "multipart/report: a read receipt",
        "references": [("ML", 42)],
        "text": "Your message was read.",
    },
    "message_id_broken": {"notes": ("Message-ID rewritten",), "identity": "hash", "text": "The parser raises on it."},
    "message_id_overlong": {
        "notes": ("Message-ID rewritten", "References rewritten"),
        "identity": "hash",
        "text": "An id of 818 characters.",
    },
    "nested_multipart": {"text": "Three levels deep."},
    "new_ticket": {"text": "Hello,"},
    "newsletter": {
        "kind": "list",
        "by": "List-Unsubscribe: <mailto:u@shop.example>",
        "sender": "news@shop.example",
        "text": "Sale",
    },
    "no_message_id": {"identity": "content", "text": "No id, no date."},
    "ooo_cpanel": {"kind": "auto_reply", "by": "X-Autorespond: Printer", "text": "I am away."},
    "ooo_czech_subject_and_suppress": {
        "kind": "auto_reply",
        "by": "X-Auto-Response-Suppress: OOF, AutoReply",
        "text": "Jsem pryč.",
    },
    "ooo_exchange": {
        "kind": "auto_reply",
        "by": "X-Auto-Response-Suppress: All",
        "references": [("ML", 42)],
        "text": "I am away.",
    },
    "ooo_gmail": {
        "kind": "auto_reply",
        "by": "Auto-Submitted: auto-replied",
        "references": [("ML", 42)],
        "text": "I am away.",
    },
    "ooo_icloud": {"kind": "auto_reply", "by": "Auto-Submitted: auto-replied", "lead": "re", "text": "I am away."},
    "ooo_subject_only": {"text": "Please help."},
    "ooo_vacation_null_return_path": {
        "kind": "auto_reply",
        "by": "Return-Path: <>",
        "text": "vacation(1) of long ago.",
    },
    "own_mail_came_back": {
        "kind": "own",
        "by": "X-Odoo-Objects: helpdesk.ticket-42",
        "sender": "support@example.com",
        "text": "Forwarded back to us.",
    },
    "parameters_bomb": {"notes": ("Content-Type rewritten",), "text": "Three thousand characters of parameters."},
    "postmaster_person": {
        "silent": "From is a no-reply address",
        "lead": "re",
        "references": [("ML", 42)],
        "sender": "postmaster@customer.example",
        "text": "I run the mail here and my printer still burns.",
    },
    "quoted_forward_not_forward": {"sender": "agent@example.com", "text": "I answer what you forwarded."},
    "related_inline_image": {"text": "See"},
    "reply_finnish_vs": {"lead": "vs", "sender": "agent@example.com", "text": "Tulemme."},
    "reply_headers_lost": {"lead": "re", "references": [("ML", 42)], "text": "It still burns."},
    "reply_outlook_not_forward": {"lead": "re", "sender": "agent@example.com", "text": "We come."},
    "reply_with_headers": {"lead": "re", "references": [("ML", 42)], "text": "It still burns."},
    "subject_10000": {"lead": "sv", "references": [("ML", 42)], "text": "Långt."},
    "subject_broken_words": {"lead": "odp", "references": [("ML", 42)], "text": "Broken."},
    "subject_encoded_nul": {"lead": "rif", "references": [("ML", 42)], "notes": ("Subject rewritten",), "text": "NUL."},
    "subject_folded_encoded": {"lead": "re", "references": [("ML", 42)], "text": "Pořád hoří."},
    "subject_foreign_reference": {"references": [("ACME", 42)], "text": "Not one of ours."},
    "subject_full_width": {"references": [("ML", 42)], "text": "まだです。"},
    "subject_nul": {
        "lead": "re",
        "references": [("ML", 42)],
        "notes": ("NUL bytes removed from Subject",),
        "text": "NUL.",
    },
    "subject_raw_8bit": {"lead": "re", "references": [("ML", 42)], "notes": ("Subject rewritten",), "text": "Žížala."},
    "subject_spaces": {"lead": "aw", "references": [("ML", 42)], "text": "Immer noch."},
    "subject_two_references": {"lead": "fwd", "references": [("ML", 42), ("OLD", 7)], "text": "Both of them."},
    "to_1000_recipients": {"notes": ("To rewritten",), "text": "To everybody."},
    "to_group": {"text": "To a group."},
    "to_plus_address": {"ours": False, "text": "Not for us either."},
    "to_somebody_else": {"ours": False, "text": "Not for us."},
    "to_undisclosed": {"text": "Blind copy."},
    "winmail_dat": {"text": "Sent by an old Outlook."},
}
REFUSED = {
    "nested_60": "the email has parts nested more than 30 deep",
}


def read(name):
    return (FIXTURES / f"{name}.eml").read_bytes()


def parse(raw):
    """As Odoo parses it."""
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


def read_as_core(raw):
    """Look at everything that Odoo's gateway looks at (mail.thread: message_parse), which must not raise."""
    message = parse(raw)
    for name in "Message-Id Subject From To Cc Delivered-To Resent-To Resent-Cc References In-Reply-To Date".split():
        "".join(message.get_all(name, [])).encode()
    for part in message.walk():
        _ = part.get_content_type(), part.get_content_charset(), part.get_param("charset"), part.get("content-id")
        (part.get_filename() or "").encode()
        if part.get_content_maintype() == "text":
            part.get_content().encode()
    return message


def outcome(raw):
    """What became of an email, fact by fact."""
    sanitized, identity = sanitize.sanitize(raw), identities.identify(raw)
    message = parse(sanitized.raw)
    classification = auto_mail.classify(message, OWN)
    suppressed = auto_mail.suppress_auto_replies(message, OWN)
    subject = mime_text.decode(mime_text.header(message, "Subject"))
    vouched = sender_authentication.authenticate(message, "mx.example.com", identity.sender)
    original = forwarded.original(message)
    person = classification.kind is auto_mail.Kind.PERSON
    hashed = identity.message_id.endswith("@hashed.invalid>")
    return {
        "kind": classification.kind.value,
        "by": "" if person else classification.reason.partition(" (")[0],
        "silent": suppressed.partition(" (")[0] if person else "",
        "lead": reference.lead_of(subject),
        "references": reference.references_in(subject),
        "vouched": vouched.passed,
        "because": vouched.reason,
        "original": original and (original.name, original.address, original.subject),
        "failed": [tuple(failure) for failure in bounces.failures(message)],
        "notes": sanitized.notes,
        "identity": "hash" if hashed else "header" if identity.message_id else "content",
        "sender": identity.sender,
        "ours": imap_syntax.is_for(message, OWN[0]),
        "text": mime_text.body_text(message).strip().partition("\n")[0],
    }


def branches(function, *arguments):
    """The jumps from line to line that a call makes in tools/."""
    jumps, last = set(), {}

    def in_tools(frame, event, _argument):
        if event in ("call", "line"):
            jumps.add((frame.f_code, last.get(frame), frame.f_lineno))
            last[frame] = frame.f_lineno
        return in_tools

    def everywhere(frame, event, argument):
        return in_tools(frame, event, argument) if frame.f_code.co_filename.startswith(TOOLS) else None

    before = sys.gettrace()
    sys.settrace(everywhere)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return frozenset(jumps)


class TestCorpus(unittest.TestCase):
    maxDiff = None

    def test_every_email_is_expected_and_every_expected_email_is_there(self):
        self.assertEqual({path.stem for path in FIXTURES.glob("*.eml")}, EXPECTED.keys() | REFUSED.keys())
        self.assertGreaterEqual(len(EXPECTED), 60)

    def test_what_becomes_of_each_email(self):
        for name, expected in EXPECTED.items():
            with self.subTest(name):
                self.assertEqual(sanitize.sanitize(read(name)).refusal, "")
                self.assertEqual(outcome(read(name)), USUAL | expected)

    def test_an_email_that_no_person_wrote_is_never_answered_for_the_reason_that_tells(self):
        for name, expected in EXPECTED.items():
            if expected.get("kind", "person") != "person":
                with self.subTest(name):
                    message = parse(read(name))
                    reason = auto_mail.classify(message, OWN).reason
                    self.assertEqual(auto_mail.suppress_auto_replies(message, OWN), reason)

    def test_what_is_refused(self):
        for name, reason in REFUSED.items():
            with self.subTest(name):
                self.assertEqual(sanitize.sanitize(read(name)).refusal, reason)

    def test_odoo_can_read_every_sanitized_email(self):
        for name in EXPECTED:
            with self.subTest(name):
                read_as_core(sanitize.sanitize(read(name)).raw)

    def test_a_repaired_email_needs_no_repair(self):
        for name in EXPECTED:
            with self.subTest(name):
                repaired = sanitize.sanitize(read(name)).raw
                again = sanitize.sanitize(repaired)
                self.assertEqual((again.raw, again.refusal), (repaired, ""))
                self.assertEqual(identities.identify(repaired).message_id, identities.identify(read(name)).message_id)

    def test_repairs_touch_no_body(self):
        for name, expected in EXPECTED.items():
            if "notes" in expected:
                with self.subTest(name):
                    body = read(name).partition(b"\n\n")[2]
                    repaired = sanitize.sanitize(read(name)).raw.replace(b"\r\n", b"\n")
                    if parse(repaired).is_multipart():
                        body = body.rpartition(b"\n\n")[2]
                    self.assertTrue(repaired.endswith(b"\n\n" + body))

    def test_the_message_id_is_the_one_that_odoo_sees(self):
        for name in EXPECTED:
            with self.subTest(name):
                seen = parse(sanitize.sanitize(read(name)).raw).get("Message-Id") or ""
                self.assertEqual(seen.strip(), identities.identify(read(name)).message_id)

    def test_no_two_emails_have_one_outcome_by_the_same_branches(self):
        told = {}
        for name in EXPECTED:
            facts = outcome(read(name))
            words = {"sender", "text"}  # differ in every email
            key = repr([facts[fact] for fact in USUAL if fact not in words]), branches(outcome, read(name))
            with self.subTest(name):
                self.assertIsNone(told.get(key), "shows the same")
            told[key] = name


class TestHostileMail(unittest.TestCase):
    def test_nothing_raises_on_an_email_that_was_cut_and_mixed(self):
        chance = random.Random(3834)
        mails = [read(name) for name in (*EXPECTED, *REFUSED) if (FIXTURES / f"{name}.eml").stat().st_size < 3_000]
        for number in range(200):
            raw = bytearray(chance.choice(mails))
            for _ in range(chance.randint(1, 8)):
                at, other = chance.randrange(len(raw)), chance.choice(mails)
                start = chance.randrange(len(other))
                piece = other[start : start + chance.randint(0, 80)]
                noise = chance.choice((piece, bytes(chance.choices(b'\x00\r\n\xff\xc5:;,<>()"\\=?-@[]* ', k=4)), b""))
                raw[at : at + chance.randint(0, 20)] = noise
            with self.subTest(number):
                outcome(bytes(raw))
                sanitized = sanitize.sanitize(bytes(raw))
                if not sanitized.refusal:
                    read_as_core(sanitized.raw)
                    self.assertEqual(sanitize.sanitize(sanitized.raw).refusal, "")
