"""What is left of an email that cannot be processed: its headers, for a ticket to which the original is attached."""

from ..email import mime_text
from . import sanitize

#: Bytes of a header that is kept among these few: a list of thousands of recipients may be why it is refused.
MAX_ESSENTIAL = 20_000
#: Headers without which an email is still that person's; the others may be why it cannot be processed.
ESSENTIAL = frozenset(
    "from sender reply-to to cc subject date message-id in-reply-to references auto-submitted precedence return-path"
    " list-id x-auto-response-suppress authentication-results".split()
)


def headers_only(raw, is_strict=False):
    """An email with the headers of another one, and no text.

    :param is_strict: only the headers that are needed
    :return: its bytes, sanitized; b"" if nothing is left of it
    """
    part = sanitize.first_part(sanitize.from_first_header(raw))
    kept = [
        field.raw.rstrip(b"\r\n") + b"\r\n"
        for field in part.fields
        if field.name and not field.name.startswith(("content-", "mime-version"))
    ]
    if is_strict:
        kept = [line for line in kept if line.partition(b":")[0].decode("ascii").lower() in ESSENTIAL]
        kept = [line for line in kept if len(line) <= MAX_ESSENTIAL]
    if not kept:
        return b""
    sanitized = sanitize.sanitize(b"".join([*kept, b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"]))
    return b"" if sanitized.refusal else sanitized.raw


def is_report(message):
    """Whether an email reports about another one: a bounce whose parts are broken is nobody's words."""
    return mime_text.content_type(message) == ("multipart", "report")
