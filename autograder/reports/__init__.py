"""What people and other programs read: cards, pages, charts, formats."""
