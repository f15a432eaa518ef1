"""One row of the Slack inbox in hand, in plain values: Slack can be asked while no transaction is open."""

from dataclasses import dataclass, field

#: Attempts before a row is left to people; each may have killed its worker.
MAX_ATTEMPTS = 3


@dataclass
class Work:
    """One row in hand: plain values, so that Slack can be asked while no transaction is open.

    :ivar member_ref: who acts, by id in Slack
    :ivar team_ref: id of our workspace; empty: to be asked
    :ivar is_known: whether Slack has said so lately who this is that it is not asked; `known_user_id`: then, the user
    :ivar changes: how many changes of the person's profile were known when that was decided
    :ivar may_match: whether an email address may say who somebody is
    :ivar profile: the `member_profile.Profile` of who acts, once known; `email_is_theirs`: Slack finds this very person
        by the address
    :ivar trouble: the `Answer` of a question that says nothing about the person; `is_alone`: Slack answers others
    :ivar needs: the `message_html.Mentioned` whose names are needed; `names`: those that were found
    :ivar files: the `SharedFile`s to fetch, then pairs of each and its content or its fate
    :ivar answer: the `Answer` of the last question about the person: it says what the app may do
    :ivar telling: what to tell the person in Slack, when it is over
    :ivar source: the thread that becomes a ticket
    :ivar answers: calls of Slack for when it is over, as functions
    :ivar error: what carrying it out has raised
    """

    entry_id: int
    attempts: int
    connection: object = None
    member_ref: str = ""
    team_ref: str = ""
    identity: dict = field(default_factory=dict)
    is_known: bool = False
    known_user_id: int | None = None
    changes: int = 0
    may_match: bool = False
    profile: object = None
    email_is_theirs: bool = False
    trouble: object = None
    is_alone: bool = False
    answer: object = None
    needs: object = None
    names: dict = field(default_factory=dict)
    channels: dict = field(default_factory=dict)
    files: list = field(default_factory=list)
    fetched: list = field(default_factory=list)
    telling: dict | None = None
    source: object = None
    answers: list = field(default_factory=list)
    error: Exception | None = None

    @property
    def has_questions(self):
        """Whether Slack is to be asked anything more than who acts."""
        return bool(self.files or self.source or (self.needs and (self.needs.people or self.needs.channels)))

    @property
    def is_last(self):
        return self.attempts >= MAX_ATTEMPTS
