"""Files: what is uploaded, how it is described, and who may download it.

https://docs.slack.dev/reference/objects/file-object, https://docs.slack.dev/messaging/working-with-files
- `url_private` of a PDF leads on to another address; `url_private_download` gives the bytes.
- Without a token, or without `files:read`, the address answers 200 with a page to sign in.
- What was just uploaded has no `mimetype` until it was looked at.
"""

import mimetypes
import secrets
import time

from aiohttp import web

from .errors import SlackError
from .team import TEAM
from .web_api import login_page

MOST = 1 << 30


class Files:
    """The files of the workspace."""

    def __init__(self, slack):
        self._slack = slack

    @property
    def _all(self):
        return self._slack.space.files

    def begin(self, name, length, user):
        """A file that is about to be uploaded."""
        file = {"id": self._slack.space.new_id("F"), "name": name, "title": name, "size": length, "user": user}
        file |= {"created": int(time.time()), "_data": None, "_ticket": secrets.token_hex(16), "_shares": []}
        self._all[file["id"]] = file
        return file

    def keep(self, name, data, user, mimetype=None):
        """A file whose bytes are here; for what a person attaches."""
        file = self.begin(name, len(data), user)
        file |= {"_data": data, "_mimetype": mimetype}
        return file

    def shape(self, file, scanned=True):
        """The file as messages and `files.info` show it."""
        mimetype = file.get("_mimetype") or mimetypes.guess_type(file["name"])[0] or "application/octet-stream"
        kind = file["name"].rpartition(".")[2].lower() if "." in file["name"] else "binary"
        base = f"{self._slack.url}/files-pri/{TEAM}-{file['id']}"
        shape = {key: value for key, value in file.items() if not key.startswith("_")}
        shape |= {
            "timestamp": file["created"],
            "mimetype": mimetype if scanned else "",
            "filetype": kind if scanned else "",
            "pretty_type": kind.upper() if scanned else "",
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "public_url_shared": False,
            "display_as_bot": False,
            "file_access": "visible",
            "url_private": f"{base}/{file['name']}",
            "url_private_download": f"{base}/download/{file['name']}",
            "permalink": f"{self._slack.url}/files/{file['user']}/{file['id']}/{file['name']}",
            "user_team": self._slack.space.people[file["user"]].team_id,
        }
        if scanned and file["_shares"]:
            shape["channels"] = sorted({channel for channel, _share in file["_shares"]})
            shape["shares"] = {"public": {channel: [share] for channel, share in file["_shares"]}}
        return shape

    def shared(self, files, channel, message):
        """Remember where files were shared; tell of it."""
        for file in files:
            share = {"ts": message["ts"], "channel_name": channel.name, "team_id": TEAM, "reply_users": []}
            if message.get("thread_ts"):
                share["thread_ts"] = message["thread_ts"]
            file["_shares"].append((channel.id, share))
            event = {"type": "file_shared", "file_id": file["id"], "user_id": file["user"], "file": {"id": file["id"]}}
            event |= {"channel_id": channel.id, "event_ts": self._slack.space.clock.ts()}
            self._slack.events.tell(event, channel)

    def visible(self, file, user):
        """Whether a user may see a file."""
        return user == file["user"] or any(
            user in self._slack.space.channels[channel].members for channel, _share in file["_shares"]
        )

    def delete(self, file):
        """Delete a file; its messages say so."""
        del self._all[file["id"]]
        for channel, share in file["_shares"]:
            place = self._slack.space.channels[channel]
            message = place.messages.get(share["ts"])
            if message and message.get("files"):
                gone = {"id": file["id"], "mode": "tombstone"}
                files = [gone if one["id"] == file["id"] else one for one in message["files"]]
                self._slack.messages.edit(place, message, {"files": files}, editor=None)

    async def upload(self, request):
        """`POST /upload/v1/TICKET`: the bytes, as they are or in a form."""
        file = next((one for one in self._all.values() if one["_ticket"] == request.match_info["ticket"]), None)
        if not file:
            return web.Response(status=404, text="not_found")
        if request.content_type == "multipart/form-data":
            part = await (await request.multipart()).next()
            data = bytes(await part.read()) if part else b""
        else:
            data = await request.read()

        async def answer(_request, _method, _arguments):
            if len(data) != file["size"]:
                return web.Response(status=400, text=f"expected {file['size']} bytes, got {len(data)}")
            file["_data"] = data
            return web.Response(text=f"OK - {len(data)}")

        return await self._slack.api.played(request, "upload", b"", {}, answer, group="files")

    async def download(self, request):
        """`GET /files-pri/TEAM-FILE/NAME` or `…/download/NAME`."""

        async def answer(_request, _method, _arguments):
            return self._bytes(request)

        return await self._slack.api.played(request, "file", request.path.encode(), {}, answer, group="files")

    def _bytes(self, request):
        file = self._all.get(request.match_info["file"].partition("-")[2])
        try:
            if self._slack.is_page(request):
                caller = None
            else:
                caller = self._slack.api.caller(request)
                if caller.kind == "app" or (caller.kind == "bot" and "files:read" not in caller.scopes):
                    return login_page()
        except SlackError:
            return login_page()
        if not file or file["_data"] is None or (caller and not self.visible(file, caller.user)):
            return web.Response(status=404, text="File not found", content_type="text/html")
        shape = self.shape(file)
        if shape["mimetype"] == "application/pdf" and "download" not in request.path.split("/"):
            return web.Response(status=302, headers={"Location": shape["url_private_download"]})
        return web.Response(body=file["_data"], headers={"Content-Type": shape["mimetype"]})
