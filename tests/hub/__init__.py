"""A JupyterHub with local users, set up as docs/hub.md says and used in a browser."""
