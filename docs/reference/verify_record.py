# ruff: noqa
# fmt: off
"""Verifies a record of Ironcage without Ironcage. Needs Python 3.11 and, for seals, the package ``cryptography``.

    python verify_record.py FILE [--seal SEAL.json]... [--key PUBLIC.pem]

FILE is an SQLite database or an export in lines of JSON. Each problem is one line: what, case, event. Exit code 0:
nothing is wrong; 1: something is. Without a seal, whoever could write to the database could also have recomputed a
chain, dropped a case or cut off its last events. The format is described in record.md, beside this file."""
import argparse, contextlib, hashlib, itertools, json, pathlib, sqlite3, sys
from collections import defaultdict, namedtuple
Case = namedtuple("case", "part id process key origin seq head")
Event = namedtuple("event", "part case_id seq kind transition element execution actor role unit happened_us recorded_us"
    " local_day local_weekday local_hour due_us channel latitude_e7 longitude_e7 crs definition facts algorithm"
    " payload_digest previous digest")
Payload = namedtuple("payload", "part case_id seq salt body")
KINDS = Case, Event, Payload
BYTES = {"id", "head", "case_id", "salt", "body", "payload_digest", "previous", "digest"}
ZERO, DIGESTS = bytes(32), {1: "sha256", 2: "sm3"}

def canonical(*items): return json.dumps(items, separators=(",", ":")).encode("ascii")
def digest(algorithm, data): return hashlib.new(DIGESTS[algorithm], data).digest()
def number(seq): return seq if isinstance(seq, int) and seq > 0 else 0
def belongs(part, case): return isinstance(case, bytes) and int.from_bytes(case[-2:]) & 1023 == part

def fault(subject, event):
    """What is wrong with an event taken by itself, or None."""
    try:
        columns = [v.hex() if name in BYTES and v is not None else v for name, v in event._asdict().items()][:-1]
        right = digest(event.algorithm, canonical("ironcage-event-1", subject, *columns)) == event.digest
    except KeyError: return "unknown-algorithm"
    except ValueError: return "unavailable-algorithm"  # this machine's hashlib has none
    except (AttributeError, TypeError): return "altered-event"  # a value of another type than was recorded
    return None if right else "altered-event"

def binds(event, payload):
    """Whether the event was recorded with this payload; true if that cannot be told."""
    try: bound = digest(event.algorithm, b"ironcage-payload-1" + payload.salt + payload.body)
    except (KeyError, ValueError): return True
    except TypeError: return False
    return bound == event.payload_digest and len(payload.salt) == 16

def judge(case, subject, events):
    """Every event as (place, event, fault), by place; of two at one place the sounder, better linked one comes first."""
    places, after, before = {}, {e.previous: e.digest for e in events}, {e.digest: e.previous for e in events}
    for links, at, place, step in ((after, after.get(ZERO), 1, 1), (before, case.head, number(case.seq), -1)):
        while at in before and at not in places: places[at], at, place = place, links.get(at), place + step
    found = []
    for event in events:
        place, wrong, home = number(event.seq), fault(subject, event), places.get(event.digest)
        if wrong == "altered-event" and home != event.seq and home and not fault(subject, event._replace(seq=home)):
            place, wrong = home, "reordered-event"
        found.append((place, event, wrong))
    linked = {*after, case.head}
    return sorted(found, key=lambda f: (f[0], f[2] == "altered-event", f[1].digest not in linked))

def examine(case, events, payloads, heads):
    """Yield what is wrong with one case as (what, event number), by itself and compared with its sealed heads."""
    subject, end, chain = f"{case.process}/{case.key}", case.seq, {}
    found = judge(case, subject, events)
    ends = [place for place, event, _ in found if event.digest == case.head]
    if not isinstance(end, int) or ends and end not in ends:
        end = max(ends or [place for place, *_ in found], default=0)
        yield "wrong-count", end
    part = int.from_bytes(digest(1, subject.encode("utf-8", "surrogatepass"))[:2]) >> 6
    fits, named = belongs(case.part, case.id) and part == case.part, any(f != "altered-event" for *_, f in found)
    if found and found[0][0] == 1 and not found[0][2]:
        fits = fits and case.origin == ("import" if found[0][1].definition is None else "engine")
    if not fits: yield "altered-case", None
    last, previous, sound = 0, ZERO, True
    for place, event, wrong in found:
        if place == last or place > end: yield "inserted-event", number(event.seq); continue
        if place > last + 1: yield "missing-event", last + 1
        if wrong and (fits or named): yield wrong, number(event.seq)  # under a wrong name all events look altered
        elif not wrong and sound and place == last + 1 and event.previous != previous: yield "broken-link", place
        last, previous, sound, chain[place] = place, event.digest, not wrong, event
    if last < end: yield "missing-event", last + 1
    elif sound and previous != case.head: yield "wrong-head", last
    rows = {payload.seq: payload for payload in payloads}
    erased = max((place for place, e in chain.items() if (e.kind, e.transition) == ("record", "erase")), default=0)
    for place, event in chain.items():
        row, bound = rows.pop(place, None), event.payload_digest is not None
        if row is None and bound and place >= erased: yield "missing-payload", place
        elif row and not bound: yield "inserted-payload", place
        elif row and place < erased: yield "unerased-payload", place
        elif row and not binds(event, row): yield "altered-payload", place
    yield from (("orphan-payload", number(seq)) for seq in rows)
    for seq, sealed in heads:
        if seq > last: yield "cut-tail", seq
        elif seq in chain and chain[seq].digest != sealed: yield "rewritten-chain", seq

def check_seals(seals, expected):
    """Yield what is wrong with the seals themselves, as (what, seal number)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    names, due = "format number sealed_at algorithm public_key previous count root".split(), None
    for seal in seals:
        key, signature, where = bytes.fromhex(seal["public_key"]), bytes.fromhex(seal["signature"]), seal["number"]
        statement = canonical(*(seal[name] for name in names))
        if expected not in (None, key): yield "unexpected-key", where
        try: Ed25519PublicKey.from_public_bytes(key).verify(signature, statement)
        except Exception: yield "wrong-signature", where
        level = [digest(1, b"\0" + canonical(*head)) for head in seal["heads"]] or [digest(1, b"")]
        while len(level) > 1:
            level = [digest(1, b"\1" + a + b) if b else a for a, b in itertools.zip_longest(level[::2], level[1::2])]
        if level[0].hex() != seal["root"] or len(seal["heads"]) != seal["count"]: yield "wrong-root", where
        if (where, seal["previous"]) != (due or (where, None if where == 1 else seal["previous"] or 0)):
            yield "broken-seal-chain", where
        due = where + 1, digest(1, statement + signature).hex()

def read(file):
    """Yield case by case [case rows, event rows, payload rows] of a database or an export; rows of no case too."""
    with file.open("rb") as raw: is_database = raw.read(15) == b"SQLite format 3"
    if not is_database: yield from read_lines(file); return
    with contextlib.closing(sqlite3.connect(file.resolve().as_uri() + "?mode=ro", uri=True)) as database:
        database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        for place in database.execute("select part, id from cases union select part, case_id from events"
                                      " union select part, case_id from payloads"):
            yield [list(map(kind._make, database.execute(f"select {','.join(kind._fields)} from {kind.__name__}s"
                f" where part is ? and {kind._fields[1]} is ? order by 3", place))) for kind in KINDS]

def read_lines(file):
    rows = []
    for name, *values in map(json.loads, file.read_text("utf-8").splitlines()[1:]):
        kind = next(kind for kind in KINDS if kind.__name__ == name)
        columns = zip(kind._fields, values, strict=True)
        rows.append(kind(*(bytes.fromhex(v) if field in BYTES and v is not None else v for field, v in columns)))
    for _, group in itertools.groupby(rows, key=lambda row: row[:2]):
        group = list(group)
        yield [[row for row in group if isinstance(row, kind)] for kind in KINDS]

def verify(file, seals=(), expected=None):
    """Yield everything that is wrong as (what, case, event or seal number)."""
    heads = defaultdict(list)
    for seal in (seals := sorted(seals, key=lambda seal: seal["number"])):
        for case, seq, sealed in seal["heads"]: heads[case].append((seq, bytes.fromhex(sealed)))
    for what, where in check_seals(seals, expected) if seals else (): yield what, "", where
    for cases, events, payloads in read(file):
        for case in cases:
            subject = f"{case.process}/{case.key}"
            for what, where in examine(case, events, payloads, heads.pop(subject, ())): yield what, subject, where
        for row in () if cases else events + payloads:
            what = "orphan-payload" if isinstance(row, Payload) else "orphan-event" if belongs(*row[:2]) else "misplaced-event"
            yield what, row.case_id.hex() if isinstance(row.case_id, bytes) else str(row.case_id), number(row.seq)
    for case in heads: yield "dropped-case", case, None

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--seal", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--key", type=pathlib.Path)
    given, expected = parser.parse_args(), None
    if given.key:
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
        expected = load_pem_public_key(given.key.read_bytes()).public_bytes_raw()
    problems = list(verify(given.file, [json.loads(seal.read_bytes()) for seal in given.seal], expected))
    for problem in problems: print(*problem, sep="\t")
    return 1 if problems else 0

if __name__ == "__main__": sys.exit(main())
