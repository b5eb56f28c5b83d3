"""JupyterLab, nbgrader's extensions and formgrader in a real browser."""
