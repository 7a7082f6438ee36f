"""A lane as the page shows it: the form of its settings, the models to pick from, its saved set, its last answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workbench.connections.models import CatalogModel, Health, Lifecycle
from workbench.connections.prices import figure, price_of
from workbench.connections.queries import models_for_picker, picker_value
from workbench.playground.controls import IN_PANEL, IN_SIGHT, Control, controls_of
from workbench.prompts.beside import values_beside
from workbench.prompts.models import ParameterSet
from workbench.prompts.parameter_sets import differs_from_set, list_sets
from workbench.prompts.turns import Turn, turn_of
from workbench.runs.drafting import draft_of
from workbench.runs.lane_form import LaneForm
from workbench.runs.models import Run
from workbench.teams.models import Member

# What a person should know of a connection before pressing Run.
TROUBLE = (Health.FAILING, Health.KEY_REFUSED, Health.UNREACHABLE, Health.LOCKED, Health.STARTING)


@dataclass(slots=True)
class LaneView:
    """One column: its form, the models to pick from, and its last answer (the answer's context, or None)."""

    index: int
    form: LaneForm
    choices: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    model: CatalogModel | None
    sets: Sequence[ParameterSet] = ()
    answer: dict[str, Any] | None = None

    @property
    def price(self) -> str:
        """What the model costs, in words; empty if nobody said."""
        if self.model is None or (price := price_of(self.model, timezone.now())) is None:
            return ""
        if not price.input and not price.output:
            return _("free")
        words = _("%(input)s in, %(output)s out per M tokens")
        return words % {"input": figure(price.input), "output": figure(price.output)}

    @property
    def trouble(self) -> str:
        """What is wrong with the model's connection, as far as was found; empty if nothing."""
        connection = self.model.connection if self.model else None
        return connection.get_health_display() if connection and connection.health in TROUBLE else ""

    @property
    def life(self) -> str:
        """That the model is on its way out or gone, with the date; empty for a living one."""
        if self.model is None or self.model.lifecycle == Lifecycle.ACTIVE:
            return ""
        words = {
            (Lifecycle.DEPRECATED, True): _("deprecated, retires on %(date)s"),
            (Lifecycle.DEPRECATED, False): _("deprecated"),
            (Lifecycle.RETIRED, True): _("retired on %(date)s"),
            (Lifecycle.RETIRED, False): _("retired"),
        }[Lifecycle(self.model.lifecycle), self.model.retires_at is not None]
        return words % {"date": date_format(self.model.retires_at, "DATE_FORMAT") if self.model.retires_at else ""}

    @property
    def parameter_set(self) -> ParameterSet | None:
        """The saved set that the lane's settings came from."""
        chosen = str(self.form["parameter_set"].value() or "")
        return next((found for found in self.sets if str(found.pk) == chosen), None)

    @property
    def is_set_changed(self) -> bool:
        """Whether the settings differ by now from those of the set."""
        return self.parameter_set is not None and differs_from_set(self.settings, self.parameter_set)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as typed, by the names of the form's fields."""
        return {name: self.form[name].value() for name in self.form.fields}

    @property
    def in_sight(self) -> list[Control]:
        """The controls that are used most."""
        return list(controls_of(self.form, IN_SIGHT))

    @property
    def in_panel(self) -> list[Control]:
        """All other controls that the model has."""
        shown = {control.name for control in self.in_sight}
        return [control for control in controls_of(self.form, ("effort", *IN_PANEL)) if control.name not in shown]

    @property
    def notes(self) -> Sequence[str]:
        """Why a control is absent, in sentences."""
        return self.form.rules.notes if self.form.rules else ()


def lane_views(
    settings: Sequence[Mapping[str, Any]],
    picker: Sequence[tuple[Any, Sequence[CatalogModel]]],
    answers: Mapping[int, dict[str, Any]],
    sets: Sequence[ParameterSet],
) -> list[LaneView]:
    """The lanes with these settings, each with its last answer."""
    models, choices = _models_and_choices(picker)
    return [
        lane_view(index, dict(lane), models, choices, sets, answers.get(index)) for index, lane in enumerate(settings)
    ]


def lane_again(member: Member, index: int, settings: Mapping[str, Any]) -> LaneView:
    """One lane with these settings, among the models and sets of the member's workspace."""
    models, choices = _models_and_choices(models_for_picker(member.workspace))
    return lane_view(index, dict(settings), models, choices, list_sets(member.workspace))


def tell_whose(lane: LaneView, content: Mapping[str, Any] | None = None) -> None:
    """Say above a lane's answer whose it is, if another model gave it than the lane's or, with a draft's `content`
    given, if it answers another text."""
    if lane.answer is None:
        return
    run: Run = lane.answer["run"]
    is_others = f"{run.connection_id}:{run.model}" != lane.form["model"].value()
    is_earlier = content is not None and _is_other(draft_of(run), content)
    words = {
        (True, True): _("Answer of %(model)s to another text"),
        (True, False): _("Answer of %(model)s"),
        (False, True): _("Answer to another text"),
    }
    lane.answer["whose"] = words.get((is_others, is_earlier), "") % {"model": run.model_label}


def _is_other(asked: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether a run asked something else than what is shown begins with: what goes on from it is no other text."""
    return says_else(asked, {**shown, "turns": (shown.get("turns") or [])[: len(asked["turns"])]})


def says_else(asked: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether two drafts hold other texts, other values, or other tools or schemas beside them."""
    values = [{name: value for name, value in (text.get("values") or {}).items() if value} for text in (asked, shown)]
    if values_beside(asked) != values_beside(shown):
        return True
    return _texts(asked) != _texts(shown) or (bool(values[1]) and values[0] != values[1])


def _texts(content: Mapping[str, Any]) -> tuple[str, list[Turn]]:
    unmarked = ({**turn, "cache": ""} for turn in content.get("turns") or [])  # a mark for the cache says nothing else
    return content.get("system") or "", [turn_of(turn) for turn in unmarked]


def _models_and_choices(
    picker: Sequence[tuple[Any, Sequence[CatalogModel]]],
) -> tuple[dict[str, CatalogModel], list[tuple[str, Sequence[tuple[str, str]]]]]:
    models = {picker_value(model): model for _connection, offered in picker for model in offered}
    choices: list[tuple[str, Sequence[tuple[str, str]]]] = [
        (str(connection), [(picker_value(model), model.label) for model in offered])
        for connection, offered in picker
        if offered
    ]
    return models, choices


def lane_view(
    index: int,
    settings: dict[str, Any],
    models: Mapping[str, CatalogModel],
    choices: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    sets: Sequence[ParameterSet],
    answer: dict[str, Any] | None = None,
) -> LaneView:
    """A lane with these settings; if its model is not offered any more, the same of another connection or the first."""
    if settings.get("model") not in models:
        name = str(settings.get("model", "")).partition(":")[2]
        same = (value for value, model in models.items() if model.model_id == name)
        settings["model"] = next(same, next(iter(models), ""))
    stops = settings.get("stop_sequences")
    if isinstance(stops, list):
        settings["stop_sequences"] = "\n".join(stop.replace("\n", "\\n").replace("\t", "\\t") for stop in stops)
    form = LaneForm({f"lane-{index}-{name}": value for name, value in settings.items()}, models, index)
    if form.rules:
        for name in form.rules.left_out(settings):
            form.data = {**form.data, f"lane-{index}-{name}": ""}
    if not settings.get("max_tokens") and form.rules:
        form.data = {**form.data, f"lane-{index}-max_tokens": form.rules.default_max_tokens}
    return LaneView(index, form, choices, form.chosen, sets, answer)
