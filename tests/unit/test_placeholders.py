"""Placeholders in canned replies: filled, refused with the one that was meant, and never a way in for markup."""

import pytest

from tools.ticket import placeholders
from tools.ticket.placeholders import Wrong

VALUES = {**dict.fromkeys(placeholders.NAMES, ""), "customer": "Jane Doe", "agent": "Anna", "reference": "ML-#42"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {{customer}},", "Dear Jane Doe,"),
        ("Dear {{ customer }},", "Dear Jane Doe,"),
        ("Dear {{&nbsp;customer\xa0}},", "Dear Jane Doe,"),
        ("Dear {{Customer}},", "Dear Jane Doe,"),
        ("{{reference}} {{reference}} {{agent}}", "ML-#42 ML-#42 Anna"),
        ("Dear {{customer_first_name|customer}},", "Dear customer,"),
        ("Dear {{ customer | customer }},", "Dear Jane Doe,"),
        ("Dear {{customer_first_name}},", "Dear ,"),
        ("Dear {{customer_first_name|Sir &amp; Madam}},", "Dear Sir &amp; Madam,"),
        ("{{nobody}} {{", "{{nobody}} {{"),
        ("no placeholder", "no placeholder"),
        ("", ""),
    ],
)
def test_a_text_is_filled(text, said):
    assert placeholders.filled(text, VALUES) == said


@pytest.mark.parametrize("name", ["<b>x</b>", '"><script>alert(1)</script>', "{{agent}}", "a & b", "\\1"])
def test_a_value_is_data(name):
    said = placeholders.filled("<p>{{customer}}</p>", {**VALUES, "customer": name})
    assert "<b>" not in said and "<script>" not in said
    assert "Anna" not in said
    assert said.startswith("<p>") and said.endswith("</p>")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {{customer}}, {{ agent|the team }} <b>{{reference}}</b>", None),
        ("", None),
        ("a { b } {} {c}", None),
        ("{{custommer}}", Wrong("{{custommer}}", "customer")),
        ("{{customer name}}", Wrong("{{customer name}}", "customer_first_name")),
        ("{{ticket.reference}}", Wrong("{{ticket.reference}}", "reference")),
        ("{{object.partner_id.name}}", Wrong("{{object.partner_id.name}}", "")),
        ("{{xyz}}", Wrong("{{xyz}}", "")),
        ("{{}}", Wrong("{{}}", "")),
        ("{{<b>customer</b>}}", Wrong("{{customer}}", "customer")),
        ("{{<b>customer}}</b>", Wrong("{{customer}}", "customer")),
        ("Dear {{customer}, hello", Wrong("{{customer}, hello", "")),
        ("Dear customer}}, hello", Wrong("Dear customer}}", "")),
        ("Dear {customer},", Wrong("{customer}", "customer")),
        ("Dear #{customer},", Wrong("#{customer}", "customer")),
        ("Dear ${ agent },", Wrong("${ agent }", "agent")),
    ],
)
def test_what_is_wrong_is_found(text, found):
    assert placeholders.wrong(text) == found


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Jane Doe", "Jane"),
        ("Doe, Jane", "Jane"),
        ("Jane", "Jane"),
        ("", ""),
        ("  ", ""),
        ("Doe,", "Doe"),
        ("Anna-Lena M.", "Anna-Lena"),
    ],
)
def test_how_a_person_is_addressed(name, first):
    assert placeholders.first_name(name) == first
