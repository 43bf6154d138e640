"""The values of the pipeline, frozen: a file for each noun.

Everything here may be imported from `pipelines.model`.
"""

from __future__ import annotations

from pipelines.model.alert import MAIL, Alert, AlertState, Answer, Delivery, OutboxMail
from pipelines.model.article import Article, Publisher, Stamp, StoredArticle, article_id
from pipelines.model.correction import Said, Word
from pipelines.model.decision import Taking
from pipelines.model.document import Change, Document, Hit, Rejected, StoryDocument, StoryHits
from pipelines.model.event import EventLink, EventPrint, Related
from pipelines.model.relevance import Relevance
from pipelines.model.revision import ArticleVersion, Edit, Look, PageText, PageVersion, Passage, Piece
from pipelines.model.route import Dateline, Evidence, Route, Span, StoryKind
from pipelines.model.run import OpenBatch, Outcome, PageAccount, Quarantined, RunReport, SourceAccount
from pipelines.model.search import Cadence, Reason, SavedSearch
from pipelines.model.story import (
    COPY_RELATIONS,
    Decision,
    HistoryLine,
    Link,
    Member,
    Nearest,
    Relation,
    Story,
    Turn,
)
from pipelines.model.text_print import MANY, Furniture, ReadPage, TextPrint

__all__ = [
    "COPY_RELATIONS",
    "MAIL",
    "MANY",
    "Alert",
    "AlertState",
    "Answer",
    "Article",
    "ArticleVersion",
    "Cadence",
    "Change",
    "Dateline",
    "Decision",
    "Delivery",
    "Document",
    "Edit",
    "EventLink",
    "EventPrint",
    "Evidence",
    "Furniture",
    "HistoryLine",
    "Hit",
    "Link",
    "Look",
    "Member",
    "Nearest",
    "OpenBatch",
    "OutboxMail",
    "Outcome",
    "PageAccount",
    "PageText",
    "PageVersion",
    "Passage",
    "Piece",
    "Publisher",
    "Quarantined",
    "ReadPage",
    "Reason",
    "Rejected",
    "Related",
    "Relation",
    "Relevance",
    "Route",
    "RunReport",
    "Said",
    "SavedSearch",
    "SourceAccount",
    "Span",
    "Stamp",
    "StoredArticle",
    "Story",
    "StoryDocument",
    "StoryHits",
    "StoryKind",
    "Taking",
    "TextPrint",
    "Turn",
    "Word",
    "article_id",
]
