"""A database is a copy of a template: never of half of one, of an old one or of one that somebody used."""

import pytest

from dev.paths import ADDON, LOGS, ROOT, STATE
from dev.services import database, postgres
from dev.services.process import ServiceFailed

KIND = database.of_this_run("test_", "template")


@pytest.fixture
def made():
    """What was made, in order; a function that asks for the template of these inputs is its `ask`."""

    class Made(list):
        def ask(self, *inputs, make=None):
            return database._template(KIND, f"{KIND}_source", make or self.make, *inputs)

        def make(self, part):
            self.append(part)
            postgres.sql(f"CREATE TABLE made_{len(self)} ()", part)
            log = LOGS / f"{part}.log"
            log.write_text(f"made {len(self)}")
            return log

    with postgres.postgres():
        postgres.sql(f"CREATE DATABASE {KIND}_source")
        postgres.sql("CREATE TABLE ir_config_parameter (key text)", f"{KIND}_source")
        yield Made()
        for name in [*templates(), f"{KIND}_source"]:
            database.drop(name)
            database.log_of(name).unlink(missing_ok=True)
        STATE.joinpath(f"{KIND}.lock").unlink()


def templates():
    found = postgres.sql(f"SELECT datname FROM pg_database WHERE datname ~ '{KIND}'")
    return [name for name in found if name != f"{KIND}_source"]


def test_a_template_is_made_once_and_anew_when_what_it_is_made_from_changes(made):
    first = made.ask("a")
    assert made.ask("a") == first
    assert database.log_of(first).read_text() == "made 1"
    other = made.ask("b")
    assert other != first
    assert len(made) == 2
    assert made.ask("a") == first
    assert len(made) == 2


def test_half_of_a_template_is_never_taken_for_one(made):
    def fail(part):
        made.make(part)
        raise ServiceFailed("interrupted")

    with pytest.raises(ServiceFailed):
        made.ask("a", make=fail)
    assert templates() == [f"building_{KIND}"]
    name = made.ask("a")
    assert templates() == [name]
    # Nor is one whose log is gone: it could not be said whether it was clean.
    database.log_of(name).unlink()
    assert made.ask("a") == name
    assert len(made) == 3


def test_nobody_uses_a_template_itself(made):
    name = made.ask("a")
    with pytest.raises(ServiceFailed, match="not currently accepting connections"):
        postgres.sql("SELECT 1", name)
    copy = f"{KIND}_copy"
    database.copy(name, copy)
    assert postgres.sql("SELECT count(*) FROM made_1", copy) == ["0"]


def test_those_that_were_used_last_stay(made):
    names = [made.ask(number) for number in range(database.KEPT)]
    assert made.ask(0) == names[0]
    newest = made.ask("one too many")
    assert sorted(templates()) == sorted([names[0], *names[2:], newest])
    assert not database.log_of(names[1]).exists()


@pytest.mark.parametrize(
    ("file", "is_another"),
    [("models/ticket.py", True), ("static/icon.svg", True), ("tests/test_it.py", False), ("dev/x.py", False)],
)
def test_a_change_of_what_is_installed_is_noticed_and_no_other(tmp_path, file, is_another):
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text("old")
    before = database.fingerprint(tmp_path)
    assert database.fingerprint(tmp_path) == before
    path.write_text("new")
    assert (database.fingerprint(tmp_path) != before) == is_another


def test_what_was_installed_before_ours_is_no_other_after_a_change_of_ours(monkeypatch):
    """Odoo's own addons take longer to install than ours."""
    asked = []
    monkeypatch.setattr(database, "_template", lambda *given: asked.append((given[0], given[3:])) or given[0])
    assert database.template([ADDON, "project"]) == f"with_{ADDON}_project"
    assert asked == [("with_project", ()), (f"with_{ADDON}_project", (database.fingerprint(ROOT),))]
