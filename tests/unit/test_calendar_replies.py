"""The words of a person in a calendar's reply are a person's email; what the calendar writes is a program's."""

import email
import email.policy
import unittest

from mail_builder import HEAD, leaf, multi, page, plain

from tools.inbound import auto_mail
from tools.inbound.auto_mail import Kind

TITLE = "On-site visit"
HISTORY = (
    f"-----Original Appointment-----\r\nFrom: Support\r\nSent: Monday\r\nTo: Kim\r\nSubject: {TITLE}\r\n\r\nCome\r\n"
)


def reply(text, *event, status="Declined", body=plain, title=TITLE):
    lines = (
        "BEGIN:VCALENDAR",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"SUMMARY:{title}",
        *event,
        "END:VEVENT",
        "END:VCALENDAR",
    )
    event = leaf("text/calendar; method=REPLY", "".join(f"{line}\r\n" for line in lines))
    head = HEAD.replace(b"Subject: x", f"Subject: {status}: {TITLE}".encode())
    raw = head + b"MIME-Version: 1.0\r\n" + multi("alternative", body(text), event)
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


class TestCalendarReplies(unittest.TestCase):
    def assert_kind(self, kind, message):
        self.assertIs(auto_mail.classify(message).kind, kind)

    def test_only_the_calendar_speaks(self):
        for text in (
            "",
            "\r\n \r\n",
            "Declined.",
            f"Kim Gast has declined this invitation.\r\n\r\n{TITLE}\r\nMonday Nov 2\r\nOrganizer\r\nAcme Support\r\n",
            f"Kim Gast has declined this invitation.\r\n\r\nTitle: {TITLE}\r\nWhen: Monday\r\nWhere: Room 5\r\n",
            f"Kim Gast has declined your invitation to the event: {TITLE}, scheduled for 2 Nov 2026.",
            "Kim Gast <kim@gast.example> has declined your event invitation.",
            "Kim Gast <kim@gast.example> hat Ihre Einladung abgelehnt.",
            "Kim Gast odmítl pozvánku.",
            "Kim Gast a refusé votre invitation.",
            "Kim Gast ha rechazado la invitación.",
            "Kim Gast さんがこの招待を辞退しました。",
            "Your request was declined.\r\n\r\nSent by Microsoft Exchange Server",
            HISTORY,
            "\r\nSent from my iPhone\r\n",
        ):
            with self.subTest(text):
                self.assert_kind(Kind.AUTO_REPLY, reply(text))
        blank = "<html><head><style>p{}</style></head><body><p>&nbsp;</p></body></html>"
        self.assert_kind(Kind.AUTO_REPLY, reply(blank, body=page))
        self.assert_kind(Kind.AUTO_REPLY, reply("", "COMMENT;LANGUAGE=en-US:\\n"))

    def test_a_person_speaks(self):
        for text in (
            "I cannot, the server is still down - can you come on Friday?",
            "Friday",
            "Nein.",
            "Sorry, Friday please.\r\n\r\n" + HISTORY,
            f'Kim Gast has declined this invitation with this note:\r\n\r\n"I am ill"\r\n\r\n{TITLE}\r\nMonday\r\n',
            "I declined the meeting because the server still burns and nobody can log in.",
            "Did you see that I declined the invitation?",
            "サーバーがまだ動きません。",
            "Děkuji, ale tiskárna už zase jede.\r\n\r\nOdesláno z iPhonu",
            "> Will you come on Monday?\r\n\r\nNo, the printer burns.",
        ):
            with self.subTest(text):
                self.assert_kind(Kind.PERSON, reply(text))
        self.assert_kind(Kind.PERSON, reply("<p>Bitte am Freitag.</p>", body=page))
        self.assert_kind(Kind.PERSON, reply("Monday does not suit me", title=""))

    def test_a_person_comments_in_the_event(self):
        for line in (
            "COMMENT:The server is\r\n  still down",
            "COMMENT;LANGUAGE=en-US:Friday\\nplease\\n",
            'ATTENDEE;PARTSTAT=DECLINED;X-RESPONSE-COMMENT="not today":mailto:kim@gast.example',
        ):
            with self.subTest(line):
                self.assert_kind(Kind.PERSON, reply("Declined.", line))

    def test_what_says_that_a_program_wrote_it_still_counts(self):
        message = reply("Bitte am Freitag.")
        message["Auto-Submitted"] = "auto-generated"
        self.assert_kind(Kind.AUTO_GENERATED, message)
