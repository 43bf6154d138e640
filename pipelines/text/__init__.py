"""Scripts and languages: the only place that knows them (pure).

    folding              text made plain for comparing
    tokens               what copies are compared by; `analyzer/` is what a search finds
    sentences            a paragraph cut into sentences
    name_matcher         many names found in one pass (spellings, inflection: how else each is written)
    chinese_names        names in Chinese that no list has
    datelines            the place and day that open a report
    boilerplate_lines    lines that a page prints around an article
    page_notices         paywalls, consent and errors: what a page says in place of an article
    languages            the languages in which a beat can have names
    text_length          how long a text is, in words of English
    counts, iso_time     numbers in words; times as programs read them
    mail_address         what counts as an e-mail address
    vocabulary           the files of words beside the code, and the patterns made of them

The characters of each script stand in `crawlers.scripts`, since crawls need them, too.
"""
