"""A small news web of Maplewire's own, served on loopback.

`maplewire demo` and the end-to-end tests crawl it.
"""

from maplewire_demo.web import DemoWeb, ExpectedPage

__all__ = ["DemoWeb", "ExpectedPage"]
