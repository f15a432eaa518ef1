"""Names and addresses as mails write them."""

from email.utils import parseaddr


def display(name, address):
    """One readable string for a person: ``Jane Doe (jane@example.com)``.

    :param name: the name known for the person, may be empty
    :param address: an address, bare or in the raw form of a header (``"Jane" <jane@example.com>``), may be empty
    """
    raw_name, bare = parseaddr(address or "")
    if "@" not in bare:
        raw_name, bare = "", (address or "").strip()
    name = (name or raw_name).strip()
    if not name or name == bare:
        return bare
    return f"{name} ({bare})" if bare else name
