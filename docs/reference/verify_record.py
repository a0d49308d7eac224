# ruff: noqa: B023, B905, BLE001, C901, D103, D209, E401, E701, E702, I001, PLC0415, PLR0912, PYI024, S608, SIM905
# fmt: off
"""Verifies a record of Ironcage without Ironcage. Needs Python 3.11 and, for seals, the package ``cryptography``.

    python verify_record.py FILE [--seal SEAL.json]... [--key PUBLIC.pem]

FILE is an SQLite database or an export in lines of JSON. Prints a line a problem (what, case, event), then how many.
Exit code 0: nothing is wrong; 1: something is. What this proves, and what not without a seal: see record.md."""
import argparse, contextlib, hashlib, itertools, json, pathlib, sqlite3, sys
from collections import defaultdict, namedtuple
KINDS = Case, Event, Payload = (namedtuple("case", "part id process key origin seq head"),
    namedtuple("event", "part case_id seq kind transition element execution actor role unit happened_us recorded_us"
        " local_day local_weekday local_hour due_us channel latitude_e7 longitude_e7 crs definition facts algorithm"
        " payload_digest previous digest"), namedtuple("payload", "part case_id seq salt body"))
BYTES = {"id", "head", "case_id", "salt", "body", "payload_digest", "previous", "digest"}
DIGESTS = {1: "sha256", 2: "sm3"}
def canonical(*items): return json.dumps(items, separators=(",", ":")).encode("ascii")
def sha256(data): return hashlib.sha256(data).digest()
def number(seq): return seq if isinstance(seq, int) and seq > 0 else 0
def belongs(part, case): return isinstance(case, bytes) and int.from_bytes(case[-2:]) & 1023 == part
def differs(algorithm, expected, make):
    """Why the digest of the bytes that *make* returns is not as expected, or None."""
    try: return None if hashlib.new(DIGESTS[algorithm], make()).digest() == expected else "altered"
    except KeyError: return "unknown-algorithm"
    except ValueError: return "unavailable-algorithm"  # this machine's hashlib has none
    except (AttributeError, TypeError): return "altered"  # a value of another type than was recorded
def encoded(subject, event): return canonical("ironcage-event-1", subject,
    *(v.hex() if name in BYTES and v is not None else v for name, v in zip(event._fields[:-1], event)))

def examine(case, events, payloads, heads):
    """Yield what is wrong with one case as (what, event number), by itself and compared with its sealed heads."""
    subject, rows = f"{case.process}/{case.key}", {payload.seq: payload for payload in payloads}
    part = int.from_bytes(sha256(subject.encode("utf-8", "surrogatepass"))[:2]) >> 6
    if not belongs(case.part, case.id) or case.part != part: yield "altered-case", None
    erased = max((number(e.seq) for e in events if (e.kind, e.transition) == ("record", "erase")), default=0)
    last, end, previous, sound = 0, number(case.seq), bytes(32), True
    for event in events:
        seq, row, bound = number(event.seq), rows.pop(event.seq, None), event.payload_digest
        if not last < seq <= end: yield "inserted-event", seq; continue
        if seq > last + 1: yield "missing-event", last + 1
        wrong = differs(event.algorithm, event.digest, lambda: encoded(subject, event))
        if wrong: yield wrong.replace("altered", "altered-event"), seq
        elif sound and seq == last + 1 and event.previous != previous: yield "broken-link", seq
        elif seq == 1 and case.origin != ("engine", "import")[event.definition is None]: yield "altered-case", None
        if wrong: pass  # what an altered event says of its payload means nothing
        elif row is None and bound is not None and seq >= erased: yield "missing-payload", seq
        elif row and bound is None: yield "inserted-payload", seq
        elif row and seq < erased: yield "unerased-payload", seq
        elif row and (differs(event.algorithm, bound, lambda: b"ironcage-payload-1" + row.salt + row.body)
                      or len(row.salt) != 16): yield "altered-payload", seq
        if any(at == seq and digest != event.digest for at, digest in heads): yield "rewritten-chain", seq
        last, previous, sound = seq, event.digest, not wrong
    if last < end: yield "missing-event", last + 1
    elif sound and previous != case.head: yield "wrong-head", last
    yield from [("orphan-payload", number(seq)) for seq in rows] + [("cut-tail", seq) for seq, _ in heads if seq > last]

def check(seals, pem):
    """Yield what is wrong with the seals themselves, as (what, no case, seal number)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    expected = load_pem_public_key(pem).public_bytes_raw() if pem else None
    names, due = "format number sealed_at algorithm public_key previous count root".split(), None
    for seal in seals:
        key, signature, nth = bytes.fromhex(seal["public_key"]), bytes.fromhex(seal["signature"]), seal["number"]
        statement = canonical(*(seal[name] for name in names))
        try: Ed25519PublicKey.from_public_bytes(key).verify(signature, statement)
        except Exception: yield "wrong-signature", "", nth
        if expected not in (None, key): yield "unexpected-key", "", nth
        tree = [sha256(b"\0" + canonical(*head)) for head in seal["heads"]] or [sha256(b"")]
        while len(tree) > 1:
            tree = [sha256(b"\1" + a + b) if b else a for a, b in itertools.zip_longest(tree[::2], tree[1::2])]
        if (tree[0].hex(), len(seal["heads"])) != (seal["root"], seal["count"]): yield "wrong-root", "", nth
        follows = (nth, seal["previous"]) == due if due else (nth == 1) == (seal["previous"] is None)
        if not follows: yield "broken-seal-chain", "", nth
        due = nth + 1, sha256(statement + signature).hex()

def read(file, stubs):
    """Yield case by case [case rows, event rows, payload rows]; rows of no case, too. *stubs*: what is archived."""
    with file.open("rb") as raw: is_export = raw.read(21) == b'["ironcage-record-1"]'
    if is_export:
        kinds, rows = {kind.__name__: kind for kind in KINDS}, []
        for name, *values in map(json.loads, file.read_bytes().splitlines()[1:]):
            pairs = zip(kinds[name]._fields, values, strict=True)
            rows.append(kinds[name](*(bytes.fromhex(v) if key in BYTES and v is not None else v for key, v in pairs)))
        for _, group in itertools.groupby(rows, key=lambda row: row[:2]):
            yield [[row for row in group if isinstance(row, kind)] for group in [list(group)] for kind in KINDS]
        return
    with contextlib.closing(sqlite3.connect(file.resolve().as_uri() + "?mode=ro", uri=True)) as database:
        database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        columns = [column[1] for column in database.execute("pragma table_info(cases)")]
        kept = "archive is null" if "archive" in columns else "true"
        ends = database.execute(f"select process, key, seq, head from cases where not ({kept})")
        stubs.update({f"{process}/{key}": end for process, key, *end in ends})
        ids = (f"select {','.join(kind._fields[:2])} from {kind.__name__}s" for kind in KINDS)
        for place in database.execute(" union ".join(ids)):
            yield [list(map(kind._make, database.execute(f"select {','.join(kind._fields)} from {kind.__name__}s"
                f" where part is ? and {kind._fields[1]} is ? {f'and {kept}' if kind is Case else ''} order by 3",
                place))) for kind in KINDS]

def verify(file, seals=(), pem=None):
    """Yield everything that is wrong as (what, case, event or seal number)."""
    heads, seen, stubs, seals = defaultdict(list), set(), {}, sorted(seals, key=lambda seal: seal["number"])
    yield from check(seals, pem) if seals else ()
    for name, seq, end in (h for seal in seals for h in seal["heads"]): heads[name].append((seq, bytes.fromhex(end)))
    for cases, events, payloads in read(file, stubs):
        for case in cases:
            subject = f"{case.process}/{case.key}"; seen.add(subject)
            for what, seq in examine(case, events, payloads, heads.get(subject, ())): yield what, subject, seq
        for row in () if cases else events + payloads:
            what = "orphan-" + type(row).__name__ if belongs(*row[:2]) else "misplaced-" + type(row).__name__
            yield what, row.case_id.hex() if isinstance(row.case_id, bytes) else str(row.case_id), number(row.seq)
    for name, (seq, head) in stubs.items():
        for at, end in heads.get(name, ()):
            if at > seq: yield "cut-tail", name, at
            elif at == seq and end != head: yield "rewritten-chain", name, at
    yield from (("dropped-case", name, None) for name in heads.keys() - seen - stubs.keys())

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, more in (("file", {}), ("--seal", {"action": "append", "default": []}), ("--key", {})):
        parser.add_argument(name, type=pathlib.Path, **more)
    given = parser.parse_args()
    try:
        seals = [json.loads(seal.read_bytes()) for seal in given.seal]
        problems = list(verify(given.file, seals, given.key and given.key.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error) as error: sys.exit(f"cannot be read: {error!r}")
    print(*("\t".join(map(str, problem)) for problem in problems), f"{len(problems)} problems", sep="\n")
    sys.exit(1 if problems else 0)
