"""What is done with stories, behind the decision that made them.

What people say (read, decide, write):

    corrections, event_corrections   merge, split, undo; two stories report one event, or do not
    marks                            an article is on the beat, off it, or near it
    person_words                     stars, tags and notes, and taking any word back
    labelled                         marks as training data

Which stories report one event (pure but for event_links):

    event_text ──► event_days, event_figures, event_names, event_offices ──► event_print: marks, no language
    event_print ──► event_comparison, event_weights ──► events: linked or not ──► event_reasons
    event_links, event_counts        the links of one story, and how many reports an event then has
    differences                      what only some reports of an event say

One story, to be looked at (reads only):

    view                             all that is known of it
    nearest                          what came closest to it and was kept apart, and why
    carried, related_stories, other_story, stories_by_event   its neighbours
    kept_text, shared_passage, pickup_delay                   its texts and times
    story_json, export               the same for programs

Files of texts, and why a query found nothing: text_file, corpus, file_events; word_hints.
"""
