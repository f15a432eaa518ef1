"""What an app says in the attachments of its message: alerts were written so before there were blocks, many still are.

Source: https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments. In a person's message,
attachments are previews that Slack makes of links, and what was forwarded (`forwarded_message`).
"""

from .inbound_row import text
from .message_words import anchor, dicts, escaped

#: Attachments of a message that are read, fields of each, and characters of each text.
MOST, MAX_FIELDS, MAX_TEXT = 20, 50, 12_000
#: What only an app's message has, and what only a preview has.
OF_APPS = ("bot_id", "bot_profile", "app_id")
PREVIEW = ("from_url", "original_url", "app_unfurl_url")


def attachments_of(message):
    """The attachments of an app's message in which it says something itself: no previews of links."""
    is_apps = message.get("subtype") == "bot_message" or any(map(message.get, OF_APPS))
    found = dicts(message.get("attachments"))[:MOST] if is_apps else []
    return [one for one in found if one.get("is_share") is not True and not any(map(one.get, PREVIEW))]


def texts(attachment):
    """The texts in mrkdwn in an attachment."""
    values = [one.get("value") for one in dicts(attachment.get("fields"))[:MAX_FIELDS]]
    for said in (attachment.get("pretext"), attachment.get("text"), *values):
        yield text(said)[:MAX_TEXT]


def render(attachment, laid_out, mrkdwn):
    """An attachment as HTML; empty if it has no words.

    :param laid_out: its blocks as HTML
    :param mrkdwn: makes HTML of a text in mrkdwn
    """
    pretext, body, *values = texts(attachment)
    names = [text(one.get("title")) for one in dicts(attachment.get("fields"))[:MAX_FIELDS]]
    fields = [_line(name, bold=True) + mrkdwn(value) for name, value in zip(names, values, strict=True)]
    title = _line(text(attachment.get("title")), text(attachment.get("title_link")), bold=True)
    parts = [_line(text(attachment.get("author_name"))), title, mrkdwn(body), *fields, laid_out]
    inner = "".join(parts) or ("" if pretext else mrkdwn(text(attachment.get("fallback"))[:MAX_TEXT]))
    return mrkdwn(pretext) + (f"<blockquote>{inner}</blockquote>" if inner else "")


def _line(said, url="", bold=False):
    said = escaped(said[:MAX_TEXT]) if said.strip() else ""
    inner = anchor(url, said) if url else said
    return (f"<p><b>{inner}</b></p>" if bold else f"<p>{inner}</p>") if inner else ""
