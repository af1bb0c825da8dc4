"""Settings of one installation. Everything a company may change comes from the environment (docs/en/settings.md)."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from furrow.config import env, wiring
from furrow.config.reactions import REACTIONS  # noqa: F401  a setting

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent
DATA = Path(env.text("FURROW_DATA", str(ROOT / "var"))).resolve()

SECRET_KEY = env.secret_key(DATA)
DEBUG = env.flag("FURROW_DEBUG", False)
ALLOWED_HOSTS = env.words("FURROW_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("FURROW_ORIGINS", "http://127.0.0.1:8000,http://localhost:8000")

# The company this process works for. Many companies will be many schemas; a job carries this name along.
COMPANY = env.text("FURROW_COMPANY", "main")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
    "furrow.kit",
    "furrow.records",
    "furrow.team",
    "furrow.attachments",
    "furrow.catalog",
    "furrow.customers",
    "furrow.books",
    "furrow.contacts",
    "furrow.visits",
    "furrow.assessment",
    "furrow.receivables",
    "furrow.orders",
    "furrow.leads",
    "furrow.planning",
    "furrow.field",
    "furrow.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "furrow.config.urls"
WSGI_APPLICATION = "furrow.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "furrow.config.menu.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "furrow.kit.templatetags.furrow",
            ],
        },
    },
]

# SQLite for one desk, PostgreSQL for teams: FURROW_DATABASE=postgresql://user:password@host/name
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(env.text("FURROW_DATABASE", f"sqlite:///{DATA / 'furrow.sqlite3'}")),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 600
else:
    DATABASES["default"]["ENGINE"] = "furrow.config.postgresql"
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A connection the network lost in silence is noticed within two minutes. Pages ask short questions: compiling one (jit) takes longer
    # than answering it.
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options |= {"keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 4}
    options["options"] = f"{options.get('options', '')} -c jit=off".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "team.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "furrow.team.backends.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "team:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "team:sign_in"
# A function giving the demo company's people for the sign-in page, each with username, password, name and role; empty elsewhere.
DEMO_SIGN_INS = "furrow.config.demo.sign_ins" if env.flag("FURROW_DEMO", False) else ""
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# How many proxies stand before the web server, each of them ours: only what they wrote into X-Forwarded-For is believed.
TRUSTED_PROXIES = env.number("FURROW_PROXIES", 0)
AXES_CLIENT_IP_CALLABLE = "furrow.team.backends.client_address"
AXES_USERNAME_CALLABLE = "furrow.team.backends.attempted_name"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "furrow.team.views.locked_out"

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "furrow_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("FURROW_TIME_ZONE", "Asia/Shanghai")
FORMAT_MODULE_PATH = ["furrow.config.formats"]

# Files
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "static"
STATICFILES_DIRS: list[Any] = []
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "furrow.config.assets.PackageFinder",
]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "furrow.config.assets.ManifestStorage"},
}
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA / "files" / COMPANY
FILE_UPLOAD_HANDLERS = [
    "furrow.kit.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
ATTACHMENT_MAX_BYTES = env.number("FURROW_ATTACHMENT_MAX_MB", 20) * 1024 * 1024
ATTACHMENT_QUOTA_BYTES = env.number("FURROW_ATTACHMENT_QUOTA_MB", 10_240) * 1024 * 1024
IMPORT_MAX_BYTES = env.number("FURROW_IMPORT_MAX_MB", 50) * 1024 * 1024

# Background work. `retry` must exceed the longest task: steps of long jobs end by themselves within JOB_SLICE_SECONDS.
JOB_SLICE_SECONDS = 45
Q_CLUSTER: dict[str, Any] = {
    "name": f"furrow-{COMPANY}",
    "orm": "default",
    "workers": env.number("FURROW_WORKERS", 2),
    "timeout": env.number("FURROW_JOB_TIMEOUT", 150),
    "retry": env.number("FURROW_JOB_RETRY", 180),
    "max_attempts": 5,
    "ack_failures": True,
    "poll": 0.3,
    "queue_limit": 20,
    "bulk": 1,
    "catch_up": False,
    "save_limit": 500,
    "label": "Furrow",
    "has_replica": False,
}

# Wiring between rooms, as dotted paths: see config/wiring.py
JOB_STEPS, RECORDS, RECORD_PANELS = wiring.JOB_STEPS, wiring.RECORDS, wiring.RECORD_PANELS
CARD_GROUPS, CARD_PAPER, TIMELINE = wiring.CARD_GROUPS, wiring.CARD_PAPER, wiring.TIMELINE
CARD_FIGURES = wiring.CARD_FIGURES
FACTS, FACT_RIGHTS, OUTCOMES = wiring.FACTS, wiring.FACT_RIGHTS, wiring.OUTCOMES
MERGE_RELATIONS, SCHEDULES = wiring.MERGE_RELATIONS, wiring.SCHEDULES
SENT_TO = wiring.SENT_TO
PHONE_COMMANDS, PHONE_PARTS = wiring.PHONE_COMMANDS, wiring.PHONE_PARTS
LEAD_REVENUE = wiring.LEAD_REVENUE
EXPOSURE_PARTS, CREDIT_STANDING = wiring.EXPOSURE_PARTS, wiring.CREDIT_STANDING

# Who holds something about a person, for export and erasure (contacts/person.py)
PERSON_DATA = wiring.PERSON_DATA
VISITS_SINCE = wiring.VISITS_SINCE
VISITS_TO_COLLECT, VISIT_REASONS = wiring.VISITS_TO_COLLECT, wiring.VISIT_REASONS
PERSON_DERIVED = wiring.PERSON_DERIVED

# Keys that seal what is known about people, outside the database: given here, or in a file only its owner can read.
ANSWER_KEYS = env.text("FURROW_KEYS", "")
ANSWER_KEYS_FILE = env.text(
    "FURROW_KEYS_FILE", str(Path("~/.config/furrow").expanduser() / f"{COMPANY}.keys")
)

# Maps: without a tile address the map draws districts and a grid of its own.
MAP_TILES = env.text("FURROW_MAP_TILES", "")
MAP_TILES_SYSTEM = env.text("FURROW_MAP_TILES_SYSTEM", "WGS-84")
MAP_ATTRIBUTION = env.text("FURROW_MAP_ATTRIBUTION", "")
TILE_HOSTS = [MAP_TILES.split("{")[0].rsplit("/", 1)[0]] if MAP_TILES else []

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *TILE_HOSTS],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
HTTPS = env.flag("FURROW_HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
# The cache is each process's own: with several, one that signed somebody out would not be heard by the others.
SESSION_ENGINE = "django.contrib.sessions.backends." + (
    "cached_db" if env.number("FURROW_WEB_WORKERS", 1) == 1 else "db"
)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "furrow.config.errors.csrf_failure"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("FURROW_LOG", "WARNING")},
}
