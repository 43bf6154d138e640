"""Alerts of the saved searches; mails with answers, a channel and a lease."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)

# A mail's key was SEARCH:STORY:new. What it told becomes an alert that was told, so that nothing is
# told twice.
_TOLD = """
INSERT INTO alerts (key, search_id, story_id, reason, step, state, decided, day, told, mail, facts)
SELECT key, {search}, {story}, 'new', '', 'told', created, {day}, created, key, '{{}}'
FROM outbox WHERE key LIKE '%:s%:new' AND key NOT LIKE 'operators:%'
"""
# Alerts now follow the order of changes, not of arrivals. They go on where they stood: before the first
# article that has arrived since.
_GO_ON = """
INSERT INTO watermarks (name, seq)
SELECT 'alert changes', COALESCE(
    (SELECT MIN(seq) - 1 FROM articles
     WHERE arrival > (SELECT COALESCE(MAX(seq), 0) FROM watermarks WHERE name = 'alerts')),
    (SELECT MAX(seq) FROM articles))
WHERE EXISTS (SELECT 1 FROM articles WHERE seq IS NOT NULL)
"""


def upgrade() -> None:
    op.add_column("outbox", sa.Column("channel", sa.Text, nullable=False, server_default="mail"))
    op.add_column("outbox", sa.Column("answers", sa.Text, nullable=False, server_default="{}"))
    op.add_column("outbox", sa.Column("lease_owner", sa.Text))
    op.add_column("outbox", sa.Column("leased_until", TIME))
    op.create_table(
        "alerts",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("search_id", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided", TIME, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("due", TIME),
        sa.Column("told", TIME),
        sa.Column("mail", sa.Text),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_alerts"),
        sa.UniqueConstraint("key", name="uq_alerts_key"),
    )
    op.create_index("ix_alerts_story_id", "alerts", ["story_id"])
    op.create_index("ix_alerts_state", "alerts", ["state"])
    op.create_index("ix_alerts_search_id_told", "alerts", ["search_id", "told"])
    op.create_index("ix_alerts_reason_day", "alerts", ["reason", "day"])
    _carry_over()


def _carry_over() -> None:
    if op.get_bind().dialect.name == "sqlite":
        search = "substr(key, 1, instr(key, ':') - 1)"
        rest = "substr(key, instr(key, ':') + 1)"
        story = f"substr({rest}, 1, instr({rest}, ':') - 1)"
        day = "substr(created, 1, 10)"
    else:
        search, story = "split_part(key, ':', 1)", "split_part(key, ':', 2)"
        day = "to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    for statement in (_TOLD.format(search=search, story=story, day=day), _GO_ON):
        op.execute(sa.text(statement.replace(":", "\\:")))  # a colon would begin a parameter
