"""What covers and clips share: tables, splits, duplicates, reports."""
