"""The part of a crawl that runs in a child, on Scrapy.

__main__.py        the child: reads a job, runs one crawl of many sources, writes its batch
job.py             what the child is told
shared_crawl.py    what all sources of the crawl share
writing_thread.py  writes the pages beside the crawl
article_pages.py   the base of all sources: from a listing to article pages in the batch
listing_poll.py    what one poll of a listing has brought
page_queue.py      the entries whose pages are still to be asked for
state_after_poll.py   what is remembered of a source until its next poll
feed.py, sitemap.py, section.py   how each kind of listing is read
former_addresses.py   where entries were listed before, asked first
known_pages.py     pages that we have already, fetched again without a listing
news.py            the one Scrapy spider that runs them all, so that limits per host hold for all
listing_parser.py  parses listings in a killable process, since hostile ones may take for ever
answers.py         whether an answer is a web page
trouble.py         what a failed request means
"""
