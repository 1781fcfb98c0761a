"""What every test can ask for."""

from tests.browser import browser, chromium, open_playground, page
from tests.databases import (
    database_url,
    empty_database_url,
    migrated_postgres,
    migrated_sqlite,
    postgres_server,
    postgres_url,
    sqlite_url,
)
