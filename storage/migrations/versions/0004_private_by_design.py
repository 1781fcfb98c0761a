"""private by design: legal holds, purges, and the entry from which a shortened log hangs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("learning_id", sa.Integer(), nullable=True),
        sa.Column("reason_text_id", sa.Integer(), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_legal_hold_partnership_id")),
        sa.ForeignKeyConstraint(["learning_id"], ["learning.id"], name=op.f("fk_legal_hold_learning_id")),
        sa.ForeignKeyConstraint(["reason_text_id"], ["text.id"], name=op.f("fk_legal_hold_reason_text_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_legal_hold_by_person_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_legal_hold_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    with op.batch_alter_table("legal_hold", schema=None) as batch_op:
        batch_op.create_index("ix_legal_hold_partnership", ["partnership_id", "ended_at"], unique=False)
    op.create_table(
        "purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before", storage.base.Json(), nullable=True),
        sa.Column("counts", storage.base.Json(), nullable=True),
        sa.Column("removed", storage.base.Json(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("told_at", storage.base.Instant(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", storage.base.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", storage.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_purge_partnership_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_purge_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge")),
    )
    with op.batch_alter_table("purge", schema=None) as batch_op:
        batch_op.create_index("ix_purge_partnership", ["partnership_id", "state"], unique=False)
    with op.batch_alter_table("log_head", schema=None) as batch_op:
        batch_op.add_column(sa.Column("from_number", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("from_hash", sa.String(), server_default="0" * 64, nullable=False))
