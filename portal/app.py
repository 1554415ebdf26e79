"""create_app: the only module that knows every feature."""

import os
import secrets
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import crypto
from portal.accounts import cli as key_commands
from portal.accounts import views as accounts
from portal.accounts.service import links, replaying
from portal.admin import cli as admin_commands
from portal.admin import installing as installation_commands
from portal.admin import views as admin
from portal.cases import sealing_keys, trailmark
from portal.cases.trailmark import TrailMark
from portal.core import db, taxonomy
from portal.core.config import Settings
from portal.core.keyring import KEY_BYTES, Keyring, KeyringError
from portal.dialogue import views as dialogue
from portal.intake import views as intake
from portal.review import cli as review_commands
from portal.review import views as review
from portal.review.service import approvals
from portal.statistics import cli as statistics_commands
from portal.statistics import views as statistics
from portal.statistics.service import log_check
from portal.transparency import cli as transparency_commands
from portal.transparency import views as transparency
from portal.transparency.parts import ANNOUNCED, CHECKS, LOG, TRAIL_MARK
from portal.transparency.publishing import files
from portal.transparency.verifying import losses, sealed_files
from portal.transparency.writing.service import Log
from portal.transparency.writing.signed import SignedStates
from portal.web import (
    addresses,
    assets,
    errors,
    forms,
    headers,
    health,
    i18n,
    limits,
    line,
    log_setup,
    navigation,
    ownwords,
    programs,
    readiness,
    richtext,
    static_pages,
    uploads,
)
from portal.web.parts import BLOBS, KEYRING, SESSIONS, SETTINGS
from portal.web.readiness import Readiness

ROOT = Path(__file__).parents[1]
PRIVATE = 0o077  # of whatever the portal writes nobody else reads anything


@cache
def _assert_supported() -> None:
    """Make sure, once in a process, that the cryptography here has what the portal needs."""
    crypto.assert_supported()


def create_app(settings: Settings | None = None) -> Flask:
    """Make the portal; the settings come from the environment unless given."""
    _assert_supported()
    settings = settings or Settings.read()
    os.umask(PRIVATE)
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=None)
    SETTINGS.put(app, settings)
    SESSIONS.put(app, db.make_sessions(settings.database))
    ready = _use_keys(app, settings)
    app.config.update(
        # Without keys nothing is served but one page.
        SECRET_KEY=ready.keyring.cookies if ready.keyring else secrets.token_bytes(KEY_BYTES),
        SESSION_COOKIE_NAME="__Host-portal" if settings.secure else "portal",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=forms.TOKEN_HOURS),
        WTF_CSRF_SSL_STRICT=False,  # we send no Referer on purpose, so none can be asked for
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DOMAIN="portal",
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        settings=settings,
        taxonomy=taxonomy.load(),
        complaints=forms.list_complaints,
        control=forms.describe_control,
    )
    _add_services(app, settings, ready)
    _add_features(app)
    readiness.guard(app.cli.commands)
    return app


def _add_services(app: Flask, settings: Settings, ready: Readiness) -> None:
    """Add what every request goes through, in this order."""
    _trust_proxies(app, settings.addresses_behind_proxy)
    log_setup.register()
    addresses.register(app)
    i18n.register(app)
    navigation.register(app)
    richtext.register(app)
    ownwords.register(app)
    readiness.register(app, ready)
    uploads.register(app, settings)
    limits.register(app, settings)
    headers.register(app, settings)
    programs.register(app)
    errors.register(app)
    assets.register(app)


def _use_keys(app: Flask, settings: Settings) -> Readiness:
    """Load the keys of the server; without them the portal says what to do, and nothing else."""
    try:
        keyring = Keyring.load(settings.keys)
    except KeyringError as error:
        return Readiness(SESSIONS.get_from(app), None, str(error))
    sessions = SESSIONS.get_from(app)
    states = SignedStates(settings.state, settings.instance / files.FOLDER)
    public, mark = (
        Log(settings.log_origin, keyring, states),
        TrailMark.from_folder(settings.state, keyring),
    )
    KEYRING.put(app, keyring)
    LOG.put(app, public)
    TRAIL_MARK.put(app, mark)
    trailmark.watch_commits(sessions, mark)
    return Readiness(
        sessions,
        keyring,
        checks=(lambda: next(losses.check(sessions, public, mark), ""),),
        by_feature={"intake": sealing_keys.describe_missing_keys},
    )


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe so many proxies who a request comes from, and nothing else that they forward."""
    if count:
        fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=0, x_host=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]


def _add_features(app: Flask) -> None:
    """Add the pages and commands of every feature."""
    app.register_blueprint(health.commands)
    app.register_blueprint(static_pages.roots)
    app.register_blueprint(static_pages.pages)
    app.register_blueprint(line.pages)
    app.register_blueprint(intake.pages)
    app.register_blueprint(dialogue.pages)
    app.register_blueprint(accounts.pages)
    app.register_blueprint(key_commands.commands)
    app.register_blueprint(admin.pages)
    app.register_blueprint(admin_commands.commands)
    app.register_blueprint(installation_commands.commands)
    app.register_blueprint(review.pages)
    app.register_blueprint(review_commands.commands)
    app.register_blueprint(transparency.pages)
    app.register_blueprint(transparency_commands.commands)
    app.register_blueprint(statistics.pages)
    app.register_blueprint(statistics_commands.commands)
    limits.exempt(app, intake.pages, dialogue.pages)
    releases = SETTINGS.get_from(app).instance / "releases"
    CHECKS.put(
        app,
        (
            approvals.check,
            partial(log_check.check, releases),
            replaying.check,
            links.check,
            partial(sealed_files.check, BLOBS.get_from(app)),
        ),
    )
    ANNOUNCED.put(app, (replaying.list_announcements,))
    if SETTINGS.get_from(app).demonstration:
        # a portal in earnest does not even load the invented cases
        from portal.demonstration import cli as demonstration_commands  # noqa: PLC0415

        app.register_blueprint(demonstration_commands.commands)
