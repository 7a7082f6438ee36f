"""What owners enter about a connection and its models."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbench.claude.errors import AddressRefusedError
from workbench.connections.addresses import check_base_url, operator_rules
from workbench.connections.models import CatalogModel, Connection, Kind

BETA = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A connection. The key can be written, never read; it belongs to the base URL it was saved for."""

    key = forms.CharField(
        label=gettext_lazy("API key"),
        required=False,
        strip=True,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    remove_key = forms.BooleanField(label=gettext_lazy("Remove the stored key"), required=False)
    betas = forms.CharField(label=gettext_lazy("Beta headers"), required=False)

    class Meta:
        model = Connection
        fields: ClassVar = ["name", "base_url", "api_version", "idle_timeout", "deadline", "max_retries", "proxy"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.initial["betas"] = ", ".join(self.instance.betas)
        self.stored_url = self.instance.base_url
        if self.instance.kind == Kind.LOCAL:
            # It has no address of its own choice, no key and no proxy.
            for name in ("base_url", "key", "remove_key", "proxy", "betas", "api_version"):
                del self.fields[name]
        else:
            self.fields["base_url"].required = True

    def clean_name(self) -> str:
        """A name that no other connection of the workspace has."""
        name: str = self.cleaned_data["name"]
        others = Connection.objects.filter(workspace=self.instance.workspace, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("There is a connection with this name already."))
        return name

    def clean_base_url(self) -> str:
        """An address that may be reached."""
        return self._allowed(self.cleaned_data["base_url"]).rstrip("/").removesuffix("/v1")

    def clean_proxy(self) -> str:
        """A proxy that may be reached, if any."""
        proxy: str = self.cleaned_data["proxy"]
        return self._allowed(proxy) if proxy else ""

    def clean_key(self) -> str:
        """Only characters that a header can carry."""
        key: str = self.cleaned_data["key"]
        if not key.isascii() or not key.isprintable() or " " in key:
            raise forms.ValidationError(_("A key has no spaces and no special characters. Paste it again."))
        return key

    def clean_betas(self) -> list[str]:
        """Names of beta features, separated by commas or spaces."""
        betas = [name for name in re.split(r"[\s,]+", self.cleaned_data["betas"]) if name]
        for name in betas:
            if not BETA.fullmatch(name):
                raise forms.ValidationError(_("“%(name)s” is not the name of a beta feature.") % {"name": name})
        return betas

    def save(self, commit: bool = True) -> Connection:
        """Store it; the key only if one was entered, and none that was saved for another address."""
        connection = self.instance
        if connection.kind != Kind.LOCAL:
            new_url, connection.base_url = self.cleaned_data["base_url"], self.stored_url
            connection.move_to(new_url)
            connection.betas = self.cleaned_data["betas"]
            host = urlsplit(new_url).hostname or ""
            is_vendor = host == "anthropic.com" or host.endswith(".anthropic.com")
            connection.kind = Kind.ANTHROPIC if is_vendor else Kind.COMPATIBLE
            if self.cleaned_data["key"] or self.cleaned_data["remove_key"]:
                connection.set_key(self.cleaned_data["key"])
        return super().save(commit)

    @staticmethod
    def _allowed(url: str) -> str:
        try:
            check_base_url(url.strip(), operator_rules())
        except AddressRefusedError as error:
            raise forms.ValidationError(error.message) from None
        return url.strip()


class ModelForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A model's prices, as people here know them (USD per million tokens); both or neither."""

    class Meta:
        model = CatalogModel
        fields: ClassVar = ["input_price", "output_price"]

    def clean(self) -> dict[str, Any]:
        """Half a price is none."""
        cleaned = super().clean() or {}
        if (cleaned.get("input_price") is None) != (cleaned.get("output_price") is None):
            self.add_error("output_price", _("Give both prices, or neither for the published ones."))
        return cleaned


class OwnModelForm(forms.Form):
    """A model added by hand, for servers that have no list."""

    model_id = forms.CharField(label=gettext_lazy("Model id"), max_length=300)
    display_name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
