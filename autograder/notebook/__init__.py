"""What a student's kernel uses: `check` and `target`."""
