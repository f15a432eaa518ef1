"""Slack without Slack: the double that tests, bench, chaos and demo speak with.

It is ours and in Python, on aiohttp, which Odoo's environment has anyway. Before, an npm package kept messages and knew
no sockets, files, clicks, tombstones or retries; a second program beside it would have had to repeat each of its
changes, and two states never agree. Each file names the pages of docs.slack.dev that it follows. Where Slack's pages
are silent, it follows what users reported; that is named too. It listens on 127.0.0.1 only.

``dev/services/slack_double.py`` starts it and speaks with it (`SlackDouble`): use that in Python. The page at ``/`` is
Slack to look at, as the person of one's choice. Programs find the Web API under ``/api/``.

The control API, on the port of Slack and on one of its own, which stays open while Slack's is closed::

    GET    /__info        names, ids and tokens
    POST   /__reset       a fresh team: other ids, no messages, no faults, nothing recorded, nobody connected
    PUT    /__app         the app's settings (`app.SETTINGS`), or {"manifest": {...}}. "all" for scopes or events.
                          A new request_url is asked for the challenge, and refused with url_not_verified.
    DELETE /__app         the app is uninstalled: tokens_revoked, app_uninstalled, then every call says so
    PUT    /__channel     {"name", "private", "with_bot"}: one more channel; answers with its id
    POST   /__channel     {"channel", "do": archive, unarchive, rename (name), new_id}
    PUT    /__person      {"name", flags of `team.FLAGS`, "email", "team_id", "channels"}: a new person (team_join),
                          or another state of one that is there (user_change)
    POST   /__acts        {"acts": [{"verb": VERB, "as": name, ...}]}: people do these at the same moment
    POST   /__act/VERB    {"as": name, ...}: a person does something; the verbs are in people.py: post, edit, delete,
                          react, unreact, unfurl, delete_file, join, leave, click, suggest, shortcut, command, submit,
                          close, open_home, open_dm, reload
    GET    /__ephemeral   what was said to one person alone (?as=anna)
    GET    /__modal       {"view": the modal that somebody sees, or null} (?as=anna); GET /__home the App Home

    GET    /__calls       [{at, ms, method, channel, thread_ts, ts, fault, status}], `at` in seconds (?method=);
                          a webhook's method is `webhook`, a download's `file`, an upload's `upload`, `response_url`
    GET    /__events      the payloads of the events told, oldest first
    GET    /__deliveries  [{at, by, event_id, type, subtype, ts, attempt, retry_reason, ms, failed, acknowledged}]
    POST   /__redeliver   {"event_id" or "n", "by": ["socket", "http"], "times"}: the same event again
    POST   /__event       {"event": {...}, "channel"}: an event of any shape
    GET    /__sockets     the open connections: [{id, mode, unacknowledged}]
    POST   /__sockets     {"do": ..., "id"}: warning (then ends after `grace` seconds), refresh_requested,
                          link_disabled, too_many_websockets, drop (ends without a word), deaf (events are lost, pings
                          are answered), silent (nothing at all any more), hear (well again), refuse, accept (new ones)
    PUT    /__limits      {"on": true} or calls a minute of some methods: Slack's tiers, off until then
    PUT    /__delay       {"ms": 200}: every answer of the Web API comes that much later
    POST   /__expire      every response_url is too old

    GET    /__fault       the faults that have not happened yet
    DELETE /__fault       no more faults; whoever is refused is served again
    PUT    /__fault       {"method": "chat.postMessage" or "*", "mode": ..., "n": 1 (-1: until deleted),
                           "match": only a call with these words in it}

A fault's `mode`; `method` is a method of the Web API, `webhook`, `file`, `upload` or `response_url` (the last three
are not meant by ``*``)::

     429          answered with Retry-After `retry_after`; not stored
     500          answered with a page of HTML; not stored
     error        {"ok": false, "error": `error`}; not stored
     answer       HTTP `status` with the words `body`, as webhooks speak; not stored
     drop_before  the connection breaks; not stored
     drop_after   stored, then the connection breaks
     silent_drop  answered with ok and a plausible ts; not stored
     slow         stored, answered `delay` ms later
     hang         accepted and never answered; not stored
     refuse       for `seconds` (-1: until deleted) nobody listens on the port (whatever the method)
     unshared     files.completeUploadExternal says ok, and the file never appears
     redirect     leads on `to` another address
     login        200 and a page to sign in, as a file's address answers without the scope

A fault of an event has the `method` ``event``, or ``event:message``, ``event:reaction_added`` and so on::

     lost         it is never delivered
     twice        it is delivered twice
     late         it is delivered `delay` ms later, after others

A click, shortcut, command or submission knows one fault, with the `method` ``interaction``::

     twice        it is delivered by HTTP as well, at the same moment, which Slack itself does not do
"""
