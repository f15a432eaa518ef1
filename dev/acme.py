"""Who plays in the demo and in the end-to-end tests, and how the customer writes. Standard library only."""

from email.message import EmailMessage
from email.utils import formataddr, make_msgid

COMPANY, TEAM = "Acme", "Acme Support"
SUPPORT = "support@acme.example"
CUSTOMER_NAME, CUSTOMER = "Jane Doe", "jane@customer.example"
MAILBOXES = (SUPPORT, CUSTOMER)
#: Logins, and passwords too. The Slack double knows members of the same names.
AGENTS = ("anna", "ben")
CHANNEL = "support"
#: What the confirmation of a new ticket says, as it is shipped.
CONFIRMATION = "We have received your message"


def customer_mail(subject, body="It burns, and smoke comes out of it.\n\nPlease help!\nJane\n"):
    """An email as the customer's mail program writes it."""
    mail = EmailMessage()
    mail["From"], mail["To"] = formataddr((CUSTOMER_NAME, CUSTOMER)), formataddr((TEAM, SUPPORT))
    mail["Subject"], mail["Message-ID"] = subject, make_msgid(domain=CUSTOMER.partition("@")[2])
    mail.set_content(body)
    return mail
