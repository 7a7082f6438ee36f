"""Loaded by pytest before Django: tests see neither the developer's data nor the developer's keys."""

import os
import tempfile

for _name in list(os.environ):
    if _name.startswith(("ANTHROPIC_", "WORKBENCH_")) and _name != "WORKBENCH_REQUIRE_BROWSER":
        del os.environ[_name]
# Kept as long as the process lives: the object removes the folder when it goes.
_folder = tempfile.TemporaryDirectory(prefix="workbench-tests-")
os.environ["WORKBENCH_DATA_DIR"] = _folder.name
os.mkdir(f"{_folder.name}/static")  # noqa: PTH102 - only os is loaded this early
