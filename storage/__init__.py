"""The records, the queries on them, the unit of work, and the migrations."""
