"""From a parsed document to settings, without stopping at the first mistake.

Whatever cannot be read is noted and left out (its default stands in), so that one run finds every problem. The types of
``settings.py`` are all that this needs to know: a new section there is read, checked and documented at once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec.inspect import DictType, Field, StructType, Type, VarTupleType

from streams.config.errors import hint
from streams.config.kinds import UnfitError, bare, fit, fit_size, fit_text, unfit
from streams.config.positions import Path
from streams.config.section import Section, described_section

SectionT = TypeVar("SectionT", bound=Section)
_LEFT_OUT: Any = object()


class Reading:
    """One reading of one document.

    overrides: texts from the environment, by the path of the setting that they replace.
    problems: where and what, as found. made: every section that was read, by its path.
    shortened: the lists of which something had to be left out.
    """

    def __init__(self, overrides: Mapping[Path, str]) -> None:
        self.problems: list[tuple[Path, str]] = []
        self.made: dict[Path, Section] = {}
        self.shortened: set[Path] = set()
        self._overrides = overrides

    def read(self, section: type[SectionT], document: Mapping[str, Any]) -> SectionT:
        """The settings, with defaults for what is absent or wrong: check ``problems`` before you use them."""
        made = self._section(described_section(section), document, ())
        assert isinstance(made, section), "the root requires nothing"
        return made

    def whole(self, path: Path) -> bool:
        """Whether nothing is wrong at or under a path so far, so that what it says together can be judged."""
        return not any(where[: len(path)] == path for where, _ in self.problems)

    def under(self, path: Path, section: type[SectionT]) -> Iterator[tuple[Path, SectionT]]:
        """The sections of one kind in the list at a path, with their paths."""
        for where, made in self.made.items():
            if where[:-1] == path and isinstance(made, section):
                yield where, made

    def _section(self, info: StructType, value: object, path: Path) -> Any:
        if not isinstance(value, Mapping):
            return self._leave_out(path, str(unfit(info, value)))
        fields = {field.encode_name: field for field in info.fields}
        for key in value:
            if key not in fields:
                self.problems.append(((*path, key), f"is not a setting{hint(key, fields)}"))
        read = {name: self._field(field, value, (*path, name)) for name, field in fields.items()}
        values = {name: made for name, made in read.items() if made is not _LEFT_OUT}
        if any(field.required and name not in values for name, field in fields.items()):
            return _LEFT_OUT
        made = info.cls(**values)
        assert isinstance(made, Section)
        self.made[path] = made
        return made

    def _field(self, field: Field, table: Mapping[str, object], path: Path) -> Any:
        name = field.encode_name
        if path in self._overrides:
            return self._leaf(fit_text, field.type, self._overrides[path], path)
        if name in table:
            return self._value(field.type, table[name], path)
        if isinstance(bare(field.type), StructType):
            return self._value(field.type, {}, path)  # the environment may say something of what is in it
        return self._leave_out(path, "is missing") if field.required else _LEFT_OUT

    def _value(self, field_type: Type, value: object, path: Path) -> Any:
        kind = bare(field_type)
        if isinstance(kind, StructType):
            return self._section(kind, value, path)
        if isinstance(kind, VarTupleType):
            return self._list(kind, value, path)
        if isinstance(kind, DictType):
            return self._table(kind, value, path)
        return self._leaf(fit, field_type, value, path)

    def _list(self, kind: VarTupleType, value: object, path: Path) -> Any:
        try:
            items = fit_size(kind, value)
        except UnfitError as error:
            self.shortened.add(path)
            return self._leave_out(path, str(error))
        read = [self._value(kind.item_type, item, (*path, index)) for index, item in enumerate(items)]
        kept = tuple(item for item in read if item is not _LEFT_OUT)
        if len(kept) < len(read):
            self.shortened.add(path)
        return kept

    def _table(self, kind: DictType, value: object, path: Path) -> Any:
        if not isinstance(value, Mapping):
            return self._leave_out(path, str(unfit(kind, value)))
        read = {
            self._leaf(fit, kind.key_type, key, (*path, key)): self._value(kind.value_type, item, (*path, key))
            for key, item in value.items()
        }
        return {key: item for key, item in read.items() if key is not _LEFT_OUT and item is not _LEFT_OUT}

    def _leaf(self, read: Callable[[Type, Any], Any], field_type: Type, value: object, path: Path) -> Any:
        try:
            return read(field_type, value)
        except UnfitError as error:
            return self._leave_out(path, str(error))

    def _leave_out(self, path: Path, why: str) -> Any:
        self.problems.append((path, why))
        return _LEFT_OUT
