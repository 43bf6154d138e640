"""The values of the pipeline, frozen: a file for each noun.

Everything here may be imported from `pipelines.model`.
"""

from __future__ import annotations

from pipelines.model.alert import MAIL, Alert, AlertState, Answer, Delivery, OutboxMail
from pipelines.model.article import (
    BACKFILLED,
    OLD,
    PAYWALL_FLAGS,
    Article,
    Paywall,
    Publisher,
    Stamp,
    StoredArticle,
    article_id,
)
from pipelines.model.correction import Correction, Corrections
from pipelines.model.decision import (
    CorrectionsUndone,
    LedgerDecision,
    PageAppended,
    PageDecision,
    PageFailed,
    PageHeldBack,
    PageOffBeat,
    PagePlaced,
    PageQuarantined,
    PageRechecked,
    PageUnchanged,
    StoriesCorrected,
    StoryMarked,
)
from pipelines.model.document import Change, Document, Hit, RejectedDocument, StoryDocument, StoryHits
from pipelines.model.event import EventDecision, EventLink, EventPrint, EventsEnded, RelatedStory
from pipelines.model.mark import Mark, MarkLabel
from pipelines.model.reader_clock import UTC_CLOCK, ReaderClock
from pipelines.model.reading_room import ReadingRoom
from pipelines.model.recheck_policy import USUAL_RECHECKS, RecheckPolicy
from pipelines.model.relevance import Relevance
from pipelines.model.revision import ArticleVersion, Edit, PageText, PageVersion, Passage, Piece, RecheckState
from pipelines.model.route import Dateline, Evidence, Route, Span, StoryKind
from pipelines.model.run import (
    ARRIVED,
    AccountedPage,
    OpenBatch,
    Outcome,
    PageAccount,
    Quarantined,
    RunReport,
    SourceAccount,
    Trouble,
    TroubleKind,
)
from pipelines.model.search import Cadence, Reason, SavedSearch
from pipelines.model.story import (
    COPY_RELATIONS,
    Decision,
    Link,
    Member,
    NearestArticle,
    Relation,
    Story,
    StoryChange,
    StoryEvent,
)
from pipelines.model.text_print import MANY, PageParagraphs, SiteBoilerplate, TextPrint

__all__ = [
    "ARRIVED",
    "BACKFILLED",
    "COPY_RELATIONS",
    "MAIL",
    "MANY",
    "OLD",
    "PAYWALL_FLAGS",
    "USUAL_RECHECKS",
    "UTC_CLOCK",
    "AccountedPage",
    "Alert",
    "AlertState",
    "Answer",
    "Article",
    "ArticleVersion",
    "Cadence",
    "Change",
    "Correction",
    "Corrections",
    "CorrectionsUndone",
    "Dateline",
    "Decision",
    "Delivery",
    "Document",
    "Edit",
    "EventDecision",
    "EventLink",
    "EventPrint",
    "EventsEnded",
    "Evidence",
    "Hit",
    "LedgerDecision",
    "Link",
    "Mark",
    "MarkLabel",
    "Member",
    "NearestArticle",
    "OpenBatch",
    "OutboxMail",
    "Outcome",
    "PageAccount",
    "PageAppended",
    "PageDecision",
    "PageFailed",
    "PageHeldBack",
    "PageOffBeat",
    "PageParagraphs",
    "PagePlaced",
    "PageQuarantined",
    "PageRechecked",
    "PageText",
    "PageUnchanged",
    "PageVersion",
    "Passage",
    "Paywall",
    "Piece",
    "Publisher",
    "Quarantined",
    "ReaderClock",
    "ReadingRoom",
    "Reason",
    "RecheckPolicy",
    "RecheckState",
    "RejectedDocument",
    "RelatedStory",
    "Relation",
    "Relevance",
    "Route",
    "RunReport",
    "SavedSearch",
    "SiteBoilerplate",
    "SourceAccount",
    "Span",
    "Stamp",
    "StoredArticle",
    "StoriesCorrected",
    "Story",
    "StoryChange",
    "StoryDocument",
    "StoryEvent",
    "StoryHits",
    "StoryKind",
    "StoryMarked",
    "TextPrint",
    "Trouble",
    "TroubleKind",
    "article_id",
]
