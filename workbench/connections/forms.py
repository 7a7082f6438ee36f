"""What owners enter about a connection and its models. A key can be written here, never read."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbench.claude.errors import AddressRefusedError
from workbench.connections.addresses import check_base_url, operator_rules
from workbench.connections.models import CatalogModel, Connection, Kind

BETA = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}")
# A local model has no address of its own choice, no key and no proxy.
NOT_FOR_LOCAL = ("base_url", "key", "remove_key", "proxy", "betas", "api_version")
# What the server's environment says about a connection that follows it.
NOT_FOR_ENVIRONMENT = ("base_url", "key", "remove_key", "proxy")
HELP = {
    "base_url": gettext_lazy(
        "Without /v1. The key belongs to this address: saving another one removes the stored key."
    ),
    "key": gettext_lazy("Kept sealed, sent to this address only, and never shown again."),
    "api_version": gettext_lazy("Automatic takes the newest, or an older one where a parameter needs it."),
    "betas": gettext_lazy("Names of beta features, separated by commas."),
    "idle_timeout": gettext_lazy("How long to wait while nothing arrives."),
    "deadline": gettext_lazy("How long one answer may take in all, retries included."),
    "max_retries": gettext_lazy("After errors that may pass, before an answer has begun."),
    "proxy": gettext_lazy("Only if the server cannot be reached without one."),
}


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A connection. An empty key keeps the stored one; a key belongs to the base URL it was saved for."""

    key = forms.CharField(
        label=gettext_lazy("API key"),
        required=False,
        max_length=2000,
        # "new-password" keeps password managers from filling in the person's own.
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
    )
    remove_key = forms.BooleanField(label=gettext_lazy("Remove the stored key"), required=False)
    betas = forms.CharField(label=gettext_lazy("Beta headers"), required=False, max_length=2000)

    field_order = ("name", "base_url", "key", "remove_key")

    class Meta:
        model = Connection
        fields: ClassVar = ["name", "base_url", "api_version", "idle_timeout", "deadline", "max_retries", "proxy"]
        widgets: ClassVar = {
            "base_url": forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://…", "spellcheck": "false"}),
            "proxy": forms.TextInput(attrs={"inputmode": "url", "placeholder": "http://…", "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.stored_url = self.instance.base_url
        self.had_key = bool(self.instance.sealed_key)
        self.initial["betas"] = ", ".join(self.instance.betas)
        self.fields["base_url"].required = True
        for name in self._absent():
            del self.fields[name]
        if not self.had_key:
            self.fields.pop("remove_key", None)
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, "")
        if self.had_key:
            self._explain_stored_key()

    def _explain_stored_key(self) -> None:
        words = _("A key that ends in %(hint)s is stored and never shown. Leave this empty to keep it.")
        if "key" in self.fields:
            self.fields["key"].help_text = words % {"hint": self.instance.key_hint}
            self.fields["base_url"].help_text = _(
                "The stored key belongs to this address: saving another one removes the stored key."
            )

    def _absent(self) -> tuple[str, ...]:
        if self.instance.kind == Kind.LOCAL:
            return NOT_FOR_LOCAL
        follows = self.instance.from_environment and settings.ENVIRONMENT.anthropic_api_key
        return NOT_FOR_ENVIRONMENT if follows else ()

    @property
    def lost_key(self) -> bool:
        """After saving: whether a stored key went because it belonged to another address."""
        return self.had_key and not self.instance.sealed_key and not self.cleaned_data.get("remove_key")

    def clean_name(self) -> str:
        """A name that no other connection of the workspace has."""
        name: str = self.cleaned_data["name"]
        others = Connection.objects.filter(workspace=self.instance.workspace, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("There is a connection with this name already."))
        return name

    def clean_base_url(self) -> str:
        """An address that may be reached."""
        return _allowed(self.cleaned_data["base_url"]).rstrip("/").removesuffix("/v1").rstrip("/")

    def clean_proxy(self) -> str:
        """A proxy that may be reached, if any."""
        proxy: str = self.cleaned_data["proxy"]
        return _allowed(proxy) if proxy else ""

    def clean_key(self) -> str:
        """Only characters that a header can carry."""
        key: str = self.cleaned_data["key"]
        if not key.isascii() or not key.isprintable() or " " in key:
            raise forms.ValidationError(_("A key has no spaces and no special characters. Paste it again."))
        return key

    def clean_betas(self) -> list[str]:
        """Names of beta features, separated by commas or spaces; each once."""
        betas = [name for name in re.split(r"[\s,]+", self.cleaned_data["betas"]) if name]
        for name in betas:
            if not BETA.fullmatch(name):
                raise forms.ValidationError(_("“%(name)s” is not the name of a beta feature.") % {"name": name})
        return list(dict.fromkeys(betas))

    def save(self, commit: bool = True) -> Connection:
        """Store it; the key only if one was entered, and none that was saved for another address."""
        connection: Connection = self.instance
        if "base_url" in self.fields:
            new_url, connection.base_url = self.cleaned_data["base_url"], self.stored_url
            connection.move_to(new_url)
            connection.kind = Kind.of_address(new_url)
            if "proxy" in self.changed_data and new_url.startswith("http://"):
                # Over plain http a proxy reads the key: it was saved for another way.
                connection.set_key("")
            if self.cleaned_data["key"] or self.cleaned_data.get("remove_key"):
                connection.set_key(self.cleaned_data["key"])
        if "betas" in self.fields:
            connection.betas = self.cleaned_data["betas"]
        if set(self.changed_data) - {"name"}:
            connection.forget_health()
        saved: Connection = super().save(commit)
        return saved


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A model's prices, as people here know them (USD per million tokens); both or neither."""

    class Meta:
        model = CatalogModel
        fields: ClassVar = ["input_price", "output_price"]
        widgets: ClassVar = {name: forms.NumberInput(attrs={"step": "any", "min": "0"}) for name in fields}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        # In a table the label stands above the column: each field says itself what it is, and of which model.
        for field in self.fields.values():
            words = {"price": field.label, "model": self.instance.label}
            field.widget.attrs["aria-label"] = _("%(price)s, %(model)s") % words

    def clean(self) -> dict[str, Any]:
        """Half a price is none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [cleaned.get(name) is not None for name in ("input_price", "output_price")]
        if any(given) and not all(given) and not self.errors:
            missing = "output_price" if given[0] else "input_price"
            self.add_error(missing, _("Give both prices, or neither for the published ones."))
        return cleaned


class OwnModelForm(forms.Form):
    """A model added by hand, for servers that have no list."""

    model_id = forms.CharField(label=gettext_lazy("Model id"), max_length=300)
    display_name = forms.CharField(label=gettext_lazy("Name (optional)"), max_length=200, required=False)

    def clean_model_id(self) -> str:
        """Anything that fits on one line: ids of other servers may hold slashes and spaces."""
        model_id: str = self.cleaned_data["model_id"]
        if not model_id.isprintable():
            raise forms.ValidationError(_("A model id is one line of visible characters."))
        return model_id


def _allowed(url: str) -> str:
    try:
        check_base_url(url.strip(), operator_rules())
    except AddressRefusedError as error:
        raise forms.ValidationError(error.message) from None
    return url.strip()
