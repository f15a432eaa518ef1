"""What core, or an OAuth module, would do to a connection to log in, written down to be done later."""


class LoginRefused(Exception):
    """The server lets us not in; says why, without secrets."""


class Login:
    """Takes the place of an imaplib connection in `fetchmail.server._imap_login__`, and keeps what it is told.

    An OAuth module asks for a token first and writes it into the mailbox's row. All of that is over and committed when
    the login is performed: no row is locked while a mail server thinks.
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
        """As in imaplib, but does nothing: the folder, and that it is read-only, is not the login's business."""
        return "OK", [b""]

    def perform(self, client):
        """Do it. :param client: an IMAPClient"""
        for name, subject, secret in self._steps:
            try:
                getattr(client, name)(subject, secret)
            except UnicodeError:
                # Its own words quote what it could not encode.
                raise LoginRefused("user or password has letters that this server does not take") from None
            except client.Error as error:
                # Some servers quote a command that they do not understand.
                words = str(error)
                raise LoginRefused(words.replace(secret, "***") if secret and name == "login" else words) from None

    def __repr__(self):
        return f"Login({', '.join(name for name, _subject, _secret in self._steps)})"
