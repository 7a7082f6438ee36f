"""How large a file may be, and all files of a workspace together; and how sizes are said."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Sum

from workbench.files.models import StoredFile
from workbench.teams.models import Workspace

MB = 1024 * 1024
# What a form needs beside the file: its other fields and the lines between them (bytes).
FORM = 64 * 1024


def max_file() -> int:
    """Bytes of one file (WORKBENCH_MAX_FILE_MB)."""
    return int(settings.ENVIRONMENT.max_file_mb) * MB


def max_request() -> int:
    """Bytes of a form with one file in it."""
    return max_file() + FORM


def quota() -> int:
    """Bytes of all files of one workspace (WORKBENCH_FILES_QUOTA_GB)."""
    return int(settings.ENVIRONMENT.files_quota_gb * 1024 * MB)


def used(workspace: Workspace) -> int:
    """Bytes that a workspace's files take; deleted ones count until they are gone for good."""
    return StoredFile.objects.filter(workspace=workspace).aggregate(total=Sum("size"))["total"] or 0
