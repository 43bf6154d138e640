"""The beat as data, and how its sources are doing.

The files of a beat, each read and checked; `beat` puts them together:

    heading              beat.yaml: name, sides, languages and clocks (label)
    terms/               terms.yaml: who stands on which side, and topics
    event_rules          events.yaml: acts, offices and visits (office_dates)
    searches/            searches.yaml: saved searches and channels
    weights, weights_file   weights.yaml: how much each sign counts for the judge
    outlets              outlets.yaml: organisations that credits name (organisations: those of every beat)
    site_rules           rules.yaml: how pages of one site are read
    file_problems        the mistakes of one file, each with its line
    spelling_languages   what to write for a language in which a beat can have no names

The sources of a beat (sources.yaml is read by `crawlers.sources`):

    source_sites         which source a site belongs to
    source_health        how a source does and why (source_volume, quiet_days, text_lengths: what is usual)
    source_advice        what a person can do about it
    dead_sources         which are gone for good

    home_beat            which beat a data folder belongs to
"""
