"""The two manifests of the Slack app keep to Slack's schema, and differ only in how Slack delivers.

Schema: https://github.com/slackapi/manifest-schema, of its version 2 what a manifest of ours uses.
"""

import re
from pathlib import Path

import pytest
import yaml

from tools.slack import request_url, scopes

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILES = ("slack-app-manifest.yaml", "slack-app-manifest-http.yaml")
#: The one address that people fill in.
ADDRESS = "https://odoo.example.com/helpdesk_bridge/slack/1"
TEXT, TRUTH, LIST, ADDRESSES = "text", "truth", "list", "address"
#: Path -> what stands there, and how long it may be. `*` is each of a list.
SCHEMA = {
    "_metadata.major_version": (int, 2),
    "display_information.name": (TEXT, 35),
    "display_information.description": (TEXT, 140),
    "display_information.background_color": (TEXT, 7),
    "features.bot_user.display_name": (TEXT, 80),
    "features.bot_user.always_online": (TRUTH, 0),
    "features.app_home.home_tab_enabled": (TRUTH, 0),
    "features.app_home.messages_tab_enabled": (TRUTH, 0),
    "features.app_home.messages_tab_read_only_enabled": (TRUTH, 0),
    "features.shortcuts.*.name": (TEXT, 24),
    "features.shortcuts.*.type": (TEXT, 7),
    "features.shortcuts.*.callback_id": (TEXT, 255),
    "features.shortcuts.*.description": (TEXT, 150),
    "features.slash_commands.*.command": (TEXT, 32),
    "features.slash_commands.*.description": (TEXT, 2000),
    "features.slash_commands.*.usage_hint": (TEXT, 1000),
    "features.slash_commands.*.should_escape": (TRUTH, 0),
    "features.slash_commands.*.url": (ADDRESSES, 3000),
    "oauth_config.scopes.bot.*": (TEXT, 50),
    "oauth_config.scopes.bot_optional.*": (TEXT, 50),
    "settings.event_subscriptions.request_url": (ADDRESSES, 3500),
    "settings.event_subscriptions.bot_events.*": (TEXT, 50),
    "settings.interactivity.is_enabled": (TRUTH, 0),
    "settings.interactivity.request_url": (ADDRESSES, 3500),
    "settings.interactivity.message_menu_options_url": (ADDRESSES, 3500),
    "settings.org_deploy_enabled": (TRUTH, 0),
    "settings.socket_mode_enabled": (TRUTH, 0),
    "settings.token_rotation_enabled": (TRUTH, 0),
}
#: Scope that an event needs, in channels of both kinds: https://docs.slack.dev/reference/events
EVENTS = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "channel_rename": "channels:read",
    "group_rename": "groups:read",
    "channel_id_changed": "groups:read",
    "app_home_opened": None,
}


def manifest(name):
    return yaml.safe_load((DOCS / name).read_text())


def leaves(value, path=""):
    """Pairs of a path in the schema and what stands there."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        assert value, f"{path}: Slack takes no empty list"
        for one in value:
            yield from leaves(one, f"{path}.*")
    else:
        yield path, value


def granted(found):
    wanted = found["oauth_config"]["scopes"]
    return [*wanted["bot"], *wanted["bot_optional"]]


@pytest.mark.parametrize("name", FILES)
def test_a_manifest_keeps_to_the_schema(name):
    for path, value in leaves(manifest(name)):
        assert path in SCHEMA, f"Slack knows no {path}"
        kind, most = SCHEMA[path]
        if kind is int:
            assert value == most, path
        elif kind is TRUTH:
            assert isinstance(value, bool), path
        else:
            assert isinstance(value, str), path
            assert 0 < len(value) <= most, path
        if kind is ADDRESSES:
            assert value == ADDRESS, path


@pytest.mark.parametrize("name", FILES)
def test_every_scope_of_a_manifest_is_for_something_and_each_one_that_is_needed_is_there(name):
    found = granted(manifest(name))
    needed = [scope for group in scopes.NEEDED.values() for scope in group]
    assert sorted(found) == sorted(needed)
    assert not scopes.lost(",".join(found))


@pytest.mark.parametrize("name", FILES)
def test_what_posts_and_takes_replies_is_not_optional(name):
    optional = manifest(name)["oauth_config"]["scopes"]["bot_optional"]
    vital = [scope for what in ("posts", "people", "history") for scope in scopes.NEEDED[what]]
    assert not set(optional) & set(vital)


@pytest.mark.parametrize("name", FILES)
def test_every_event_has_its_scope_and_those_of_replies_are_there(name):
    found = manifest(name)
    events = found["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) <= set(EVENTS)
    assert {"message.channels", "message.groups", "user_change", "channel_id_changed"} <= set(events)
    assert not [event for event in events if EVENTS[event] not in {None, *granted(found)}]


def test_both_manifests_are_the_same_but_for_the_way():
    def without_way(found):
        settings = found["settings"]
        settings.pop("socket_mode_enabled")
        settings["event_subscriptions"].pop("request_url", None)
        settings["interactivity"].pop("request_url", None)
        settings["interactivity"].pop("message_menu_options_url", None)
        for command in found["features"]["slash_commands"]:
            command.pop("url", None)
        return found

    socket, http = map(manifest, FILES)
    assert (socket["settings"]["socket_mode_enabled"], http["settings"]["socket_mode_enabled"]) == (True, False)
    assert without_way(socket) == without_way(http)


def test_the_one_for_socket_mode_names_no_address_and_the_other_one_address_everywhere():
    socket, http = ((DOCS / name).read_text() for name in FILES)
    assert not re.findall(r"https?://", socket)
    assert set(re.findall(r"https?://\S+", http)) == {ADDRESS}
    assert request_url.problem(ADDRESS) == ""
    places = [path for path, value in leaves(manifest(FILES[1])) if value == ADDRESS]
    assert places == [path for path, (kind, _most) in SCHEMA.items() if kind is ADDRESSES]
