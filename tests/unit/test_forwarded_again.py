"""What an agent passes on may be a colleague's forward or reply in turn: it is the customer's, who wrote first."""

import email
import email.policy
import unittest

from mail_builder import mail as built
from mail_builder import multi, plain

from tools.inbound import forwarded
from tools.inbound.forwarded import Original

JANE = Original("Jane Doe", "jane@customer.example", "Printer")
BOB = Original("Bob Ray", "bob@acme.example", "Printer")
OURS = {"anna@acme.example", "bob@acme.example", "support@acme.example"}
OWN = ["support@acme.example"]


def outlook(who, subject="Printer"):
    return f"From: {who}\nSent: Monday\nTo: Anna <anna@acme.example>\nSubject: {subject}\n\n"


def gmail(who, subject="Printer"):
    return (
        f"---------- Forwarded message ---------\nFrom: {who}\nDate: Monday\nSubject: {subject}\n"
        "To: Anna <anna@acme.example>\n\n"
    )


def apple(who, subject="Printer"):
    return (
        f"Begin forwarded message:\n\nFrom: {who}\nSubject: {subject}\nDate: Monday\nTo: Anna <anna@acme.example>\n\n"
    )


def quoted(text):
    return "".join(f"> {line}\n" for line in text.splitlines())


WHO_JANE, WHO_BOB = "Jane Doe <jane@customer.example>", "Bob Ray <bob@acme.example>"
WHO_ANNA, WHO_US = "Anna Lee <anna@acme.example>", "Support <support@acme.example>"
WHO_JOE = "Joe Fox <joe@other.example>"
BY_JANE, BY_BOB, BY_ANNA, BY_JOE = map(outlook, (WHO_JANE, WHO_BOB, WHO_ANNA, WHO_JOE))


def original(subject, body):
    raw = f"Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()
    return forwarded.original(email.message_from_bytes(raw, policy=email.policy.SMTP), OWN, OURS.__contains__)


class TestForwardedAgain(unittest.TestCase):
    def test_whose_email_it_is(self):
        fire = "It burns.\n"
        for name, subject, body, expected in (
            ("Outlook, a colleague's forward", "FW: Printer", BY_BOB + "fyi\n" + BY_JANE + fire, JANE),
            ("Outlook, nothing added", "FW: Printer", BY_BOB + BY_JANE + fire, JANE),
            ("Outlook, the forwarder's own reply", "FW: Printer", BY_ANNA + "Try it.\n" + BY_JANE, JANE),
            ("Outlook, our mailbox's reply", "FW: Printer", outlook(WHO_US) + "Try it.\n\n" + BY_JANE, JANE),
            ("Outlook, three times", "FW: Printer", BY_ANNA + BY_BOB + BY_JANE, JANE),
            ("Gmail, twice", "Fwd: Printer", gmail(WHO_BOB) + "fyi\n\n" + gmail(WHO_JANE) + fire, JANE),
            ("Gmail, nothing added", "Fwd: Printer", gmail(WHO_BOB) + gmail(WHO_JANE) + fire, JANE),
            ("Gmail, with a subject of its own", "Look", gmail(WHO_BOB) + "fyi\n\n" + gmail(WHO_JANE) + fire, JANE),
            ("Gmail in Outlook", "FW: Printer", BY_BOB + "fyi\n\n" + gmail(WHO_JANE) + fire, JANE),
            ("Gmail in Outlook, nothing added", "FW: Printer", BY_BOB + gmail(WHO_JANE) + fire, JANE),
            ("Outlook in Gmail", "Fwd: Printer", gmail(WHO_BOB) + "fyi\n\n" + BY_JANE + fire, JANE),
            ("Apple Mail, twice", "Fwd: Printer",
             quoted(apple(WHO_BOB) + "fyi\n\n" + quoted(apple(WHO_JANE) + fire)), JANE),
            ("Apple Mail with Outlook in it", "Fwd: Printer", quoted(apple(WHO_BOB) + "fyi\n\n" + BY_JANE), JANE),
            ("a colleague's reply with an attribution", "Fwd: Printer",
             gmail(WHO_BOB) + f"Try it.\n\nOn Monday, {WHO_JANE} wrote:\n" + quoted(fire),
             Original("", JANE.address, "Printer")),
            ("a colleague wrote it", "FW: Printer", BY_BOB + fire, BOB),
            ("colleagues among themselves", "FW: Printer", BY_BOB + "See.\n" + BY_ANNA + fire, BOB),
            ("a customer's forward is the customer's", "FW: Printer", BY_JANE + "See.\n" + BY_JOE, JANE),
            ("a customer's reply to us", "FW: Printer", BY_JANE + "No.\n" + BY_ANNA, JANE),
            ("an empty one of a customer", "FW: Printer", BY_JANE + gmail(WHO_JOE), JANE),
            ("the newest of two customers", "FW: Printer", BY_BOB + BY_JANE + BY_JOE, JANE),
            ("a colleague who is quoted in prose", "FW: Printer", BY_BOB + f"Ask {WHO_JOE}.\n" + fire, BOB),
            ("no forward", "Printer", BY_BOB + "fyi\n" + BY_JANE + fire, None),
            ("an answer", "Re: Printer", BY_BOB + "fyi\n" + BY_JANE + fire, None),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(original(subject, body), expected)

    def test_attached_emails(self):
        def attached(who, text="It burns.\n", subject="Printer", *inner):
            part = f"From: {who}\nSubject: {subject}\n".encode() + (
                multi("mixed", plain(text), *inner) if inner else plain(text)
            )
            return b"Content-Type: message/rfc822\n\n" + part

        jane, joe = attached(WHO_JANE), attached(WHO_JOE)
        for name, parts, expected in (
            ("a colleague's", [attached(WHO_BOB)], BOB),
            ("a colleague's, with the customer's attached", [attached(WHO_BOB, "fyi\n", "Fwd: Printer", jane)], JANE),
            ("a colleague's forward", [attached(WHO_BOB, gmail(WHO_JANE), "Fwd: Printer")], JANE),
            ("the customer's and the reply to it", [jane, attached(WHO_BOB, "Try it.\n", "Re: Printer")], JANE),
            ("those of two customers", [jane, joe], None),
            ("those of two customers and a colleague", [jane, joe, attached(WHO_BOB)], None),
            ("the customer's forward", [attached(WHO_JANE, gmail(WHO_JOE), "Fwd: Printer")], JANE),
        ):
            with self.subTest(name):
                raw = built(multi("mixed", plain("see\n"), *parts)).replace(b"Subject: x", b"Subject: Fwd: Printer")
                message = email.message_from_bytes(raw, policy=email.policy.SMTP)
                self.assertEqual(forwarded.original(message, OWN, OURS.__contains__), expected)

    def test_nobody_is_asked_for_endlessly(self):
        body = outlook(WHO_BOB) * 5_000 + outlook(WHO_JANE)
        self.assertEqual(original("FW: Printer", body), BOB)
