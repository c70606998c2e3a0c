"""The page on a local port, with nothing that reaches outside."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import ConfigError
from ui.gradio_import import gr
from ui.notes_route import NotesRoute
from ui.ports import Keeper

ASSETS = Path(__file__).parent / "assets"
STYLES = (
    "tokens.css",
    "layout.css",
    "talk.css",
    "side.css",
    "practice.css",
    "explain.css",
    "settings.css",
    "sources.css",
)
SCRIPTS = (
    "dom.js",
    "page.js",
    "practice.js",
    "explain.js",
    "settings.js",
    "sources.js",
    "adding.js",
    "dropping.js",
    "source_menu.js",
    "renaming.js",
    "details.js",
)
FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace"]
POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio's gr.HTML compiles its templates in the browser.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


class Guard:
    """Tells the browser to fetch from this server only, and refuses to fetch for it.

    Gradio would proxy `file=https://...`; a page of local notes has no use for that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        if scope["type"] == "http" and _asks_for_outside(scope["path"]):
            await guarded({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, guarded)


def _asks_for_outside(path: str) -> bool:
    return "/proxy=" in path or "/file=http" in path or "/file/http" in path


def launch(
    blocks: gr.Blocks, host: str = "127.0.0.1", port: int = 7860, notes: Keeper | None = None
) -> str:
    """Serve the page in background threads and return its address. `blocks.close()` ends it.

    Without `notes` no files can be added.

    Raises:
        ConfigError: the port is in use, or the host is none of this machine's.
    """
    port = _free(host, port)
    # Gradio asks its own server whether it is up; a proxy must not be asked instead.
    os.environ["NO_PROXY"] = ",".join(
        filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1", "localhost"])
    )
    _, address, _ = blocks.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        inline=False,
        inbrowser=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        favicon_path=str(ASSETS / "icon.png"),
        theme=gr.themes.Base(font=FONT, font_mono=MONO),
        head=_head(),
        js="\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS),
        app_kwargs={"middleware": _middleware(host, notes)},
    )
    return str(address)


def _middleware(host: str, notes: Keeper | None) -> list[Middleware]:
    added = [Middleware(NotesRoute, notes, host)] if notes is not None else []
    return [Middleware(Guard), *added]


def _head() -> str:
    """Our styles as one element.

    Gradio's own `css` would confine each rule to its container, out of reach of a class on
    `body`. The wrapper raises the rules above Gradio's resets, as an id does.
    """
    tokens, *rest = ((ASSETS / name).read_text(encoding="utf-8") for name in STYLES)
    return f"<style>\n{tokens}:is(#noteproof, html) {{\n{''.join(rest)}}}\n</style>"


def _free(host: str, port: int) -> int:
    """The port, once it is known that it can be bound; 0 asks the system for one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # elsewhere this would share a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ConfigError(
                    f"Port {port} is in use: stop the other program or set PORT={port + 1}"
                ) from error
            raise ConfigError(
                f"The page cannot listen on {host}:{port} ({error.strerror}): set HOST=127.0.0.1"
            ) from error
        return int(probe.getsockname()[1])
