"""Containers that hold documents: one module for each kind, each an `entries` over its members."""
