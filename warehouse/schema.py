"""Arrow schemas derived from the record dataclasses, and the strict way there and back.

The dataclasses are the one declaration; nothing here names a field. Times are stored as UTC
without a zone (``timestamp[us]``): every DuckDB build, with or without its ICU extension, then
reads them alike, and :func:`from_row` gives them their zone back.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain, islice, starmap
from operator import attrgetter
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from warehouse.errors import WarehouseError

R = TypeVar("R")
Row = dict[str, Any]


class _Mismatch(Exception):
    """A value that is not of its declared type; carries the path of the field outward."""

    def __init__(self, problem: str, path: str = "") -> None:
        self.problem = problem
        self.path = path
        super().__init__(problem)

    def within(self, name: str) -> _Mismatch:
        joined = name if not self.path else f"{name}{'' if self.path.startswith('[') else '.'}{self.path}"
        return _Mismatch(self.problem, joined)


@dataclass(frozen=True, slots=True)
class _Type:
    """A declared type: its Arrow form, whether None is allowed, and the converters: of a value there and back, and of
    many values at once, which leaves to Arrow to refuse what does not fit and to the first to say why."""

    arrow: pa.DataType
    nullable: bool
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    column: Callable[[Sequence[Any]], Sequence[Any]]


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise _Mismatch(f"{value.isoformat()} has no time zone")
    return value.astimezone(UTC).replace(tzinfo=None)


def _float(value: float) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise _Mismatch(f"{value} is not a finite number")
    return float(value)


def _same(value: Any) -> Any:
    return value


def _text(value: str) -> str:
    # a lone surrogate cannot be stored as UTF-8; hostile pages do hold them
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _Mismatch(f"holds a lone surrogate at character {error.start}") from None
    return value


def _integer(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise _Mismatch(f"{value} does not fit 64 bits")
    return value


#: The day from which Arrow counts days.
_EPOCH = date(1970, 1, 1).toordinal()

_PLAIN: dict[type, tuple[pa.DataType, tuple[type, ...], Callable[[Any], Any], Callable[[Any], Any]]] = {
    str: (pa.string(), (str,), _text, _same),
    int: (pa.int64(), (int,), _integer, _same),
    float: (pa.float64(), (float, int), _float, _same),
    bool: (pa.bool_(), (bool,), _same, _same),
    date: (pa.date32(), (date,), _same, _same),
    datetime: (pa.timestamp("us"), (datetime,), _utc, lambda value: value.replace(tzinfo=UTC)),
}


def _plain(hint: type) -> _Type:
    arrow, accepted, convert, decode = _PLAIN[hint]
    allowed, as_it_is = frozenset(accepted), convert in (_same, _text, _integer)

    def encode(value: Any) -> Any:
        # exact types: a bool is no int, a datetime is no date
        if type(value) not in accepted:
            raise _Mismatch(f"{value!r} is {type(value).__name__}, not {hint.__name__}")
        return convert(value)

    def column(values: Sequence[Any]) -> Sequence[Any]:
        return values if as_it_is and set(map(type, values)) <= allowed else [encode(value) for value in values]

    return _Type(arrow, False, encode, decode, column)


def _literal(choices: tuple[Any, ...]) -> _Type:
    allowed = frozenset(choices)

    def encode(value: Any) -> Any:
        if value not in allowed:
            raise _Mismatch(f"{value!r} is not one of {', '.join(map(str, choices))}")
        return value

    def column(values: Sequence[Any]) -> Sequence[Any]:
        return values if allowed.issuperset(values) else [encode(value) for value in values]

    return _Type(pa.string(), False, encode, _same, column)


def _tuple(item: _Type) -> _Type:
    def encode(value: Any) -> Any:
        if type(value) is not tuple:
            raise _Mismatch(f"{value!r} is {type(value).__name__}, not tuple")
        encoded = []
        for position, member in enumerate(value):
            try:
                encoded.append(item.encode(member))
            except _Mismatch as mismatch:
                raise mismatch.within(f"[{position}]") from None
        return encoded

    def decode(value: Any) -> Any:
        return tuple(map(item.decode, value))

    def column(values: Sequence[Any]) -> Sequence[Any]:
        if not set(map(type, values)) <= {tuple}:
            return [encode(value) for value in values]
        members = list(chain.from_iterable(values))
        encoded = item.column(members)
        if encoded is members:
            return values
        rest = iter(encoded)
        return [list(islice(rest, len(value))) for value in values]

    return _Type(pa.list_(item.arrow), False, encode, tuple if item.decode is _same else decode, column)


def _optional(inner: _Type) -> _Type:
    def column(values: Sequence[Any]) -> Sequence[Any]:
        there = [value for value in values if value is not None]
        encoded = inner.column(there)
        if encoded is there:
            return values
        rest = iter(encoded)
        return [None if value is None else next(rest) for value in values]

    return _Type(
        inner.arrow,
        True,
        lambda value: None if value is None else inner.encode(value),
        _same if inner.decode is _same else lambda value: None if value is None else inner.decode(value),
        column,
    )


@cache
def _members(cls: Any) -> dict[str, _Type]:
    hints = get_type_hints(cls)
    return {field.name: _type(hints[field.name]) for field in fields(cls)}


@cache
def _record(cls: Any) -> _Type:
    members = _members(cls)

    def encode(value: Any) -> Row:
        if type(value) is not cls:
            raise _Mismatch(f"{type(value).__name__} given, not {cls.__name__}")
        row: Row = {}
        for name, member in members.items():
            try:
                row[name] = member.encode(getattr(value, name))
            except _Mismatch as mismatch:
                raise mismatch.within(name) from None
        return row

    def decode(row: Any) -> Any:
        if row.keys() != members.keys():
            raise _Mismatch(f"fields differ: {sorted(row.keys() ^ members.keys())}")
        values = {}
        for name, member in members.items():
            if row[name] is None and not member.nullable:
                raise _Mismatch("is null", name)
            values[name] = member.decode(row[name])
        return cls(**values)

    arrow = pa.struct([pa.field(name, member.arrow, nullable=member.nullable) for name, member in members.items()])
    return _Type(arrow, False, encode, decode, lambda values: [encode(value) for value in values])


def _type(hint: Any) -> _Type:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (member for member in get_args(hint) if member is not type(None))
        return _optional(_type(inner))
    if origin is Literal:
        return _literal(get_args(hint))
    if origin is tuple:
        return _tuple(_type(get_args(hint)[0]))
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint)
    return _plain(hint)


def _of(record: Any) -> _Type:
    return _record(record)


def arrow_schema(record: type) -> pa.Schema:
    """The Arrow schema of a record dataclass; ``nullable`` is False where None is not allowed."""
    return pa.schema(list(_of(record).arrow))


def to_row(record: object) -> Row:
    """A record as a row of plain values (structs are dicts, tuples are lists, times UTC).

    Raises:
        WarehouseError: a value is not of its declared type; names record and field.
    """
    return _row(type(record), record)


def _row(of: type, record: object) -> Row:
    try:
        row: Row = _of(of).encode(record)
    except _Mismatch as mismatch:
        raise WarehouseError(
            mismatch.problem,
            culprit=f"{of.__name__}{'.' + mismatch.path if mismatch.path else ''}",
            mend="Give the field a value of the type that warehouse/records.py declares",
        ) from None
    return row


def to_table(record: type[R], records: Sequence[R]) -> pa.Table:
    """Records of one kind as a table of :func:`arrow_schema`, made column by column: much faster than by rows.

    Raises:
        WarehouseError: as :func:`to_row`, or one is of another kind.
    """
    kind: Any = record
    schema, members = arrow_schema(kind), _members(kind)
    try:
        if not set(map(type, records)) <= {kind}:
            raise TypeError(record)
        columns = [
            pa.array(member.column(list(map(attrgetter(name), records))), member.arrow)
            for name, member in members.items()
        ]
    except (_Mismatch, pa.ArrowException, TypeError, UnicodeEncodeError, OverflowError):
        # row by row it comes out which value of which record it was
        return pa.Table.from_pylist([_row(record, one) for one in records], schema=schema)
    return pa.Table.from_arrays(columns, schema=schema)


def from_row(record: type[R], row: Mapping[str, Any]) -> R:
    """The record a row of :func:`to_row` came from.

    Raises:
        WarehouseError: a field is missing, unknown, or null where it may not be.
    """
    try:
        made: R = _of(record).decode(row)
    except _Mismatch as mismatch:
        raise _of_another_version(record, mismatch) from None
    return made


def _of_another_version(record: type, mismatch: _Mismatch) -> WarehouseError:
    return WarehouseError(
        mismatch.problem,
        culprit=f"a stored {record.__name__}{'.' + mismatch.path if mismatch.path else ''}",
        mend="The row was written by another version of the records: stage that partition again",
    )


def from_table(record: type[R], table: pa.Table) -> list[R]:
    """The records a table of :func:`to_table` was made from, column by column. A column that may be null may be
    missing.

    Raises:
        WarehouseError: as :func:`from_row`.
    """
    kind: Any = record
    try:
        rows = zip(*_columns(_members(kind), table), strict=True)
        if not fields(kind)[0].kw_only:
            return list(starmap(record, rows))
        names = tuple(_members(kind))
        return [record(**dict(zip(names, row, strict=True))) for row in rows]
    except _Mismatch as mismatch:
        raise _of_another_version(record, mismatch) from None


def _columns(members: Mapping[str, _Type], table: pa.Table) -> Iterator[Iterable[Any]]:
    columns = dict(zip(table.column_names, table.columns, strict=True))  # to ask for each by its name is dear
    if unknown := columns.keys() - members.keys():
        raise _Mismatch(f"fields differ: {sorted(unknown)}")
    for name, member in members.items():
        column = columns[name] if name in columns else pa.nulls(table.num_rows)
        if column.null_count and not member.nullable:
            raise _Mismatch("is null", name)
        values = _values(column)
        yield values if member.decode is _same else map(member.decode, values)


def _values(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    if column.type != pa.date32():
        values: list[Any] = column.to_pylist()
        return values
    # Arrow makes dates ten times as slowly as numbers, and a column holds few; to cast them would load all that Arrow
    # can compute, which takes longer than most files do
    parts = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    days = [day for part in parts for day in part.view(pa.int32()).to_pylist()]
    dates = {day: None if day is None else date.fromordinal(_EPOCH + day) for day in set(days)}
    return [dates[day] for day in days]
