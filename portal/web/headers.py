"""Headers of every answer: what a page may load, what a browser may keep and tell others."""

from urllib.parse import quote, urlsplit, urlunsplit

from flask import Flask, Response, request

from portal.core.config import Settings

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
# A figure that any page may show inside itself; X-Frame-Options has no word for that.
FRAMED_POLICY = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
# What a page of ours shows inside itself.
LINE_POLICY = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
# Downloaded evidence could be a page with scripts: it opens in a box that can do nothing.
DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def register(app: Flask, settings: Settings) -> None:
    """Send the headers with every answer, errors and downloads included."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers["Content-Security-Policy"] == FRAMED_POLICY:
            del response.headers["X-Frame-Options"]
        if settings.secure:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if settings.onion_url and not _is_onion(settings):
            response.headers["Onion-Location"] = settings.onion_url + quote(request.path)
        response.headers.pop("Server", None)
        if "Location" in response.headers:
            response.headers["Location"] = _strip_host(response.headers["Location"])
            response.set_data(b"")  # the framework writes the same address into a page
        return response


def _strip_host(address: str) -> str:
    """Return an address without its host: the framework takes it from what a request says.

    All redirects of the portal stay in it.
    """
    parts = urlsplit(address)
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, parts.fragment))


def _is_onion(settings: Settings) -> bool:
    return request.host == urlsplit(settings.onion_url).netloc
