"""Take away what is kept of the events of stories that are gone, and count again.

A story that lost its last article used to leave its event behind, and others went on counting it as a report.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: Stories at once, well under what one statement may list in SQLite (32,766 values).
AT_ONCE = 500
# A joined story keeps its event under its former id until its new story is looked at again.
_ENDED = sa.text(
    "SELECT story_id FROM event_prints"
    " WHERE story_id NOT IN (SELECT id FROM stories)"
    " AND story_id NOT IN (SELECT old_id FROM story_redirects)"
    " ORDER BY story_id"
)


def upgrade() -> None:
    from pipelines.adapters.ledger.decisions import SqlDecisions
    from pipelines.adapters.ledger.event_rows import write_ended_events
    from pipelines.stories.event_counts import decide_ended

    bind = op.get_bind()
    story_ids = list(bind.execute(_ENDED).scalars())
    for at in range(0, len(story_ids), AT_ONCE):
        # A story of a later part may count here still; it is counted again with its own part.
        ended = decide_ended(story_ids[at : at + AT_ONCE], SqlDecisions(bind))
        if ended is not None:
            write_ended_events(bind, ended)
