"""Tokens: long enough, one per assignment and generation, and not to be had from their hash."""

import hashlib

from praksis.collect.link import LENGTH, hash_token, make_token

SECRET = b"s" * 32


def test_a_token_is_130_bits_of_an_hmac() -> None:
    token = make_token(SECRET, "a", 1)
    assert len(token) * 5 == LENGTH * 5 == 130
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert make_token(SECRET, "a", 1) == token


def test_every_part_of_it_matters() -> None:
    tokens = {
        make_token(secret, assignment, generation)
        for secret in (SECRET, b"t" * 32)
        for assignment in ("a", "b", "a\0")
        for generation in (1, 2)
    }
    assert len(tokens) == 12


def test_what_is_stored_is_a_hash_of_what_people_type() -> None:
    token = make_token(SECRET, "a", 1)
    assert hash_token(f" {token.upper()}\n") == hash_token(token) == hashlib.sha256(token.encode()).hexdigest()
