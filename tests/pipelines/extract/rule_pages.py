"""A page of an invented site that the general way reads wrongly, and the rule that mends it."""

from __future__ import annotations

from pipelines.beat.site_rules import SiteRule
from tests.pipelines.extract.pages import ENGLISH

#: Its title is a button, its signature a sponsor's, its first day that of the paper, and an advertisement
#: stands within the text.
PAGE = f"""<!doctype html><html lang="en"><head><title>Kraanvogel | read on</title></head><body>
<div class="top"><span class="stamp">Founded on 3 March 1998</span></div>
<div class="box">
<h1>Read the paper of today</h1>
<p class="kop">Seed talks end without a word</p>
<p class="by">By Acme Fertilisers</p>
<ul><li class="schrijver">Anne Roy</li><li class="schrijver">Luc Gagnon</li></ul>
<em class="day" data-x="1">20 November 2026, 14:05</em>
<div class="tekst"><p>{ENGLISH[0]}</p>
<div class="reclame"><p>Order your fertiliser of the coming spring from us today, and get the second sack
for half of its price, wherever in the country you live and farm.</p></div>
<p>{ENGLISH[1]}</p><p>{ENGLISH[2]}</p></div>
<p class="more">The Kraanvogel also writes about boats, nets and the price of herring in every port.</p>
</div></body></html>"""
RULES = """rules:
  - site: kraanvogel.example
    until: 2027-06-30
    take: {title: p.kop, authors: li.schrijver, date: em.day, body: div.tekst}
    drop: [.reclame]
    page: rules/kraanvogel.html
    gives:
      title: Seed talks end without a word
      authors: [Anne Roy, Luc Gagnon]
      date: 2026-11-20
      begins: Harvest officials from both countries
      ends: ships that leave in May.
"""
ADDRESS = "https://www.kraanvogel.example/seeds"


def a_rule(**fields: object) -> SiteRule:
    """Return the rule of the page, with some fields changed."""
    usual = {
        "site": "kraanvogel.example",
        "until": "2027-06-30",
        "take": {"title": "p.kop", "authors": "li.schrijver", "date": "em.day", "body": "div.tekst"},
        "drop": [".reclame"],
        "page": "rules/kraanvogel.html",
        "gives": {"title": "Seed talks end without a word"},
    }
    return SiteRule.model_validate(usual | fields)
