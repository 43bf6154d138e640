"""The lines of a whole page, as its blocks part them."""

from __future__ import annotations

from lxml.etree import XML, XSLT
from lxml.html import HtmlElement

from pipelines.extract.text import lines

#: Characters of a page that are looked through. Long pages have their walls near the cut text.
MOST_CHARS = 500_000
#: What is the same on every page of a site, and what is no text.
_UNREAD_TAGS = frozenset(("header", "nav", "footer", "head", "script", "style"))
INLINE_TAGS = frozenset(
    ("a", "abbr", "b", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub",
     "sup", "time", "u")
)  # fmt: skip

# Written in XSLT, because libxslt walks a tree three times as fast as a loop of Python.
_AS_TEXT = XSLT(XML(f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="/*" priority="2"><xsl:apply-templates/></xsl:template>
  <xsl:template match="*"><xsl:text>&#10;</xsl:text><xsl:apply-templates/><xsl:text>&#10;</xsl:text>
  </xsl:template>
  <xsl:template match="{" | ".join(sorted(_UNREAD_TAGS))}"><xsl:text>&#10;</xsl:text></xsl:template>
  <xsl:template match="{" | ".join(sorted(INLINE_TAGS))}"><xsl:apply-templates/></xsl:template>
  <xsl:template match="comment() | processing-instruction()"><xsl:text>&#10;</xsl:text></xsl:template>
</xsl:stylesheet>"""))  # fmt: skip


def lines_of_page(tree: HtmlElement) -> list[str]:
    """Return the lines of a page without its header, menus and footer.

    It may be a part of a page. Its article is among them, and so is what no reading of the article keeps.
    """
    return lines(str(_AS_TEXT(tree))[:MOST_CHARS])
