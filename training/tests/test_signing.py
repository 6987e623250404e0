"""Signed manifests: what is accepted, what is refused, and the vector shared with Node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from anteroom_training.model.signing import read_private_key, sign, sign_folder, verify_signature
from anteroom_training.recipe import PipelineError

VECTOR = json.loads((Path(__file__).resolve().parents[2] / "tests/vectors/model-manifest/vectors.json").read_text(encoding="utf-8"))
MANIFEST = '{\n  "id": "a model", "hash": "é"\n}\n'.encode()


@pytest.fixture
def key():
    return ECKey.generate_key("P-256")


def public(key: ECKey, **change) -> dict:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), **change}


def signed_with(key, **change) -> str:
    header = {"alg": "ES256", "kid": key.thumbprint(), "typ": "model-manifest+jws", "b64": False, "crit": ["b64"], **change}
    return jws.serialize_compact(header, MANIFEST, key, algorithms=["ES256", "HS256"])


def test_signature_is_detached_and_verifies(key):
    signature = sign(MANIFEST, key)
    assert signature.split(".")[1] == ""
    assert verify_signature(MANIFEST, signature + "\n", [public(key)]) == key.thumbprint()


def test_any_changed_byte_is_refused(key):
    signature = sign(MANIFEST, key)
    for at in range(len(MANIFEST)):
        changed = bytes(byte ^ 1 if n == at else byte for n, byte in enumerate(MANIFEST))
        with pytest.raises(PipelineError, match="does not match the manifest"):
            verify_signature(changed, signature, [public(key)])


def test_unknown_and_borrowed_key_ids_are_refused(key):
    other = ECKey.generate_key("P-256")
    with pytest.raises(PipelineError, match="is not in trusted-keys.json"):
        verify_signature(MANIFEST, sign(MANIFEST, other), [public(key)])
    with pytest.raises(PipelineError, match="does not match the manifest"):
        verify_signature(MANIFEST, signed_with(other, kid=key.thumbprint()), [public(key)])
    with pytest.raises(PipelineError, match="is not the thumbprint"):
        verify_signature(MANIFEST, signed_with(other, kid="k"), [public(other, kid="k")])


@pytest.mark.filterwarnings("ignore:JWS algorithm")
def test_other_algorithms_are_refused(key):
    none = jws.serialize_compact(
        {"alg": "none", "kid": key.thumbprint(), "typ": "model-manifest+jws", "b64": False, "crit": ["b64"]}, MANIFEST, key, algorithms=["none"]
    )
    with pytest.raises(PipelineError, match="algorithm none, wanted ES256"):
        verify_signature(MANIFEST, none, [public(key)])
    secret = OctKey.import_key(key.as_dict(private=False)["x"])
    mac = signed_with(secret, alg="HS256", kid=key.thumbprint())
    with pytest.raises(PipelineError, match="algorithm HS256, wanted ES256"):
        verify_signature(MANIFEST, mac, [public(key)])


@pytest.mark.parametrize("text", ["", "a", "..", "a..b", "e30..", "a.b.c.d"])
def test_what_is_no_signature_is_refused(text, key):
    with pytest.raises(PipelineError, match="manifest signature: not a"):
        verify_signature(MANIFEST, text, [public(key)])


def test_signatures_of_other_things_are_refused(key):
    with pytest.raises(PipelineError, match="not a detached signature of a model manifest"):
        verify_signature(MANIFEST, signed_with(key, typ="receipt"), [public(key)])
    attached = jws.serialize_compact({"alg": "ES256", "kid": key.thumbprint(), "typ": "model-manifest+jws"}, MANIFEST, key)
    with pytest.raises(PipelineError, match="not a detached signature of a model manifest"):
        verify_signature(MANIFEST, attached, [public(key)])


@pytest.mark.parametrize("maker", ["python", "node"])
def test_shared_vector(maker):
    manifest, trusted = VECTOR["manifest"].encode(), VECTOR["trusted"]["keys"]
    assert verify_signature(manifest, VECTOR["signatures"][maker], trusted) == trusted[0]["kid"]
    with pytest.raises(PipelineError, match="does not match the manifest"):
        verify_signature(manifest[:-1], VECTOR["signatures"][maker], trusted)


def test_a_folder_is_signed_with_a_trusted_key_only(key, tmp_path):
    (tmp_path / "manifest.json").write_bytes(MANIFEST)
    file, trusted = tmp_path / "key.jwk", tmp_path / "trusted-keys.json"
    file.write_text(json.dumps(key.as_dict(private=True)))
    with pytest.raises(PipelineError, match="is not in .*trusted-keys.json; add it: npm run models -- trust --key FILE"):
        sign_folder(tmp_path, file, trusted)
    assert not (tmp_path / "manifest.jws").exists()
    trusted.write_text(json.dumps({"keys": [public(key)]}))
    assert sign_folder(tmp_path, file, trusted) == key.thumbprint()
    assert verify_signature(MANIFEST, (tmp_path / "manifest.jws").read_text(), [public(key)]) == key.thumbprint()


def test_key_files_that_are_none(tmp_path):
    file = tmp_path / "key.jwk"
    for content in (None, "", "[]", "{}", json.dumps(ECKey.generate_key("P-256").as_dict(private=False))):
        if content is not None:
            file.write_text(content)
        with pytest.raises(PipelineError, match="no private key in"):
            read_private_key(file)
    file.write_text(json.dumps(ECKey.generate_key("P-384").as_dict(private=True)))
    with pytest.raises(PipelineError, match="signed with P-256, not P-384"):
        read_private_key(file)
