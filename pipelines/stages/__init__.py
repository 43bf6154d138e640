"""The stages of a run, the past, and how work is divided.

run ──► collect ──► recheck ──► process ──► relate ──► index ──► notify, feeds

context              what a run works with, and what went wrong in it
batches, locks       batches that wait; one run at a time in a data folder
partitions           sources divided for several crawls
listed_pages         pages that left their listing, so that they are looked at again
backfill, replay     the past; pages from the quarantine once more
mark                 a person's word on an article, kept and carried out
source_orders        sources that a person has asked again at once
rehearsal            runs by another clock, in a data folder of their own
page_list            what became of pages, near misses first
export, evidence     what is taken away: articles; a story with all its proof
unknown_names        names that terms.yaml lacks
typed_time           a moment in the past, as a person types it
"""
