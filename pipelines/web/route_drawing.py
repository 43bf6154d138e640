"""The route of a story's text as a drawing.

It goes from origin to carrier to outlets, in order of appearance.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.alerts.brief_plots import fitted_name
from pipelines.alerts.wording import one_line
from pipelines.model import StoredArticle
from pipelines.stories.pickup_delay import delay_s
from pipelines.stories.view import StoryView

#: Outlets that are drawn, the first ones.
OUTLETS = 24
#: The size of a row and of a box, and where the three columns begin, in the drawing's own units.
ROW = 34
BOX_WIDTH = 180
BOX_HEIGHT = 26
COLUMNS = (0, 250, 500)
#: A curve is this thick where the whole text was kept.
_THICKEST = 7


@dataclass(frozen=True, slots=True)
class Box:
    """A name in the drawing."""

    x: int
    y: int
    name: str
    #: Seconds after the original, for a copy whose page names the hour.
    delay_s: float | None = None
    #: Share of the original's text that it kept, None for what is no copy.
    kept: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A way that the text took."""

    path: str
    width: float


@dataclass(frozen=True, slots=True)
class RouteDrawing:
    """Boxes and curves. `height` is that of the drawing."""

    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    height: int
    #: Outlets that are not drawn.
    more: int


def draw_route(view: StoryView) -> RouteDrawing | None:
    """Return the drawing of a story's route.

    None for a text that came from nowhere else and went nowhere.
    """
    story = view.story
    if not story.origin and not story.carrier and not story.copies:
        return None
    outlets = _outlet_boxes(view)
    height = max(1, len(outlets)) * ROW + 10
    middle = (height - BOX_HEIGHT) // 2
    sources = []
    if story.origin:
        sources.append(Box(COLUMNS[0], middle, fitted_name(one_line(story.origin))))
    if story.carrier and story.carrier != story.origin:
        sources.append(Box(COLUMNS[1], middle, fitted_name(one_line(story.carrier))))
    curves = []
    if len(sources) > 1:
        curves.append(Curve(_path(sources[0], sources[1]), _THICKEST))
    if sources:
        for box in outlets:
            kept = 1.0 if box.kept is None else box.kept
            curves.append(Curve(_path(sources[-1], box), round(1 + (_THICKEST - 1) * kept, 1)))
    more = max(0, len(view.articles) - OUTLETS)
    return RouteDrawing((*sources, *outlets), tuple(curves), height, more)


def _outlet_boxes(view: StoryView) -> list[Box]:
    links = view.links()
    boxes = []
    for place, stored in enumerate(view.articles[:OUTLETS]):
        kept = None
        link = links.get(stored.article.id)
        if link is not None and link.of is not None:
            kept = link.kept
        name = fitted_name(_outlet_name(stored))
        boxes.append(Box(COLUMNS[2], place * ROW + 5, name, delay_s(stored, view.lead), kept))
    return boxes


def _outlet_name(stored: StoredArticle) -> str:
    return one_line(stored.publisher.name) or one_line(stored.article.title)


def _path(start: Box, end: Box) -> str:
    """Return the SVG path of a curve that leaves and arrives level."""
    x1, y1 = start.x + BOX_WIDTH, start.y + BOX_HEIGHT // 2
    x2, y2 = end.x, end.y + BOX_HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}"
