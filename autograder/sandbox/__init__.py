"""Confinement: how student code is started, watched and ended."""
