"""`manage.py serve`: everything that a start needs, then serves. What `make run` calls."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone

from workbench.preparing import preparing_alone
from workbench.teams.models import Member, SignInLink


class Command(BaseCommand):
    """Prepares the data folder, starts the local model, prints a sign-in link, and serves."""

    help = "Prepare the data folder, start the local model if wanted, and serve."

    def handle(self, *_args: object, **_options: object) -> None:
        """Never returns: the process ends with the server."""
        environment = settings.ENVIRONMENT
        _check_port(environment.host, environment.port)
        with preparing_alone():
            call_command("migrate", interactive=False, verbosity=0)
            _collect_static()
            from workbench.starting import prepare, start_local_model  # noqa: PLC0415 - needs the tables

            owner = prepare()
        local_model = start_local_model()
        self._greet(owner, environment.public_url, environment.is_loopback)
        from workbench.serving import serve  # noqa: PLC0415 - installs the reactor

        try:
            serve(environment.host, environment.port)
        finally:
            if local_model:
                local_model.stop()
        # A request that came in at the last moment waits in its thread for a loop that runs no more, and the
        # interpreter would wait for that thread, for ever. Whatever had to be kept is stored by now.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    def _greet(self, owner: Member, public_url: str, is_loopback: bool) -> None:
        if is_loopback:
            token = SignInLink.make(owner.user, timezone.now())
            self.stdout.write(f"\n  Workbench is at {public_url}\n\n  Sign in (once, within 15 minutes):")
            self.stdout.write(f"  {public_url}/accounts/link/{token}/\n")
        else:
            self.stdout.write(f"\n  Workbench is at {public_url}\n")
        self.stdout.flush()


def _check_port(host: str, port: int) -> None:
    """Say so before anything else if nobody can listen there: a link to another program would mislead."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Workbench cannot listen on {host}, port {port}: {error.strerror}. "
                "Is it running already? Choose another port with WORKBENCH_PORT."
            ) from error


def _collect_static() -> None:
    """Collect and compress static files, only when one of them changed: it takes longer than all of the start."""
    stamp = Path(settings.STATIC_ROOT) / ".sources"
    state = _state_of_sources()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=Path(settings.STATIC_ROOT).exists())
    stamp.write_text(state)


def _state_of_sources() -> str:
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415 - only here

    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            state.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return state.hexdigest()
