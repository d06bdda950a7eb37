"""Casualty claims and what they come to together (docs/claims.md)."""
