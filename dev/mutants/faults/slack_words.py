"""What stands in Slack: words of others that act, too many of them, or too few."""

from dev.mutants.fault import Fault

MRKDWN = "tools/slack/mrkdwn.py"
ROOT_MESSAGE = "tools/slack/root_message.py"
WORDS = "tests/unit/test_mrkdwn.py"
ASKED = "tests/test_slack_outbox_run.py::TestWhatIsAsked::test_slack_parses_no_names_and_unfolds_no_links"
REQUEST = "models/slack/helpdesk_slack_outbox_request.py"
CLIENT = "models/slack/slack_client.py"
CONNECTION = "tests/test_slack_connection.py::TestSlackConnection"


def unescaped(name, find, put):
    """A character that Slack takes for one of its own."""
    return Fault(
        name=name,
        file=MRKDWN,
        find=find,
        put=put,
        tests=f"{WORDS}::TestEscape",
        why="a customer's words mention people and hide links",
    )


GONE = "tests/test_archived.py::TestGoneTicket"

FAULTS = (
    unescaped("ampersands-are-not-escaped", '.replace("&", "&amp;")', ""),
    unescaped("less-than-is-not-escaped", '.replace("<", "&lt;")', ""),
    unescaped("greater-than-is-not-escaped", '.replace(">", "&gt;")', ""),
    unescaped("control-characters-reach-slack", 'return FORBIDDEN.sub("", text).replace', "return text.replace"),
    Fault(
        name="html-is-not-cut",
        file=MRKDWN,
        find='html or ""))[:MAX_HTML]',
        put='html or ""))',
        tests=f"{WORDS}::TestFromHtml::test_what_stands_far_down_is_not_read",
        why="one email keeps a worker busy for minutes",
    ),
    Fault(
        name="a-label-breaks-out-of-its-link",
        file=MRKDWN,
        find=".replace('|', '¦'))}>\"",
        put=')}>"',
        tests=f"{WORDS}::TestTokens",
        why="a title changes where a link leads to",
    ),
    Fault(
        name="a-links-label-is-shown-instead-of-its-target",
        file=MRKDWN,
        find='shown = target if target and not target.startswith("#") else anchor.text_content()',
        put="shown = anchor.text_content()",
        tests=f"{WORDS}::TestFromHtml::test_a_link_shows_where_it_leads_not_what_it_says",
        why="an agent follows a link to another place than it says",
    ),
    Fault(
        name="a-name-is-taken-for-a-member",
        file=ROOT_MESSAGE,
        find='return f"<@{ref}>" if MEMBER.fullmatch(ref or "") else ""',
        put='return f"<@{ref}>"',
        tests="tests/unit/test_root_message.py",
        why="whatever stands in a member's ID becomes a mention",
    ),
    Fault(
        name="a-text-is-taken-for-a-user-group",
        file=ROOT_MESSAGE,
        find='if kind == GROUP and USER_GROUP.fullmatch(group or ""):',
        put="if kind == GROUP:",
        tests="tests/unit/test_root_message.py::TestMention",
        why="whatever stands in a group's ID becomes a mention",
    ),
    Fault(
        name="slack-looks-for-names-in-a-text",
        file=ROOT_MESSAGE,
        find='"text": text, "verbatim": True}',
        put='"text": text}',
        tests="tests/unit/test_root_message.py::TestRoot::test_slack_is_told_not_to_look_for_mentions_and_names_by_itself",
        why="@channel in a customer's words calls everybody",
    ),
    Fault(
        name="an-excerpt-is-not-cut",
        file=ROOT_MESSAGE,
        find="return mrkdwn.quote(mrkdwn.shorten(cut, MAX_EXCERPT))",
        put="return mrkdwn.quote(cut)",
        tests="tests/unit/test_root_message.py::TestRoot::test_nothing_exceeds_the_limits",
        why="Slack refuses the message",
    ),
    Fault(
        name="names-are-parsed",
        file=REQUEST,
        find='"parse": "none", ',
        put="",
        tests=ASKED,
        why="Slack makes mentions and links of a customer's words",
    ),
    Fault(
        name="names-are-linked",
        file=REQUEST,
        find=', "link_names": False}',
        put="}",
        tests=ASKED,
        why="Slack makes mentions of a customer's words",
    ),
    Fault(
        name="links-are-unfolded",
        file=REQUEST,
        find="arguments.update(unfurl_links=False, unfurl_media=False, metadata=metadata)",
        put="arguments.update(unfurl_media=False, metadata=metadata)",
        tests=ASKED,
        why="Slack fetches what a customer links to, and shows it",
    ),
    Fault(
        name="media-are-unfolded",
        file=REQUEST,
        find="arguments.update(unfurl_links=False, unfurl_media=False, metadata=metadata)",
        put="arguments.update(unfurl_links=False, metadata=metadata)",
        tests=ASKED,
        why="Slack fetches the pictures that a customer links to, and shows them",
    ),
    Fault(
        name="a-webhooks-links-are-unfolded",
        file=REQUEST,
        find='arguments={**message, "unfurl_links": False, "unfurl_media": False},',
        put="arguments=message,",
        tests="tests/test_slack_webhook.py::TestWebhookOnly::test_links_are_not_unfolded",
        why="Slack fetches what a customer links to, and shows it",
    ),
    Fault(
        name="an-answer-of-any-size-is-read",
        file=CLIENT,
        find="MAX_BODY = 5_000_000\n",
        put="MAX_BODY = 5_000_000_000\n",
        tests=f"{CONNECTION}::test_an_answer_without_end_is_not_read_to_its_end",
        why="whoever answers in Slack's place takes the memory of the server",
    ),
    Fault(
        name="an-answer-is-judged-when-it-is-read-whole",
        file=CLIENT,
        find="while chunk := response.read1(65536):",
        put="while chunk := response.read():",
        tests=f"{CONNECTION}::test_an_answer_without_end_is_not_read_to_its_end",
        why="whoever answers in Slack's place takes the memory of the server",
    ),
    Fault(
        name="a-dripping-answer-is-read-for-ever",
        file=CLIENT,
        find="self.fp = io.BufferedReader(DeadlineReader(sock, lambda: _left(deadline)))",
        put='self.fp = sock.makefile("rb")',
        tests=f"{CONNECTION}::test_an_answer_that_drips_ends_in_time_wherever_it_drips",
        why="one slow proxy holds a dispatcher for ever",
    ),
    Fault(
        name="a-redirect-takes-the-token-along",
        file=CLIENT,
        find="    handlers = [_NoRedirect, _HttpHandler, _HttpsHandler]\n",
        put="    handlers = [_HttpHandler, _HttpsHandler]\n",
        tests=f"{CONNECTION}::test_redirects_are_refused_and_the_token_stays_here",
        why="another host gets the token",
    ),
    Fault(
        name="a-proxy-sees-a-call-to-this-machine",
        file=CLIENT,
        find="        handlers.append(urllib.request.ProxyHandler({}))\n",
        put="        pass\n",
        tests=f"{CONNECTION}::test_a_proxy_never_sees_a_call_to_this_machine",
        why="a proxy reads the token in the clear",
    ),
    Fault(
        name="a-connection-prints-its-token",
        file=CLIENT,
        find="token: str = field(repr=False)",
        put="token: str",
        tests=f"{CONNECTION}::test_a_connection_does_not_print_its_token",
        why="the token stands in a log",
    ),
    Fault(
        name="a-token-goes-to-any-address",
        file="tools/slack/urls.py",
        find='return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))',
        put='return parts.scheme in ("https", "http")',
        tests=f"{CONNECTION}::test_only_safe_addresses_may_have_the_token",
        why="the token crosses the network in the clear",
    ),
    Fault(
        name="an-archived-ticket-mentions-people",
        file=REQUEST,
        find='if not payload.get("silent") and self.ticket_id.active:',
        put='if not payload.get("silent"):',
        tests=f"{GONE}::test_what_waits_arrives_without_mentions",
        why="people are called to a ticket that is nobody's work any more",
    ),
    Fault(
        name="a-merged-ticket-does-not-say-where-it-went",
        file="models/slack/helpdesk_ticket.py",
        find="gone=self._slack_gone(),",
        put="gone=None,",
        tests=f"{GONE}::test_the_first_message_says_where_it_went",
        why="its readers wait in a thread in which nothing happens any more",
    ),
)
