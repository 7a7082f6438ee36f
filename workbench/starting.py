"""The first start, and what every start makes sure of: an owner, sample prompts, connections, the local model."""

from __future__ import annotations

from django.conf import settings

from workbench.connections.actions import ensure_first_connections, reseal_keys, wants_local_model
from workbench.local_model.supervisor import LocalModel
from workbench.local_model.weights import find_weights
from workbench.prompts.samples import add_sample_prompts
from workbench.teams.actions import ensure_first_owner
from workbench.teams.models import Member


def prepare() -> Member:
    """Make what is missing; change nothing that is there. Returns the first owner."""
    environment = settings.ENVIRONMENT
    owner, is_new = ensure_first_owner(environment.owner_email, environment.owner_password)
    if is_new:
        add_sample_prompts(owner)
    ensure_first_connections(owner.workspace)
    reseal_keys()
    return owner


def start_local_model() -> LocalModel | None:
    """Start the local model in the background, if the settings want one and it can run here."""
    weights = find_weights(settings.ENVIRONMENT.local_model)
    if weights is None or not wants_local_model():
        return None
    model = LocalModel(weights, settings.ENVIRONMENT.data_dir)
    model.start()
    return model
