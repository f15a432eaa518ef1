"""The checks of `make lint` notice what they are for; pre-commit calls each; the SBOM says what is needed."""

import json
import subprocess
from importlib import metadata

import pytest
import yaml

from dev import lint, lint_text, sbom
from dev.paths import ADDON, ROOT

CONFIG = (ROOT / ".pre-commit-config.yaml").read_text()
HOOKS = [hook for repo in yaml.safe_load(CONFIG)["repos"] for hook in repo["hooks"]]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.py", b"x = 1\n", []),
        ("empty.py", b"", []),
        ("a.py", b"x = 1 \n", ["1: whitespace at the end of the line"]),
        ("a.md", b"x\r\n", ["1: carriage return"]),
        ("a.py", b"x = 1", ["1: no line end at the end of the file"]),
        ("a.py", b"x\n\n", ["2: empty lines at the end of the file"]),
        ("a.rst", b"<" * 7 + b" HEAD\n", ["1: a conflict that nobody has decided"]),
        ("a.rst", b"Title\n=======\n", []),
        ("a.py.rej", b"x\n", ["0: this file is a leftover"]),
        ("i18n/en.po", b"x\n", ["0: this file is a leftover"]),
        ("i18n/es.po", b"x \n", []),
        ("tests/fixtures/mail/a.eml", b"x \r\n", []),
    ],
)
def test_what_is_wrong_with_a_file_is_noticed(name, content, found):
    assert list(lint_text.problems(name, content)) == found


def test_pre_commit_fetches_nothing():
    assert {repo["repo"] for repo in yaml.safe_load(CONFIG)["repos"]} == {"local"}
    assert {hook["language"] for hook in HOOKS} == {"system", "fail"}
    assert "http" not in CONFIG


def test_pre_commit_runs_each_check_of_lint_once():
    entries = [hook["entry"] for hook in HOOKS if hook["language"] == "system"]
    assert sorted(entries) == sorted(f"make lint ONLY={name}" for name in lint.CHECKS)


def test_a_check_can_be_run_alone_and_an_unknown_one_is_refused():
    run = subprocess.run(["make", "lint", "ONLY=text sbom"], cwd=ROOT, capture_output=True, text=True)
    told = [line for line in run.stdout.splitlines() if line.startswith("lint:")]
    assert told == ["lint: text ...", "lint: sbom ...", "lint: clean"], run.stdout + run.stderr
    run = subprocess.run(["make", "lint", "ONLY=txet"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode and "there is no check txet" in run.stderr


def test_the_bill_is_current():
    assert sbom.FILE.read_text() == sbom.text(), "run `make sbom`"


def test_the_bill_names_what_the_manifest_needs_and_the_tests_run_with():
    found = json.loads(sbom.FILE.read_text())
    components = {one["name"]: one for one in found["components"]}
    required = {name for name, one in components.items() if one["scope"] == "required"}
    assert required == {"odoo", "odoo-addon-helpdesk_mgmt", "slack_sdk", "html2text"}
    assert set(components) - required == set(sbom.OPTIONAL)
    assert components["slack_sdk"]["properties"][0]["value"] == ">=3.27,<4"
    for name in set(components) - {"odoo"}:
        assert metadata.version(name) == components[name]["version"]
    references = {found["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in found["components"])}
    assert {one["ref"] for one in found["dependencies"]} == references


@pytest.mark.parametrize("name", sorted(set(sbom.LICENSES) - {"odoo"}))
def test_a_license_is_what_the_package_says(name):
    said = metadata.metadata(name)
    if expression := said.get("License-Expression"):
        assert sbom.LICENSES[name] == expression
    elif words := said.get("License"):
        assert sbom.LICENSES[name].startswith(words)
    else:
        assert (name, sbom.LICENSES[name]) == ("IMAPClient", "BSD-3-Clause")  # its metadata says nothing


def test_a_changed_manifest_makes_another_bill():
    before = sbom.bill(sbom.manifest(), sbom.pinned())
    changed = sbom.bill({**sbom.manifest(), "external_dependencies": {"python": ["html2text>=1"]}}, sbom.pinned())
    assert before == sbom.bill(sbom.manifest(), sbom.pinned())
    assert changed["serialNumber"] != before["serialNumber"]
    assert [one["name"] for one in changed["components"]][:3] == ["odoo", "odoo-addon-helpdesk_mgmt", "html2text"]


def test_what_only_developers_meet_is_not_translated():
    assert f"addons/{ADDON}/dev/" not in (ROOT / "i18n" / f"{ADDON}.pot").read_text()
