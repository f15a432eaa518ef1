"""The Slack app under test: what its manifest says, its tokens, and where Slack delivers to.

https://docs.slack.dev/reference/app-manifest
"""

from dataclasses import dataclass, field

#: What today's manifest of the addon asks for.
NOTIFY_SCOPES = (
    *("chat:write", "channels:history", "groups:history", "channels:read", "groups:read"),
    *("users:read", "users:read.email"),
)
#: What everything that the double can do asks for.
ALL_SCOPES = (
    *NOTIFY_SCOPES,
    *("commands", "files:read", "files:write", "reactions:read", "reactions:write", "app_mentions:read"),
    *("im:write", "im:history", "im:read", "usergroups:read", "channels:join", "team:read", "metadata.message:read"),
)
ALL_EVENTS = (
    *("message.channels", "message.groups", "message.im", "app_mention", "reaction_added", "reaction_removed"),
    *("channel_archive", "channel_unarchive", "channel_rename", "channel_id_changed", "group_archive", "group_rename"),
    *("member_joined_channel", "member_left_channel", "user_change", "team_join", "app_home_opened", "file_shared"),
    *("tokens_revoked", "app_uninstalled"),
)
#: The fields that `PUT /__app` takes.
SETTINGS = (
    *("scopes", "events", "socket_mode", "interactivity", "request_url", "interactivity_url", "options_url"),
    *("shortcuts", "commands", "signing_secret", "everywhere", "ack_window", "retry_delays", "trigger_life"),
    *("home_tab", "verify_url"),
)


@dataclass
class App:
    """Settings of the app, most of them changed by `PUT /__app`."""

    app_id: str = "A0HELPDESK"
    bot_id: str = "B0HELPDESK"
    bot_user: str = "U0HELPDESK"
    name: str = "Helpdesk"
    bot_token: str = "xoxb-acme-helpdesk"
    app_token: str = "xapp-1-A0HELPDESK-acme"
    signing_secret: str = "acme-signing-secret"
    verification_token: str = "acme-verification-token"
    scopes: list = field(default_factory=lambda: list(NOTIFY_SCOPES))
    events: list = field(default_factory=list)
    socket_mode: bool = False
    interactivity: bool = False
    request_url: str = ""  # of the events
    interactivity_url: str = ""  # '': the same
    options_url: str = ""  # '': the same
    home_tab: bool = False
    shortcuts: list = field(default_factory=list)  # {name, type: message or global, callback_id}
    commands: list = field(default_factory=list)  # {command, url}
    everywhere: bool = False  # by socket *and* by HTTP, which Slack does not do
    verify_url: bool = True  # ask a new request_url for the challenge
    ack_window: float = 3.0
    retry_delays: list = field(default_factory=lambda: [0, 60, 300])
    trigger_life: float = 3.0
    revoked: bool = False

    def change(self, asked):
        """Set some of the settings; ValueError for one that does not exist."""
        manifest = asked.pop("manifest", None)
        settings = {**(self._from_manifest(manifest) if manifest else {}), **asked}
        unknown = set(settings) - set(SETTINGS)
        if unknown:
            raise ValueError(f"The app has no setting {', '.join(sorted(unknown))}; it has {', '.join(SETTINGS)}.")
        for name, value in settings.items():
            if value == "all" and name in ("scopes", "events"):
                value = list(ALL_SCOPES if name == "scopes" else ALL_EVENTS)
            setattr(self, name, value)

    @staticmethod
    def _from_manifest(manifest):
        """The settings that an app manifest makes."""
        features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
        scopes = (manifest.get("oauth_config") or {}).get("scopes") or {}
        events, buttons = settings.get("event_subscriptions") or {}, settings.get("interactivity") or {}
        return {
            "scopes": [*(scopes.get("bot") or []), *(scopes.get("bot_optional") or [])],
            "events": list(events.get("bot_events") or []),
            "request_url": events.get("request_url") or "",
            "interactivity": bool(buttons.get("is_enabled")),
            "interactivity_url": buttons.get("request_url") or "",
            "options_url": buttons.get("message_menu_options_url") or "",
            "socket_mode": bool(settings.get("socket_mode_enabled")),
            "shortcuts": list(features.get("shortcuts") or []),
            "commands": list(features.get("slash_commands") or []),
            "home_tab": bool((features.get("app_home") or {}).get("home_tab_enabled")),
        }

    def url_for(self, kind, command=""):
        """Where HTTP deliveries of a kind go: events, interactive, options, commands."""
        if kind == "commands":
            found = next((one.get("url") for one in self.commands if one.get("command") == command), "")
            return found or self.request_url
        own = {"interactive": self.interactivity_url, "options": self.options_url or self.interactivity_url}
        return own.get(kind) or self.request_url
