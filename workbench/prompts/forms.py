"""What people enter about a prompt: how it is called and filed, notes on versions, labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbench.prompts.actions import About
from workbench.prompts.models import MAX_NAME, MAX_NOTE, MAX_TAG, Prompt

MAX_TAGS = 20
MAX_DESCRIPTION = 10_000


class AboutForm(forms.Form):
    """Name, description, folder and tags of a prompt."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_NAME)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=MAX_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": True}),
    )
    folder = forms.CharField(
        label=gettext_lazy("Folder"),
        required=False,
        max_length=MAX_NAME,
        help_text=gettext_lazy("Names between slashes, such as support/mail."),
        widget=forms.TextInput(attrs={"list": "folders", "autocomplete": "off"}),
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=MAX_TAGS * (MAX_TAG + 2),
        help_text=gettext_lazy("Separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @staticmethod
    def values_of(prompt: Prompt) -> dict[str, str]:
        """A prompt as the form shows it."""
        tags = ", ".join(prompt.tags.values_list("name", flat=True))
        return {"name": prompt.name, "description": prompt.description, "folder": prompt.folder, "tags": tags}

    def clean_folder(self) -> str:
        """The path without empty names."""
        names = (name.strip() for name in self.cleaned_data["folder"].split("/"))
        return "/".join(name for name in names if name)

    def clean_tags(self) -> list[str]:
        """The tags, each once, in the order in which they were typed."""
        typed = self.cleaned_data["tags"].replace("\N{FULLWIDTH COMMA}", ",").split(",")
        tags = list(dict.fromkeys(filter(None, (" ".join(tag.split()) for tag in typed))))
        if len(tags) > MAX_TAGS:
            raise forms.ValidationError(_("At most %(number)s tags.") % {"number": MAX_TAGS})
        if long := next((tag for tag in tags if len(tag) > MAX_TAG), ""):
            raise forms.ValidationError(
                _("“%(tag)s” is longer than %(number)s characters.") % {"tag": long, "number": MAX_TAG}
            )
        return tags

    def about(self) -> About:
        """How the prompt is to be filed, once the form is valid."""
        return About(**{name: self.cleaned_data[name] for name in ("name", "description", "folder", "tags")})


class NewPromptForm(AboutForm):
    """The same for a prompt that is saved for the first time, with a note on its first version."""

    note = forms.CharField(label=gettext_lazy("Note on this version"), required=False, max_length=MAX_NOTE)


class LabelForm(forms.Form):
    """A label and where it points."""

    name = forms.CharField(label=gettext_lazy("Label"), max_length=MAX_TAG)
    number = forms.IntegerField(required=False, min_value=1)

    def clean_name(self) -> str:
        """The name with single spaces."""
        return " ".join(self.cleaned_data["name"].split())


def note_in(data: Mapping[str, Any]) -> str:
    """The note on a version that a form posts, cut to what is stored."""
    return str(data.get("note", "")).strip()[:MAX_NOTE]
