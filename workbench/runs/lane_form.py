"""The settings of a lane as a form: which are legal is decided by the model, not here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbench.connections.capabilities import choose_api_version
from workbench.connections.models import CatalogModel, Connection
from workbench.connections.parameter_rules import ParameterRules, parameter_rules
from workbench.prompts.api_settings import NEVER_EXTRA
from workbench.prompts.typed_json import TypedJsonError, read_typed

NOT_SENT = ("model", "parameter_set")  # fields of a lane that are no parameters
BETA = re.compile(r"[A-Za-z0-9_.-]{1,100}")
MAX_BETAS = 50


@dataclass(frozen=True, slots=True)
class LaneRequest:
    """One lane, checked: which model, with which settings (flat), by which version of the API."""

    index: int
    connection: Connection
    model: CatalogModel
    parameters: Mapping[str, Any]
    rules: ParameterRules
    api_version: str
    betas: Sequence[str] = ()
    set_id: int | None = None


class StopSequencesField(forms.Field):
    """Stop sequences, one per line; `\\n` and `\\t` stand for a line break and a tab inside one."""

    widget = forms.Textarea

    def clean(self, value: str | None) -> list[str]:
        """The list of sequences, empty lines left out."""
        lines = [line for line in (value or "").splitlines() if line]
        return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines]


class BetasField(forms.Field):
    """Names of beta features, between white space or commas."""

    def clean(self, value: str | None) -> list[str]:
        """The names, each once."""
        names = list(dict.fromkeys(name for name in re.split(r"[\s,]+", value or "") if name))
        if len(names) > MAX_BETAS or not all(BETA.fullmatch(name) for name in names):
            raise forms.ValidationError(_("Names of beta features, such as files-api-2025-04-14, between commas."))
        return names


class ExtraField(forms.Field):
    """Free JSON for the request's body: one object, every key once."""

    widget = forms.Textarea

    def clean(self, value: str | None) -> dict[str, Any]:
        """The object; empty if nothing was typed."""
        if not (value or "").strip():
            return {}
        try:
            found = read_typed(value or "")
        except TypedJsonError as wrong:
            raise forms.ValidationError(str(wrong)) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(_("Write one JSON object: { … }."))
        if taken := [name for name in NEVER_EXTRA if name in found]:
            raise forms.ValidationError(_("“%(name)s” is set by the page.") % {"name": taken[0]})
        return found


class LaneForm(forms.Form):
    """A lane's model and parameters."""

    model = forms.CharField(label=gettext_lazy("Model"))
    max_tokens = forms.IntegerField(label=gettext_lazy("Max tokens"), min_value=0)
    temperature = forms.FloatField(label=gettext_lazy("Temperature"), required=False)
    thinking = forms.CharField(label=gettext_lazy("Thinking"), required=False)
    thinking_budget = forms.IntegerField(label=gettext_lazy("Tokens to think"), required=False)
    thinking_display = forms.CharField(label=gettext_lazy("Show thinking"), required=False)
    effort = forms.CharField(label=gettext_lazy("Effort"), required=False)
    top_p = forms.FloatField(label=gettext_lazy("Top p"), required=False)
    top_k = forms.IntegerField(label=gettext_lazy("Top k"), required=False)
    stop_sequences = StopSequencesField(
        label=gettext_lazy("Stop sequences"),
        required=False,
        help_text=gettext_lazy("One per line. The answer ends before the first that appears."),
    )
    tool_choice = forms.CharField(label=gettext_lazy("Use of tools"), required=False)
    tool_name = forms.CharField(label=gettext_lazy("Which tool"), required=False, max_length=128)
    parallel_tools = forms.CharField(label=gettext_lazy("Calls of tools"), required=False)
    cache_control = forms.CharField(
        label=gettext_lazy("Keep in the cache"),
        required=False,
        help_text=gettext_lazy(
            "The whole request: the provider sets the mark at its end. Marks in the prompt stand where you set them."
        ),
    )
    service_tier = forms.CharField(label=gettext_lazy("Service tier"), required=False)
    speed = forms.CharField(label=gettext_lazy("Speed"), required=False)
    user_id = forms.CharField(
        label=gettext_lazy("User ID"),
        required=False,
        max_length=256,
        help_text=gettext_lazy("An opaque name of the person the answer is for; no personal data."),
    )
    betas = BetasField(label=gettext_lazy("Beta headers"), required=False)
    extra = ExtraField(
        label=gettext_lazy("More of the request, as JSON"),
        required=False,
        help_text=gettext_lazy("An object that is merged into the request last."),
    )
    parameter_set = forms.IntegerField(required=False)  # the saved set that the settings came from

    def __init__(
        self, data: QueryDict | Mapping[str, Any] | None, models: Mapping[str, CatalogModel], index: int
    ) -> None:
        """`models` maps the picker's values to what they stand for; `index` counts lanes from 0."""
        super().__init__(data, prefix=f"lane-{index}")
        self.models = models
        self.index = index

    @property
    def chosen(self) -> CatalogModel | None:
        """The model picked in the form as it stands, valid or not."""
        return self.models.get(self["model"].value() or "")

    @property
    def rules(self) -> ParameterRules | None:
        """What the chosen model takes."""
        return parameter_rules(self.chosen.connection, self.chosen) if self.chosen else None

    @property
    def shown(self) -> list[str]:
        """The names of the fields that the page has for the chosen model."""
        rules = self.rules
        absent = [name for name in self.fields if rules and not rules.has(name)]
        return [name for name in self.fields if name not in (*absent, "parameter_set")]

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong, by the name of a field that the page has."""
        shown = self.shown
        found: dict[str, str] = {}
        for name, messages in self.errors.items():
            place = name if name in shown else "model"
            found[place] = " ".join([*filter(None, [found.get(place)]), *map(str, messages)])
        return found

    def clean_model(self) -> CatalogModel:
        """The picked model, if this workspace has it."""
        model = self.models.get(self.cleaned_data["model"])
        if model is None:
            raise forms.ValidationError(_("This model is not offered here any more. Choose another one."))
        return model

    def clean(self) -> dict[str, Any]:
        """Check every parameter against what the chosen model takes."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        model = cleaned.get("model")
        if isinstance(model, CatalogModel):
            rules = parameter_rules(model.connection, model)
            for name, message in rules.problems(self.parameters(cleaned)):
                self.add_error(name if name in self.fields else None, message)
        return cleaned

    @staticmethod
    def parameters(cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters that are set, by their flat names."""
        found = {name: value for name, value in cleaned.items() if name not in NOT_SENT}
        found = {name: value for name, value in found.items() if value not in (None, [], "", {})}
        if found.get("thinking") != "enabled":
            found.pop("thinking_budget", None)  # its field is hidden, and what it holds waits there
        if found.get("tool_choice") != "tool":
            found.pop("tool_name", None)
        return found

    def lane(self) -> LaneRequest:
        """The lane, once the form is valid."""
        model: CatalogModel = self.cleaned_data["model"]
        parameters = self.parameters(self.cleaned_data)
        rules = parameter_rules(model.connection, model)
        betas = parameters.pop("betas", [])
        if parameters.get("speed") == "fast" and rules.capabilities.fast:
            betas = list(dict.fromkeys([*betas, rules.capabilities.fast]))
        version = choose_api_version(model.connection, model.model_id, {**parameters, **parameters.get("extra", {})})
        chosen = self.cleaned_data["parameter_set"]
        return LaneRequest(self.index, model.connection, model, parameters, rules, version, betas, chosen)
