"""What is told to whom of what arrived or changed, and the finished mails.

Rules without side effects:

    search_matcher   which search asks for which document (query_forms, leaf_masks)
    alert_rules      what a search tells of a story: new, update, spread (conditions, spread, reported_change)
    cadence          when it is told, by the reader's clock
    volume           what is unusual in the numbers of a search
    backtest         what a search would have told, and verdict: why it did or did not

Words, all of them pure:

    mail_content, digest_content   finished mails (mail_context, mail_message, story_facts, rendering)
    receipt, receipt_facts         what was read, under every mail
    payload, atom, brief           the same for channels, feed readers and a page
    wording                        times, counts, labels, and what may pass from outside

Steps of a run, each a chain of transactions (context, clock_marks, touched_stories, ceiling, messages):

    story_alerts ──► digests ──► anomalies ──► outbox        exports on demand
"""
