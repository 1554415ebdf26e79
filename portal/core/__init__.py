"""What everything stands on: settings, keys, clock, database, errors. No Flask."""
