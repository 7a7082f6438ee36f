"""What people enter about themselves, their workspaces and whom they invite."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from workbench.teams.audit import Action
from workbench.teams.models import Invitation, Member, Role, Theme, User, Workspace
from workbench.teams.queries import AuditWish, people_in_audit


class InviteForm(forms.Form):
    """Whom to invite, as what. Without an address the invitation is for whoever gets the link."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail (optional)"),
        required=False,
        help_text=gettext_lazy("With an address, only that person can use the invitation."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.EDITOR)

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.workspace = workspace

    def clean_email(self) -> str:
        """In small letters; of nobody who is here already. Needed if it is to be sent."""
        email: str = self.cleaned_data["email"].lower()
        if "send" in self.data and not email:
            raise forms.ValidationError(_("Enter the address that the invitation is to be sent to."))
        if email and Member.objects.filter(workspace=self.workspace, user__email=email).exists():
            raise forms.ValidationError(_("This person is a member already."))
        return email


class NewAccountForm(forms.Form):
    """An account of one's own, made with an invitation."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        help_text=gettext_lazy("At least 10 characters. A few words in a row are good and easy to keep."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        if invitation.email:
            self.fields["email"].initial = invitation.email
            self.fields["email"].disabled = True

    def clean_email(self) -> str:
        """In small letters; of nobody who has an account."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("There is an account with this address. Sign in to join with it."))
        return email

    def clean(self) -> dict[str, Any]:
        """A password that is long enough, not common, and not like name or address."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned:
            person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A workspace's name."""

    class Meta:
        model = Workspace
        fields = ("name",)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A person's name, language and theme."""

    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=Theme.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    class Meta:
        model = User
        fields = ("name", "language", "theme")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        own_names = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        self.fields["language"].choices = [("", _("As in this browser")), *own_names]  # type: ignore[attr-defined]  # a choice field
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["name"].help_text = _(
            "Shown to the members of your workspaces. Without one, your address up to its @."
        )


class AuditForm(forms.Form):
    """Which entries of the audit to show."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Everyone"),
    )
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    first_day = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_in_audit(workspace)  # type: ignore[attr-defined]  # a choice field
        self.fields["action"].choices = [("", _("Every action")), *Action.choices]  # type: ignore[attr-defined]  # a choice field

    def wish(self) -> AuditWish:
        """What was asked for; what makes no sense does not narrow."""
        self.full_clean()
        return AuditWish(**{name: value for name, value in self.cleaned_data.items() if value})
