"""One module a platform: how it names what it gives for download, and where that is written down."""
