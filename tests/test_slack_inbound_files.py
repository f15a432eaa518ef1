"""Files come along, if they are Slack's: the token goes nowhere else, and a login page is no file."""

from odoo.tests import tagged

from ..tools.slack import shared_file
from .slack_inbound_case import BEN, SlackInboundCase


@tagged("post_install", "-at_install")
class TestSlackInboundFiles(SlackInboundCase):
    def setUp(self):
        super().setUp()
        self.base = self.slack.url.removesuffix("/api/")
        self.slack.files["/files/log.txt"] = (200, {"Content-Type": "text/plain"}, b"the log")

    def file(self, path="/files/log.txt", **values):
        """As https://docs.slack.dev/reference/objects/file-object describes a file."""
        found = {
            "id": "F0FILE0001",
            "name": "log.txt",
            "mimetype": "text/plain",
            "filetype": "text",
            "mode": "hosted",
            "size": 7,
            "url_private": f"{self.base}{path}?inline",
            "url_private_download": f"{self.base}{path}",
            "permalink": "https://acme.slack.com/files/U1/F0FILE0001/log.txt",
        }
        return {name: value for name, value in {**found, **values}.items() if value is not None}

    def share(self, *files, text="See the log"):
        [row] = self.take(self.reply(text, subtype="file_share", files=list(files)))
        return row, row.message_id

    def assert_not_copied(self, *files, why):
        row, note = self.share(*files)
        self.assertEqual(row.state, "done")
        self.assertFalse(note.attachment_ids)
        self.assertIn(why, note.body)
        self.assertIn("log.txt", note.body)
        self.assertIn("See the log", note.body)

    def test_a_file_becomes_an_attachment(self):
        _row, note = self.share(self.file())
        [attachment] = note.attachment_ids
        self.assertEqual((attachment.name, attachment.raw), ("log.txt", b"the log"))
        self.assertEqual((attachment.res_model, attachment.res_id), ("helpdesk.ticket", self.ticket.id))
        self.assertEqual([headers["Authorization"] for _path, headers in self.slack.downloads], ["Bearer xoxb-right"])

    def test_a_file_without_words_is_a_note(self):
        _row, note = self.share(self.file(), text="")
        self.assertEqual(len(note.attachment_ids), 1)

    def test_what_is_forwarded_into_the_thread_comes_along_with_its_files(self):
        """Slack has it in the attachments of a message whose own words may be empty."""
        shared = {
            "is_share": True,
            "text": "Toner is &lt;empty&gt;",
            "author_name": "Ben",
            "author_id": BEN,
            "from_url": "https://acme.slack.com/archives/C0OTHER001/p1700000101000200",
            "files": [self.file()],
        }
        for text in ("", "See here"):
            with self.subTest(text):
                [row] = self.take(said := self.reply(text, attachments=[shared]))
                note = row.message_id
                self.assertIn("Toner is &lt;empty&gt;", note.body)
                self.assertIn(text, note.body)
                self.assertIn("p1700000101000200", note.body)
                self.assertEqual(note.attachment_ids.name, "log.txt")
                self.take(self.edit(said, "See there"))
                self.assertIn("See there", note.body)
                self.assertIn("Toner is &lt;empty&gt;", note.body)

    def test_a_message_without_words_and_files_is_none(self):
        row, note = self.share(text="")
        self.assertEqual(row.state, "ignored")
        self.assertFalse(note)

    def test_a_file_that_slack_connect_hides_is_asked_for(self):
        self.slack.info["F0FILE0001"] = self.file()
        _row, note = self.share({"id": "F0FILE0001", "file_access": "check_file_info"})
        self.assertEqual(note.attachment_ids.name, "log.txt")

    def test_a_file_of_which_slack_says_nothing_now_is_asked_for_again(self):
        self.slack.info["F0FILE0001"] = self.file()
        hidden = {"id": "F0FILE0001", "file_access": "check_file_info"}
        limited = (429, {}, {"ok": False, "error": "ratelimited"})
        for fault in ("internal_error", "ratelimited", limited, (503, {}, "<html>Oops</html>"), "html", "drop"):
            with self.subTest(fault):
                self.slack.misbehave(fault, method="files.info")
                row, _note = self.share(hidden)
                self.assertEqual(row.state, "pending")
                self.make_due(row)
                self.work_off()
                self.assertEqual(row.message_id.attachment_ids.name, "log.txt")

    def test_a_canvas_is_a_link(self):
        canvas = {"mode": "quip", "filetype": "quip", "mimetype": "application/vnd.slack-docs"}
        self.assert_not_copied(self.file(**canvas), why="only be opened in Slack")
        self.slack.info["F0FILE0001"] = self.file(**canvas)
        _row, note = self.share({"id": "F0FILE0001", "file_access": "check_file_info"})
        self.assertIn("only be opened in Slack", note.body)
        self.assertFalse(self.slack.downloads)

    def test_a_login_page_is_no_file(self):
        self.slack.files["/files/log.txt"] = (200, {"Content-Type": "text/html"}, b"<html>Sign in</html>")
        self.assert_not_copied(self.file(), why="files:read")

    def test_the_token_does_not_follow_a_redirect_elsewhere(self):
        for where in ("http://127.0.0.1:1/x", "https://evil.example/x"):
            with self.subTest(where):
                self.slack.downloads.clear()
                self.slack.files["/files/log.txt"] = (302, {"Location": where}, b"")
                self.assert_not_copied(self.file(), why="not stored in Slack")
                self.assertEqual(len(self.slack.downloads), 1)

    def test_a_redirect_within_slack_is_followed(self):
        self.slack.files["/files/log.pdf"] = (302, {"Location": "/files/log.txt"}, b"")
        _row, note = self.share(self.file("/files/log.pdf"))
        self.assertEqual(note.attachment_ids.raw, b"the log")
        self.slack.files["/files/a"] = (302, {"Location": "/files/a"}, b"")
        self.assert_not_copied(self.file("/files/a"), why="not stored in Slack")

    def test_an_address_that_is_not_slacks_gets_nothing(self):
        for url in ("https://evil.example/log.txt", "http://127.0.0.1:1/log.txt", "file:///etc/passwd"):
            with self.subTest(url):
                self.assert_not_copied(self.file(url_private=url, url_private_download=url), why="not stored in Slack")
        self.assertFalse(self.slack.downloads)

    def test_an_edit_keeps_what_is_said_about_a_file(self):
        said = self.reply("See", subtype="file_share", files=[self.file(mode="tombstone"), self.file()])
        self.take(said)
        self.take(self.edit(said, "Look"))
        [note] = self.notes()
        self.assertIn("Look", note.body)
        self.assertIn("was not copied", note.body)
        self.assertEqual(len(note.attachment_ids), 1)

    def test_what_is_too_large_is_a_link(self):
        self.assert_not_copied(self.file(size=shared_file.MAX_FILE + 1), why="too large")
        self.assertFalse(self.slack.downloads)

    def test_what_does_not_end_is_not_read_to_the_end(self):
        self.patch(shared_file, "MAX_FILE", 1000)
        self.slack.files["/files/log.txt"] = (200, {}, b"x" * 300_000)
        self.assert_not_copied(self.file(size=None), why="too large")

    def test_what_is_not_there_is_said(self):
        self.assert_not_copied(self.file(mode="tombstone"), why="deleted")
        self.assert_not_copied(self.file(mode="hidden_by_limit"), why="the limit of the Slack plan")
        self.assert_not_copied(self.file("/files/none"), why="deleted")
        self.assert_not_copied(self.file(mode="external", url_private="https://drive.example/x"), why="not stored")

    def test_a_file_that_cannot_be_fetched_now_is_tried_again_and_its_words_are_never_lost(self):
        self.slack.files["/files/log.txt"] = (503, {}, b"")
        row, note = self.share(self.file())
        self.assertEqual((row.state, row.attempts), ("pending", 1))
        self.slack.files["/files/log.txt"] = (200, {"Content-Type": "text/plain"}, b"the log")
        self.make_due(row)
        self.work_off()
        self.assertEqual(row.message_id.attachment_ids.raw, b"the log")
        self.slack.files["/files/log.txt"] = (503, {}, b"")
        row, note = self.share(self.file())
        for _attempt in range(2):
            self.make_due(row)
            self.work_off()
        self.assertEqual(row.state, "done")
        self.assertIn("See the log", row.message_id.body)
        self.assertIn("did not hand it over", row.message_id.body)

    def test_a_strangers_file_is_not_even_fetched(self):
        [row] = self.take(self.reply("Take this", user="U0NOBODY01", files=[self.file()]))
        self.assertEqual(row.state, "ignored")
        self.assertFalse(self.slack.downloads)
