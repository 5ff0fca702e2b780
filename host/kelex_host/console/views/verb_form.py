"""A form for one verb, made from its declaration: its fields, and a button with its name."""

from __future__ import annotations

from kelex_host.bridge.verbs import Field, Verb
from kelex_host.console import text
from kelex_host.console.html import Markup, el
from kelex_host.console.model import Model
from kelex_host.console.views.tidings import choice


def verb_form(verb: Verb, model: Model, drone: str) -> Markup:
    """The form. It is for `drone` where the verb asks which."""
    fields = [_input(field, model, drone) for field in verb.fields if field.name != "drone" or field.required]
    if any(field.name == "drone" and not field.required for field in verb.fields):
        fields.append(el("input", type="hidden", name="drone", value=drone))
    return el(
        "form", el("button", text.words(verb.name).capitalize(), title=verb.help), fields,
        data_scope=verb.scope, data_verb=verb.name, cls="k-lever",
    )  # fmt: skip


def _input(field: Field, model: Model, drone: str) -> Markup:
    options = _options(field, model)
    label = text.words(field.name)
    if options:
        return choice(
            field.name,
            label,
            [*([] if field.required else [("", label)]), *((one, text.words(one)) for one in options)],
        )
    if field.kind == "boolean":
        return choice(field.name, label, [("on", text.ON), ("off", text.OFF)], data_kind="boolean")
    number = field.kind in ("number", "integer")
    return el(
        "input",
        name=field.name,
        placeholder=label if label.endswith((field.unit, "seconds", " s")) else f"{label} {field.unit}",
        aria_label=label,
        title=field.help,
        inputmode="decimal" if number else None,
        data_kind="number" if number else None,
        size=7 if number else 12,
        value=drone if field.name == "drone" else None,
        maxlength=64,
    )


def _options(field: Field, model: Model) -> list[str]:
    """What a field can be, where that is known: its choices, or ids of the configuration."""
    if field.choices:
        return list(field.choices)
    if field.name in ("member", "room", "contact", "drone"):
        return [str(table.get("id", "")) for table in model.listed(field.name)]
    return []
