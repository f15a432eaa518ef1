"""Makes HTML of one part a fragment, so that several stand beside one another and none ends up within another."""

import re

import lxml.etree
import lxml.html

DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}>")


def fragment(source):
    """HTML in one <div>, with every element closed; as it is if it cannot be parsed."""
    try:
        tree = lxml.html.document_fromstring(DECLARATION.sub("", source, count=1))
    except (lxml.etree.LxmlError, ValueError, TypeError, AssertionError):
        return f"<div>{source}</div>"
    for head in tree.findall("head"):
        tree.remove(head)
    for element in (tree, *tree.findall("body")):
        element.tag = "div"
        for name in list(element.attrib):
            if name != "style":
                del element.attrib[name]
    return lxml.html.tostring(tree, encoding="unicode")
