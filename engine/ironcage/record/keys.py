"""Keys that seal a record: Ed25519, in PEM files."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ironcage.errors import RefusedError, UsageError
from ironcage.messages import mark

if TYPE_CHECKING:
    from pathlib import Path


class KeyFileExistsError(RefusedError):
    """A new key would overwrite a file."""

    message = mark("{file} is there already; a key is never overwritten. Choose another file.")


class KeyFileMissingError(UsageError):
    """There is no key file."""

    message = mark("There is no key file {file}; make one, or name the right one.")


class BrokenKeyFileError(UsageError):
    """A key file holds no key that can be used."""

    message = mark("{file} holds no usable key: an Ed25519 key in PEM without a password is expected (PKCS#8).")


class PublicKey:
    """The half of a key that everybody may know: it tells whose a signature is."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def fingerprint(self) -> str:
        """Return what people compare: the SHA-256 of the 32 bytes of the key, in hexadecimal."""
        return "sha256:" + sha256(self.raw).hexdigest()

    def pem(self) -> str:
        """Return the key as a PEM text (SubjectPublicKeyInfo)."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    def signed(self, statement: bytes, signature: bytes) -> bool:
        """Return whether *signature* is this key's signature of *statement*."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, statement)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The secret half of a key."""

    __slots__ = ("_key", "public")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes_raw())

    def sign(self, statement: bytes) -> bytes:
        """Return the signature of *statement*, 64 bytes; the same statement always gets the same."""
        return self._key.sign(statement)


def create_key(file: Path) -> SigningKey:
    """Write a new key to *file*, which only its owner may read, and return it.

    Raises:
        KeyFileExistsError: *file* is there already.
    """
    key = Ed25519PrivateKey.generate()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileExistsError(file=file) from error
    with os.fdopen(descriptor, "wb") as out:
        out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return SigningKey(key)


def load_key(file: Path) -> SigningKey:
    """Return the secret key in *file*.

    Raises:
        KeyFileMissingError: there is no such file.
        BrokenKeyFileError: it holds no secret Ed25519 key.
    """
    try:
        key = load_pem_private_key(_read(file), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BrokenKeyFileError(file=file) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BrokenKeyFileError(file=file)
    return SigningKey(key)


def load_public_key(file: Path) -> PublicKey:
    """Return the public key in *file*, which may hold a secret key as well.

    Raises:
        KeyFileMissingError: there is no such file.
        BrokenKeyFileError: it holds no Ed25519 key.
    """
    content = _read(file)
    if b"PRIVATE KEY" in content:
        return load_key(file).public
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BrokenKeyFileError(file=file) from error
    if not isinstance(key, Ed25519PublicKey):
        raise BrokenKeyFileError(file=file)
    return PublicKey(key.public_bytes_raw())


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise KeyFileMissingError(file=file) from error
