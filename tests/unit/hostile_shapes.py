"""Emails that are made to be slow to read: for each kind of text and of HTML, one that repeats it up to a size."""

import base64


def _filled(*pieces, head="", tail=""):
    """`pieces` in turn, repeated up to a size, between a head and a tail."""
    unit = "".join(pieces)
    return lambda size: head + unit * ((size - len(head) - len(tail)) // len(unit)) + tail


def _numbered(template, head="", tail=""):
    """A template with a number in it, repeated up to a size."""

    def build(size):
        unit = len(template.format(100_000))
        return head + "".join(template.format(100_000 + number) for number in range(size // unit)) + tail

    return build


#: Name → a function of the size in characters that returns a plain text.
TEXTS = {
    "quoted lines": _filled("> x\n"),
    "quoted lines with CRLF": _filled("> x\r\n"),
    "quoted lines with CR": _filled("> x\r"),
    "quoted line by line": _filled("> x\r\ny\r\n"),
    "quoted line by line with LF": _filled("> x\ny\n"),
    "many levels": _filled(">"),
    "many levels in lines": _filled(">" * 500 + "\r\n"),
    "empty lines": _filled("\r\n"),
    "empty lines with LF": _filled("\n"),
    "less than": _filled("<"),
    "ampersands": _filled("&"),
    "entities": _filled("&lt;"),
    "one word": _filled("a"),
    "one word of letters beyond ASCII": _filled("\u0101"),
    "spaces": _filled(" "),
    "tabs": _filled("\t"),
    "dashes": _filled("-"),
    "signatures": _filled("-- \r\nx\r\n"),
    "signatures with LF": _filled("--\n"),
    "at signs": _filled("a@"),
    "addresses": _filled("<a@b.example> wrote:\r\n"),
    "links": _filled("http://x.example/?a "),
    "links without a space": _filled("http://"),
    "brackets": _filled("[(<"),
    "null bytes": _filled("\0"),
    "words with null bytes": _filled("a\0 "),
    "emoji": _filled("\U0001f525"),
    "accents": _filled("\u0301"),
    "forwards": _filled("From: a@b.example\r\n"),
    "controls": _filled("\x0b\x0c\x1c\x85\u2028"),
}

#: Name → a function of the size in characters that returns HTML.
HTMLS = {
    "less than": _filled("<"),
    "greater than": _filled(">"),
    "less than and space": _filled("< "),
    "less than and greater than": _filled("<>"),
    "end tags without a name": _filled("</"),
    "open tags": _filled("<a "),
    "open end tags": _filled("</a "),
    "comments begun": _filled("<!-- "),
    "comments begun without a space": _filled("<!--"),
    "comments closed oddly": _filled("<!--x--!>"),
    "comments": _filled("<!--x-->"),
    "short comments": _filled("<!-->"),
    "one comment": _filled("x", head="<p>a</p><!--", tail="--><p>b</p>"),
    "comment ends": _filled("-->"),
    "conditional comments": _filled("<!--[if mso]>x<![endif]-->"),
    "conditional comments begun": _filled("<!--[if "),
    "one conditional comment": _filled("[if ", head="<!--", tail="-->"),
    "conditions": _filled("<![if !mso]>"),
    "declarations": _filled("<!"),
    "instructions": _filled("<?"),
    "instructions closed": _filled("<?x?>"),
    "CDATA begun": _filled("<![CDATA["),
    "CDATA": _filled("<![CDATA[x]]>"),
    "document types": _filled("<!DOCTYPE html>"),
    "paragraphs": _filled("<p>x</p>"),
    "paragraphs never closed": _filled("<p>"),
    "inline elements never closed": _filled("<b>"),
    "inline elements crossed": _filled("<b><i></b></i>"),
    "blocks never closed": _filled("<div>"),
    "blocks never closed with text": _filled("<div>x"),
    "blocks closed only": _filled("</div>"),
    "blocks closed that are not open": _filled("<p>x</div>"),
    "unknown elements": _filled("<xx>"),
    "unknown elements of many names": _numbered("<x{}>"),
    "Outlook elements": _filled("<o:p>"),
    "Outlook elements begun": _filled("<o:"),
    "Outlook elements closed": _filled("<o:p></o:p>"),
    "tables": _filled("<table><tr><td>"),
    "cells": _filled("<td>x", head="<table><tr>"),
    "lists": _filled("<ul><li>"),
    "options": _filled("<select><option>"),
    "forms": _filled("<form><input></form>"),
    "line breaks": _filled("<br>"),
    "line breaks with text": _filled("x<br>\r\n"),
    "links": _filled('<a href="http://x.example/">x</a>'),
    "links never closed": _filled('<a href="x">'),
    "images": _filled('<img src="cid:a@b">'),
    "images of many ids": _numbered('<img src="cid:{}@b">'),
    "data in small images": _filled('<img src="data:image/png;base64,iVBORw0KGgo=">'),
    "one large image": _filled("A", head='<p>a<img src="data:image/png;base64,', tail='">b</p>'),
    "one large image that is none": _filled("data:image/", head='<img src="', tail='">'),
    "one large link": _filled("data:image/", head='<a href="', tail='">x</a>'),
    "one large link of escapes": _filled("%41", head='<a href="', tail='">x</a>'),
    "one large script link": _filled("javascript:", head='<a href="', tail='">x</a>'),
    "one attribute": _filled("a", head='<p title="', tail='">x</p>'),
    "one attribute of less than": _filled("<", head='<p title="', tail='">x</p>'),
    "one attribute of tags": _filled("<div ", head='<p title="', tail='">x</p>'),
    "one attribute never closed": _filled("a", head='<p title="'),
    "attributes of less than": _filled('<p title="' + "<" * 1_900 + '">x</p>'),
    "attributes": _numbered(" a{}=1", head="<p", tail=">x</p>"),
    "attributes without a value": _filled(" a", head="<p", tail=">x</p>"),
    "attributes of many elements": _filled("<p" + "".join(f" a{n}=1" for n in range(90)) + ">"),
    "attributes in quotes": _filled(" a='\"'", head="<p", tail=">x</p>"),
    "equals signs": _filled(" = =", head="<p ", tail=">x</p>"),
    "quotation marks": _filled("\"'", head="<p ", tail=">x</p>"),
    "slashes": _filled("/", head="<p ", tail=">x</p>"),
    "encodings": _filled(" encoding=x", head="<p", tail=">x</p>"),
    "encodings without an end": _filled("<a encoding='x"),
    "encodings of elements": _filled("<p encoding='x'>"),
    "white space in a tag": _filled(" ", head="<p", tail=">x</p>"),
    "white space in tags": _filled("<p" + " " * 900 + ">"),
    "styles": _filled('<p style="color:red;margin:0">x</p>'),
    "one style": _filled("color:red;", head='<p style="', tail='">x</p>'),
    "one style of a word": _filled("a", head='<p style="', tail='">x</p>'),
    "styles of a word": _filled('<p style="' + "a" * 1_900 + '">'),
    "styles of spaces": _filled('<p style="' + "a " * 900 + '">'),
    "one style of quotes": _filled("a:'\"", head='<p style="', tail='">x</p>'),
    "one style of comments": _filled("/*", head='<p style="', tail='">x</p>'),
    "styles of comments": _filled('<p style="' + "/*" * 900 + '">'),
    "styles of expressions": _filled('<p style="' + "expression(" * 180 + '">'),
    "styles of pictures": _filled('<p style="' + "data:image/" * 180 + '">'),
    "style sheets": _filled("<style>p{color:red}</style>"),
    "one style sheet": _filled("p{color:red}", head="<style>", tail="</style><p>x</p>"),
    "one style sheet of comments": _filled("/*", head="<style>", tail="</style><p>x</p>"),
    "one style sheet of expressions": _filled("expression(", head="<style>", tail="</style><p>x</p>"),
    "one style sheet of pictures": _filled("data:image/", head="<style>", tail="</style><p>x</p>"),
    "one style sheet never closed": _filled("p{}", head="<p>x</p><style>"),
    "style sheets never closed": _filled("<style>"),
    "scripts": _filled("<script>x</script>"),
    "scripts never closed": _filled("<script>"),
    "titles": _filled("<title>"),
    "text areas": _filled("<textarea>"),
    "plain text elements": _filled("<plaintext>"),
    "heads": _filled("<head>"),
    "bodies": _filled("<body>x"),
    "documents": _filled("<html><head></head><body>x</body></html>"),
    "frames": _filled("<frameset>"),
    "links to style sheets": _filled('<link rel="stylesheet">'),
    "parameters": _filled("<param>"),
    "pictures": _filled("<svg><path d='M0 0'/>"),
    "formulas": _filled("<math><mi>"),
    "Outlook quotes": _filled("<hr class=stopSpelling>"),
    "Outlook quotes with text": _filled("<hr id=stopSpelling><p>x</p>"),
    "Outlook replies": _filled("<hr><div id=divRplyFwdMsg>x</div><div>y</div>"),
    "Outlook signatures": _filled("<div id=appendonsend></div>"),
    "Yahoo quotes": _filled("<div class=yahoo_quoted>x</div>"),
    "Gmail quotes": _filled("<div class=gmail_quote>x</div>"),
    "Gmail quotes never closed": _filled("<div class=gmail_quote>"),
    "one Gmail quote before many": _filled("<p>", head="<div><div class=gmail_extra>x</div>", tail="</div>"),
    "Gmail extras": _filled("<p class=gmail_extra>"),
    "Gmail signatures": _filled("<div class=gmail_signature>"),
    "marks of Odoo": _filled("<p data-o-mail-quote-container=1><b>"),
    "one mark of Odoo": _filled("<p>", head="<div data-o-mail-quote-container=1><p data-o-mail-quote=1>"),
    "marked by Odoo": _filled("<p data-o-mail-quote=1></p>"),
    "notices of Odoo": _filled("<p class=o_mail_notification>x</p>"),
    "quotes": _filled("<blockquote>"),
    "quotes closed": _filled("<blockquote>x</blockquote>"),
    "quoted lines": _filled("> x\r\n"),
    "quoted lines with LF": _filled("> x\n"),
    "quoted line by line": _filled("&gt; x\ny\n", head="<pre>"),
    "quoted lines in a paragraph": _filled("&gt; x&#13;\n", head="<pre>", tail="</pre>"),
    "signatures in lines": _filled("--\n<br>"),
    "signatures": _filled("<p>\n--<br>x</p>"),
    "entities": _filled("&lt;"),
    "entities never closed": _filled("&a"),
    "ampersands": _filled("&"),
    "entities of numbers": _filled("&#1;"),
    "entities of long numbers": _filled("9", head="<p>&#", tail=";</p>"),
    "spaces that do not break": _filled("\xa0"),
    "one word": _filled("a"),
    "one word in a paragraph": _filled("a", head="<p>", tail="</p>"),
    "spaces": _filled(" ", head="<p>a", tail="b</p>"),
    "empty lines": _filled("\r\n", head="<p>a", tail="b</p>"),
    "emoji": _filled("\U0001f525"),
    "null bytes": _filled("\0"),
    "tags with null bytes": _filled("<\0p>"),
    "one name": _filled("a", head="<", tail=">"),
    "names": _filled("<" + "a" * 900 + ">"),
    "forms of namespaces": _filled("<a:b xmlns:a='x'>"),
    "XML": _filled("<p/>", head="<?xml version='1.0' encoding='utf-8'?><html>"),
    "icons": _filled('<i class="x' + " fa" * 500 + '">'),
    "icons never closed": _filled("<i class='x"),
}


def text_mail(build, size, **headers):
    """The bytes of an email with one plain text of a shape."""
    return _mail(build(size), "plain", headers)


def html_mail(build, size, **headers):
    """The bytes of an email with HTML of a shape."""
    return _mail(build(size), "html", headers)


def _mail(text, kind, headers):
    head = {"From": "Eve <eve@evil.example>", "Subject": "Hello", "To": "support@example.com", **headers}
    head |= {"MIME-Version": "1.0", "Content-Type": f"text/{kind}; charset=utf-8", "Content-Transfer-Encoding": "8bit"}
    return "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + text.encode()


def parted_mail(parts, subtype="mixed", **headers):
    """The bytes of an email of several parts. :param parts: the bytes of each, with its headers"""
    head = {"From": "Eve <eve@evil.example>", "Subject": "Hello", "To": "support@example.com", **headers}
    head |= {"MIME-Version": "1.0", "Content-Type": f'multipart/{subtype}; boundary="b"'}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode()
    return b"\r\n".join([lines, *(b"--b\r\n" + part for part in parts), b"--b--\r\n"])


def _part(content, kind="text/html; charset=utf-8", *lines):
    return "\r\n".join([f"Content-Type: {kind}", *lines, "", content]).encode()


def _images(size):
    count = 480
    data = "A" * (size // count // 4 * 4 - 200)
    inline = (
        "Content-ID: <i{0}@b>",
        'Content-Disposition: inline; filename="i{0}.png"',
        "Content-Transfer-Encoding: base64",
    )
    parts = [_part("".join(f'<img src="cid:i{number}@b">' for number in range(count)))]
    parts += [_part(data, "image/png", *(line.format(number) for line in inline)) for number in range(count)]
    return parted_mail(parts, "related")


def _attached_message(size):
    head = "From: a@b.example\r\n" + "X-Long: " + "a b" * 20_000 + "\r\nSubject: x\r\n\r\n"
    return parted_mail([_part(head + "x" * (size - len(head)), "message/rfc822")])


def _single(size, *lines):
    head = ("From: Eve <eve@evil.example>", "Subject: Hello", "To: support@example.com", "MIME-Version: 1.0", *lines)
    return "\r\n".join([*head, "", "<hr class=stopSpelling>" * (size // 23)]).encode()


def _attached_twice(size):
    inner = "Content-Type: text/html\r\n\r\n" + "<hr class=stopSpelling>" * (size // 23)
    return parted_mail([_part("Content-Type: message/rfc822\r\n\r\n" + inner, "message/rfc822")])


#: Name → a function of the size in bytes that returns a whole email.
MAILS = {
    "HTML with a name": lambda size: _single(size, 'Content-Type: text/html; name="a.html"'),
    "HTML as a file": lambda size: _single(size, "Content-Type: text/html", "Content-Disposition: attachment"),
    "a calendar": lambda size: _single(size, "Content-Type: text/calendar"),
    "an email in an email": _attached_twice,
    "parts of HTML": lambda size: parted_mail([_part("<p>x</p>" * (size // 4_000))] * 490),
    "parts of text": lambda size: parted_mail([_part("> x\r\n" * (size // 2_500), "text/plain")] * 490),
    "parts of text and HTML": lambda size: parted_mail(
        [_part("x" * (size // 500), "text/plain"), _part("<b>" * (size // 1_500))] * 245
    ),
    "alternatives": lambda size: parted_mail([_part("<b>" * (size // 1_500))] * 490, "alternative"),
    "images": _images,
    "small attachments": lambda size: parted_mail([_part("x" * (size // 500), "application/octet-stream")] * 490),
    "an attached email": _attached_message,
    "attached emails": lambda size: parted_mail(
        [_part("From: a@b.example\r\n\r\n" + "x" * (size // 250), "message/rfc822")] * 240
    ),
    "headers": lambda size: text_mail(lambda _size: "x", 1, **{f"X-{number}": "y" * 400 for number in range(980)}),
    "references": lambda size: text_mail(
        lambda _size: "x", 1, References=" ".join(f"<{number}@x.example>" for number in range(20_000))
    ),
    "recipients": lambda size: text_mail(
        lambda _size: "x", 1, Cc=", ".join(f"Jane {number} <a{number}@x.example>" for number in range(1_900))
    ),
    "recipients of many words": lambda size: text_mail(lambda _size: "x", 1, Cc=", ".join(["a b c d e"] * 1_900)),
    "subject": lambda size: text_mail(lambda _size: "x", 1, Subject="Re: " * 100_000),
    "subject of encoded words": lambda size: text_mail(lambda _size: "x", 1, Subject="=?utf-8?q?=41?= " * 28_000),
    "subject of references": lambda size: text_mail(lambda _size: "x", 1, Subject="[ML-#1] " * 50_000),
    "one long line": lambda size: text_mail(lambda _size: "x" * size, 1),
}


def base64_lines(content):
    """Some bytes as email programs encode them."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")
