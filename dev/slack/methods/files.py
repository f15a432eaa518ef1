"""Files of the app: an address to upload to, then sharing.

https://docs.slack.dev/reference/methods/files.getUploadURLExternal, files.completeUploadExternal, files.info,
files.delete; https://docs.slack.dev/messaging/working-with-files
- `completeUploadExternal` answers before the file is shared; where it went is in `files.info`, in `shares`.
- The fault `unshared` answers `ok` and shares nothing.
"""

import asyncio

from ..errors import SlackError
from ..typed import rich_text
from .chat import bot_marks
from .registry import member, method, whole

#: How long Slack takes to share what was uploaded, in seconds.
SHARING_TAKES = 0.15


@method("files.getUploadURLExternal", scope="files:write", tier=4)
def _upload_url(slack, caller, arguments):
    length = whole(arguments.get("length"), 0, 0, 10**10)
    if not arguments.get("filename") or length < 1:
        raise SlackError("invalid_arguments")
    file = slack.files.begin(arguments["filename"], length, caller.user)
    return {"upload_url": f"{slack.url}/upload/v1/{file['_ticket']}", "file_id": file["id"]}


@method("files.completeUploadExternal", scope="files:write", tier=4)
def _complete(slack, caller, arguments):
    uploaded = []
    for asked in arguments.get("files") or ():
        file = slack.space.files.get(asked.get("id"))
        if not file or file.get("_data") is None:
            raise SlackError("file_not_found")
        file["title"] = asked.get("title") or file["name"]
        uploaded.append(file)
    if not uploaded:
        raise SlackError("invalid_arguments")
    if arguments.get("channel_id"):
        channel = member(slack.space, caller, arguments["channel_id"])
        if not arguments.get("_unshared"):
            work = _share(slack, caller, channel, uploaded, arguments)
            slack.spawn(work)
    return {"files": [slack.files.shape(file, scanned=False) for file in uploaded]}


async def _share(slack, caller, channel, uploaded, arguments):
    await asyncio.sleep(SHARING_TAKES)
    text = str(arguments.get("initial_comment") or "")
    message = {"user": caller.user, "text": text, "subtype": "file_share", "upload": True, "display_as_bot": False}
    if caller.kind == "bot":
        message |= bot_marks(slack.space.app)
    if text:
        message["blocks"] = rich_text(text, slack.space.new_id("b"))
    message["files"] = [slack.files.shape(file) for file in uploaded]
    stored = slack.messages.post(channel, message, arguments.get("thread_ts"))
    slack.files.shared(uploaded, channel, stored)


@method("files.info", scope="files:read", tier=4)
def _info(slack, caller, arguments):
    file = slack.space.files.get(arguments.get("file"))
    if not file or not slack.files.visible(file, caller.user):
        raise SlackError("file_not_found")
    return {"file": slack.files.shape(file), "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", scope="files:write")
def _delete(slack, caller, arguments):
    file = slack.space.files.get(arguments.get("file"))
    if not file:
        raise SlackError("file_not_found")
    slack.files.delete(file)
