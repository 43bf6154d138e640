"""From a fetched page to a decision that is stored.

screen              which pages are left unread, since they name too little (screened_page)
batch               a batch's pages: extracted, judged, decided in one transaction for many
judged_article      an article with all that can be said of it before anything stored is read
same_article        whether it is an article that we know, at another address
publisher           whose site it is on
marked              what a person said of it before
page_decision       the decision on a page: unchanged, held back, off the beat, or placed in a story
held_back           a new state that is not believed, and a page that is gone
page_reader         from a page to a judged article, before the ledger is asked
pages_under_way     pages that are read at the same time, and their turns
placement           the story that an article goes into, and the one that it leaves
full_story          a story of so many that it is not arranged anew
page_history        what the stories tell of it
site_boilerplate    what the sites print around everything
"""
