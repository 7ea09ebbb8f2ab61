"""What commands share: options, streams, exit statuses, reports."""
