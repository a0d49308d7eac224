"""What a script finds already there: exact numbers and moments, written in Starlark itself.

Starlark's own numbers are integers and binary floats, and its decimals are never equal to an integer. The operators of
a script are therefore calls of the functions here (``ironcage.scripts.operators``): integers and decimals mix, a
division is exact to 28 digits, floats do not exist, and dates, times and durations are compared and reckoned with.
"""

from __future__ import annotations

import re

NATIVE = "\n".join(f"ironcage_{name} = {name}" for name in ("abs", "int", "max", "min", "sorted", "str"))
"""Keeps the functions that ``NAMES`` puts others in the place of."""

LIBRARY = r"""
def ironcage_exact(a):
    if type(a) == "int":
        return RustDecimal(a)
    if type(a) == "float":
        fail("a script does not compute with binary fractions")
    return a

def ironcage_is_number(a):
    return type(a) == "int" or type(a) == "rust_decimal"

def ironcage_add(a, b):
    if type(a) == "struct" or type(b) == "struct":
        return ironcage_open(ironcage_reckon("+", ironcage_close(a), ironcage_close(b)))
    return a + b

def ironcage_extend(a, b):
    if type(a) == "list":
        a.extend(b)
        return a
    return ironcage_add(a, b)

def ironcage_subtract(a, b):
    if type(a) == "struct" or type(b) == "struct":
        return ironcage_open(ironcage_reckon("-", ironcage_close(a), ironcage_close(b)))
    return a - b if type(a) == type(b) else ironcage_exact(a) - b

def ironcage_multiply(a, b):
    if type(a) == "struct" or type(b) == "struct":
        return ironcage_open(ironcage_reckon("*", ironcage_close(a), ironcage_close(b)))
    if ironcage_is_number(a) != ironcage_is_number(b) and ironcage_times(a, b) > 2147483647:
        fail("nothing is repeated so often")
    return a * b

def ironcage_times(a, b):
    return a if ironcage_is_number(a) else b if ironcage_is_number(b) else 0

def ironcage_divide(a, b):
    quotient = ironcage_exact(a) / ironcage_exact(b)
    for places in range(quotient.scale() - 1, -1, -1):
        shorter = quotient.round_dp(places)
        if shorter != quotient:
            break
        quotient = shorter
    return quotient

def ironcage_floor_divide(a, b):
    return a // b if type(a) == type(b) else ironcage_exact(a) // ironcage_exact(b)

def ironcage_remainder(a, b):
    if type(a) == "string":
        return a % ironcage_shown(b)
    if type(a) == "int" and type(b) == "int":
        return a % b
    a = ironcage_exact(a)
    return a - b * (a // b)

def ironcage_shift(a, b):
    # What starlark-rust shifts out of 32 bits is lost, without a word; from beyond 32 bits on it is exact.
    if type(a) != "int" or type(b) != "int":
        fail("only whole numbers are shifted")
    return a * (4294967296 << b) // 4294967296

def ironcage_shown(a):
    if type(a) == "struct":
        return a.text
    if type(a) == "tuple":
        return tuple([ironcage_shown(each) for each in a])
    return a

def ironcage_equal(a, b):
    ta = type(a)
    tb = type(b)
    if ta == tb:
        if ta == "list" or ta == "tuple":
            return len(a) == len(b) and all([ironcage_equal(a[i], b[i]) for i in range(len(a))])
        if ta == "dict":
            return len(a) == len(b) and all([k in b and ironcage_equal(v, b[k]) for k, v in a.items()])
        if ta == "struct":
            return (a.kind, a.zoned, a.order) == (b.kind, b.zoned, b.order)
        return a == b
    if ta == "float" or tb == "float":
        fail("a script does not compute with binary fractions")
    if ta == "rust_decimal" and tb == "int":
        return a // 1 == a and ironcage_whole(a) == b
    if ta == "int" and tb == "rust_decimal":
        return b // 1 == b and a == ironcage_whole(b)
    return a == b

def ironcage_differ(a, b):
    return not ironcage_equal(a, b)

def ironcage_before(a, b):
    if type(a) == "struct" and type(b) == "struct":
        if a.kind != b.kind or a.zoned != b.zoned:
            fail("%s and %s cannot be compared" % (a.text, b.text))
        return a.order < b.order
    if ironcage_is_number(a) and ironcage_is_number(b) and type(a) != type(b):
        return ironcage_exact(a) < ironcage_exact(b)
    return a < b

def ironcage_after(a, b):
    return ironcage_before(b, a)

def ironcage_at_most(a, b):
    return not ironcage_before(b, a)

def ironcage_at_least(a, b):
    return not ironcage_before(a, b)

def ironcage_within(a, b):
    if type(b) == "list" or type(b) == "tuple":
        return any([ironcage_equal(a, each) for each in b])
    return ironcage_index(a) in b

def ironcage_without(a, b):
    return not ironcage_within(a, b)

def ironcage_index(a):
    return ironcage_whole(a) if type(a) == "rust_decimal" and a // 1 == a else a

def ironcage_key(a):
    if type(a) == "struct":
        return a.order
    return ironcage_exact(a)

def ironcage_kind(a):
    if type(a) == "struct":
        return (a.kind, a.zoned)
    return "number" if ironcage_is_number(a) else type(a)

def ironcage_alike(items):
    kinds = {ironcage_kind(a): 1 for a in items}
    if len(kinds) > 1:
        fail("values of several kinds have no order: %s" % ", ".join([ironcage_str(kind) for kind in kinds]))

def ironcage_sort(items, key=None, reverse=False):
    items = list(items)
    keys = [key(a) if key else a for a in items]
    ironcage_alike(keys)
    order = ironcage_sorted(range(len(items)), key=lambda i: ironcage_key(keys[i]), reverse=reverse)
    return [items[i] for i in order]

def ironcage_least(*items, key=None):
    items = list(items[0]) if len(items) == 1 else items
    ironcage_alike([key(a) if key else a for a in items])
    return ironcage_min(items, key=lambda a: ironcage_key(key(a) if key else a))

def ironcage_greatest(*items, key=None):
    items = list(items[0]) if len(items) == 1 else items
    ironcage_alike([key(a) if key else a for a in items])
    return ironcage_max(items, key=lambda a: ironcage_key(key(a) if key else a))

def ironcage_total(items):
    total = 0
    for item in items:
        total = ironcage_add(total, item) if type(item) != "struct" or total != 0 else item
    return total

def ironcage_absolute(a):
    return (-a if a < 0 else a) if type(a) == "rust_decimal" else ironcage_abs(a)

def ironcage_whole(a, base=None):
    if type(a) == "rust_decimal":
        whole = ironcage_absolute(a) // 1
        return ironcage_int(ironcage_str(-whole if a < 0 else whole).split(".")[0])
    if type(a) == "float":
        fail("a script does not compute with binary fractions")
    return ironcage_int(a) if base == None else ironcage_int(a, base)

def ironcage_binary(a):
    fail("a script does not compute with binary fractions: write decimal(...)")

def ironcage_written(a):
    return ironcage_str(ironcage_shown(a))

def ironcage_decimal(a):
    return ironcage_exact(a) if type(a) != "string" else ironcage_open(ironcage_number(a))

def ironcage_round(a, digits=0):
    return ironcage_exact(a).round_dp(digits)

def ironcage_round_half_up(a, digits=0):
    scale = RustDecimal(ironcage_int("1" + "0" * digits))
    whole = (ironcage_exact(ironcage_absolute(a)) * scale + RustDecimal("0.5")) // 1
    return ((-whole if a < 0 else whole) / scale).round_dp(digits)

def ironcage_raise(code, **data):
    ironcage_throw(code, ironcage_close(data))

def ironcage_date(text):
    return ironcage_open(ironcage_moment("date", text))

def ironcage_time(text):
    return ironcage_open(ironcage_moment("time", text))

def ironcage_date_time(text):
    return ironcage_open(ironcage_moment("date and time", text))

def ironcage_duration(text):
    return ironcage_open(ironcage_moment("duration", text))

def ironcage_open(a):
    t = type(a)
    if t == "list":
        return [ironcage_open(each) for each in a]
    if t == "dict":
        if "\x00" in a:
            return struct(**{key: ironcage_open(each) for key, each in a["\x00"].items()})
        return {key: ironcage_open(each) for key, each in a.items()}
    return a

def ironcage_close(a):
    t = type(a)
    if t == "list" or t == "tuple":
        return [ironcage_close(each) for each in a]
    if t == "dict":
        return {ironcage_name(key): ironcage_close(each) for key, each in a.items()}
    if t == "struct":
        return {"\x00": a.kind, "text": a.text}
    if t == "function" or t == "native_function":
        return {"\x00": "function", "text": t}
    if t in ["string", "int", "bool", "NoneType", "rust_decimal"]:
        return a
    return {"\x00": "", "text": t}

def ironcage_name(key):
    if type(key) != "string":
        fail("the names in a context are texts, and not %s" % ironcage_str(key))
    return key
"""

_PUBLIC = {
    "abs": "absolute",
    "bpmn_error": "raise",
    "date": "date",
    "date_time": "date_time",
    "decimal": "decimal",
    "duration": "duration",
    "float": "binary",
    "int": "whole",
    "max": "greatest",
    "min": "least",
    "round": "round",
    "round_half_up": "round_half_up",
    "sorted": "sort",
    "str": "written",
    "sum": "total",
    "time": "time",
}
NAMES = "\n".join(f"{public} = ironcage_{ours}" for public, ours in _PUBLIC.items())
"""Gives the functions of ``LIBRARY`` the names that scripts know them by."""
OFFERED = tuple(sorted({*_PUBLIC, *re.findall(r"^def (ironcage_[a-z_]+)", LIBRARY, re.MULTILINE)}))
"""All that a script loads."""
