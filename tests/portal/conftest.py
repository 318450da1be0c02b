"""The fixtures of the pages."""

from portal_site import browser, context, lang, site

__all__ = ["browser", "context", "lang", "site"]
