"""What a configuration file may say, for editors."""

from pathlib import Path

from pydantic import TypeAdapter

from reportgen.core.config.sections import File
from reportgen.rules.base import all_rules
from reportgen.system import systems


def schema(rules: Path | None = None) -> dict[str, object]:
    """JSON Schema of a configuration, for editors."""
    base = File.model_json_schema()
    choices = []
    for slug, cls in all_rules(rules).items():
        own = TypeAdapter(cls).json_schema()
        properties = {"name": {"const": slug}} | own.get("properties", {})
        choices.append(
            {
                "type": "object",
                "properties": properties,
                "required": ["name", *own.get("required", [])],
                "additionalProperties": False,
            }
        )
    base["properties"]["rule"] = {"oneOf": choices}
    sections = [system.data for system in systems().values()]
    base["properties"]["data"] = {"anyOf": [section.model_json_schema() for section in sections]}
    return base | {
        "oneOf": [{"required": ["training"]}, {"required": ["weights"]}],
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "reportgen configuration",
    }
