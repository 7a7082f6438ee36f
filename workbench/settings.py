"""Django's settings, driven by the environment (see environment.py). The one settings file: there is no other."""

from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from workbench.database import database_settings
from workbench.environment import SettingsError, make_data_dir, read_environment
from workbench.logs import logging_config
from workbench.sealing.keyring import Keyring, load_or_create_keys

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = read_environment(BASE_DIR)
make_data_dir(ENVIRONMENT.data_dir)

# --- Keys: one list serves sealing and signing, under different labels --------------------------------------------
try:
    SEALING_KEYS = ENVIRONMENT.secret_keys or load_or_create_keys(ENVIRONMENT.data_dir)
except ValueError as error:
    raise SettingsError({"WORKBENCH_SECRET_KEYS": [f"{error}."]}) from error
SECRET_KEY = Keyring(SEALING_KEYS[:1]).derive("django")
SECRET_KEY_FALLBACKS = [Keyring([key]).derive("django") for key in SEALING_KEYS[1:]]

# --- Where we are reached -----------------------------------------------------------------------------------------
DEBUG = False
ALLOWED_HOSTS = [ENVIRONMENT.public_host]
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]
ROOT_URLCONF = "workbench.urls"
ASGI_APPLICATION = "workbench.asgi.application"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "workbench.teams",
    "workbench.connections",
    "workbench.files",
    "workbench.prompts",
    "workbench.runs",
    "workbench.playground",
]

# Only where it is used: its libraries are slow to load.
if ENVIRONMENT.has_oidc:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "workbench.teams.middleware.LanguageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "workbench.teams.middleware.SignInNoticeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workbench.teams.context.appearance",
            ],
            "builtins": ["django_htmx.templatetags.django_htmx", "workbench.teams.templatetags.interface"],
        },
    }
]

# --- Data ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": database_settings(ENVIRONMENT.database_url, ENVIRONMENT.data_dir)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# A prompt of this size is taken whole; more is answered with 413 (bytes; the provider's own limit for a request
# is 32 MB, and half of that is more text than any model reads).
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- People -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OIDC_PROVIDER = "sso"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "workbench.teams.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Workbench: "
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
USERSESSIONS_TRACK_ACTIVITY = False
# Browsers keep passkeys for names only, never for numbers.
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if ENVIRONMENT.has_host_name else [])]
MFA_PASSKEY_LOGIN_ENABLED = ENVIRONMENT.has_host_name
# Accounts come by invitation: nobody locks others out of an address that is not theirs.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Workbench"
SOCIALACCOUNT_ADAPTER = "workbench.teams.oidc.OidcAdapter"
# A link, not a form: our policy lets forms lead nowhere else, and the issuer's page is elsewhere.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_PROVIDER,
                "name": ENVIRONMENT.oidc_name,
                "client_id": ENVIRONMENT.oidc_client_id,
                "secret": ENVIRONMENT.oidc_client_secret,
                "settings": {"server_url": ENVIRONMENT.oidc_issuer},
            }
        ],
    }
}
MAILERS = {"default": ENVIRONMENT.mailer}
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
# What a new workspace gets beside its owner: functions that take that member, of rooms that teams may not import.
WORKSPACE_BEGINS_WITH = [
    "workbench.prompts.samples.add_sample_prompts",
    "workbench.connections.actions.offer_local_model",
]

# --- Safety in the browser ----------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SESSION_COOKIE_NAME = "workbench_session"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "workbench_csrf"
CSRF_FAILURE_VIEW = "workbench.errors.csrf_failure"
if ENVIRONMENT.is_https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

# --- Language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "workbench.formats"
LANGUAGE_COOKIE_NAME = "workbench_language"
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": ENVIRONMENT.files_storage,
    "staticfiles": {"BACKEND": "workbench.staticfiles.HashedStaticFilesStorage"},
}

SERVESTATIC_ALLOW_ALL_ORIGINS = False
SERVESTATIC_MAX_AGE = 3600

LOGGING_CONFIG = None
logging_config(ENVIRONMENT.log_format)
SILENCED_SYSTEM_CHECKS = ["security.W019"]
