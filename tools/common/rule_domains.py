"""What the domain of a record rule reads of the user who asks: what it says while nobody edits the rule."""

import ast

#: The domains that let every record pass, as Odoo and administrators write them.
EVERYTHING = ([], [(1, "=", 1)], [[1, "=", 1]])


def user_paths(domain):
    """The fields of the user that a domain reads, each as its path: `user.helpdesk_team_ids.ids` is one.

    :param domain: the text of a rule's domain
    :return: a set of tuples of names; a path may end in names that are methods
    """
    paths, inner = set(), set()
    for node in ast.walk(_tree(domain)):  # from the outside to the inside
        names, root = [], node
        while isinstance(root, ast.Attribute):
            inner.add(root.value)
            names.append(root.attr)
            root = root.value
        if names and node not in inner and isinstance(root, ast.Name) and root.id == "user":
            paths.add(tuple(reversed(names)))
    return paths


def lets_everything_pass(domain):
    """Whether a domain limits nothing."""
    try:
        return ast.literal_eval(domain.strip() or "[]") in EVERYTHING
    except (ValueError, SyntaxError):
        return False


def _tree(domain):
    """The tree of a domain's text; of one that is none, which Odoo refuses when it reads it, an empty one."""
    try:
        return ast.parse(domain.strip(), mode="eval")
    except (ValueError, SyntaxError):
        return ast.Module([], [])
