"""Signing in to the standalone desk by an OpenID Connect provider (OpenID Connect Core 1.0).

Flask-Security and Authlib each bring views for this. Theirs begin sessions of their own, take a
token whose audience is another one, and ask neither for a verified address nor for an end to the
waiting; so only what reads and checks tokens is used of them.
"""
