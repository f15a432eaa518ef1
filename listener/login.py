"""Records how Odoo, or an OAuth module, logs in to a connection, to perform it later."""


class LoginRefused(Exception):
    """The server refused the login; the message says why, without secrets."""


class Login:
    """Replaces the imaplib connection in `fetchmail.server._imap_login__` and records the calls.

    An OAuth module first requests a token and writes it into the mailbox's row. That is committed before the login is
    performed, so no row is locked while the mail server answers.
    """

    def __init__(self):
        self._steps = []

    def login(self, user, password):
        """As in imaplib."""
        self._steps.append(("login", user or "", password or ""))
        return "OK", [b""]

    def authenticate(self, mechanism, answer):
        """As in imaplib."""
        self._steps.append(("sasl_login", mechanism, answer))
        return "OK", [b""]

    def select(self, mailbox="INBOX", readonly=False):
        """As in imaplib, but does nothing: the listener itself opens the folder, read-only."""
        return "OK", [b""]

    def perform(self, client):
        """Log in. :param client: an IMAPClient"""
        for name, subject, secret in self._steps:
            try:
                getattr(client, name)(subject, secret)
            except UnicodeError:
                # The error itself quotes the text that cannot be encoded.
                raise LoginRefused("user or password contains characters that this server does not accept") from None
            except client.Error as error:
                # Some servers quote a command that they do not know.
                text = str(error)
                raise LoginRefused(text.replace(secret, "***") if secret and name == "login" else text) from None

    def __repr__(self):
        return f"Login({', '.join(name for name, _subject, _secret in self._steps)})"
