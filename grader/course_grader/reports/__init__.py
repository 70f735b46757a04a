"""What a teacher opens in the evening: how a class did, as a page and as a table."""
