"""A text of an email that is not shown, or a file that is not as it was sent."""

from dev.mutants.fault import Fault

TREE = "tools/email/mime_tree.py"
TEXTS = "tests/unit/test_payload.py::TestTexts"
FILES = "tests/unit/test_payload.py::TestFiles"
ATTACHED = "tests/unit/test_payload.py::TestAttachedEmails"

FAULTS = (
    Fault(
        name="an-attached-email-is-rewritten",
        file="tools/inbound/large_bodies.py",
        find="    if original is not None and original != raw:",
        put="    if False:",
        tests="tests/unit/test_large_bodies.py::TestAttachedMessages::test_they_are_kept_as_they_were_sent",
        why="a signed or quoted original is not what the customer has sent",
    ),
    Fault(
        name="text-of-an-attached-email-is-shown",
        file=TREE,
        find='        if main == "multipart" and part.is_multipart():',
        put="        if part.is_multipart():",
        tests=f"{ATTACHED}::test_words_beside_an_attached_email_are_the_customers_and_it_stays_one_file",
        why="the words of others are taken for the customer's",
    ),
    Fault(
        name="blank-html-hides-plain-text",
        file=TREE,
        find='    if leaf.kind == "file" or leaf.is_blank:\n        return 0',
        put='    if leaf.kind == "file":\n        return 0',
        tests=f"{TEXTS}::test_blank_html_never_hides_plain_text",
        why="the ticket is empty, though its customer has written",
    ),
    Fault(
        name="only-the-first-text-is-shown",
        file=TREE,
        find="[leaf for child in children for leaf in child]",
        put="children[0]",
        tests=f"{TEXTS}::test_every_text_is_shown_in_its_order",
        why="what a customer writes behind a photo is lost",
    ),
    Fault(
        name="a-file-is-read-as-text",
        file="tools/email/transfer.py",
        find='payload.encode("ascii", "surrogateescape")',
        put='payload.encode("ascii", "replace")',
        tests=f"{FILES}::test_files_that_are_text_keep_every_byte",
        why="a log or a table arrives broken",
    ),
    Fault(
        name="a-file-is-html-of-the-ticket",
        file=TREE,
        find='_disposition(part) != "attachment":\n            is_file',
        put="True:\n            is_file",
        tests=f"{FILES}::test_a_whole_email_that_is_a_file",
        why="a report that somebody attaches becomes the page",
    ),
    Fault(
        name="plain-text-is-html",
        file="tools/email/text_html.py",
        find="open_lines.append(BLANKS.sub(_kept, html.escape(line.rstrip(), quote=False)))",
        put="open_lines.append(BLANKS.sub(_kept, line.rstrip()))",
        tests="tests/unit/test_text_html.py::TestText::test_paragraphs_and_line_breaks",
        why="words in angle brackets vanish, and tags work",
    ),
    Fault(
        name="a-changed-email-counts-as-signed",
        file="tools/email/smime.py",
        find='        if attributes.get("message_digest") != hashed.finalize():\n            raise InvalidSignature\n',
        put="",
        tests="tests/unit/test_smime.py::TestSmime::test_signatures_of_every_usual_algorithm",
        why="whoever changes a signed email is believed",
    ),
    Fault(
        name="a-signature-beside-the-text-is-believed",
        file="tools/email/smime.py",
        find="    inner = beside or (content.native if content is not None else None)",
        put="    inner = content.native if content is not None else beside",
        tests="tests/unit/test_smime.py::TestSmime::test_a_signature_beside_a_text_with_other_words_is_wrong",
        why="a signature that brings its own text is taken for one of the text beside it",
    ),
    Fault(
        name="an-oversized-email-is-no-ticket",
        file="models/inbound/helpdesk_inbound_mail.py",
        find="        may_rescue = mail.attempts <= MAX_ATTEMPTS + 1\n",
        put="        may_rescue = mail.attempts == MAX_ATTEMPTS + 1\n",
        tests="tests/test_inbound_payload.py::TestPayload::test_an_oversized_email_becomes_a_ticket_at_once",
        why="the customer waits for an answer that nobody owes",
    ),
    Fault(
        name="an-email-that-cannot-be-read-is-no-ticket",
        file="models/inbound/helpdesk_inbound_mail_failure.py",
        find="            if not self._rescue(mail, error):\n                self._give_up(mail, failed, error)",
        put="            self._give_up(mail, failed, error)",
        tests="tests/test_inbound_payload.py::TestPayload::test_an_email_that_cannot_be_read_becomes_a_ticket",
        why="the customer waits for an answer that nobody owes",
    ),
)
