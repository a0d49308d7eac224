"""From a sketch to SVG: heat at the bottom, then pools and lanes, lines, shapes, names, and badges on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ironcage.bpmn.drawing.lettering import lines, width
from ironcage.bpmn.drawing.overlay import Overlay
from ironcage.bpmn.drawing.sketch import Box
from ironcage.bpmn.drawing.svg import circle, lettering, make, polyline, rectangle
from ironcage.bpmn.drawing.symbols import data_sign, event_sign, gateway_sign, task_sign

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.drawing.overlay import Badge
    from ironcage.bpmn.drawing.sketch import Line, Shape, Sketch

_MARGIN = 28.0
_SIZE = 12.0
_SMALL = 11.0
_TALL = 120.0
_DATA = ("dataObject", "dataObjectReference", "dataStore", "dataStoreReference")
_FRAMES = ("participant", "lane")
_STYLE = """
.bpmn .frame{fill:none;stroke:#5b6573;stroke-width:1.2}
.bpmn .band{fill:#eef1f5;stroke:#5b6573;stroke-width:1.2}
.bpmn .task{fill:#fff;fill-opacity:.78;stroke:#1f2937;stroke-width:1.6}
.bpmn .event{fill:#fff;fill-opacity:.85;stroke:#1f2937;stroke-width:1.4}
.bpmn .thick{fill:#fff;fill-opacity:.85;stroke:#1f2937;stroke-width:3.4}
.bpmn .gateway{fill:#fff;fill-opacity:.85;stroke:#1f2937;stroke-width:1.6}
.bpmn .ring{fill:none;stroke:#1f2937;stroke-width:1.2}
.bpmn .open{stroke-dasharray:4 3}
.bpmn .sign{fill:none;stroke:#1f2937;stroke-width:1.1}
.bpmn .bold{fill:none;stroke:#1f2937;stroke-width:2.6}
.bpmn .full{fill:#1f2937}
.bpmn .flow{fill:none;stroke:#374151;stroke-width:1.5}
.bpmn .dotted{fill:none;stroke:#6b7280;stroke-width:1.2;stroke-dasharray:2 3}
.bpmn .mark{fill:#fff;stroke:#374151;stroke-width:1.2}
.bpmn .text{fill:#111827;text-anchor:middle;
font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif}
.bpmn .note{fill:#4b5563}
.bpmn .badge{stroke:#fff;stroke-width:2}
.bpmn .count{fill:#fff;font-weight:700}
""".replace("\n", "")


def picture(sketch: Sketch, overlay: Overlay | None = None, title: str = "") -> str:
    """Return *sketch* as a self-contained SVG document, with *overlay* laid on it.

    The identifiers of the definitions inside it are fixed, so two pictures in one page share them, which is harmless:
    they are the same in every picture.
    """
    overlay = overlay or Overlay()
    frame = _bounds(sketch)
    root = make(
        "svg",
        *([make("title", text=title)] if title else []),
        make("style", text=_STYLE),
        _definitions(),
        *_layers(sketch, overlay),
        viewBox=" ".join(f"{value:.0f}" for value in (frame.x, frame.y, frame.width, frame.height)),
        width=frame.width,
        role="img",
        class_="bpmn",
    )
    return etree.tostring(root, encoding="unicode")


def _layers(sketch: Sketch, overlay: Overlay) -> list[_Element]:
    frames = [shape for shape in sketch.shapes if shape.kind in _FRAMES]
    others = [shape for shape in sketch.shapes if shape.kind not in _FRAMES]
    return [
        make("g", *(part for shape in frames for part in _frame(shape))),
        make("g", *(_heat(shape, overlay.heat[shape.id]) for shape in others if overlay.heat.get(shape.id, 0) > 0)),
        make("g", *(part for line in sketch.lines for part in _line(line))),
        *(_element(shape) for shape in others),
        make("g", *(_lettering(line) for line in sketch.lines if line.name)),
        make("g", *(part for shape in others if shape.id in overlay.notes for part in _note(shape, overlay))),
        make("g", *(part for shape in others for part in _badges(shape, overlay.badges.get(shape.id, ())))),
    ]


def _bounds(sketch: Sketch) -> Box:
    boxes = [shape.box for shape in sketch.shapes]
    boxes += [shape.label for shape in sketch.shapes if shape.label]
    boxes += [line.label for line in sketch.lines if line.label]
    xs = [x for box in boxes for x in (box.x, box.x + box.width)] + [x for line in sketch.lines for x, _ in line.points]
    ys = [y for box in boxes for y in (box.y, box.y + box.height)] + [
        y for line in sketch.lines for _, y in line.points
    ]
    if not xs:
        return Box(0, 0, 2 * _MARGIN, 2 * _MARGIN)
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    return Box(left, top, max(xs) + _MARGIN - left, max(ys) + _MARGIN - top)


def _definitions() -> _Element:
    arrow = make(
        "marker",
        make("path", d="M0 0 L10 5 L0 10 z", fill="#374151"),
        id="ic-arrow",
        viewBox="0 0 10 10",
        refX=10,
        refY=5,
        markerWidth=7,
        markerHeight=7,
        orient="auto-start-reverse",
    )
    stops = ((0, "#dc2626", 0.85), (0.55, "#f59e0b", 0.45), (1, "#fde68a", 0.0))
    glow = make(
        "radialGradient",
        *(make("stop", offset=offset, stop_color=colour, stop_opacity=opacity) for offset, colour, opacity in stops),
        id="ic-heat",
    )
    return make("defs", arrow, glow)


def _frame(shape: Shape) -> list[_Element]:
    """Draw a pool or a lane with its name in a band at the left."""
    box = shape.box
    parts = [rectangle(box.x, box.y, box.width, box.height, "frame")]
    band = 30.0
    parts.append(rectangle(box.x, box.y, band, box.height, "band"))
    words = lettering(lines(shape.name, box.height - 8, _SIZE, 2), 0, 0, _SIZE)
    words.set("transform", f"translate({box.x + band / 2:.1f} {box.middle[1]:.1f}) rotate(-90)")
    return [*parts, words]


def _heat(shape: Shape, heat: float) -> _Element:
    x, y = shape.box.middle
    reach = max(shape.box.width, shape.box.height) * 0.85 + 14
    return make(
        "ellipse", cx=x, cy=y, rx=reach, ry=reach * 0.8, fill="url(#ic-heat)", fill_opacity=f"{min(heat, 1.0):.2f}"
    )


def _line(line: Line) -> list[_Element]:
    if line.kind != "sequenceFlow":
        return [polyline(line.points, "dotted")]
    parts = [polyline(line.points, "flow", marker_end="url(#ic-arrow)")]
    if len(line.points) < 2:
        return parts
    (x, y), (to_x, to_y) = line.points[:2]
    length = max(1.0, ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5)
    across, along = (to_x - x) / length, (to_y - y) / length
    if line.default:
        at_x, at_y = x + across * 10, y + along * 10
        slash = [(at_x - 4 * across - 4 * along, at_y - 4 * along + 4 * across)]
        slash.append((at_x + 4 * across + 4 * along, at_y + 4 * along - 4 * across))
        parts.append(polyline(slash, "flow"))
    return parts


def _element(shape: Shape) -> _Element:
    if shape.kind.endswith("Event"):
        parts = _event(shape)
    elif shape.kind.endswith("Gateway"):
        parts = _gateway(shape)
    elif shape.kind == "textAnnotation":
        parts = _annotation(shape)
    elif shape.kind in _DATA:
        parts = [*data_sign(shape.kind, shape.box.x, shape.box.y, shape.box.width, shape.box.height), *_outside(shape)]
    elif shape.kind == "group":
        parts = [rectangle(shape.box.x, shape.box.y, shape.box.width, shape.box.height, "dotted", round_=10.0)]
    else:
        parts = _activity(shape)
    group = make("g", *parts, data_element=shape.id)
    if shape.name:
        group.insert(0, make("title", text=shape.name))
    return group


def _event(shape: Shape) -> list[_Element]:
    x, y = shape.box.middle
    radius = shape.box.width / 2
    broken = "" if shape.interrupting else " open"
    parts = [circle(x, y, radius, ("thick" if shape.kind == "endEvent" else "event") + broken)]
    if shape.kind.startswith(("intermediate", "boundary")):
        parts.append(circle(x, y, radius - 3.5, "ring" + broken))
    return [*parts, *event_sign(shape.event, x, y), *_outside(shape)]


def _gateway(shape: Shape) -> list[_Element]:
    box = shape.box
    x, y = box.middle
    corners = [(x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y), (x, box.y)]
    return [polyline(corners, "gateway"), *gateway_sign(shape.kind, x, y), *_outside(shape)]


def _activity(shape: Shape) -> list[_Element]:
    box = shape.box
    x, y = box.middle
    signs = task_sign(shape.kind, box.x, box.y)
    room = 1 if box.height > _TALL else max(1, int(box.height // 17))
    # What is large holds others: its name stands above them.
    words = lettering(
        lines(shape.name, box.width - 14, _SIZE, room), x, box.y + _SIZE if box.height > _TALL else y, _SIZE
    )
    return [rectangle(box.x, box.y, box.width, box.height, "task", round_=10.0), *signs, words]


def _annotation(shape: Shape) -> list[_Element]:
    box = shape.box
    x, y = box.middle
    bracket = [(box.x + 12, box.y), (box.x, box.y), (box.x, box.y + box.height), (box.x + 12, box.y + box.height)]
    return [polyline(bracket, "flow"), lettering(lines(shape.name, box.width - 10, _SMALL, 6), x, y, _SMALL)]


def _outside(shape: Shape) -> list[_Element]:
    """Write the name of an event or gateway where the file puts it, else below."""
    if not shape.name:
        return []
    box = shape.box
    if shape.label and shape.label.width > 0:
        x, room, top = shape.label.middle[0], max(shape.label.width, 60.0) + 30, shape.label.y
    else:
        x, room, top = box.middle[0], 110.0, box.y + box.height + 5
    written = lines(shape.name, room, _SMALL, 3)
    return [lettering(written, x, top + len(written) * _SMALL * 0.6, _SMALL)]


def _lettering(line: Line) -> _Element:
    """Write the name of a flow where the file puts it, else above its longest piece."""
    if line.label and line.label.width > 0:
        (x, y), room = line.label.middle, max(line.label.width, 60.0) + 30
    else:
        pieces = list(zip(line.points, line.points[1:], strict=False))
        (ax, ay), (bx, by) = max(
            pieces, key=lambda piece: abs(piece[0][0] - piece[1][0]) + abs(piece[0][1] - piece[1][1])
        )
        x, y, room = (ax + bx) / 2, (ay + by) / 2 - 9, 110.0
    return lettering(lines(line.name, room, _SMALL, 2), x, y, _SMALL, "text note")


def _note(shape: Shape, overlay: Overlay) -> list[_Element]:
    """Write a short note under the lower right corner, where neither boundary events nor badges stand."""
    note = overlay.notes[shape.id]
    wide = width(note, _SMALL) + 10
    x, y = shape.box.x + shape.box.width - wide / 2, shape.box.y + shape.box.height + 12
    return [
        rectangle(x - wide / 2, y - 9, wide, 18, "mark", round_=4.0),
        lettering([note], x, y, _SMALL, "text note"),
    ]


def _badges(shape: Shape, badges: tuple[Badge, ...]) -> list[_Element]:
    """Set the badges in a row along the upper right corner, the first outermost."""
    parts: list[_Element] = []
    right = shape.box.x + shape.box.width + 8
    for badge in badges:
        wide = max(22.0, width(badge.label, _SMALL) + 12)
        right -= wide
        drawn = make(
            "g",
            make("title", text=badge.title),
            make(
                "rect", x=right, y=shape.box.y - 12, width=wide, height=22.0, rx=11.0, fill=badge.colour, class_="badge"
            ),
            lettering([badge.label], right + wide / 2, shape.box.y - 1, _SMALL, "text count"),
        )
        parts.append(make("a", drawn, href=badge.href) if badge.href else drawn)
        right -= 2
    return parts
