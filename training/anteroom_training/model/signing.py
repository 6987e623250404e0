"""Signature of a model's manifest: `manifest.jws` beside it, one detached ES256 JWS over its exact bytes.

RFC 7515 appendix F (detached) with RFC 7797 (`b64: false`, so that the bytes are signed as they are). Header: `alg` ES256, `kid` the
RFC 7638 thumbprint of the key, `typ` of TYPE. `scripts/models/signature.ts` is the twin in Node; tests/vectors/model-manifest holds
one signature of each, which both verify. Public keys that count are a JWKS, `model-shards/trusted-keys.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from ..recipe import PipelineError

SIGNATURE, TYPE = "manifest.jws", "model-manifest+jws"


def read_private_key(file: Path) -> ECKey:
    """The P-256 key of a private JWK file, as `npm run models -- keygen` writes it. PipelineError when it is none."""
    try:
        jwk = json.loads(file.read_text(encoding="utf-8"))
        key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y", "d")})
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        raise PipelineError(f"no private key in {file}; make one: npm run models -- keygen --key FILE") from error
    if key.curve_name != "P-256":
        raise PipelineError(f"{file}: manifests are signed with P-256, not {key.curve_name}")
    return key


def sign(manifest: bytes, key: ECKey) -> str:
    """Compact detached JWS, `header..signature`, over `manifest`."""
    header = {"alg": "ES256", "kid": key.thumbprint(), "typ": TYPE, "b64": False, "crit": ["b64"]}
    # Written in full, not attached: a manifest is JSON, whose braces no compact JWS can carry.
    return jws.serialize_compact(header, manifest, key, algorithms=["ES256"])


def read_trusted_keys(file: Path) -> list[dict[str, Any]]:
    """Public JWKs of a JWKS file; none when there is no file."""
    return json.loads(file.read_text(encoding="utf-8"))["keys"] if file.is_file() else []


def verify_signature(manifest: bytes, signature: str, trusted: list[dict[str, Any]]) -> str:
    """`kid` of the trusted key that signed `manifest`; PipelineError otherwise."""
    signature = signature.strip()
    try:
        header = jws.extract_compact(signature.encode(), manifest).headers()
    except (JoseError, ValueError) as error:
        raise PipelineError("manifest signature: not a JWS") from error
    if signature.split(".")[1] or header.get("typ") != TYPE or header.get("b64") is not False:
        raise PipelineError("manifest signature: not a detached signature of a model manifest")
    if header.get("alg") != "ES256":
        raise PipelineError(f"manifest signature: algorithm {header.get('alg')}, wanted ES256")
    key = next((key for key in trusted if key.get("kid") == header.get("kid")), None)
    if key is None:
        raise PipelineError(f"manifest signature: key {header.get('kid')} is not in trusted-keys.json")
    try:
        imported = ECKey.import_key({name: key[name] for name in ("kty", "crv", "x", "y")})
        jws.deserialize_compact(signature, imported, algorithms=["ES256"], payload=manifest)
    except (JoseError, ValueError, KeyError) as error:
        raise PipelineError("manifest signature: does not match the manifest") from error
    if imported.thumbprint() != header["kid"]:
        raise PipelineError(f"manifest signature: {header['kid']} is not the thumbprint of its key")
    return header["kid"]


def sign_folder(folder: Path, key_file: Path, trusted_file: Path) -> str:
    """Sign `folder/manifest.json`, verify the result as everyone else will, and give the key's id."""
    key, trusted = read_private_key(key_file), read_trusted_keys(trusted_file)
    kid = key.thumbprint()
    if all(k.get("kid") != kid for k in trusted):
        raise PipelineError(f"signing key {kid} is not in {trusted_file}; add it: npm run models -- trust --key FILE")
    manifest = (folder / "manifest.json").read_bytes()
    signature = sign(manifest, key)
    (folder / SIGNATURE).write_text(signature + "\n", encoding="utf-8")
    return verify_signature(manifest, signature, trusted)
