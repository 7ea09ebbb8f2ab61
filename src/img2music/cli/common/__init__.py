"""What commands share: options, streams, messages, exit statuses, reports."""
