"""The reading room: `maplewire serve`, pages over the ledger and the search index.

    request ──► host and reader checked ──► route, a file a noun ──► read model ──► template ──► page

Routes are thin: what they show is read by `pipelines.stories.view` and its neighbours, which the command
uses too. Everything that a reader sends is checked, and everything that came from outside is escaped.
"""
