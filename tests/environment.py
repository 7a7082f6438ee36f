"""Loaded by pytest before Django: tests see neither the developer's data nor the developer's keys.

With `WORKBENCH_TEST_DATABASE_URL` they run on that PostgreSQL server, in databases that they make there (its role must
be allowed to); without it, on SQLite.
"""

import os
import tempfile

DATABASE_URL = os.environ.get("WORKBENCH_TEST_DATABASE_URL", "")
for _name in list(os.environ):
    if _name.startswith(("ANTHROPIC_", "WORKBENCH_")) and _name != "WORKBENCH_REQUIRE_BROWSER":
        del os.environ[_name]
# Kept as long as the process lives: the object removes the folder when it goes.
_folder = tempfile.TemporaryDirectory(prefix="workbench-tests-")
os.environ["WORKBENCH_DATA_DIR"] = _folder.name
os.environ["WORKBENCH_DATABASE_URL"] = DATABASE_URL
os.mkdir(f"{_folder.name}/static")  # noqa: PTH102 - only os is loaded this early
